"""What ``list_queries``, ``iter_queries`` and ``usage`` promise."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta, timezone
from typing import Any, List

import pytest
from support import expect
from support.server_process import ServerProcess
from support.texts import fresh_name, iso_time

from persisto import PersistoAuthError, PersistoClient


def ask(memory: PersistoClient, *queries: str) -> str:
    namespace = fresh_name()
    memory.save(namespace, "The tortoise is called Achilles.", metadata={"pet": True})
    for query in queries:
        memory.query(namespace, query)
        time.sleep(0.01)
    return namespace


def asked(memory: PersistoClient, namespace: str, **period: Any) -> List[str]:
    return [entry.query_text for entry in memory.list_queries(namespace, **period)]


def test_the_history_tells_what_was_asked_how_and_what_came_of_it(memory: PersistoClient) -> None:
    namespace = ask(memory)
    memory.query(namespace, "tortoise", filters={"pet": True}, mode="fuzzy", k=7)
    memory.query(namespace, "tortoise", mode={"name": "mine", "k": 3})
    mine, entry = memory.list_queries(namespace=namespace)
    assert (mine.mode, mine.top_k) == ("mine", 3)
    assert iso_time.fullmatch(entry.timestamp)
    assert entry == {
        "namespace": namespace,
        "query_text": "tortoise",
        "filters": {"pet": True},
        "top_k": 7,
        "mode": "fuzzy",
        "count": 1,
        "duration_ms": entry.duration_ms,
        "timestamp": entry.timestamp,
    }


def test_the_history_gives_the_newest_first_page_by_page(memory: PersistoClient) -> None:
    namespace = ask(memory, "1", "2", "3", "4", "5")
    first = memory.list_queries(namespace, limit=2)
    assert [entry.query_text for entry in first] == ["5", "4"]
    second = memory.list_queries(namespace, limit=2, cursor=first.next_cursor)
    assert [entry.query_text for entry in second] == ["3", "2"]
    everything = memory.iter_queries(namespace, page_size=2)
    assert [entry.query_text for entry in everything] == ["5", "4", "3", "2", "1"]


def test_the_history_keeps_queries_from_the_start_date_on_and_before_the_end_date(memory: PersistoClient) -> None:
    namespace = ask(memory, "early", "middle", "late")
    late, middle, _ = memory.list_queries(namespace)
    assert asked(memory, namespace, start_date=middle.timestamp) == ["late", "middle"]
    assert asked(memory, namespace, end_date=middle.timestamp) == ["early"]
    assert asked(memory, namespace, start_date=middle.timestamp, end_date=late.timestamp) == ["middle"]
    entries = memory.iter_queries(namespace, start_date=middle.timestamp, page_size=1)
    assert [entry.query_text for entry in entries] == ["late", "middle"]


def test_the_history_takes_dates_and_times_of_python(memory: PersistoClient) -> None:
    namespace = ask(memory, "now")
    now = datetime.now(timezone.utc)
    assert asked(memory, namespace, start_date=date(2000, 1, 1)) == ["now"]
    assert asked(memory, namespace, end_date=date(2000, 1, 1)) == []
    assert asked(memory, namespace, start_date=now - timedelta(hours=1), end_date=now + timedelta(hours=1)) == ["now"]
    in_tokyo = timezone(timedelta(hours=9))
    assert asked(memory, namespace, start_date=(now + timedelta(hours=1)).astimezone(in_tokyo)) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("start_date", "yesterday"),
        ("start_date", "2026-02-30"),
        ("start_date", datetime(2026, 1, 31, 12)),
        ("end_date", ""),
        ("end_date", 1_769_860_800),
        ("limit", 0),
        ("cursor", "nonsense"),
        ("namespace", ""),
    ],
)
def test_the_history_refuses_what_is_wrong_and_names_the_field(memory: PersistoClient, field: str, value: Any) -> None:
    wrong: Any = {"namespace": ask(memory), field: value}
    with expect.invalid(field):
        memory.list_queries(**wrong)


def test_usage_counts_what_a_project_uses(memory: PersistoClient, server: ServerProcess) -> None:
    today = datetime.now(timezone.utc).date()
    with PersistoClient(server.operator_key, server.base_url) as operator:
        before = operator.usage(project="default", by="month")
        namespace = ask(memory, "tortoise")
        after = operator.usage(project="default", by="month", from_=today - timedelta(days=20), to=today.isoformat())
    assert (after.project, after.by, after.to, after["to"]) == ("default", "month", str(today), str(today))
    assert sum(row.saves for row in after.usage) > 0
    assert sum(row["queries"] for row in after.usage) > 0
    assert after.stored_bytes > before.stored_bytes
    assert memory.delete_namespace(namespace).count == 1


def test_usage_refuses_what_is_wrong_and_other_keys(server: ServerProcess) -> None:
    with PersistoClient(server.operator_key, server.base_url) as operator:
        with expect.invalid("from_"):
            operator.usage(project="default", from_="yesterday")
        with expect.invalid("by"):
            operator.usage(project="default", by="week")
        with pytest.raises(PersistoAuthError):
            operator.list()
