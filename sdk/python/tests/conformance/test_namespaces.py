"""What is promised of namespaces: their names, their languages, their end."""

from __future__ import annotations

from typing import Any

import pytest
from support import expect
from support.texts import fresh_name

from persisto import PersistoClient


def test_are_listed_by_name_with_the_number_of_their_live_memories(memory: PersistoClient) -> None:
    prefix = fresh_name("listed")
    for name, id in (("c", "1"), ("a", "1"), ("b", "gone"), ("a", "2")):
        memory.save(f"{prefix}-{name}", "One.", id=id)
    memory.delete(f"{prefix}-b", ids=["gone"])
    listed = [each for each in memory.list_namespaces() if each.namespace.startswith(prefix)]
    assert [(each["namespace"], each.count) for each in listed] == [
        (f"{prefix}-a", 2),
        (f"{prefix}-b", 0),
        (f"{prefix}-c", 1),
    ]


def test_are_deleted_with_all_they_hold_and_are_unknown_from_then_on(memory: PersistoClient) -> None:
    namespace, other = fresh_name(), fresh_name()
    for each in (namespace, other):
        memory.save_many([{"namespace": each, "id": id, "content": f"{id}."} for id in ("1", "2")])
    assert memory.delete_namespace(namespace) == {"count": 2}
    assert memory.get("1", namespace=namespace) is None
    assert namespace not in [each.namespace for each in memory.list_namespaces()]
    with expect.not_found("namespace"):
        memory.query(namespace, "One.")
    assert memory.delete_namespace(namespace).count == 0
    assert len(memory.list(other)) == 2


@pytest.mark.parametrize(
    "beginning",
    ["team/user", "../..", "a b", " padded ", "100%", "%2F", "a+b", "x?y=1&namespace=other", "#f", "имя-鍵-🗝️", "*"],
)
def test_may_have_any_name(memory: PersistoClient, beginning: str) -> None:
    namespace = fresh_name(beginning)
    saved = memory.save(namespace, "A pink flamingo.")
    assert [hit.namespace for hit in memory.query(namespace, "pink flamingo")] == [namespace]
    assert [record.namespace for record in memory.list(namespace)] == [namespace]
    assert memory.update(saved.id, namespace=namespace, metadata={"x": 1}).namespace == namespace
    assert [entry.namespace for entry in memory.list_queries(namespace)] == [namespace]
    assert {"namespace": namespace, "count": 1} in memory.list_namespaces()
    assert memory.delete_namespace(namespace) == {"count": 1}


@pytest.mark.parametrize("namespace", [None, "", "a\nb", "a\0b", "n" * 257, 42])
def test_are_not_deleted_by_a_name_that_none_can_have(memory: PersistoClient, namespace: Any) -> None:
    with expect.invalid("namespace"):
        memory.delete_namespace(namespace)


def test_have_a_language_that_can_be_set(memory: PersistoClient) -> None:
    namespace = fresh_name()
    assert memory.configure_namespace(namespace, language="german") == {"namespace": namespace, "language": "german"}
    memory.save(namespace, "Die Häuser stehen am Fluss.")
    assert len(memory.query(namespace, "Haus", retrieval="text")) == 1
    assert len(memory.query(namespace, "die", retrieval="text")) == 0
    with expect.invalid("language"):
        memory.configure_namespace(namespace, language="klingon")


@pytest.mark.parametrize(
    ("content", "query"),
    [
        ("She was running late.", "runs"),
        ("Zoë ordered a crème brûlée.", "creme brulee zoe"),
        ("我昨天买了一台咖啡机。", "咖啡"),
        ("彼は東京タワーに行った。", "東京"),
        ("나는 김치찌개를 좋아한다.", "김치"),
    ],
)
def test_find_words_in_the_ways_of_languages_and_scripts(memory: PersistoClient, content: str, query: str) -> None:
    namespace = fresh_name()
    memory.save_many([{"namespace": namespace, "content": each} for each in (content, "Entirely unrelated.")])
    assert [hit.content for hit in memory.query(namespace, query, retrieval="text")] == [content]
