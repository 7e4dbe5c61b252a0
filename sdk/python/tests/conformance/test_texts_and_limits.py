"""Text of any script is kept as it is, what is exactly at a limit is accepted, and many may call at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Callable, List, Sequence, TypeVar

import pytest
from support import expect
from support.texts import fresh_name, long_text

from persisto import PersistoClient

T = TypeVar("T")


@pytest.mark.parametrize(
    "text",
    [
        "Family 👩‍👩‍👧‍👦, flag 🏴󠁧󠁢󠁳󠁣󠁴󠁿, skin 👍🏽, keycap 1️⃣.",
        "𠜎𠜱𒀀𝕬𐍈🜁",
        "\u200fשלום 123 \u202bمرحبا\u202c بالعالم!",
        "é is not e\u0301; Z̸̨a̷l̴g̵o̶",
        "one\r\ntwo\nthree\rfour\u2028five\u2029six\u0085seven",
        " \t\n padded on both sides \u00a0\u3000\n\n",
        "bell\u0007 escape\u001b[31m delete\u007f c1\u009f",
        "\ufeffbyte order mark, zero\u200bwidth, soft\u00adhyphen, joiner\u200d\u2060",
        "\ue000 \ufdd0 \uffff \U0010ffff \ufffd",
        "\\u0000 \\x00 %00 &amp; <script> ${x} {{y}} \\' '' \"",
    ],
)
def test_keeps_text_exactly(memory: PersistoClient, text: str) -> None:
    namespace = fresh_name()
    metadata = {"text": text, text: [text]}
    saved = memory.save(namespace, text, metadata=metadata)
    record = memory.get(saved.id, namespace=namespace)
    assert record is not None
    assert (record.content, record.metadata) == (text, metadata)
    assert [each.content for each in memory.list(namespace, filters={"text": text})] == [text]
    for hit in memory.query(namespace, text, mode={"min_similarity": -1}):
        assert (hit.content, hit.metadata) == (text, metadata)
    assert memory.delete(namespace, content=text) == {"count": 1}


@pytest.mark.parametrize(
    "sentence",
    ["Завтра мы летим в Москву.", "القطة تنام على السرير.", "今日は天気がいいですね。", "우리는 내일 바다에 간다."],
)
def test_finds_a_sentence_in_any_script_by_itself(memory: PersistoClient, sentence: str) -> None:
    namespace = fresh_name()
    memory.save_many([{"namespace": namespace, "content": each} for each in (sentence, "La niña compró una piñata.")])
    assert memory.query(namespace, sentence, mode="fuzzy")[0].content == sentence


def test_keeps_content_of_256_kib_whole_and_refuses_one_byte_more(memory: PersistoClient) -> None:
    namespace = fresh_name()
    content = long_text(256 * 1024)
    saved = memory.save(namespace, content)
    record = memory.get(saved.id, namespace=namespace)
    assert record is not None
    assert record.content == content
    with expect.invalid("content", code="too_large"):
        memory.save(namespace, f"{content}x")


def test_takes_namespaces_and_ids_of_256_bytes(memory: PersistoClient) -> None:
    namespace, id = (f"{fresh_name('long')}{'é' * 107}x" for _ in range(2))
    assert len(namespace.encode()) == 256
    memory.save(namespace, "Long names.", id=id)
    assert memory.get(id, namespace=namespace) is not None
    assert memory.delete_namespace(namespace) == {"count": 1}


def test_saves_lists_and_deletes_1000_memories_at_once_and_refuses_1001(memory: PersistoClient) -> None:
    namespace = fresh_name()
    batch: List[Any] = [{"namespace": namespace, "content": f"Number {number}."} for number in range(1_001)]
    with expect.invalid("memories"):
        memory.save_many(batch)
    ids = [saved.id for saved in memory.save_many(batch[:1_000])]
    assert len(set(ids)) == 1_000
    assert len(memory.list(namespace, limit=1_000)) == 1_000
    assert len(memory.query(namespace, "number", k=100)) == 100
    assert memory.delete(namespace, ids=ids) == {"count": 1_000}


def at_once(calls: Sequence[Callable[[], T]]) -> List[T]:
    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(lambda call: call(), calls))


def test_saves_everything_that_comes_at_once_into_a_new_namespace(memory: PersistoClient) -> None:
    namespace = fresh_name()
    at_once([partial(memory.save, namespace, f"Guest {number}.") for number in range(20)])
    assert sorted(record.content for record in memory.list(namespace)) == sorted(f"Guest {n}." for n in range(20))


def test_leaves_one_complete_memory_of_twenty_saves_of_an_id_at_once(memory: PersistoClient) -> None:
    namespace = fresh_name()

    def save(writer: int) -> str:
        content = f"A line of writer {writer}."
        return memory.save(namespace, content, id="contested", metadata={"content": content}).id

    assert set(at_once([partial(save, writer) for writer in range(20)])) == {"contested"}
    (record,) = memory.list(namespace)
    assert record.metadata == {"content": record.content}


def test_counts_a_memory_once_when_several_delete_it(memory: PersistoClient) -> None:
    namespace = fresh_name()
    ids = [saved.id for saved in memory.save_many([{"namespace": namespace, "content": f"{n}."} for n in range(10)])]
    deleted = at_once([lambda: memory.delete(namespace, ids=ids)] * 5)
    assert sum(each.count for each in deleted) == 10
