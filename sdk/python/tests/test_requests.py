"""What goes over the wire, and what an answer means; against a server that says what it is told."""

from __future__ import annotations

import json
from array import array
from datetime import date, datetime, timezone
from typing import Any, Callable, Type
from urllib.parse import unquote

import pytest
from support.answers import anything, api_key, no_memories, no_results, record, saved
from support.faulty_server import Answer, FaultyServer, json_answer, page, problem

from persisto import (
    PersistoAuthError,
    PersistoClient,
    PersistoError,
    PersistoNotFoundError,
    PersistoRateLimitError,
    PersistoServerError,
    PersistoValidationError,
)

Call = Callable[[PersistoClient], Any]


@pytest.mark.parametrize(
    ("call", "line", "body", "answer"),
    [
        (
            lambda m: m.save(namespace="n", content="c", metadata={"camelCase": {"inner_key": 1}}, ttl_seconds=5),
            "POST /v1/memory/save",
            {"namespace": "n", "content": "c", "metadata": {"camelCase": {"inner_key": 1}}, "ttl_seconds": 5},
            saved,
        ),
        (
            lambda m: m.save("n", "c", ttl_seconds=None, embedding=[1.0], id="i"),
            "POST /v1/memory/save",
            {"namespace": "n", "content": "c", "ttl_seconds": None, "embedding": [1.0], "id": "i"},
            saved,
        ),
        (
            lambda m: m.save_many([{"namespace": "n", "content": "c", "ttl_seconds": None, "metadata": None}]),
            "POST /v1/memory/save-many",
            {"memories": [{"namespace": "n", "content": "c", "ttl_seconds": None}]},
            anything,
        ),
        (
            lambda m: m.save(
                "n",
                "c",
                expires_at=None,
                passages=({"content": "p", "embedding": array("d", [0.5, 1])}, {"content": "q"}),
                created_at=date(2020, 1, 2),
                updated_at="2020-01-03",
            ),
            "POST /v1/memory/save",
            {
                "namespace": "n",
                "content": "c",
                "expires_at": None,
                "passages": [{"content": "p", "embedding": [0.5, 1.0]}, {"content": "q"}],
                "created_at": "2020-01-02",
                "updated_at": "2020-01-03",
            },
            saved,
        ),
        (
            lambda m: m.save_many(
                [{"namespace": "n", "content": "c", "expires_at": datetime(2040, 1, 2, tzinfo=timezone.utc)}]
            ),
            "POST /v1/memory/save-many",
            {"memories": [{"namespace": "n", "content": "c", "expires_at": "2040-01-02T00:00:00+00:00"}]},
            anything,
        ),
        (
            lambda m: m.query("n", "q", mode={"min_relevance": 0.5}, k=3, explain=False),
            "POST /v1/memory/query",
            {"namespace": "n", "query": "q", "profile": {"min_relevance": 0.5}, "k": 3, "explain": False},
            no_results,
        ),
        (
            lambda m: m.query(namespace="n", query="q", mode="fuzzy", filters={"aB": None}, group_by="memory"),
            "POST /v1/memory/query",
            {"namespace": "n", "query": "q", "mode": "fuzzy", "filters": {"aB": None}, "group_by": "memory"},
            no_results,
        ),
        (
            lambda m: m.delete("n", filters={"aB": 1}),
            "DELETE /v1/memory/delete",
            {"namespace": "n", "metadata": {"aB": 1}},
            anything,
        ),
        (lambda m: m.delete("n m", id="a/b"), "DELETE /v1/memory/a%2Fb?namespace=n%20m", None, anything),
        (
            lambda m: m.get("a/b c", namespace="n m&"),
            "GET /v1/memory/a%2Fb%20c?namespace=n%20m%26",
            None,
            json_answer(record),
        ),
        (lambda m: m.get("list"), "GET /v1/memory/%6Cist", None, json_answer(record)),
        (
            lambda m: m.update("1", namespace="n", ttl_seconds=None),
            "PATCH /v1/memory/1?namespace=n",
            {"ttl_seconds": None},
            json_answer(record),
        ),
        (
            lambda m: m.list(limit=2, with_total=False, filters={"a": "ü"}),
            'GET /v1/memory/list?filters={"a":"ü"}&limit=2&with_total=false',
            None,
            no_memories,
        ),
        (
            lambda m: list(m.iter_memories("n", order="oldest", page_size=5, with_passages=True)),
            "GET /v1/memory/list?namespace=n&order=oldest&limit=5&with_passages=true",
            None,
            no_memories,
        ),
        (lambda m: m.list(), "GET /v1/memory/list", None, no_memories),
        (
            lambda m: m.list_namespaces(),
            "GET /v1/memory/namespaces?counts=true",
            None,
            json_answer({"namespaces": [], "counts": {}}),
        ),
        (
            lambda m: m.configure_namespace("n", language="simple"),
            "PUT /v1/memory/namespaces?namespace=n",
            {"language": "simple"},
            anything,
        ),
        (lambda m: m.delete_namespace("n"), "DELETE /v1/memory/namespaces?namespace=n", None, anything),
        (
            lambda m: m.list_queries(start_date="2026-01-01", cursor="c"),
            "GET /v1/queries/list?start_date=2026-01-01&cursor=c",
            None,
            json_answer({"queries": [], "next_cursor": None}),
        ),
        (
            lambda m: m.usage(project="p", from_="2026-01-01", by="day", per_key=True),
            "GET /v1/usage?from=2026-01-01&project=p&by=day&per_key=true",
            None,
            json_answer({"project": "p", "usage": [], "stored_bytes": 0}),
        ),
    ],
)
def test_a_call_is_this_request(
    client: PersistoClient, faulty: FaultyServer, call: Call, line: str, body: Any, answer: Answer
) -> None:
    faulty.answer_with(answer)
    call(client)
    (seen,) = faulty.seen
    method, _, target = seen.line.partition(" ")
    wanted_method, _, wanted = line.partition(" ")
    path, _, search = target.partition("?")
    wanted_path, _, wanted_search = wanted.partition("?")
    assert (method, path) == (wanted_method, wanted_path)
    assert {unquote(each) for each in search.split("&")} == {unquote(each) for each in wanted_search.split("&")}
    assert (json.loads(seen.body) if seen.body else None) == body
    assert seen.headers["Authorization"] == f"Bearer {api_key}"
    assert seen.headers["User-Agent"].startswith("persisto-python/")
    is_write = method != "GET" and path != "/v1/memory/query"
    # PUT is done once by its nature.
    assert ("Idempotency-Key" in seen.headers) == (is_write and method != "PUT")


