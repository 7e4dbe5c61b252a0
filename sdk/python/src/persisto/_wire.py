from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any, Dict, Mapping, Sequence, Union
from urllib.parse import quote, urlencode

from ._check_json import check_json
from ._errors import invalid
from ._inputs import Unset

#: Names of routes where an id could stand.
_fixed_segments = frozenset(["save", "save-many", "query", "delete", "namespaces", "list"])

#: Fields whose None says something: for ever.
_expiries = frozenset(["ttl_seconds", "expires_at"])

#: What a parameter must be; text on the wire has no types.
_parameter_types: Mapping[str, type] = {
    "namespace": str,
    "limit": int,
    "cursor": str,
    "order": str,
    "with_total": bool,
    "with_passages": bool,
    "start_date": str,
    "end_date": str,
    "project": str,
    "from": str,
    "to": str,
    "by": str,
    "key": str,
    "per_key": bool,
}

_type_names = {str: "a text", int: "a whole number", bool: "True or False"}


def given(fields: Mapping[str, Any]) -> Dict[str, Any]:
    """The fields that were given. None is none, but for an expiry, where it means for ever."""
    return {
        name: value
        for name, value in fields.items()
        if (value is not None or name in _expiries) and not isinstance(value, Unset)
    }


def to_body(fields: Mapping[str, Any]) -> Dict[str, Any]:
    """
    An input as a body: what JSON would drop or bend on its way is refused, everything else is left to the server.

    Raises PersistoValidationError naming the field.
    """
    body = given(fields)
    check_json(body)
    return body


def to_bytes(body: Mapping[str, Any]) -> bytes:
    """The body as it goes over the wire."""
    return json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8")


def with_query(path: str, fields: Mapping[str, Any]) -> str:
    """A path with the given fields as its query string. Raises PersistoValidationError for one of a wrong type."""
    search = {name: _to_text(name, value) for name, value in given(fields).items()}
    return f"{path}?{urlencode(search, quote_via=quote, safe='')}" if search else path


def _to_text(name: str, value: Any) -> str:
    check_json(value, name)
    if name == "filters":
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    wanted = _parameter_types[name]
    if not isinstance(value, wanted):
        raise invalid(name, f"must be {_type_names[wanted]}")
    return str(value).lower() if wanted is bool else str(value)


def memory_path(id: Any) -> str:
    """
    The path of one memory. An id that is spelled like a route (``list``, ``namespaces``, ...) has its first letter
    percent-encoded: the server chooses the route before it decodes.

    Raises PersistoValidationError for an id that no URL can hold.
    """
    if not isinstance(id, str):
        raise invalid("id", "must be a text")
    if id == "":
        raise invalid("id", "must not be empty")
    # URLs resolve them as directories, also percent-encoded.
    if id in (".", ".."):
        raise invalid("id", "must not be . or ..")
    check_json(id, "id")
    encoded = quote(id, safe="")
    return f"/memory/{f'%{ord(id[0]):02X}{id[1:]}' if encoded in _fixed_segments else encoded}"


def to_time(name: str, value: Union[str, date, Unset, None]) -> Any:
    """A date or a time as ISO 8601. Raises PersistoValidationError for a datetime without a time zone."""
    if not isinstance(value, date):
        return value
    if isinstance(value, datetime) and value.utcoffset() is None:
        raise invalid(name, "must have a time zone, e.g. datetime.now(timezone.utc)")
    return value.isoformat()


def to_vector(embedding: Any) -> Any:
    """A vector as a list of floats; arrays of numpy, torch and the like have ``tolist``."""
    to_list = getattr(embedding, "tolist", None)
    return to_list() if callable(to_list) else embedding


def to_passages(passages: Any) -> Any:
    """Passages with their vectors as lists. What is no list of passages is left to the checks that follow."""
    if not isinstance(passages, Sequence) or isinstance(passages, (str, bytes)):
        return passages
    return [
        given({**passage, "embedding": to_vector(passage.get("embedding"))})
        if isinstance(passage, Mapping)
        else passage
        for passage in passages
    ]
