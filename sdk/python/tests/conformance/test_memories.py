"""What ``get``, ``list``, ``iter_memories``, ``update`` and ``delete`` promise."""

from __future__ import annotations

import time
from typing import Any, Dict, List

import pytest
from support import expect
from support.texts import fresh_name, long_text

from persisto import MemoryRecord, PersistoClient

# Each is the name of a route, or needs escaping.
awkward_ids = [
    "list",
    "namespaces",
    "save",
    "save-many",
    "query",
    "delete",
    "a/b",
    "/",
    "//evil.example/x",
    "../list",
    "a b",
    " padded ",
    "100%",
    "%2F",
    "%2e%2e",
    "%00",
    "a+b",
    "what?x=1&namespace=other",
    "#fragment",
    "a;b=c,d",
    ":id",
    "*",
    "...",
    "~tilde!'()",
    '"quoted" \\ back',
    "'; drop table memories; --",
    "ключ-鍵-🗝️",
    "e\u0301 is not é",
    "\ufeffbyte order mark",
    "null",
]


def fill(memory: PersistoClient, namespace: str, count: int) -> List[str]:
    batch: List[Any] = [
        {"namespace": namespace, "content": f"Entry {index}.", "metadata": {"index": index}} for index in range(count)
    ]
    return [saved.id for saved in memory.save_many(batch)]


def found(record: Any) -> MemoryRecord:
    assert isinstance(record, MemoryRecord)
    return record


def test_get_gives_none_for_an_id_that_is_absent_or_in_another_namespace(memory: PersistoClient) -> None:
    namespace, id = fresh_name(), fresh_name("id")
    memory.save(namespace, "Only here.", id=id)
    assert memory.get(fresh_name("absent"), namespace=namespace) is None
    assert memory.get(fresh_name("absent")) is None
    assert memory.get(id, namespace=fresh_name()) is None
    assert found(memory.get(id)).content == "Only here."


def test_get_asks_for_the_namespace_when_several_hold_the_id(memory: PersistoClient) -> None:
    first, second, id = fresh_name(), fresh_name(), fresh_name("id")
    for namespace in (first, second):
        memory.save(namespace, f"In {namespace}.", id=id)
    with expect.error("conflict"):
        memory.get(id)
    assert found(memory.get(id, namespace=second)).content == f"In {second}."


def test_reads_changes_and_deletes_memories_whatever_characters_their_ids_have(memory: PersistoClient) -> None:
    namespace = fresh_name()
    memory.save_many([{"namespace": namespace, "id": id, "content": f"I am {id}."} for id in awkward_ids])
    for id in awkward_ids:
        assert found(memory.get(id, namespace=namespace)).content == f"I am {id}."
        assert memory.update(id, namespace=namespace, metadata={"id": id}).metadata == {"id": id}
    assert sorted(record.id for record in memory.list(namespace)) == sorted(awkward_ids)
    for id in awkward_ids:
        assert memory.delete(namespace, id=id) == {"count": 1}
    assert len(memory.list(namespace)) == 0


def test_list_gives_whole_records_newest_first(memory: PersistoClient) -> None:
    namespace = fresh_name()
    for id in ("first", "second", "third"):
        memory.save(namespace, f"The {id}.", id=id)
    page = memory.list(namespace)
    assert [record.id for record in page] == ["third", "second", "first"]
    assert page[0] == memory.get("third", namespace=namespace)
    assert (page.next_cursor, page.total) == (None, None)


def test_list_gives_every_record_exactly_once_page_by_page(memory: PersistoClient) -> None:
    namespace = fresh_name()
    ids = fill(memory, namespace, 25)
    sizes: List[int] = []
    seen: List[str] = []
    cursor = None
    while True:
        page = memory.list(namespace, limit=7, cursor=cursor)
        sizes.append(len(page))
        seen.extend(record.id for record in page)
        cursor = page.next_cursor
        if cursor is None:
            break
    assert sizes == [7, 7, 7, 4]
    assert sorted(seen) == sorted(ids)


def test_iter_memories_goes_through_all_pages_and_ends_with_the_last_full_one(memory: PersistoClient) -> None:
    namespace = fresh_name()
    ids = fill(memory, namespace, 6)
    assert sorted(record.id for record in memory.iter_memories(namespace, page_size=3)) == sorted(ids)
    even = list(memory.iter_memories(namespace, filters={"index": {"in": [0, 2, 4]}}, page_size=2))
    assert sorted(record.metadata["index"] for record in even) == [0, 2, 4]
    assert len(list(memory.iter_memories(namespace))) == 6


