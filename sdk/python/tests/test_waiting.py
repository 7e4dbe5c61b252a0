"""How long is waited before trying again."""

from __future__ import annotations

from typing import Optional

import pytest
from tenacity import Future, RetryCallState, Retrying

from persisto import PersistoError
from persisto._retry import retry_options


def waiting(tries: int, retry_after: Optional[float] = None) -> float:
    state = RetryCallState(Retrying(), None, (), {})
    state.attempt_number = tries
    state.outcome = Future(tries)
    state.outcome.set_exception(PersistoError("Busy.", 503, "unavailable", retry_after=retry_after))
    return float(retry_options(3)["wait"](state))


@pytest.mark.parametrize(("tries", "longest"), [(1, 0.5), (2, 1.0), (3, 2.0), (5, 8.0), (50, 8.0)])
def test_half_a_second_doubled_each_time_up_to_eight_less_up_to_a_quarter(tries: int, longest: float) -> None:
    waits = [waiting(tries) for _ in range(100)]
    assert all(longest * 0.75 <= wait <= longest for wait in waits)
    assert len(set(waits)) > 1


def test_as_long_as_the_server_asks_when_that_is_longer() -> None:
    assert waiting(1, retry_after=7) == 7
    assert waiting(5, retry_after=0) >= 6
