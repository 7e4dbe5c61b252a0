"""What ``query`` promises: hits, modes and profiles, ways of retrieval, vectors of one's own."""

from __future__ import annotations

import time
from typing import Any, List, Sequence

import pytest
from support import expect
from support.texts import fresh_name, iso_time, long_text
from support.vectors import axis, dimensions

from persisto import PersistoClient

facts = [
    "Maria is allergic to peanuts and carries an adrenaline pen.",
    "The quarterly invoice for the Hamburg office is due on Friday.",
    "Our dog Bruno had surgery on his left hind leg.",
    "The telescope on the roof needs a new mirror.",
    "Peter plays the cello in a string quartet.",
]
garden = ["The gardener prunes roses in March.", "Invoices are paid within thirty days."]


def remember(memory: PersistoClient, contents: Sequence[str]) -> str:
    namespace = fresh_name()
    memory.save_many([{"namespace": namespace, "content": content} for content in contents])
    return namespace


def test_gives_a_whole_short_memory_as_one_passage_with_all_that_is_known_of_it(memory: PersistoClient) -> None:
    namespace = fresh_name()
    content = "The spare key is under the blue flower pot."
    saved = memory.save(namespace, content, metadata={"room": "garden"}, ttl_seconds=3_600)
    answer = memory.query(namespace=namespace, query="Where is the spare key?")
    hit = answer[0]
    assert iso_time.fullmatch(hit.created_at)
    assert isinstance(hit.similarity, float)
    assert isinstance(hit.score, float)
    assert answer.to_dict() == {
        "results": [
            {
                "id": saved.id,
                "namespace": namespace,
                "content": content,
                "metadata": {"room": "garden"},
                "created_at": hit["created_at"],
                "expires_at": saved.expires_at,
                "similarity": hit["similarity"],
                "score": hit["score"],
                "chunk": {"index": 0, "count": 1},
            }
        ],
        "dropped": 0,
    }


def test_puts_the_very_sentence_and_what_the_question_is_about_first(memory: PersistoClient) -> None:
    namespace = remember(memory, facts)
    for fact in facts:
        assert memory.query(namespace, fact)[0].content == fact
    assert memory.query(namespace, "Is Maria allergic to any food?", mode="fuzzy")[0].content == facts[0]
    assert memory.query(namespace, "When is the invoice due?", mode="fuzzy")[0].content == facts[1]


def test_ranks_by_score_and_keeps_score_and_similarity_inside_their_ranges(memory: PersistoClient) -> None:
    namespace = remember(memory, facts)
    hits = memory.query(namespace, facts[3], mode="fuzzy", k=100)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= hit.score <= 1 and hit.similarity is not None and -1 <= hit.similarity <= 1 for hit in hits)


def test_finds_the_one_passage_of_a_long_text_that_answers(memory: PersistoClient) -> None:
    namespace = fresh_name()
    content = f"{long_text(36_000)}\n\nThe password of the observatory is heliotrope.\n\n{long_text(12_000, 'Entry')}"
    saved = memory.save(namespace, content)
    hits = memory.query(namespace, "observatory password heliotrope", k=100)
    assert "heliotrope" in hits[0].content
    assert hits[0].chunk["index"] > 0
    assert all(hit.content in content and hit.chunk["count"] == saved.chunks for hit in hits)


def test_answers_from_its_namespace_only(memory: PersistoClient) -> None:
    mine = remember(memory, ["My favourite colour is teal."])
    remember(memory, ["My favourite colour is crimson."])
    assert [hit.content for hit in memory.query(mine, "favourite colour", k=100)] == ["My favourite colour is teal."]


def test_refuses_a_namespace_that_nothing_was_ever_saved_in(memory: PersistoClient) -> None:
    with expect.not_found("namespace"):
        memory.query(fresh_name(), "Anything?")


def test_gives_no_results_in_a_namespace_that_is_empty_by_now(memory: PersistoClient) -> None:
    namespace = fresh_name()
    saved = memory.save(namespace, "Soon gone.")
    memory.delete(namespace, ids=[saved.id])
    assert memory.query(namespace, "Soon gone.").to_dict() == {"results": [], "dropped": 0}


@pytest.mark.parametrize(
    "query", ["sailing & | ! <-> :* (", '"sailing boats', "-sailing OR", "'; drop table memories; --", "100% _ \\ $1 ?"]
)
def test_takes_operators_of_full_text_search_and_sql_as_plain_text(memory: PersistoClient, query: str) -> None:
    namespace = remember(memory, ["Plain words about sailing boats."])
    assert len(memory.query(namespace, query, mode="fuzzy")) <= 1
    assert len(memory.list(namespace)) == 1


