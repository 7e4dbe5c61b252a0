"""Requests and answers, without the sending: what the client and the asynchronous client share."""

from __future__ import annotations

import json
import re
import uuid
from contextlib import contextmanager
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any, Dict, Iterator, Mapping, Optional

import httpx

from ._call import Call
from ._errors import (
    PersistoConnectionError,
    PersistoError,
    PersistoValidationError,
    describe,
    error_class,
    invalid,
)
from ._settings import Settings
from ._version import __version__
from ._wire import to_bytes

#: What a proxy's answer means that is no problem document of ours.
_codes_by_status = {
    400: "invalid_input",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    409: "conflict",
    413: "too_large",
    422: "unprocessable",
    429: "rate_limited",
    502: "unavailable",
    503: "unavailable",
    504: "unavailable",
}


def client_options(settings: Settings) -> Dict[str, Any]:
    """Of the httpx client that is made when none is given."""
    # A request that waits for one of the connections is not one that the server lets wait.
    timeout = httpx.Timeout(settings.timeout, pool=None)
    # Following a redirect would turn a POST into a GET.
    return {"timeout": timeout, "follow_redirects": False, "limits": httpx.Limits(max_connections=100)}


def request_options(settings: Settings, call: Call[Any]) -> Dict[str, Any]:
    """The arguments of httpx' ``build_request``; the same request, with the same key, for every try."""
    headers = {
        "Authorization": f"Bearer {settings.api_key}",
        "Accept": "application/json",
        "User-Agent": f"persisto-python/{__version__}",
    }
    if call.body is not None:
        headers["Content-Type"] = "application/json"
    if call.is_write:
        headers["Idempotency-Key"] = _key_of(call)
    return {
        "method": call.method,
        "url": f"{settings.base_url}/v1{call.path}",
        "headers": headers,
        "content": None if call.body is None else to_bytes(call.body),
    }


def _key_of(call: Call[Any]) -> str:
    if call.idempotency_key is None:
        return uuid.uuid4().hex
    key = call.idempotency_key
    if not isinstance(key, str) or re.fullmatch(r"[\x21-\x7e]{1,255}", key) is None:
        raise invalid("idempotency_key", "must be 1 to 255 visible ASCII characters")
    return key


@contextmanager
def reaching(settings: Settings, request: httpx.Request) -> Iterator[None]:
    """Turns what keeps an answer from coming into PersistoConnectionError."""
    url = str(request.url).split("?")[0]
    try:
        yield
    except httpx.TimeoutException as cause:
        raise PersistoConnectionError(
            f"No answer from {url} within {settings.timeout:g} seconds; a longer timeout may help.", timed_out=True
        ) from cause
    except httpx.RequestError as cause:
        raise PersistoConnectionError(f"Cannot reach Persisto at {settings.base_url}; is it running?") from cause


def read_answer(response: httpx.Response, call: Call[Any]) -> Dict[str, Any]:
    """The JSON object of an answer. Raises the error that the answer stands for."""
    body = _parse_json(response)
    if not response.is_success:
        raise _problem_error(response, body) or _foreign_error(response)
    if isinstance(body, dict) and all(member in body for member in call.expects):
        return body
    raise PersistoError(
        f"{_place(response)}, but not as Persisto does. Is base_url the address of a Persisto server?",
        response.status_code,
        body=response.text,
    )


def _parse_json(response: httpx.Response) -> Any:
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        # A proxy's page.
        return None


def _problem_error(response: httpx.Response, body: Any) -> Optional[PersistoError]:
    if not _is_problem(body):
        return None
    asked = body.get("retry_after")
    options: Dict[str, Any] = {
        "status": response.status_code,
        "code": body["code"],
        "request_id": body.get("request_id") or response.headers.get("X-Request-Id"),
        "body": body,
        # The header counts when a proxy added it to a problem of ours.
        "retry_after": float(asked) if isinstance(asked, (int, float)) else _retry_after(response.headers),
    }
    chosen = error_class(body["code"], response.status_code)
    if not issubclass(chosen, PersistoValidationError):
        return chosen(body["detail"], **options)
    issues = [dict(issue) for issue in body.get("errors") or [] if _is_issue(issue)]
    return chosen(describe(issues) or body["detail"], **options, errors=issues or None)


def _foreign_error(response: httpx.Response) -> PersistoError:
    status = response.status_code
    code = _codes_by_status.get(status, "internal")
    return error_class(code, status)(
        f"{_place(response)}, but not as Persisto does. {_advice_for(status)}",
        status,
        code,
        response.headers.get("X-Request-Id"),
        response.text,
        retry_after=_retry_after(response.headers),
    )


def _is_problem(body: Any) -> bool:
    return (
        isinstance(body, dict)
        and isinstance(body.get("code"), str)
        and isinstance(body.get("detail"), str)
        and str(body.get("type")).startswith("urn:persisto:error:")
    )


def _is_issue(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("field"), str) and isinstance(value.get("message"), str)


def _place(response: httpx.Response) -> str:
    return f"{str(response.request.url).split('?')[0]} answered {response.status_code}"


def _advice_for(status: int) -> str:
    if status >= 500:
        return "A proxy in between may have lost the server; is it running?"
    if status == 413:
        return "A proxy in between may allow only smaller requests."
    return "Is base_url the address of a Persisto server?"


def _retry_after(headers: Mapping[str, str]) -> Optional[float]:
    """The seconds a Retry-After header asks for, given as a number or a date."""
    text = headers.get("Retry-After", "")
    if text.isdecimal():
        return float(text)
    try:
        date = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    zoned = date if date.tzinfo is not None else date.replace(tzinfo=timezone.utc)
    return max(0.0, (zoned - datetime.now(timezone.utc)).total_seconds())
