"""Passages of users' own, and passages read out."""

from __future__ import annotations

import array
import math
from datetime import datetime, timedelta, timezone
from typing import Any, List

import pytest
from support import expect
from support.texts import fresh_name, long_text
from support.vectors import axis, dimensions

from persisto import MemoryRecord, PassageInput, PersistoClient


def read_out(memory: PersistoClient, namespace: str) -> List[MemoryRecord]:
    """Every memory with its passages, those saved first at the beginning."""
    return list(memory.iter_memories(namespace, order="oldest", with_passages=True))


def test_are_found_in_place_of_those_that_the_content_would_be_split_into(memory: PersistoClient) -> None:
    namespace = fresh_name()
    passages: List[PassageInput] = [
        {"content": "The quince ripens in October."},
        {"content": "Medlars are eaten when they look rotten."},
    ]
    saved = memory.save(namespace, "About fruit trees.", id="fruit", passages=passages)
    assert saved.chunks == 2
    hit = memory.query(namespace, "medlars", retrieval="text")[0]
    assert (hit.id, hit.content, hit.chunk) == ("fruit", passages[1]["content"], {"index": 1, "count": 2})
    record = memory.get("fruit", namespace=namespace)
    assert record is not None
    assert record.content == "About fruit trees."


def test_may_bring_their_vectors_each_for_itself(memory: PersistoClient) -> None:
    namespace = fresh_name()
    passages: List[PassageInput] = [{"content": "One."}, {"content": "Two.", "embedding": axis(1)}]
    memory.save(namespace, "Both.", passages=passages)
    hit = memory.query(namespace, embedding=axis(1))[0]
    assert hit.content == "Two."
    assert hit.similarity == pytest.approx(1, abs=1e-3)


def test_may_bring_arrays_as_vectors_and_none_as_no_vector(memory: PersistoClient) -> None:
    namespace = fresh_name()
    passages: Any = (
        {"content": "One.", "embedding": None},
        {"content": "Two.", "embedding": array.array("f", axis(1))},
    )
    memory.save(namespace, "Both.", passages=passages)
    memory.save_many([{"namespace": namespace, "content": "Both.", "passages": passages}])
    hits = memory.query(namespace, embedding=axis(1), k=2)
    assert [hit.content for hit in hits] == ["Two.", "Two."]


def test_are_read_out_with_their_vectors_of_length_1(memory: PersistoClient) -> None:
    namespace = fresh_name()
    memory.save_many(
        [
            {"namespace": namespace, "id": "short", "content": "  A short one.\n"},
            {"namespace": namespace, "id": "long", "content": long_text(9_000)},
        ]
    )
    short, long = memory.list(namespace, order="oldest", with_passages=True)
    assert (short.id, [passage.content for passage in short.passages]) == ("short", ["  A short one.\n"])
    assert len(long.passages) > 3
    for passage in [*short.passages, *long.passages]:
        assert len(passage.embedding) == dimensions
        assert all(isinstance(number, float) for number in passage.embedding)
        assert math.hypot(*passage.embedding) == pytest.approx(1, abs=1e-2)
    assert all("passages" not in record for record in memory.list(namespace))


def test_are_the_same_to_the_last_digit_when_what_was_read_out_is_saved_elsewhere(memory: PersistoClient) -> None:
    source, target = fresh_name(), fresh_name()
    in_an_hour = datetime.now(timezone.utc) + timedelta(hours=1)
    apart: List[PassageInput] = [{"content": "Part."}, {"content": "Other."}]
    memory.save_many(
        [
            {"namespace": source, "id": "long", "content": long_text(9_000), "metadata": {"a": [1, {"b": None}]}},
            {"namespace": source, "id": "own", "content": " P. ", "embedding": axis(2), "expires_at": in_an_hour},
            {"namespace": source, "id": "apart", "content": "Whole.", "passages": apart},
            {"namespace": source, "id": "one", "content": "Whole.", "passages": [{"content": "Its only part."}]},
        ]
    )
    memory.update("long", namespace=source, metadata={"a": [1, {"b": None}], "c": True})
    before = read_out(memory, source)
    copies = [MemoryRecord(record, namespace=target) for record in before]
    memory.save_many(copies)
    assert read_out(memory, target) == copies
    # A page as it is, over what is there.
    memory.save_many(memory.list(source, order="oldest", with_passages=True))
    assert read_out(memory, source) == before
    memory.save(**copies[0])
    assert memory.get("long", namespace=target) == {key: copies[0][key] for key in copies[0] if key != "passages"}


def test_end_a_page_before_there_are_too_many_and_every_memory_comes_once(memory: PersistoClient) -> None:
    namespace = fresh_name()
    passages: List[PassageInput] = [
        {"content": f"Part {index}.", "embedding": axis(index % dimensions)} for index in range(300)
    ]
    memory.save_many(
        {"namespace": namespace, "id": id, "content": "All.", "passages": passages[: 1 if id == "e" else 300]}
        for id in "abcde"
    )
    page = memory.list(namespace, order="oldest", with_passages=True)
    assert [record.id for record in page] == ["a", "b"]
    assert page.next_cursor is not None
    records = read_out(memory, namespace)
    assert [(record.id, len(record.passages)) for record in records] == [
        ("a", 300),
        ("b", 300),
        ("c", 300),
        ("d", 300),
        ("e", 1),
    ]


wrong_passages: List[Any] = [
    ("none", [], "passages"),
    ("too many", [{"content": "x"}] * 1_001, "passages"),
    ("blank", [{"content": "Good."}, {"content": " "}], "passages[1].content"),
    ("without a content", [{"embedding": axis(0)}], "passages[0].content"),
    ("with a vector of no numbers", [{"content": "x", "embedding": [math.nan]}], "passages[0].embedding"),
    ("with an unknown field", [{"content": "x", "colour": "red"}], "passages[0].colour"),
    ("texts", ["text"], "passages[0]"),
    ("a text", "text", "passages"),
    ("one passage", {"content": "x"}, "passages"),
    ("a set", {"x"}, "passages"),
]


@pytest.mark.parametrize(
    ("passages", "field"), [each[1:] for each in wrong_passages], ids=[each[0] for each in wrong_passages]
)
def test_are_refused_when_they_are(memory: PersistoClient, passages: Any, field: str) -> None:
    with expect.invalid(field):
        memory.save(fresh_name(), "x", passages=passages)
    with expect.invalid(f"memories[0].{field}"):
        memory.save_many([{"namespace": fresh_name(), "content": "x", "passages": passages}])


def test_are_refused_when_they_are_too_long_together(memory: PersistoClient) -> None:
    with expect.invalid("passages", code="too_large"):
        memory.save(fresh_name(), "x", passages=[{"content": long_text(200_000)}] * 3)


def test_are_refused_when_a_batch_brings_too_many_of_them(memory: PersistoClient) -> None:
    namespace = fresh_name()
    passages: List[PassageInput] = [{"content": "x"}] * 1_000
    with expect.invalid("memories", code="too_large"):
        memory.save_many({"namespace": namespace, "content": "x", "passages": passages} for _ in range(11))


def test_are_refused_with_a_vector_too_short(memory: PersistoClient) -> None:
    with expect.invalid("passages[0].embedding"):
        memory.save(fresh_name(), "x", passages=[{"content": "x", "embedding": axis(0, size=dimensions - 1)}])


def test_are_refused_beside_a_vector_for_the_whole(memory: PersistoClient) -> None:
    with expect.invalid("passages"):
        memory.save(fresh_name(), "x", embedding=axis(0), passages=[{"content": "x"}])