def test_scores_are_floats_also_where_json_writes_a_whole_number(client: PersistoClient, faulty: FaultyServer) -> None:
    hits = [{**record, "similarity": 1, "score": 1}, {**record, "similarity": None, "score": 0}]
    faulty.answer_with(json_answer({"results": hits, "dropped": 0}))
    one, none = client.query("n", "q")
    assert [type(each) for each in (one.similarity, one.score, none.similarity, none.score)] == [
        float,
        float,
        type(None),
        float,
    ]


def test_numbers_of_vectors_are_floats_too(client: PersistoClient, faulty: FaultyServer) -> None:
    passages = [{"content": "c", "embedding": [1, 0, -0.5]}]
    faulty.answer_with(json_answer({"memories": [{**record, "passages": passages}], "next_cursor": None}))
    (listed,) = client.list(with_passages=True)
    assert [type(number) for number in listed.passages[0].embedding] == [float, float, float]
    assert listed == {**record, "passages": passages}


def test_connections_are_kept_open_between_calls(client: PersistoClient, faulty: FaultyServer) -> None:
    ports = set()

    def answer(handler: Any) -> None:
        ports.add(handler.client_address)
        no_memories(handler)

    faulty.answer_with(answer)
    for _ in range(3):
        client.list()
    assert len(ports) == 1