def test_list_counts_every_match_when_asked(memory: PersistoClient) -> None:
    namespace = fresh_name()
    fill(memory, namespace, 9)
    memory.save(namespace, "Marked.", metadata={"marked": True})
    first = memory.list(namespace, limit=4, with_total=True)
    assert (len(first), first.total) == (4, 10)
    assert memory.list(namespace, filters={"marked": True}, with_total=True).total == 1
    assert memory.list(namespace, filters={"marked": "no"}, with_total=True).to_dict() == {
        "memories": [],
        "next_cursor": None,
        "total": 0,
    }


def test_list_goes_through_every_namespace_when_none_is_named(memory: PersistoClient) -> None:
    run, namespaces = fresh_name("run"), sorted(fresh_name() for _ in range(3))
    memory.save_many(
        [{"namespace": each, "id": "same", "content": "Somewhere.", "metadata": {"run": run}} for each in namespaces]
    )
    listed = memory.iter_memories(filters={"run": run}, page_size=1)
    assert sorted(record.namespace for record in listed) == namespaces
    assert len(memory.list()) > 0


def test_list_refuses_an_unknown_namespace_and_a_cursor_it_did_not_give(memory: PersistoClient) -> None:
    with expect.not_found("namespace"):
        memory.list(fresh_name())
    namespace = fresh_name()
    fill(memory, namespace, 2)
    for cursor in ["nonsense", "e30", "' or 1=1 --", "%00", "🗝️", "a" * 512]:
        with expect.invalid("cursor"):
            memory.list(namespace, cursor=cursor)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("limit", 0),
        ("limit", -1),
        ("limit", 1.5),
        ("limit", "10"),
        ("limit", True),
        ("limit", 1_001),
        ("cursor", ""),
        ("cursor", 7),
        ("with_total", "yes"),
        ("namespace", ""),
        ("namespace", 42),
        ("namespace", "a\0b"),
        ("namespace", "a\ud83d"),
        ("filters", {"tags": ["a"]}),
        ("filters", {"a": float("nan")}),
    ],
)
def test_list_refuses_what_is_wrong_and_names_the_field(memory: PersistoClient, field: str, value: Any) -> None:
    wrong: Dict[str, Any] = {field: value}
    with expect.invalid(field):
        memory.list(**wrong)


def test_update_returns_the_memory_as_it_is_now_and_changes_only_what_it_is_given(memory: PersistoClient) -> None:
    namespace = fresh_name()
    saved = memory.save(namespace, "Lives in Oslo.", metadata={"city": "Oslo"}, ttl_seconds=3_600)
    before = found(memory.get(saved.id, namespace=namespace))
    time.sleep(0.01)
    after = memory.update(saved.id, namespace=namespace, content="Lives in Bergen.")
    assert after == {**before, "content": "Lives in Bergen.", "updated_at": after.updated_at}
    assert after.updated_at > before.updated_at
    assert memory.get(saved.id, namespace=namespace) == after


def test_update_finds_new_content_and_no_longer_the_old(memory: PersistoClient) -> None:
    namespace = fresh_name()
    saved = memory.save(namespace, long_text(24_000), metadata={"kept": True})
    memory.update(saved.id, namespace=namespace, content="The walrus plays chess.")
    hits = memory.query(namespace, "walrus chess pear tree window", mode="fuzzy", k=100)
    assert [(hit.content, hit.metadata) for hit in hits] == [("The walrus plays chess.", {"kept": True})]


def test_update_replaces_metadata_as_a_whole_and_removes_the_expiry_for_none(memory: PersistoClient) -> None:
    namespace = fresh_name()
    saved = memory.save(namespace, "A red bicycle.", metadata={"old": 1, "both": "old"}, ttl_seconds=60)
    changed = memory.update(saved.id, namespace=namespace, metadata={"both": "new"})
    assert changed.metadata == {"both": "new"}
    assert changed.expires_at == saved.expires_at
    assert memory.update(saved.id, namespace=namespace, ttl_seconds=None).expires_at is None
    assert memory.update(saved.id, namespace=namespace, ttl_seconds=7_200).expires_at is not None


def test_update_refuses_a_memory_that_is_absent_and_to_change_nothing(memory: PersistoClient) -> None:
    namespace = fresh_name()
    memory.save(namespace, "Here.", id="here")
    with expect.not_found("memory"):
        memory.update("absent", namespace=namespace, content="New?")
    with expect.invalid(""):
        memory.update("here", namespace=namespace)
    assert memory.list(namespace, with_total=True).total == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("content", ""),
        ("content", " \n"),
        ("content", 42),
        ("content", "\0"),
        ("metadata", [1]),
        ("ttl_seconds", 0),
        ("ttl_seconds", "60"),
        ("id", ""),
        ("id", "."),
        ("id", ".."),
        ("id", None),
        ("id", 42),
        ("id", "a\0b"),
        ("id", "a\ud83d"),
        ("id", "i" * 257),
        ("namespace", ""),
    ],
)
def test_update_refuses_what_is_wrong_and_names_the_field(memory: PersistoClient, field: str, value: Any) -> None:
    wrong: Any = {"id": "1", "content": "A better text.", field: value}
    with expect.invalid(field):
        memory.update(**wrong)
    if field in ("id", "namespace"):
        del wrong["content"]
        with expect.invalid(field):
            memory.get(**wrong)


