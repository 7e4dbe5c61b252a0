from __future__ import annotations

import asyncio
import threading
from typing import Any, AsyncIterator, Coroutine, List, TypeVar, cast

from persisto import AsyncPersistoClient, PersistoClient

T = TypeVar("T")


class EventLoop:
    """An event loop in a thread of its own, to which any thread hands its coroutines."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class _Blocking:
    def __init__(self, client: AsyncPersistoClient, loop: EventLoop) -> None:
        self._client = client
        self._loop = loop

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)

        def call(*arguments: Any, **options: Any) -> Any:
            result = method(*arguments, **options)
            return self._loop.run(_collect(result) if hasattr(result, "__aiter__") else result)

        return call


def blocking(client: AsyncPersistoClient, loop: EventLoop) -> PersistoClient:
    """The asynchronous client, called as the other one is, so that one test is of both."""
    return cast(PersistoClient, _Blocking(client, loop))


async def _collect(items: AsyncIterator[T]) -> List[T]:
    return [each async for each in items]