modes: List[Any] = [
    None,
    "strict",
    "fuzzy",
    "recency",
    {},
    {"name": "meaning", "vector_weight": 1},
    {"retrieval": "text"},
    {
        "name": "mine",
        "k": 3,
        "retrieval": "hybrid",
        "vector_weight": 0.7,
        "min_relevance": 0.2,
        "min_similarity": 0.1,
        "recency": {"weight": 0.2, "half_life_days": 30},
        "diversity": 0.1,
        "group_by": "passage",
    },
]


@pytest.mark.parametrize("mode", modes)
def test_finds_the_very_sentence_first_in_every_mode(memory: PersistoClient, mode: Any) -> None:
    sentence = "The lighthouse keeper collects blue glass bottles."
    namespace = remember(memory, ["Tax returns are due at the end of May.", sentence, "Two cups of flour."])
    assert memory.query(namespace, sentence, mode=mode)[0].content == sentence


def test_gives_at_most_k_results_and_all_that_match_when_k_allows_it(memory: PersistoClient) -> None:
    namespace = remember(memory, [f"Greenhouse orchid number {number}." for number in range(5)])
    query = "greenhouse orchid"
    assert len(memory.query(namespace, query, k=1)) == 1
    assert len(memory.query(namespace, query, k=100)) == 5
    assert len(memory.query(namespace, query, mode={"k": 2})) == 2
    assert len(memory.query(namespace, query, mode={"k": 2}, k=4)) == 4


def test_drops_what_has_nothing_to_do_with_the_query_but_for_fuzzy(memory: PersistoClient) -> None:
    namespace = remember(memory, ["Whales sing in the deep ocean."])
    query = "quarterly invoice totals"
    strict = memory.query(namespace, query, mode={"min_relevance": 0.9})
    assert (len(strict), strict.dropped) == (0, 1)
    assert len(memory.query(namespace, query, mode={"min_similarity": 1})) == 0
    assert len(memory.query(namespace, query, mode={"min_similarity": -1})) == 1
    assert len(memory.query(namespace, query, mode="fuzzy")) == 1


def test_gives_a_memory_once_or_each_of_its_passages(memory: PersistoClient) -> None:
    namespace = fresh_name()
    saved = memory.save(namespace, long_text(12_000))
    by_memory = memory.query(namespace, "Note", mode={"min_relevance": 0}, group_by="memory", k=100)
    assert [hit.id for hit in by_memory] == [saved.id]
    assert len(memory.query(namespace, "Note", mode={"min_relevance": 0}, group_by="passage", k=100)) > 1


def test_prefers_the_newer_of_two_equal_texts_when_recency_counts(memory: PersistoClient) -> None:
    namespace = fresh_name()
    for id in ("older", "newer"):
        memory.save(namespace, "The office is on the third floor.", id=id)
        time.sleep(0.05)
    assert [hit.id for hit in memory.query(namespace, "office floor", mode="recency")] == ["newer", "older"]


def test_by_text_finds_words_and_nothing_else_and_gives_no_similarity(memory: PersistoClient) -> None:
    namespace = remember(memory, garden)
    (hit,) = memory.query(namespace, "roses", retrieval="text")
    assert (hit.content, hit.similarity) == (garden[0], None)
    assert len(memory.query(namespace, "flowers", retrieval="text")) == 0


def test_by_vector_finds_meaning(memory: PersistoClient) -> None:
    namespace = remember(memory, garden)
    hits = memory.query(namespace, "cutting flowers in spring", retrieval="vector", mode="fuzzy")
    assert hits[0].content == garden[0]


def test_explains_itself_when_asked_and_only_then(memory: PersistoClient) -> None:
    namespace = remember(memory, garden)
    answer = memory.query(namespace, "roses in March", explain=True)
    assert answer.explanation is not None
    assert (answer.explanation["mode"], answer.explanation["retrieval"]) == ("strict", "hybrid")
    assert answer[0].explanation["vector_rank"] == 1
    plain = memory.query(namespace, "roses")
    assert plain.explanation is None
    assert "explanation" not in plain[0]