@pytest.mark.parametrize(
    ("code", "error_class"),
    [
        ("invalid_input", PersistoValidationError),
        ("unauthorized", PersistoAuthError),
        ("forbidden", PersistoAuthError),
        ("quota_exceeded", PersistoError),
        ("not_found", PersistoNotFoundError),
        ("conflict", PersistoError),
        ("too_large", PersistoValidationError),
        ("unprocessable", PersistoValidationError),
        ("idempotency_mismatch", PersistoError),
        ("rate_limited", PersistoRateLimitError),
        ("internal", PersistoServerError),
        ("embedder_failed", PersistoServerError),
        ("reranker_failed", PersistoServerError),
        ("unavailable", PersistoServerError),
    ],
)
def test_a_problem_becomes_the_error_it_was_made_of(
    connect: Callable[..., PersistoClient], faulty: FaultyServer, code: str, error_class: Type[PersistoError]
) -> None:
    faulty.answer_with(problem(code, resource="namespace", quota="saves_per_month", outcome_unknown=True))
    with pytest.raises(PersistoError) as caught:
        connect(retries=0).query("n", "q")
    error = caught.value
    assert type(error) is error_class
    assert (error.code, error.message, str(error)) == (code, f"It is {code}.", f"It is {code}.")
    assert error.body["status"] == error.status
    assert error.request_id == "request-1"
    assert (error.resource, error.quota, error.outcome_unknown) == ("namespace", "saves_per_month", True)
    assert api_key not in repr(error)
    assert len(faulty.seen) == 1


def test_a_code_of_a_newer_server_is_kept(client: PersistoClient, faulty: FaultyServer) -> None:
    answer = {"type": "urn:persisto:error:melted", "code": "melted", "detail": "It is melted."}
    faulty.answer_with(json_answer(answer, 500))
    with pytest.raises(PersistoServerError) as caught:
        client.list()
    assert (caught.value.code, caught.value.message) == ("melted", "It is melted.")


def test_fields_have_the_names_of_python(client: PersistoClient, faulty: FaultyServer) -> None:
    def refuse(field: str) -> Answer:
        return problem("unprocessable", errors=[{"field": field, "message": "is odd"}])

    for field, call, named in [
        ("profile.k", lambda: client.query("n", "q", mode={}), "mode.k"),
        ("metadata.a", lambda: client.delete("n", filters={"a": 1}), "filters.a"),
        ("metadata.a", lambda: client.delete("n", metadata={"a": 1}), "metadata.a"),
        ("from", lambda: client.usage(from_="2026-01-01"), "from_"),
        ("memories[0].metadata.profile", lambda: client.save_many([]), "memories[0].metadata.profile"),
    ]:
        faulty.answer_with(refuse(field))
        with pytest.raises(PersistoValidationError) as caught:
            call()  # type: ignore[no-untyped-call]
        assert caught.value.errors == [{"field": named, "message": "is odd"}]
        assert str(caught.value) == f"{named}: is odd"


def test_what_is_absent_is_none_and_a_count_of_0(client: PersistoClient, faulty: FaultyServer) -> None:
    faulty.answer_with(problem("not_found", resource="memory"))
    assert client.get("1") is None
    assert client.delete("n", ids=["1"]) == {"count": 0}
    assert client.delete(id="1") == {"count": 0}
    faulty.answer_with(problem("not_found", resource="namespace"))
    assert client.delete_namespace("n").count == 0


@pytest.mark.parametrize(
    "answer", [problem("not_found", resource="route"), page(404), json_answer({"error": "not found"}, 404)]
)
def test_another_404_is_no_absent_memory(client: PersistoClient, faulty: FaultyServer, answer: Answer) -> None:
    faulty.answer_with(answer)
    for call in (lambda: client.get("1"), lambda: client.delete_namespace("n")):
        with pytest.raises(PersistoNotFoundError):
            call()


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (301, "internal"),
        (401, "unauthorized"),
        (403, "forbidden"),
        (413, "too_large"),
        (418, "internal"),
        (500, "internal"),
        (504, "unavailable"),
    ],
)
def test_a_page_of_a_proxy_is_an_error_that_names_status_and_address(
    client: PersistoClient, faulty: FaultyServer, status: int, code: str
) -> None:
    faulty.answer_with(page(status, {"Location": "/elsewhere"}))
    with pytest.raises(PersistoError, match=f"{faulty.url}/v1/memory/list answered {status}") as caught:
        client.list()
    assert (caught.value.status, caught.value.code) == (status, code)
    assert f"<h1>{status}" in caught.value.body
    assert len(faulty.seen) == 1


@pytest.mark.parametrize("answer", [page(200), json_answer({"hello": "world"}), json_answer([]), json_answer(None)])
def test_what_is_no_answer_of_persisto_asks_about_the_base_url(
    client: PersistoClient, faulty: FaultyServer, answer: Answer
) -> None:
    faulty.answer_with(answer)
    with pytest.raises(PersistoError, match="Is base_url the address of a Persisto server") as caught:
        client.list()
    assert caught.value.code == "internal"
