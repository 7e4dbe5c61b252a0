from __future__ import annotations

import math
from typing import Any

from ._errors import invalid

#: Levels of a whole input; what the server takes, and a bound for what refers to itself.
_deepest = 36


def check_json(value: Any, path: str = "", depth: int = 0) -> None:
    """
    Refuses what would not be stored as it is: values that JSON has not, NUL and lone surrogates, NaN, and whole numbers
    that a 64-bit float cannot hold. All else is left to the server.

    Raises PersistoValidationError naming the field.
    """
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, str):
        _check_text(value, path)
    elif isinstance(value, (int, float)):
        _check_number(value, path)
    elif isinstance(value, (list, tuple, dict)):
        if depth >= _deepest:
            raise invalid(path, f"is nested deeper than {_deepest} levels")
        if isinstance(value, dict):
            _check_object(value, path, depth)
        else:
            _check_array(value, path, depth)
    else:
        raise invalid(path, f"must be JSON, not {type(value).__name__}")


def _check_array(items: Any, path: str, depth: int) -> None:
    for index, item in enumerate(items):
        # Vectors are long, and most of their cost would be the paths of numbers that have no issue.
        if type(item) is float and math.isfinite(item):
            continue
        check_json(item, f"{path}[{index}]", depth + 1)


def _check_object(members: Any, path: str, depth: int) -> None:
    for key, item in members.items():
        field = f"{path}.{key}" if path else str(key)
        if not isinstance(key, str):
            raise invalid(field, f"has a key that is no text but {type(key).__name__}")
        _check_text(key, field)
        check_json(item, field, depth + 1)


def _check_text(text: str, path: str) -> None:
    if "\0" in text:
        raise invalid(_printable(path), "must not contain NUL (U+0000)")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise invalid(_printable(path), "must be well-formed Unicode, without lone surrogates") from None


def _check_number(number: float, path: str) -> None:
    try:
        as_float = float(number)
    except OverflowError:
        as_float = math.inf
    if not math.isfinite(as_float):
        raise invalid(path, "must be a finite number")
    if as_float != number:
        raise invalid(path, "must be a number that a 64-bit float holds exactly; give it as text")


def _printable(path: str) -> str:
    return path.encode("utf-8", "backslashreplace").decode("utf-8")