def test_reranks_only_where_there_is_a_reranker(memory: PersistoClient) -> None:
    namespace = remember(memory, garden)
    with expect.invalid("rerank"):
        memory.query(namespace, "roses", rerank=True)
    assert len(memory.query(namespace, "roses", rerank=False)) == 1


def test_leaves_out_what_a_query_excludes(memory: PersistoClient) -> None:
    namespace = remember(memory, ["The bakery sells rye bread.", "The bakery sells cake.", *garden])
    query = "What does the bakery sell, excluding roses and invoices?"
    answer = memory.query(namespace, query, retrieval="text", explain=True)
    assert len(answer) == 2
    assert answer["explanation"]["excluded"] == "roses and invoices"


def test_own_vectors_find_a_memory_whatever_its_content_says(memory: PersistoClient) -> None:
    namespace = fresh_name()
    memory.save(namespace, "Anything.", id="first", embedding=axis(0))
    memory.save_many([{"namespace": namespace, "content": "Something.", "id": "second", "embedding": axis(1, 1e-3)}])
    for direction, id in enumerate(["first", "second"]):
        hit = memory.query(namespace, embedding=axis(direction, 1e6))[0]
        assert (hit.id, hit.chunk) == (id, {"index": 0, "count": 1})
        assert hit.similarity == pytest.approx(1, abs=1e-3)


def test_own_vectors_can_be_asked_together_with_words(memory: PersistoClient) -> None:
    namespace = fresh_name()
    memory.save(namespace, "A walnut tree.", id="both", embedding=axis(2))
    memory.save(namespace, "A bicycle.", id="vector", embedding=axis(2))
    assert memory.query(namespace, "walnut", embedding=axis(2))[0].id == "both"


class Array:
    """What numpy, torch and the like have in common."""

    def __init__(self, values: List[float]) -> None:
        self._values = values

    def tolist(self) -> List[float]:
        return self._values


def test_own_vectors_may_be_arrays(memory: PersistoClient) -> None:
    namespace = fresh_name()
    vector: Any = Array(axis(3))
    memory.save(namespace, "An array.", embedding=vector)
    memory.save_many([{"namespace": namespace, "content": "Another.", "embedding": vector}])
    assert len(memory.query(namespace, embedding=vector)) == 2


@pytest.mark.parametrize(
    "vector",
    [
        axis(0, size=dimensions - 1),
        axis(0, size=dimensions + 1),
        [],
        axis(0, 0.0),
        ["1"] * dimensions,
        [float("nan")] * dimensions,
    ],
    ids=["too short", "too long", "empty", "all zeros", "not of numbers", "not a number"],
)
def test_own_vectors_are_refused_when_they_are_wrong(memory: PersistoClient, vector: Any) -> None:
    namespace = remember(memory, ["Here."])
    with expect.invalid("embedding"):
        memory.save(namespace, "x", embedding=vector)
    with expect.invalid("embedding"):
        memory.query(namespace, embedding=vector)
    assert len(memory.list(namespace)) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("query", None),
        ("query", ""),
        ("query", "\t \n"),
        ("query", 42),
        ("query", "a\0"),
        ("query", "\udd11"),
        ("k", 0),
        ("k", 101),
        ("k", 1.5),
        ("k", "3"),
        ("mode", "exact"),
        ("mode", 42),
        ("mode", {"colour": "red"}),
        ("mode", {"k": 101}),
        ("mode", {"vector_weight": 2}),
        ("mode", {"min_relevance": 1.1}),
        ("mode", {"recency": {"weight": 1, "half_life_days": 0}}),
        ("mode", {"vectorWeight": 0.5}),
        ("retrieval", "magic"),
        ("group_by", "author"),
        ("namespace", ""),
        ("namespace", 42),
        ("filters", []),
        ("filters", "source"),
        ("filters", {"tags": ["a"]}),
        ("filters", {"size": {}}),
        ("filters", {"size": {"gt": None}}),
        ("filters", {"a": "\0"}),
        ("filters", {f"key{number}": number for number in range(257)}),
    ],
)
def test_refuses_what_is_wrong_and_names_the_field(memory: PersistoClient, field: str, value: Any) -> None:
    wrong: Any = {"namespace": remember(memory, ["A good text."]), "query": "A good question?", field: value}
    with expect.invalid(field):
        memory.query(**wrong)


def test_refuses_a_query_that_is_too_large(memory: PersistoClient) -> None:
    namespace = remember(memory, ["A good text."])
    with expect.invalid("query", code="too_large"):
        memory.query(namespace, "x" * (32 * 1024 + 1))
