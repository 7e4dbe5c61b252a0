"""How an answer can be read: as a list, as a dict, by attributes."""

from __future__ import annotations

import copy
import json
from typing import Any, Dict

import pytest

from persisto import Hit, MemoryPage, MemoryRecord, QueryResult

body: Dict[str, Any] = {
    "results": [{"content": "One.", "similarity": 0.5, "items": 1}, {"content": "Two.", "similarity": 0.25}],
    "dropped": 3,
}


def result() -> QueryResult:
    return QueryResult(body, [Hit(each) for each in body["results"]])


def test_a_result_is_a_list_of_hits() -> None:
    hits = result()
    assert [hit["content"] for hit in hits] == ["One.", "Two."]
    assert (len(hits), hits[0].content, hits[-1]["content"]) == (2, "One.", "Two.")
    assert [hit.content for hit in hits[1:]] == ["Two."]
    assert [hit.content for hit in reversed(hits)] == ["Two.", "One."]
    assert hits[0] in hits
    assert bool(hits)
    assert not QueryResult({"results": [], "dropped": 0}, [])


def test_a_result_answers_to_the_names_of_its_members() -> None:
    hits = result()
    assert hits["results"] == hits.results == hits.get("results", [])
    assert [each.similarity for each in hits.get("results", [])] == [0.5, 0.25]
    assert hits["dropped"] == hits.dropped == 3
    assert hits.get("missing") is None
    assert hits.get("missing", 7) == 7
    answer: Any = hits
    assert "results" in answer
    assert "missing" not in answer
    with pytest.raises(KeyError):
        hits["missing"]
    with pytest.raises(IndexError):
        hits[2]


def test_a_result_becomes_json() -> None:
    hits = result()
    assert json.loads(json.dumps(hits.to_dict())) == body
    assert dict(hits) == body
    assert hits == result()
    assert hits == body
    assert hits == body["results"]
    assert copy.deepcopy(hits) == hits
    assert repr(hits).startswith("QueryResult({'results': [Hit(")


def test_a_record_is_a_dict_with_attributes() -> None:
    record = MemoryRecord(id="1", content="c", metadata={"a": 1})
    assert (record.id, record["id"], record.get("id")) == ("1", "1", "1")
    assert json.loads(json.dumps(record)) == record
    assert copy.copy(record) == record
    with pytest.raises(AttributeError, match="MemoryRecord has no 'namespace'; it has id, content, metadata"):
        _ = record.namespace


def test_a_page_is_a_list_of_records() -> None:
    page = MemoryPage({"memories": [{"id": "1"}], "next_cursor": "c", "total": 5}, [MemoryRecord(id="1")])
    assert [record.id for record in page] == ["1"]
    assert (page.next_cursor, page["next_cursor"], page.total) == ("c", "c", 5)
    assert page["memories"] == page.memories
