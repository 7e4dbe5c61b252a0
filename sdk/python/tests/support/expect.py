from __future__ import annotations

from contextlib import contextmanager
from typing import Iterator

import pytest

from persisto import PersistoError, PersistoNotFoundError, PersistoValidationError


@contextmanager
def invalid(*fields: str, code: str = "unprocessable") -> Iterator[None]:
    """Refused for what is wrong with one of these fields, or with what is inside it."""
    with pytest.raises(PersistoValidationError) as caught:
        yield
    assert caught.value.code == code
    named = [issue["field"] for issue in caught.value.errors]
    assert any(name == field or name.startswith((f"{field}.", f"{field}[")) for name in named for field in fields), (
        named
    )


@contextmanager
def not_found(resource: str) -> Iterator[None]:
    with pytest.raises(PersistoNotFoundError) as caught:
        yield
    assert caught.value.resource == resource


@contextmanager
def error(code: str) -> Iterator[None]:
    with pytest.raises(PersistoError) as caught:
        yield
    assert caught.value.code == code
