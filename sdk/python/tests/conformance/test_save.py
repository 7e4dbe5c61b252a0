"""What ``save`` and ``save_many`` promise."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from support import expect
from support.texts import fresh_name, iso_time, long_text

from persisto import PersistoClient, PersistoValidationError

uuid_v7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def read_time(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def test_keeps_a_text_its_metadata_and_its_times(memory: PersistoClient) -> None:
    namespace = fresh_name()
    content = "The user prefers concise summaries."
    saved = memory.save(namespace=namespace, content=content, metadata={"source": "profile"})
    assert uuid_v7.fullmatch(saved.id)
    assert saved == {"id": saved.id, "chunks": 1, "expires_at": None}
    record = memory.get(saved.id, namespace=namespace)
    assert record is not None
    assert iso_time.fullmatch(record.created_at)
    assert record == {
        "id": saved.id,
        "namespace": namespace,
        "content": content,
        "metadata": {"source": "profile"},
        "created_at": record["created_at"],
        "updated_at": record["created_at"],
        "expires_at": None,
    }


def test_gives_metadata_back_as_it_was_whatever_json_it_is(memory: PersistoClient) -> None:
    namespace = fresh_name()
    metadata = {
        "text": 'quotes " and \\ and \u2028',
        "empty": "",
        "yes": True,
        "no": False,
        "nothing": None,
        "numbers": [0, 0.1, -1.5, 1e21, 1e-7, 5e-324, 1.7976931348623157e308, 2**53 - 1, -(2**53 - 1)],
        "nested": {"list": [{"deep": [[], {}, [None]]}], "snake_case and camelCase": {"keepMe": 1, "keep_me": 2}},
        "clé": "é",
        "cle\u0301": "a decomposed key is another key",
        "🗝️": "🔓",
        "": "the empty key",
        "constructor": "a name every object of JavaScript knows",
    }
    saved = memory.save(namespace, "Metadata of every kind.", metadata=metadata)
    record = memory.get(saved.id, namespace=namespace)
    assert record is not None
    assert record.metadata == metadata
    assert record.metadata["yes"] is True


def test_takes_absent_metadata_as_none_and_a_ttl_of_none_as_for_ever(memory: PersistoClient) -> None:
    namespace = fresh_name()
    saved = memory.save(namespace, "Nothing attached.", ttl_seconds=None)
    assert saved.expires_at is None
    record = memory.get(saved.id, namespace=namespace)
    assert record is not None
    assert (record.metadata, record.expires_at) == ({}, None)


def test_keeps_the_same_text_twice_when_no_id_says_it_is_the_same_memory(memory: PersistoClient) -> None:
    namespace = fresh_name()
    first, second = (memory.save(namespace, "Said again and again.") for _ in range(2))
    assert first.id != second.id
    assert len(memory.list(namespace)) == 2


def test_says_when_the_memory_expires(memory: PersistoClient) -> None:
    namespace = fresh_name()
    saved = memory.save(namespace, "Gone in an hour.", ttl_seconds=3_600)
    record = memory.get(saved.id, namespace=namespace)
    assert record is not None
    assert saved.expires_at is not None
    assert record.expires_at == saved.expires_at
    lifetime = read_time(saved.expires_at) - read_time(record.created_at)
    assert abs(lifetime - timedelta(hours=1)) < timedelta(seconds=5)


def test_splits_a_long_text_into_passages_and_keeps_the_text_whole(memory: PersistoClient) -> None:
    namespace = fresh_name()
    content = long_text(48_000)
    saved = memory.save(namespace, content)
    assert saved.chunks > 1
    record = memory.get(saved.id, namespace=namespace)
    assert record is not None
    assert record.content == content


def test_replaces_the_memory_of_an_id_saved_again_and_keeps_its_created_at(memory: PersistoClient) -> None:
    namespace = fresh_name()
    memory.save(namespace, "Likes tea.", id="drink", metadata={"drink": "tea", "hot": True}, ttl_seconds=60)
    before = memory.get("drink", namespace=namespace)
    time.sleep(0.01)
    again = memory.save(namespace, "Likes coffee.", id="drink")
    assert again == {"id": "drink", "chunks": 1, "expires_at": None}
    after = memory.get("drink", namespace=namespace)
    assert before is not None
    assert after is not None
    assert (after.content, after.metadata, after.expires_at) == ("Likes coffee.", {}, None)
    assert after.created_at == before.created_at
    assert after.updated_at > before.updated_at
    assert memory.list(namespace, with_total=True).total == 1


def test_leaves_no_passage_of_a_replaced_text_behind(memory: PersistoClient) -> None:
    namespace = fresh_name()
    memory.save(namespace, f"{long_text(24_000)} The parrot escaped through the skylight.", id="diary")
    memory.save(namespace, "The cat sleeps on the parrot cage.", id="diary")
    hits = memory.query(namespace, "parrot skylight pear tree", mode="fuzzy", k=100)
    assert [hit.content for hit in hits] == ["The cat sleeps on the parrot cage."]


def test_keeps_the_same_id_in_two_namespaces_as_two_memories(memory: PersistoClient) -> None:
    first, second = fresh_name(), fresh_name()
    for namespace in (first, second):
        memory.save(namespace, f"In {namespace}.", id="note")
    for namespace in (first, second):
        record = memory.get("note", namespace=namespace)
        assert record is not None
        assert record.content == f"In {namespace}."


def test_is_seen_at_once_by_every_other_method(memory: PersistoClient) -> None:
    namespace = fresh_name()
    saved = memory.save(namespace, "Seen at once.", metadata={"seen": True})
    assert memory.get(saved.id) is not None
    assert [record.id for record in memory.list(namespace)] == [saved.id]
    assert [hit.id for hit in memory.query(namespace, "Seen at once.")] == [saved.id]
    assert {"namespace": namespace, "count": 1} in memory.list_namespaces()
    assert memory.delete(namespace, filters={"seen": True}) == {"count": 1}


def test_a_batch_is_answered_in_its_order_with_the_passages_of_each_text(memory: PersistoClient) -> None:
    namespace = fresh_name()
    saved = memory.save_many(
        [
            {"namespace": namespace, "id": "zebra", "content": "A zebra."},
            {"namespace": namespace, "id": "novel", "content": long_text(48_000)},
            {"namespace": namespace, "id": "ant", "content": "An ant."},
        ]
    )
    assert [each.id for each in saved] == ["zebra", "novel", "ant"]
    assert saved[0] == {"id": "zebra", "chunks": 1}
    assert saved[1]["chunks"] > 1


def test_an_empty_batch_saves_nothing_and_any_iterable_is_one(memory: PersistoClient) -> None:
    assert memory.save_many([]) == []
    namespace = fresh_name()
    texts = ("One.", "Two.")
    assert len(memory.save_many({"namespace": namespace, "content": text} for text in texts)) == 2


def test_a_batch_saves_into_several_namespaces_at_once(memory: PersistoClient) -> None:
    first, second = fresh_name(), fresh_name()
    memory.save_many(
        [
            {"namespace": first, "id": "same", "content": "In the first.", "metadata": {"place": 1}},
            {"namespace": second, "id": "same", "content": "In the second.", "ttl_seconds": 60},
        ]
    )
    one, two = memory.get("same", namespace=first), memory.get("same", namespace=second)
    assert one is not None
    assert two is not None
    assert (one.metadata, one.expires_at) == ({"place": 1}, None)
    assert two.expires_at is not None


def test_a_batch_saves_none_when_one_is_bad_and_names_the_bad_one(memory: PersistoClient) -> None:
    namespace, known = fresh_name(), fresh_name()
    memory.save(known, "As it was.", id="kept")
    with expect.invalid("memories[2].content"):
        memory.save_many(
            [
                {"namespace": namespace, "content": "Good."},
                {"namespace": known, "id": "kept", "content": "Overwritten?"},
                {"namespace": namespace, "content": " "},
            ]
        )
    with expect.not_found("namespace"):
        memory.list(namespace)
    kept = memory.get("kept", namespace=known)
    assert kept is not None
    assert kept.content == "As it was."


def test_a_batch_keeps_the_last_of_several_with_one_id_and_answers_for_each(memory: PersistoClient) -> None:
    namespace = fresh_name()
    saved = memory.save_many(
        [
            {"namespace": namespace, "id": "twice", "content": "The first wording."},
            {"namespace": namespace, "id": "once", "content": "In between."},
            {"namespace": namespace, "id": "twice", "content": "The last wording."},
        ]
    )
    assert [each.id for each in saved] == ["twice", "once", "twice"]
    hits = memory.query(namespace, "wording", k=100)
    assert [hit.content for hit in hits if hit.id == "twice"] == ["The last wording."]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("namespace", None),
        ("namespace", ""),
        ("namespace", 42),
        ("namespace", "a\0b"),
        ("namespace", "a\nb"),
        ("namespace", "a\ud83d"),
        ("namespace", "é" * 129),
        ("content", None),
        ("content", ""),
        ("content", " \t\r\n\u3000\u00a0"),
        ("content", 42),
        ("content", b"bytes"),
        ("content", ["text"]),
        ("content", "before\0after"),
        ("content", "before\ud83dafter"),
        ("metadata", []),
        ("metadata", "source"),
        ("metadata", {"note": "a\0b"}),
        ("metadata", {"a\0b": 1}),
        ("metadata", {"tags": ["ok", "\ud83d"]}),
        ("metadata", {"deep": {"\udd11": 1}}),
        ("metadata", {"__proto__": {"admin": True}}),
        ("metadata", {1: "a key that is no text"}),
        ("metadata", {"at": datetime(2026, 1, 31)}),
        ("metadata", {"share": float("nan")}),
        ("metadata", {"share": float("inf")}),
        ("metadata", {"id": 2**53 + 1}),
        ("metadata", {"id": 10**400}),
        ("metadata", {f"key{number}": number for number in range(65)}),
        ("ttl_seconds", 0),
        ("ttl_seconds", -1),
        ("ttl_seconds", 1.5),
        ("ttl_seconds", "60"),
        ("ttl_seconds", 10 * 365 * 86_400 + 1),
        ("id", ""),
        ("id", "."),
        ("id", ".."),
        ("id", 42),
        ("id", "a\0b"),
        ("id", "a\tb"),
        ("id", "é" * 129),
    ],
)
def test_refuses_what_is_wrong_names_the_field_and_saves_nothing(
    memory: PersistoClient, field: str, value: Any
) -> None:
    namespace = fresh_name()
    wrong: Any = {"namespace": namespace, "content": "A good text.", "id": "refused", field: value}
    with expect.invalid(field):
        memory.save(**wrong)
    with expect.invalid(f"memories[1].{field}"):
        memory.save_many([{"namespace": namespace, "content": "Good."}, wrong])
    with expect.not_found("namespace"):
        memory.list(namespace)


@pytest.mark.parametrize(
    ("field", "value"),
    [("content", "あ" * (256 * 1024 // 3 + 1)), ("metadata", {"note": "x" * 16 * 1024})],
    ids=["content", "metadata"],
)
def test_refuses_what_is_too_large(memory: PersistoClient, field: str, value: Any) -> None:
    wrong: Any = {"namespace": fresh_name(), "content": "A good text.", field: value}
    with expect.invalid(field, code="too_large"):
        memory.save(**wrong)


def test_refuses_an_unknown_field_of_a_batch_and_what_is_no_batch(memory: PersistoClient) -> None:
    unknown: Any = {"namespace": fresh_name(), "content": "A good text.", "colour": "red"}
    with expect.invalid("memories[0].colour"):
        memory.save_many([unknown])
    no_batches: Any = ["text", {}]
    for no_batch in no_batches:
        with expect.invalid("memories"):
            memory.save_many(no_batch)
    no_memories: Any = [None, "text", [], 42]
    for no_memory in no_memories:
        with expect.invalid("memories[0]"):
            memory.save_many([no_memory])


def test_names_every_field_that_is_wrong(memory: PersistoClient) -> None:
    with pytest.raises(PersistoValidationError) as caught:
        memory.save(fresh_name(), "", ttl_seconds=0)
    assert sorted(issue["field"] for issue in caught.value.errors) == ["content", "ttl_seconds"]
    assert (caught.value.status, caught.value.retryable) == (422, False)


def test_says_what_is_wrong_without_repeating_the_text(memory: PersistoClient) -> None:
    with pytest.raises(PersistoValidationError) as caught:
        memory.save(fresh_name(), "my secret \0")
    assert "my secret" not in str(caught.value)


def test_refuses_metadata_nested_thousands_of_levels_deep_or_in_itself(memory: PersistoClient) -> None:
    deep: Any = []
    for _ in range(5_000):
        deep = [deep]
    with expect.invalid("metadata"):
        memory.save(fresh_name(), "Deep.", metadata={"list": deep})
    circle: Any = {}
    circle["self"] = circle
    with expect.invalid("metadata"):
        memory.save(fresh_name(), "Round.", metadata=circle)