def remember(memory: PersistoClient) -> str:
    """Four memories: 1 and 2 are tagged x, 1 and 3 have the same content."""
    namespace = fresh_name()
    memory.save_many(
        [
            {"namespace": namespace, "id": "1", "content": "Twin.", "metadata": {"tag": "x"}},
            {"namespace": namespace, "id": "2", "content": "Single.", "metadata": {"tag": "x"}},
            {"namespace": namespace, "id": "3", "content": "Twin.", "metadata": {"tag": "y"}},
            {"namespace": namespace, "id": "4", "content": "Other."},
        ]
    )
    return namespace


def remaining(memory: PersistoClient, namespace: str) -> str:
    return "".join(sorted(record.id for record in memory.list(namespace)))


@pytest.mark.parametrize(
    ("conditions", "left"),
    [
        ({"ids": ["1", "4"]}, "23"),
        ({"ids": ("1", "1", "absent")}, "234"),
        ({"ids": ["absent"]}, "1234"),
        ({"ids": []}, "1234"),
        ({"ids": [], "content": "Twin."}, "1234"),
        ({"content": "Twin."}, "24"),
        ({"content": "Twin"}, "1234"),
        ({"content": "twin."}, "1234"),
        ({"content": "%"}, "1234"),
        ({"filters": {"tag": "x"}}, "34"),
        ({"metadata": {"tag": "x"}}, "34"),
        ({"filters": {"tag": None}}, "1234"),
        ({"ids": ["1", "2"], "content": "Twin."}, "234"),
        ({"ids": ["1", "2", "3"], "content": "Twin.", "filters": {"tag": "x"}}, "234"),
    ],
)
def test_delete_deletes_what_meets_every_condition_and_counts_it(
    memory: PersistoClient, conditions: Dict[str, Any], left: str
) -> None:
    namespace = remember(memory)
    assert memory.delete(namespace, **conditions).count == 4 - len(left)
    assert remaining(memory, namespace) == left


@pytest.mark.parametrize(
    "conditions",
    [
        {},
        {"filters": {}},
        {"filters": {"and": [{}]}},
        {"filters": []},
        {"content": ""},
        {"ids": "1"},
        {"ids": ["1", 2]},
        {"ids": [""]},
        {"ids": {"1"}},
        {"filters": {"tag": "x"}, "metadata": {"tag": "x"}},
        {"id": "1", "content": "Twin."},
        {"ids": [str(number) for number in range(1_001)]},
    ],
)
def test_delete_refuses_what_is_no_condition_and_deletes_nothing(
    memory: PersistoClient, conditions: Dict[str, Any]
) -> None:
    namespace = remember(memory)
    with expect.error("unprocessable"):
        memory.delete(namespace, **conditions)
    assert remaining(memory, namespace) == "1234"


def test_delete_names_filters_as_they_were_given(memory: PersistoClient) -> None:
    namespace = remember(memory)
    for name in ("filters", "metadata"):
        conditions: Dict[str, Any] = {name: {"tag": ["x"]}}
        with expect.invalid(f"{name}.tag"):
            memory.delete(namespace, **conditions)


def test_delete_needs_a_namespace_for_conditions(memory: PersistoClient) -> None:
    with expect.invalid("namespace"):
        memory.delete(ids=["1"])


def test_delete_deletes_the_one_that_an_id_names_with_its_namespace_or_without(memory: PersistoClient) -> None:
    namespace, twin, id = remember(memory), fresh_name(), fresh_name("id")
    memory.save(namespace, "Known by its id.", id=id)
    assert memory.delete(namespace, id="1") == {"count": 1}
    assert memory.delete(fresh_name(), id=id) == {"count": 0}
    assert memory.delete(id=id) == {"count": 1}
    assert memory.delete(id=id) == {"count": 0}
    for each in (namespace, twin):
        memory.save(each, "Twice there.", id=id)
    with expect.error("conflict"):
        memory.delete(id=id)


def test_delete_makes_the_memory_invisible_and_leaves_others_alone(memory: PersistoClient) -> None:
    namespace, other = remember(memory), remember(memory)
    memory.delete(namespace, ids=["2"])
    assert memory.get("2", namespace=namespace) is None
    assert {"namespace": namespace, "count": 3} in memory.list_namespaces()
    assert memory.delete(namespace, ids=["2"]) == {"count": 0}
    assert remaining(memory, other) == "1234"
    assert memory.delete(fresh_name(), content="Twin.") == {"count": 0}
