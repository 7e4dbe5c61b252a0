"""When to try again and how long to wait before, for tenacity's ``Retrying`` and ``AsyncRetrying``."""

from __future__ import annotations

import random
from typing import Any, Dict

from tenacity import RetryCallState, retry_if_exception, stop_after_attempt

from ._errors import PersistoConnectionError, PersistoError

_first_delay = 0.5
_longest_delay = 8.0

#: Longest Retry-After, in seconds, that is waited for; a longer one is the caller's decision.
_longest_retry_after = 60.0


def retry_options(retries: int) -> Dict[str, Any]:
    """For one call: tenacity keeps its state in the object that these make."""
    return {
        "stop": stop_after_attempt(retries + 1),
        "wait": _wait_seconds,
        "retry": retry_if_exception(_may_retry),
        "reraise": True,
    }


def _may_retry(error: BaseException) -> bool:
    """
    Not after a timeout: who has waited that long is told, instead of waiting as long again. Not on a provider that
    failed (502): the server has tried it again already. A proxy says 502, too, when it loses a server.
    """
    if not isinstance(error, PersistoError) or (error.retry_after or 0) > _longest_retry_after:
        return False
    if isinstance(error, PersistoConnectionError):
        return not error.timed_out
    return (
        error.status in (429, 503)
        or error.code == "idempotency_in_progress"
        or (error.status == 502 and error.code == "unavailable")
    )


def _wait_seconds(state: RetryCallState) -> float:
    """Half a second, doubled each time up to 8 s, less up to a quarter at random; longer when the server says so."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, PersistoError) else None
    backoff = min(_longest_delay, _first_delay * 2.0 ** (state.attempt_number - 1))
    return max(backoff * (1 - 0.25 * random.random()), asked or 0.0)  # noqa: S311
