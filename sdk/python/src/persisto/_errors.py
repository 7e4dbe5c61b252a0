from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Type

_retryable_codes = frozenset(
    ["embedder_failed", "idempotency_in_progress", "rate_limited", "reranker_failed", "unavailable"]
)


class PersistoError(Exception):
    """What every error of Persisto is. Branch on ``code``, or catch a subclass."""

    message: str
    #: The HTTP status; None when nothing was answered.
    status: Optional[int]
    #: A stable name for what went wrong, e.g. ``conflict`` or ``quota_exceeded``.
    code: str
    #: The server's id of the request, for its logs.
    request_id: Optional[str]
    #: What was answered: the problem document, or the text of what is none.
    body: Any
    #: Seconds to wait before trying again, when the server says so.
    retry_after: Optional[float]

    def __init__(
        self,
        message: str,
        status: Optional[int] = None,
        code: str = "internal",
        request_id: Optional[str] = None,
        body: Any = None,
        *,
        retry_after: Optional[float] = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.request_id = request_id
        self.body = body
        self.retry_after = retry_after

    @property
    def retryable(self) -> bool:
        """Whether the same call may succeed later."""
        return self.code in _retryable_codes

    @property
    def resource(self) -> Optional[str]:
        """What was not found: ``memory``, ``namespace``, ``route``, ..."""
        return self._text("resource")

    @property
    def quota(self) -> Optional[str]:
        """Which quota is used up, for ``quota_exceeded``."""
        return self._text("quota")

    @property
    def outcome_unknown(self) -> bool:
        """Whether a write may have been done all the same; sent again with the same idempotency key it is done once."""
        return isinstance(self.body, dict) and self.body.get("outcome_unknown") is True

    def _text(self, member: str) -> Optional[str]:
        value = self.body.get(member) if isinstance(self.body, dict) else None
        return value if isinstance(value, str) else None


class PersistoAuthError(PersistoError):
    """No API key, a malformed one, or one that may not do this."""


class PersistoNotFoundError(PersistoError):
    """A memory, namespace or route that does not exist; ``resource`` says which."""


class PersistoRateLimitError(PersistoError):
    """Too many requests; ``retry_after`` says how many seconds to wait."""


class PersistoValidationError(PersistoError):
    """Input that breaks a rule; ``errors`` names each field. Raised by the client itself, too, with status None."""

    #: ``{"field": "metadata.tags[0]", "message": "..."}``; the field is empty for the input as a whole.
    errors: List[Dict[str, str]]

    def __init__(
        self,
        message: str,
        status: Optional[int] = None,
        code: str = "unprocessable",
        request_id: Optional[str] = None,
        body: Any = None,
        *,
        retry_after: Optional[float] = None,
        errors: Optional[List[Dict[str, str]]] = None,
    ) -> None:
        super().__init__(message, status, code, request_id, body, retry_after=retry_after)
        self.errors = [{"field": "", "message": message}] if errors is None else errors


class PersistoConnectionError(PersistoError):
    """No answer came: nothing listens there, the connection was lost, or it took too long."""

    #: Whether it was given up because of ``timeout``.
    timed_out: bool

    def __init__(
        self,
        message: str,
        status: Optional[int] = None,
        code: str = "unavailable",
        request_id: Optional[str] = None,
        body: Any = None,
        *,
        retry_after: Optional[float] = None,
        timed_out: bool = False,
    ) -> None:
        super().__init__(message, status, code, request_id, body, retry_after=retry_after)
        self.timed_out = timed_out


class PersistoServerError(PersistoError):
    """The server failed (5xx): ``internal``, ``unavailable``, ``embedder_failed``, ``reranker_failed``."""


_classes: Mapping[str, Type[PersistoError]] = {
    "unauthorized": PersistoAuthError,
    "forbidden": PersistoAuthError,
    "not_found": PersistoNotFoundError,
    "rate_limited": PersistoRateLimitError,
    "invalid_input": PersistoValidationError,
    "too_large": PersistoValidationError,
    "unprocessable": PersistoValidationError,
}


def error_class(code: str, status: int) -> Type[PersistoError]:
    """The class that users catch an error by."""
    return _classes.get(code, PersistoServerError if status >= 500 else PersistoError)


def invalid(field: str, message: str) -> PersistoValidationError:
    """What is wrong with an input, found before it was sent."""
    issues = [{"field": field, "message": message}]
    return PersistoValidationError(describe(issues), errors=issues)


def describe(issues: List[Dict[str, str]]) -> str:
    """The message of a validation error."""
    return "; ".join(
        f"{issue['field']}: {issue['message']}" if issue["field"] else issue["message"] for issue in issues
    )
