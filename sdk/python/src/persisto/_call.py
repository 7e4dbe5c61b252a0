from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Dict, Generic, Mapping, Optional, Tuple, TypeVar

from ._errors import PersistoError, PersistoNotFoundError, PersistoValidationError, describe

AnswerT = TypeVar("AnswerT")


@dataclass(frozen=True)
class Absent(Generic[AnswerT]):
    """What a call gives when this is what the server did not find."""

    resource: str
    answer: AnswerT


@dataclass(frozen=True)
class Call(Generic[AnswerT]):
    """One request of the wire and what its answer means; says nothing of how it is sent."""

    method: str
    #: Below ``/v1``, percent-encoded, with the query string.
    path: str
    #: Members that the answer must have.
    expects: Tuple[str, ...]
    read: Callable[[Dict[str, Any]], AnswerT]
    body: Optional[Dict[str, Any]] = None
    #: A write is sent with a key, by which the server knows it when it comes again.
    is_write: bool = False
    #: One of the user's; None lets the client make one.
    idempotency_key: Optional[str] = None
    absent: Optional[Absent[AnswerT]] = None
    #: Fields that the wire calls otherwise than Python does.
    renamed: Optional[Mapping[str, str]] = None

    def answer_to(self, error: PersistoError) -> AnswerT:
        """What an error stands for. Raises it, with the names of Python, when it is none that the call expects."""
        if isinstance(error, PersistoNotFoundError) and self.absent and error.resource == self.absent.resource:
            return self.absent.answer
        if self.renamed and isinstance(error, PersistoValidationError):
            _rename_fields(error, self.renamed)
        raise error


def _rename_fields(error: PersistoValidationError, names: Mapping[str, str]) -> None:
    for issue in error.errors:
        first = issue["field"].split(".")[0].split("[")[0]
        issue["field"] = names.get(first, first) + issue["field"][len(first) :]
    error.message = describe(error.errors)
    error.args = (error.message,)
