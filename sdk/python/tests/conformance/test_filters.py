"""What filters keep, the same for ``list``, ``query`` and ``delete``."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

import pytest
from support.texts import fresh_name

from persisto import PersistoClient

# One memory for each, all of the same words, so that only filters tell them apart.
records: Dict[str, Dict[str, Any]] = {
    "none": {},
    "profile": {"source": "profile"},
    "english": {"source": "profile", "lang": "en"},
    "chat": {"source": "chat", "lang": "en"},
    "one": {"value": 1},
    "two": {"value": 2},
    "half": {"value": 0.5},
    "text-one": {"value": "1"},
    "apple": {"value": "apple"},
    "yes": {"value": True},
    "nothing": {"value": None},
    "list": {"value": ["a", 1, None, "b"]},
    "empty-list": {"value": []},
    "rome": {"address": {"city": "Rome", "zip": {"code": 185}}},
    "oslo": {"address": {"city": "Oslo", "zip": {"code": 10}}},
    "day": {"at": "2026-01-31"},
    "noon": {"at": "2026-01-31T12:00:00Z"},
    "noon-in-tokyo": {"at": "2026-01-31T21:00:00.000+09:00"},
    "odd": {"a.b": "yes", "': drop --": "yes", "snake_case": "yes", "": "yes", "ключ🗝️": "yes"},
    "decoy": {"a": {"b": "yes"}, "snakeCase": "yes"},
}

everything = list(records)
values = [id for id, metadata in records.items() if "value" in metadata]


def but(*ids: str) -> List[str]:
    return [id for id in everything if id not in ids]


cases: List[Tuple[Dict[str, Any], List[str]]] = [
    ({}, everything),
    ({"source": "profile"}, ["profile", "english"]),
    ({"source": "profile", "lang": "en"}, ["english"]),
    ({"source": "Profile"}, []),
    ({"source": "prof%"}, []),
    ({"value": 1}, ["one"]),
    ({"value": 1.0}, ["one"]),
    ({"value": "1"}, ["text-one"]),
    ({"value": True}, ["yes"]),
    ({"value": None}, ["nothing"]),
    ({"missing": None}, []),
    ({"value": {"ne": 1}}, but("one")),
    ({"value": {"in": [1, "apple", None]}}, ["one", "apple", "nothing"]),
    ({"value": {"in": ()}}, []),
    ({"value": {"nin": [1, "apple", None]}}, but("one", "apple", "nothing")),
    ({"value": {"gt": 1}}, ["two"]),
    ({"value": {"gte": 1}}, ["one", "two"]),
    ({"value": {"lt": 1}}, ["half"]),
    ({"value": {"between": [0.5, 1]}}, ["half", "one"]),
    ({"value": {"exists": True}}, values),
    ({"value": {"exists": False}}, but(*values)),
    ({"value": {"contains": "a"}}, ["list"]),
    ({"value": {"containsAny": ["z", 1]}}, ["list"]),
    ({"value": {"containsAll": ["a", "z"]}}, []),
    ({"value": {"startsWith": "app"}}, ["apple"]),
    ({"address": {"city": "Rome"}}, ["rome"]),
    ({"address": {"zip": {"code": {"gte": 100}}}}, ["rome"]),
    ({"at": {"eq": {"date": "2026-01-31T12:00:00Z"}}}, ["noon", "noon-in-tokyo"]),
    ({"at": {"gte": {"date": "2026-01-31"}}}, ["day", "noon", "noon-in-tokyo"]),
    ({"at": "2026-01-31T12:00:00Z"}, ["noon"]),
    ({"or": []}, []),
    ({"and": []}, everything),
    ({"or": [{"value": 1}, {"address": {"city": "Rome"}}]}, ["one", "rome"]),
    ({"not": {"value": {"exists": True}}}, but(*values)),
    ({"a.b": "yes"}, ["odd"]),
    ({"': drop --": "yes"}, ["odd"]),
    ({"snake_case": "yes"}, ["odd"]),
    ({"": "yes"}, ["odd"]),
    ({"ключ🗝️": "yes"}, ["odd"]),
]


@pytest.fixture(scope="module")
def namespace(memory: PersistoClient) -> str:
    name = fresh_name()
    save(memory, name, everything)
    return name


def save(memory: PersistoClient, namespace: str, ids: List[str]) -> None:
    batch: List[Any] = [
        {"namespace": namespace, "id": id, "content": "A copper kettle.", "metadata": records[id]} for id in ids
    ]
    memory.save_many(batch)


@pytest.mark.parametrize(("filters", "ids"), cases)
def test_keep_what_meets_them(memory: PersistoClient, namespace: str, filters: Dict[str, Any], ids: List[str]) -> None:
    assert sorted(record.id for record in memory.list(namespace, filters=filters)) == sorted(ids)
    hits = memory.query(namespace, "copper kettle", filters=filters, k=100)
    assert sorted(hit.id for hit in hits) == sorted(ids)


def test_keep_the_same_for_delete(memory: PersistoClient) -> None:
    own = fresh_name()
    save(memory, own, everything)
    for filters, ids in cases:
        # What tests nothing is refused.
        if filters not in ({}, {"and": []}, {"or": []}):
            assert memory.delete(own, filters=filters).count == len(ids), filters
            save(memory, own, ids)
