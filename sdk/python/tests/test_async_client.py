"""What is of the asynchronous client alone; all else is tested with both."""

from __future__ import annotations

import asyncio
import inspect
from concurrent.futures import ThreadPoolExecutor
from typing import List

import httpx
import pytest
from support.faulty_server import FaultyServer, json_answer, problem
from support.server_process import ServerProcess
from support.texts import fresh_name

from persisto import AsyncPersistoClient, PersistoClient, PersistoServerError


def methods(client: type) -> List[str]:
    return sorted(name for name in vars(client) if not name.startswith("_"))


def test_both_clients_have_the_same_methods_with_the_same_arguments_and_docs() -> None:
    assert methods(AsyncPersistoClient) == methods(PersistoClient)
    for name in methods(PersistoClient):
        one, other = getattr(PersistoClient, name), getattr(AsyncPersistoClient, name)
        assert inspect.signature(other).parameters == inspect.signature(one).parameters
        assert inspect.getdoc(one), name
        assert inspect.getdoc(other) == inspect.getdoc(one)


def test_many_calls_of_one_client_are_under_way_at_once(server: ServerProcess) -> None:
    async def main() -> None:
        namespace = fresh_name()
        async with AsyncPersistoClient(server.api_key, server.base_url, timeout=120) as client:
            await asyncio.gather(*(client.save(namespace, f"Guest {number}.") for number in range(30)))
            answers = await asyncio.gather(*(client.query(namespace, f"Guest {number}.") for number in range(30)))
            assert [answer[0].content for answer in answers] == [f"Guest {number}." for number in range(30)]
            pages = client.iter_memories(namespace, page_size=7)
            assert len([record async for record in pages]) == 30

    asyncio.run(main())


def test_many_calls_at_once_are_tried_again_each_for_itself(
    faulty: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("persisto._retry._first_delay", 0.01)
    faulty.answer_with(*[problem("unavailable")] * 20, json_answer({"memories": [], "next_cursor": None}))

    async def main() -> None:
        async with AsyncPersistoClient("k", faulty.url, retries=20) as client:
            await asyncio.gather(*(client.list() for _ in range(10)))

    asyncio.run(main())
    assert len(faulty.seen) == 30

    faulty.answer_with(*[problem("unavailable")] * 20, json_answer({"memories": [], "next_cursor": None}))
    with PersistoClient("k", faulty.url, retries=20) as client, ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda _: client.list(), range(10)))
    assert len(faulty.seen) == 30


def test_a_page_is_asked_for_when_it_is_reached(faulty: FaultyServer) -> None:
    page = {"memories": [{"id": "1"}, {"id": "2"}], "next_cursor": "c"}
    faulty.answer_with(json_answer(page), json_answer({**page, "next_cursor": None}))

    async def main() -> None:
        async with AsyncPersistoClient("k", faulty.url) as client:
            records = client.iter_memories()
            assert len(faulty.seen) == 0
            await records.__anext__()
            await records.__anext__()
            assert len(faulty.seen) == 1
            assert [record.id async for record in records] == ["1", "2"]
            assert len(faulty.seen) == 2

    asyncio.run(main())


def test_a_cancelled_call_ends_and_the_client_goes_on(faulty: FaultyServer) -> None:
    faulty.answer_with(
        problem("rate_limited", {"Retry-After": "50"}), json_answer({"memories": [], "next_cursor": None})
    )

    async def main() -> None:
        async with AsyncPersistoClient("k", faulty.url) as client:
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(client.list(), 0.5)
            assert len(await client.list()) == 0

    asyncio.run(main())


def test_an_http_client_of_ones_own_is_used_and_stays_open() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url == "http://localhost:8000/v1/memory/list"
        return httpx.Response(200, json={"memories": [], "next_cursor": None})

    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        with PersistoClient("k", http_client=http) as client:
            assert len(client.list()) == 0
        assert not http.is_closed

    async def main() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
            async with AsyncPersistoClient("k", http_client=http) as client:
                assert len(await client.list()) == 0
            assert not http.is_closed

    asyncio.run(main())


def test_a_closed_client_says_so() -> None:
    client = PersistoClient("k")
    client.close()
    with pytest.raises(RuntimeError, match="closed"):
        client.list()


def test_the_error_of_the_last_try_is_raised(faulty: FaultyServer) -> None:
    faulty.answer_with(problem("unavailable"))

    async def main() -> None:
        async with AsyncPersistoClient("k", faulty.url, retries=0) as client:
            await client.list()

    with pytest.raises(PersistoServerError):
        asyncio.run(main())
