"""Times that users give: of memories from elsewhere, and when a memory expires."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta, timezone
from typing import Any, List

import pytest
from support import expect
from support.texts import fresh_name

from persisto import MemoryRecord, PersistoClient, PersistoValidationError

hour = timedelta(hours=1)


def from_now(difference: timedelta) -> datetime:
    """To the millisecond, as times are kept."""
    now = datetime.now(timezone.utc)
    return now.replace(microsecond=now.microsecond // 1_000 * 1_000) + difference


def iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def get(memory: PersistoClient, namespace: str, id: str) -> MemoryRecord:
    record = memory.get(id, namespace=namespace)
    assert record is not None
    return record


def test_of_a_memory_from_elsewhere_are_kept(memory: PersistoClient) -> None:
    namespace = fresh_name()
    created_at, updated_at = "2019-03-04T05:06:07.890Z", "2020-01-01T00:00:00.000Z"
    memory.save(namespace, "x", id="both", created_at=created_at, updated_at=date(2020, 1, 1))
    with_offset = datetime(2019, 3, 4, 6, 6, 7, 890_000, timezone(hour))
    memory.save_many([{"namespace": namespace, "id": "one", "content": "x", "created_at": with_offset}])
    both, one = get(memory, namespace, "both"), get(memory, namespace, "one")
    assert (both.created_at, both.updated_at) == (created_at, updated_at)
    assert (one.created_at, one.updated_at) == (created_at, created_at)


def test_are_those_of_a_memory_that_is_replaced_too_and_stay_when_nothing_is_said(memory: PersistoClient) -> None:
    namespace = fresh_name()
    created_at = "2019-03-04T05:06:07.000Z"
    memory.save(namespace, "first", id="again")
    memory.save(namespace, "second", id="again", created_at=created_at)
    second = get(memory, namespace, "again")
    assert (second.content, second.created_at, second.updated_at) == ("second", created_at, created_at)
    memory.save(namespace, "third", id="again")
    third = get(memory, namespace, "again")
    assert (third.content, third.created_at) == ("third", created_at)
    assert third.updated_at > iso(from_now(-hour))


def test_are_what_recency_goes_by(memory: PersistoClient) -> None:
    namespace = fresh_name()
    content = "The harbour opens at six."
    long_ago = from_now(-timedelta(days=400))
    memory.save_many(
        [
            {"namespace": namespace, "id": "new", "content": content},
            {"namespace": namespace, "id": "old", "content": content, "created_at": long_ago},
        ]
    )
    new, old = memory.query(namespace, "harbour", mode="recency")
    assert (new.id, old.id) == ("new", "old")
    assert new.score > old.score


def test_do_not_change_the_order_of_a_list_which_is_that_of_saving(memory: PersistoClient) -> None:
    namespace = fresh_name()
    for id, created_at in [("a", "2024-01-01"), ("b", "2022-01-01"), ("c", "2023-01-01")]:
        memory.save(namespace, "x", id=id, created_at=created_at)
    assert [record.id for record in memory.list(namespace)] == ["c", "b", "a"]
    assert [record.id for record in memory.list(namespace, order="newest")] == ["c", "b", "a"]
    assert [record.id for record in memory.list(namespace, order="oldest")] == ["a", "b", "c"]
    assert [record.id for record in memory.iter_memories(namespace, order="oldest", page_size=1)] == ["a", "b", "c"]


def test_of_expiry_are_kept_to_the_millisecond_in_place_of_a_duration(memory: PersistoClient) -> None:
    namespace = fresh_name()
    expires_at = from_now(hour)
    saved = memory.save(namespace, "x", id="given", expires_at=expires_at)
    assert saved.expires_at == iso(expires_at)
    assert get(memory, namespace, "given").expires_at == iso(expires_at)
    memory.save_many([{"namespace": namespace, "id": "never", "content": "x", "expires_at": None}])
    assert get(memory, namespace, "never").expires_at is None
    midnight = date.today() + timedelta(days=2)
    assert memory.save(namespace, "x", expires_at=midnight).expires_at == f"{midnight}T00:00:00.000Z"


def test_of_expiry_end_a_memory(memory: PersistoClient) -> None:
    namespace = fresh_name()
    memory.save(namespace, "x", id="short", expires_at=from_now(timedelta(seconds=1.5)))
    deadline = time.monotonic() + 20
    while memory.get("short", namespace=namespace) is not None:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_of_a_page_continue_in_the_order_they_began_in(memory: PersistoClient) -> None:
    namespace = fresh_name()
    memory.save_many({"namespace": namespace, "id": id, "content": "x"} for id in "abc")
    first = memory.list(namespace, order="oldest", limit=2)
    assert [record.id for record in first] == ["a", "b"]
    second = memory.list(namespace, order="oldest", limit=2, cursor=first.next_cursor)
    assert ([record.id for record in second], second.next_cursor) == (["c"], None)
    with expect.invalid("cursor"):
        memory.list(namespace, cursor=first.next_cursor)


wrong_times: List[Any] = [
    ("created_at", {"created_at": from_now(hour)}),
    ("created_at", {"created_at": "yesterday"}),
    ("created_at", {"created_at": 1_700_000_000}),
    ("created_at", {"created_at": datetime(2020, 1, 1)}),
    ("updated_at", {"updated_at": "2020-01-01"}),
    ("updated_at", {"created_at": "2020-01-02", "updated_at": "2020-01-01"}),
    ("updated_at", {"created_at": "2020-01-02", "updated_at": from_now(hour)}),
    ("updated_at", {"created_at": "2020-01-02", "updated_at": datetime(2020, 1, 3)}),
    ("expires_at", {"expires_at": from_now(-timedelta(seconds=1))}),
    ("expires_at", {"expires_at": from_now(timedelta(days=11 * 366))}),
    ("expires_at", {"expires_at": datetime(2040, 1, 1)}),
    ("expires_at", {"expires_at": from_now(hour), "ttl_seconds": 60}),
    ("expires_at", {"expires_at": None, "ttl_seconds": None}),
]


@pytest.mark.parametrize(("field", "times"), wrong_times)
def test_are_refused_when_they_are_wrong(memory: PersistoClient, field: str, times: Any) -> None:
    wrong = {"namespace": fresh_name(), "content": "x", **times}
    with expect.invalid(field):
        memory.save(**wrong)
    batch: List[Any] = [{"namespace": fresh_name(), "content": "x"}, wrong]
    with expect.invalid(f"memories[1].{field}"):
        memory.save_many(batch)


def test_without_a_time_zone_are_refused_with_the_remedy(memory: PersistoClient) -> None:
    with pytest.raises(PersistoValidationError, match=r"expires_at: must have a time zone, e\.g\. datetime\.now"):
        memory.save(fresh_name(), "x", expires_at=datetime(2040, 1, 1))


def test_refuse_an_order_that_there_is_none_of(memory: PersistoClient) -> None:
    for order in ("random", 1):
        wrong: Any = order
        with expect.invalid("order"):
            memory.list(order=wrong)
