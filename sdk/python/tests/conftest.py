from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Iterator

import pytest
from support.blocking import EventLoop, blocking
from support.faulty_server import FaultyServer
from support.server_process import ServerProcess

from persisto import AsyncPersistoClient, PersistoClient

# The first start of an embedded database may compile it, and batches of a thousand take their time on a busy machine.
_timeout = 120


@pytest.fixture(autouse=True)
def _no_settings_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What a developer has set for their own Persisto must not change a test."""
    for name in ("PERSISTO_API_KEY", "PERSISTO_API_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def server() -> Iterator[ServerProcess]:
    process = ServerProcess()
    yield process
    process.stop()


@pytest.fixture(scope="session")
def event_loop_thread() -> Iterator[EventLoop]:
    loop = EventLoop()
    yield loop
    loop.stop()


@pytest.fixture(scope="session", params=["sync", "async"])
def memory(
    request: pytest.FixtureRequest, server: ServerProcess, event_loop_thread: EventLoop
) -> Iterator[PersistoClient]:
    """A client of a real server: the one, and the asynchronous one called in the same way."""
    if request.param == "sync":
        with PersistoClient(server.api_key, server.base_url, timeout=_timeout) as client:
            yield client
    else:
        asynchronous = AsyncPersistoClient(server.api_key, server.base_url, timeout=_timeout)
        yield blocking(asynchronous, event_loop_thread)
        event_loop_thread.run(asynchronous.close())


@pytest.fixture(scope="session")
def faulty() -> Iterator[FaultyServer]:
    server = FaultyServer()
    yield server
    server.stop()


@pytest.fixture(params=["sync", "async"])
def connect(
    request: pytest.FixtureRequest, faulty: FaultyServer, event_loop_thread: EventLoop
) -> Iterator[Callable[..., PersistoClient]]:
    """Makes clients of the faulty server."""
    closing = []

    def make(**options: Any) -> PersistoClient:
        arguments = {"api_key": "psto_live_very-secret", "base_url": faulty.url, "timeout": 10, **options}
        if request.param == "sync":
            client = PersistoClient(**arguments)
            closing.append(client.close)
            return client
        asynchronous = AsyncPersistoClient(**arguments)
        closing.append(lambda: event_loop_thread.run(asynchronous.close()))
        return blocking(asynchronous, event_loop_thread)

    yield make
    for close in closing:
        close()


@pytest.fixture
def client(connect: Callable[..., PersistoClient]) -> PersistoClient:
    """A client of the faulty server."""
    return connect()
