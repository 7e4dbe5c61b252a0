from __future__ import annotations

import math
import os
import re
from dataclasses import dataclass, field
from typing import Optional
from urllib.parse import urlsplit

from ._env_file import read_env_file
from ._errors import PersistoAuthError, invalid

_default_url = "http://localhost:8000"


@dataclass(frozen=True)
class Settings:
    """How to reach a server, with every default filled in."""

    api_key: str = field(repr=False)
    #: Without ``/v1`` and without a slash at the end.
    base_url: str
    #: Seconds.
    timeout: float
    #: Tries after the first one.
    retries: int


def resolve_settings(api_key: Optional[str], base_url: Optional[str], timeout: float, retries: int) -> Settings:
    """
    Arguments win over the environment, the environment over the ``.env`` of the working directory.

    Raises PersistoAuthError without a usable key and PersistoValidationError naming the argument that is wrong, never
    with its value: it may be a secret.
    """
    return Settings(
        api_key=_resolve_key(api_key),
        base_url=_resolve_url(base_url),
        timeout=_check_timeout(timeout),
        retries=_check_retries(retries),
    )


def _resolve_key(given: Optional[str]) -> str:
    key = _given_or_variable(given, "PERSISTO_API_KEY")
    if key is None:
        raise PersistoAuthError(
            "No API key: give api_key, or set PERSISTO_API_KEY in the environment or in .env. "
            "The server prints a key on its first start, psto_live_...",
            code="unauthorized",
        )
    if not isinstance(key, str) or re.fullmatch(r"[\x21-\x7e]+", key) is None:
        raise PersistoAuthError(
            "api_key must be the key that the server printed on its first start, psto_live_...", code="unauthorized"
        )
    return key


def _resolve_url(given: Optional[str]) -> str:
    url = _given_or_variable(given, "PERSISTO_API_URL")
    if url is None:
        return _default_url
    problem = invalid("base_url", f"must be an address like {_default_url}")
    try:
        parts = urlsplit(url)
        # Reading the port is what checks it.
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except (ValueError, AttributeError, TypeError):
        raise problem from None
    if not is_address:
        raise problem
    if parts.username is not None or parts.password is not None:
        raise invalid("base_url", "must not hold a user name or password")
    if parts.query or parts.fragment:
        raise invalid("base_url", "must not hold a query string or fragment")
    path = re.sub(r"/v1$", "", parts.path.rstrip("/"))
    return f"{parts.scheme}://{parts.netloc}{path}"


def _given_or_variable(given: Optional[str], name: str) -> Optional[str]:
    if given is not None:
        return given
    # An empty variable is as good as none.
    return os.environ.get(name, "").strip() or read_env_file(".env").get(name, "").strip() or None


def _check_timeout(timeout: float) -> float:
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)) or not math.isfinite(timeout) or timeout <= 0:
        raise invalid("timeout", "must be a number of seconds above 0")
    return timeout


def _check_retries(retries: int) -> int:
    if isinstance(retries, bool) or not isinstance(retries, int) or retries < 0:
        raise invalid("retries", "must be a whole number, 0 or more")
    return retries
