"""What is tried again, with what, and what is left to the caller."""

from __future__ import annotations

from typing import Any, Callable, List

import pytest
from support.answers import anything, no_results, saved
from support.faulty_server import Answer, FaultyServer, hang_up, page, problem, silence

from persisto import (
    PersistoClient,
    PersistoConnectionError,
    PersistoError,
    PersistoRateLimitError,
    PersistoServerError,
    PersistoValidationError,
)


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Delays are judged by their numbers, elsewhere."""
    monkeypatch.setattr("persisto._retry._first_delay", 0.001)


writes: List[Callable[[PersistoClient], Any]] = [
    lambda m: m.save("n", "c"),
    lambda m: m.save_many([{"namespace": "n", "content": "c"}]),
    lambda m: m.update("1", content="c"),
    lambda m: m.delete("n", ids=["1"]),
    lambda m: m.delete_namespace("n"),
]


@pytest.mark.parametrize(
    "failure",
    [
        problem("unavailable"),
        problem("idempotency_in_progress"),
        problem("rate_limited"),
        hang_up,
        page(502),
        page(503),
    ],
    ids=["unavailable", "in progress", "rate limited", "lost connection", "lost server", "busy proxy"],
)
def test_tries_writes_again_with_the_same_key_by_which_the_server_knows_them(
    client: PersistoClient, faulty: FaultyServer, failure: Answer
) -> None:
    for write in writes:
        faulty.answer_with(failure, failure, anything)
        write(client)
        keys = {seen.headers["Idempotency-Key"] for seen in faulty.seen}
        bodies = {seen.body for seen in faulty.seen}
        assert (len(faulty.seen), len(keys), len(bodies)) == (3, 1, 1)


def test_takes_a_new_key_for_each_call_or_the_one_that_is_given(client: PersistoClient, faulty: FaultyServer) -> None:
    faulty.answer_with(hang_up, saved)
    client.save("n", "c")
    client.save("n", "c")
    client.save("n", "c", idempotency_key="mine")
    keys = [seen.headers["Idempotency-Key"] for seen in faulty.seen]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3
    assert keys[3] == "mine"
    for bad in ("", "two words", "ü", "x" * 256):
        with pytest.raises(PersistoValidationError, match="idempotency_key"):
            client.save("n", "c", idempotency_key=bad)


def test_tries_reads_again_when_the_connection_is_lost(client: PersistoClient, faulty: FaultyServer) -> None:
    faulty.answer_with(hang_up, no_results)
    assert len(client.query("n", "q")) == 0
    assert len(faulty.seen) == 2


def test_gives_up_after_as_many_retries_as_it_is_told(
    connect: Callable[..., PersistoClient], faulty: FaultyServer
) -> None:
    for retries in (0, 1, 3):
        faulty.answer_with(problem("unavailable"))
        with pytest.raises(PersistoServerError):
            connect(retries=retries).list()
        assert len(faulty.seen) == retries + 1


@pytest.mark.parametrize(
    "answer",
    [
        *(page(status) for status in (401, 404, 413, 500, 504)),
        *(problem(code) for code in ("unprocessable", "internal", "embedder_failed", "conflict", "quota_exceeded")),
    ],
)
def test_does_not_try_again_what_would_only_fail_again(
    client: PersistoClient, faulty: FaultyServer, answer: Answer
) -> None:
    faulty.answer_with(answer)
    with pytest.raises(PersistoError):
        client.query("n", "q")
    assert len(faulty.seen) == 1


def test_leaves_a_long_retry_after_to_the_caller(client: PersistoClient, faulty: FaultyServer) -> None:
    faulty.answer_with(problem("rate_limited", {"Retry-After": "3600"}))
    with pytest.raises(PersistoRateLimitError) as caught:
        client.query("n", "q")
    assert caught.value.retry_after == 3_600
    faulty.answer_with(page(429, {"Retry-After": "Wed, 21 Oct 2133 07:28:00 GMT"}))
    with pytest.raises(PersistoRateLimitError) as dated:
        client.query("n", "q")
    assert dated.value.retry_after is not None
    assert dated.value.retry_after > 3_600


def test_no_answer_in_time_is_told_and_not_waited_for_again(
    connect: Callable[..., PersistoClient], faulty: FaultyServer
) -> None:
    faulty.answer_with(silence)
    with pytest.raises(PersistoConnectionError, match=r"No answer from http.*list within 0\.1 seconds") as caught:
        connect(timeout=0.1).list()
    error = caught.value
    assert (error.status, error.code, error.retryable, error.timed_out) == (None, "unavailable", True, True)
    assert len(faulty.seen) == 1


def test_nobody_there_asks_whether_it_is_running(connect: Callable[..., PersistoClient]) -> None:
    gone = FaultyServer()
    gone.stop()
    with pytest.raises(PersistoConnectionError, match=f"Cannot reach Persisto at {gone.url}; is it running") as caught:
        connect(base_url=gone.url, retries=1).save("n", "c")
    assert (caught.value.retryable, caught.value.timed_out) == (True, False)
    assert caught.value.__cause__ is not None
