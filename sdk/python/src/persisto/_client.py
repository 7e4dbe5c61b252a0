from __future__ import annotations

from datetime import date
from types import TracebackType
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Type, TypeVar, Union

import httpx
from tenacity import Retrying

from . import _calls
from ._call import Call
from ._errors import PersistoError
from ._http import client_options, reaching, read_answer, request_options
from ._inputs import UNSET, Filters, PassageInput, RetrievalProfile, SaveInput, Unset
from ._lists import MemoryPage, QueryLogPage, QueryResult
from ._records import (
    DeleteResult,
    MemoryRecord,
    NamespaceSettings,
    NamespaceSummary,
    QueryLogEntry,
    SavedMemory,
    SaveResult,
    UsageReport,
)
from ._retry import retry_options
from ._settings import resolve_settings

AnswerT = TypeVar("AnswerT")


class PersistoClient:
    """
    The memory of one project on a Persisto server: the one that the API key opens.

    Key and address also come from ``PERSISTO_API_KEY`` and ``PERSISTO_API_URL``, in the environment or in the ``.env``
    of the working directory. ``timeout`` is in seconds, ``retries`` the tries after the first one. Connections are kept
    open between calls; one client serves many threads. Close it, or use it as a context manager.

    Raises PersistoAuthError without a usable key, PersistoValidationError naming an argument that is wrong.
    """

    def __init__(
        self,
        api_key: Optional[str] = None,
        base_url: Optional[str] = None,
        timeout: float = 15,
        retries: int = 3,
        *,
        http_client: Optional[httpx.Client] = None,
    ) -> None:
        self._settings = resolve_settings(api_key, base_url, timeout, retries)
        self._owns_http = http_client is None
        self._http = httpx.Client(**client_options(self._settings)) if http_client is None else http_client

    def save(
        self,
        namespace: str,
        content: str,
        *,
        metadata: Optional[Mapping[str, Any]] = None,
        ttl_seconds: Union[int, None, Unset] = UNSET,
        expires_at: Union[str, date, None, Unset] = UNSET,
        id: Optional[str] = None,
        embedding: Optional[Sequence[float]] = None,
        passages: Optional[Sequence[PassageInput]] = None,
        created_at: Union[str, date, None] = None,
        updated_at: Union[str, date, None] = None,
        idempotency_key: Optional[str] = None,
    ) -> SaveResult:
        """
        Remembers one text. Saving an ``id`` again replaces that memory; without one it is generated.

        ``ttl_seconds`` is the time until it expires, or ``expires_at`` when it does, None for never; both left out,
        what the server gives memories of the namespace. ``embedding`` is a vector of your own: the content is then one
        passage and is not embedded. ``passages`` are passages of your own, each with a vector or without, in place of
        those that the content would be split into. ``created_at`` and ``updated_at`` are those of a memory from
        elsewhere. Times are given as those of ``list_queries``.
        """
        return self._send(
            _calls.save(
                namespace=namespace,
                content=content,
                metadata=metadata,
                ttl_seconds=ttl_seconds,
                expires_at=expires_at,
                id=id,
                embedding=embedding,
                passages=passages,
                created_at=created_at,
                updated_at=updated_at,
                idempotency_key=idempotency_key,
            )
        )

    def save_many(
        self, memories: Iterable[Union[SaveInput, MemoryRecord]], *, idempotency_key: Optional[str] = None
    ) -> List[SavedMemory]:
        """
        Remembers up to 1,000 texts, all or none: dicts with the arguments of ``save``, or records that were read.
        Answers come in their order; of several with one id in one namespace the last is kept.
        """
        return self._send(_calls.save_many(memories, idempotency_key=idempotency_key))

    def query(
        self,
        namespace: str,
        query: Optional[str] = None,
        *,
        filters: Optional[Filters] = None,
        mode: Union[str, RetrievalProfile, None] = None,
        k: Optional[int] = None,
        embedding: Optional[Sequence[float]] = None,
        retrieval: Optional[str] = None,
        group_by: Optional[str] = None,
        rerank: Optional[bool] = None,
        explain: Optional[bool] = None,
    ) -> QueryResult:
        """
        Finds the passages that answer a text, a vector or both, best first.

        ``mode`` is ``strict`` (the default), ``fuzzy``, ``recency``, a profile of the server's configuration, or a
        profile as a dict; ``k`` (how many hits), ``retrieval`` (``hybrid``, ``vector``, ``text``) and ``group_by``
        (``passage``, ``memory``) override it.

        Raises PersistoNotFoundError for a namespace that nothing was ever saved in.
        """
        return self._send(
            _calls.query(
                namespace=namespace,
                query=query,
                filters=filters,
                mode=mode,
                k=k,
                embedding=embedding,
                retrieval=retrieval,
                group_by=group_by,
                rerank=rerank,
                explain=explain,
            )
        )

    def get(self, id: str, *, namespace: Optional[str] = None) -> Optional[MemoryRecord]:
        """
        One memory, or None when absent. The namespace is needed only when several hold the id: PersistoError
        ``conflict`` says so.
        """
        return self._send(_calls.get(id, namespace=namespace))

    def list(
        self,
        namespace: Optional[str] = None,
        *,
        filters: Optional[Filters] = None,
        order: Optional[str] = None,
        limit: Optional[int] = None,
        cursor: Optional[str] = None,
        with_total: Optional[bool] = None,
        with_passages: Optional[bool] = None,
    ) -> MemoryPage:
        """
        A page of memories of one namespace or of all; ``iter_memories`` goes through all pages.

        ``order`` is that in which they were saved, from the ``newest`` (the default) or from the ``oldest`` on.
        ``limit`` is the page's size, 1..1000, by default 100; ``with_total`` also counts every match.
        ``with_passages`` also gives the passages and their vectors: a page then ends after some 500 of them.
        """
        return self._send(
            _calls.list_memories(
                namespace=namespace,
                filters=filters,
                order=order,
                limit=limit,
                cursor=cursor,
                with_total=with_total,
                with_passages=with_passages,
            )
        )

    def iter_memories(
        self,
        namespace: Optional[str] = None,
        *,
        filters: Optional[Filters] = None,
        order: Optional[str] = None,
        page_size: Optional[int] = None,
        with_passages: Optional[bool] = None,
    ) -> Iterator[MemoryRecord]:
        """Every memory, in the order of ``list``, each page asked for when it is reached."""
        cursor: Optional[str] = None
        while True:
            page = self.list(
                namespace,
                filters=filters,
                order=order,
                limit=page_size,
                cursor=cursor,
                with_passages=with_passages,
            )
            yield from page
            cursor = page.next_cursor
            if cursor is None:
                return

    def update(
        self,
        id: str,
        *,
        namespace: Optional[str] = None,
        content: Optional[str] = None,
        metadata: Optional[Mapping[str, Any]] = None,
        ttl_seconds: Union[int, None, Unset] = UNSET,
        idempotency_key: Optional[str] = None,
    ) -> MemoryRecord:
        """
        Changes a memory and returns it as it is now; what is not given stays. ``metadata`` replaces the metadata as a
        whole, ``ttl_seconds`` counts from now, None removes the expiry.

        Raises PersistoNotFoundError when there is no such memory.
        """
        return self._send(
            _calls.update(
                id,
                namespace=namespace,
                content=content,
                metadata=metadata,
                ttl_seconds=ttl_seconds,
                idempotency_key=idempotency_key,
            )
        )

    def delete(
        self,
        namespace: Optional[str] = None,
        *,
        id: Optional[str] = None,
        ids: Optional[Sequence[str]] = None,
        content: Optional[str] = None,
        filters: Optional[Filters] = None,
        metadata: Optional[Filters] = None,
        idempotency_key: Optional[str] = None,
    ) -> DeleteResult:
        """
        Deletes the memories of a namespace that meet every condition given, or the one that ``id`` names.

        ``content`` is the exact content; ``metadata`` is another name of ``filters``. Without a condition it raises
        PersistoValidationError: ``delete_namespace`` empties a namespace. The answer's ``count`` is 0 when nothing
        matched.
        """
        return self._send(
            _calls.delete(
                namespace=namespace,
                id=id,
                ids=ids,
                content=content,
                filters=filters,
                metadata=metadata,
                idempotency_key=idempotency_key,
            )
        )

    def list_namespaces(self) -> List[NamespaceSummary]:
        """Every namespace of the project by name, with the number of its live memories."""
        return self._send(_calls.list_namespaces())

    def configure_namespace(self, namespace: str, *, language: str) -> NamespaceSettings:
        """Sets the language of a namespace's words (``english``, ``simple``, ...); makes it if it is new."""
        return self._send(_calls.configure_namespace(namespace, language=language))

    def delete_namespace(self, namespace: str, *, idempotency_key: Optional[str] = None) -> DeleteResult:
        """Deletes a namespace with all it holds and what was asked there; ``count`` is 0 for an unknown one."""
        return self._send(_calls.delete_namespace(namespace, idempotency_key=idempotency_key))

    def list_queries(
        self,
        namespace: Optional[str] = None,
        *,
        start_date: Union[str, date, None] = None,
        end_date: Union[str, date, None] = None,
        limit: Optional[int] = None,
        cursor: Optional[str] = None,
    ) -> QueryLogPage:
        """
        A page of the query history, newest first: queries from ``start_date`` on and before ``end_date``, each a text
        in ISO 8601, a date (midnight UTC) or a datetime with a time zone. ``iter_queries`` goes through all pages.
        """
        return self._send(
            _calls.list_queries(
                namespace=namespace, start_date=start_date, end_date=end_date, limit=limit, cursor=cursor
            )
        )

    def iter_queries(
        self,
        namespace: Optional[str] = None,
        *,
        start_date: Union[str, date, None] = None,
        end_date: Union[str, date, None] = None,
        page_size: Optional[int] = None,
    ) -> Iterator[QueryLogEntry]:
        """Every query of the history, newest first, each page asked for when it is reached."""
        cursor: Optional[str] = None
        while True:
            page = self.list_queries(
                namespace, start_date=start_date, end_date=end_date, limit=page_size, cursor=cursor
            )
            yield from page
            cursor = page.next_cursor
            if cursor is None:
                return

    def usage(
        self,
        *,
        project: Optional[str] = None,
        from_: Union[str, date, None] = None,
        to: Union[str, date, None] = None,
        by: Optional[str] = None,
        key: Optional[str] = None,
        per_key: Optional[bool] = None,
    ) -> UsageReport:
        """
        What the project has used, by ``day`` or ``month`` in UTC; from the first day to the last, both included, by
        default the 30 up to today. Needs a key with ``usage:read``; an operator's key names the project.
        """
        return self._send(_calls.usage(project=project, from_=from_, to=to, by=by, key=key, per_key=per_key))

    def close(self) -> None:
        """Closes the connections; an ``http_client`` of your own stays open."""
        if self._owns_http:
            self._http.close()

    def __enter__(self) -> PersistoClient:
        return self

    def __exit__(
        self,
        error_type: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self._settings.base_url!r})"

    def _send(self, call: Call[AnswerT]) -> AnswerT:
        request = self._http.build_request(**request_options(self._settings, call))
        try:
            answer: Dict[str, Any] = Retrying(**retry_options(self._settings.retries))(self._try, request, call)
        except PersistoError as error:
            return call.answer_to(error)
        return call.read(answer)

    def _try(self, request: httpx.Request, call: Call[Any]) -> Dict[str, Any]:
        with reaching(self._settings, request):
            response = self._http.send(request)
        return read_answer(response, call)


Client = PersistoClient
