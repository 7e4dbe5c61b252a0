"""Each method as the request that it is, once for both clients."""

from __future__ import annotations

from datetime import date
from typing import Any, Dict, Iterable, List, Mapping, Optional, Type, TypeVar, Union

from ._call import Absent, Call
from ._errors import invalid
from ._inputs import SaveInput
from ._lists import MemoryPage, QueryLogPage, QueryResult
from ._records import (
    DeleteResult,
    Hit,
    MemoryRecord,
    NamespaceSettings,
    NamespaceSummary,
    QueryLogEntry,
    Record,
    SavedMemory,
    SaveResult,
    StoredPassage,
    UsageReport,
    UsageRow,
)
from ._wire import given, memory_path, to_body, to_passages, to_time, to_vector, with_query

RecordT = TypeVar("RecordT", bound=Record)

_record_members = ("id", "namespace", "content", "metadata")
_times = ("expires_at", "created_at", "updated_at")


def save(*, idempotency_key: Optional[str], **fields: Any) -> Call[SaveResult]:
    return Call(
        "POST",
        "/memory/save",
        body=to_body(_memory(fields)),
        expects=("id", "chunks", "expires_at"),
        read=lambda answer: _only(SaveResult, answer, "id", "chunks", "expires_at"),
        is_write=True,
        idempotency_key=idempotency_key,
    )


def save_many(
    memories: Iterable[Union[SaveInput, MemoryRecord]], *, idempotency_key: Optional[str]
) -> Call[List[SavedMemory]]:
    if isinstance(memories, (str, bytes, Mapping)):
        raise invalid("memories", "must be a list of memories")
    return Call(
        "POST",
        "/memory/save-many",
        body=to_body(
            {"memories": [_batch_item(memory, f"memories[{index}].") for index, memory in enumerate(memories)]}
        ),
        expects=("results",),
        read=lambda answer: [SavedMemory(each) for each in answer["results"]],
        is_write=True,
        idempotency_key=idempotency_key,
    )


def query(*, embedding: Any, mode: Union[str, Mapping[str, Any], None], **fields: Any) -> Call[QueryResult]:
    # A profile has a field of its own on the wire.
    profile: Dict[str, Any] = {"profile": dict(mode)} if isinstance(mode, Mapping) else {"mode": mode}
    return Call(
        "POST",
        "/memory/query",
        body=to_body({**fields, **profile, "embedding": to_vector(embedding)}),
        expects=("results", "dropped"),
        read=lambda answer: QueryResult(answer, [_hit(each) for each in answer["results"]]),
        renamed={"profile": "mode"},
    )


def get(id: str, *, namespace: Optional[str]) -> Call[Optional[MemoryRecord]]:
    return Call(
        "GET",
        with_query(memory_path(id), {"namespace": namespace}),
        expects=_record_members,
        read=MemoryRecord,
        absent=Absent("memory", None),
    )


def list_memories(**fields: Any) -> Call[MemoryPage]:
    return Call(
        "GET",
        with_query("/memory/list", fields),
        expects=("memories", "next_cursor"),
        read=lambda answer: MemoryPage(answer, [_record(each) for each in answer["memories"]]),
    )


def update(id: str, *, namespace: Optional[str], idempotency_key: Optional[str], **changes: Any) -> Call[MemoryRecord]:
    return Call(
        "PATCH",
        with_query(memory_path(id), {"namespace": namespace}),
        body=to_body(changes),
        expects=_record_members,
        read=MemoryRecord,
        is_write=True,
        idempotency_key=idempotency_key,
    )


def delete(
    *,
    namespace: Optional[str],
    id: Optional[str],
    filters: Optional[Mapping[str, Any]],
    metadata: Optional[Mapping[str, Any]],
    idempotency_key: Optional[str],
    **conditions: Any,
) -> Call[DeleteResult]:
    if filters is not None and metadata is not None:
        raise invalid("metadata", "is another name of filters; give one of them")
    # The wire calls the filters of a delete metadata.
    wanted = given({**conditions, "metadata": filters if metadata is None else metadata})
    if id is None:
        body = to_body({"namespace": namespace, **wanted})
        name = "metadata" if filters is None else "filters"
        return _delete("memory", "/memory/delete", idempotency_key, body, {"metadata": name})
    if wanted:
        raise invalid("id", "names one memory, so that there is nothing to delete by beside it")
    return _delete("memory", with_query(memory_path(id), {"namespace": namespace}), idempotency_key)


def list_namespaces() -> Call[List[NamespaceSummary]]:
    return Call(
        "GET",
        "/memory/namespaces?counts=true",
        expects=("namespaces", "counts"),
        read=lambda answer: [
            NamespaceSummary(namespace=name, count=answer["counts"].get(name, 0)) for name in answer["namespaces"]
        ],
    )


def configure_namespace(namespace: str, *, language: str) -> Call[NamespaceSettings]:
    # Done twice it is as if done once, so it needs no key.
    return Call(
        "PUT",
        with_query("/memory/namespaces", {"namespace": namespace}),
        body=to_body({"language": language}),
        expects=("namespace", "language"),
        read=NamespaceSettings,
    )


def delete_namespace(namespace: str, *, idempotency_key: Optional[str]) -> Call[DeleteResult]:
    return _delete("namespace", with_query("/memory/namespaces", {"namespace": namespace}), idempotency_key)


def list_queries(
    *, start_date: Union[str, date, None], end_date: Union[str, date, None], **fields: Any
) -> Call[QueryLogPage]:
    times = {"start_date": to_time("start_date", start_date), "end_date": to_time("end_date", end_date)}
    return Call(
        "GET",
        with_query("/queries/list", {**fields, **times}),
        expects=("queries", "next_cursor"),
        read=lambda answer: QueryLogPage(answer, [QueryLogEntry(each) for each in answer["queries"]]),
    )


def usage(*, from_: Union[str, date, None], to: Union[str, date, None], **fields: Any) -> Call[UsageReport]:
    return Call(
        "GET",
        with_query("/usage", {**fields, "from": to_time("from", from_), "to": to_time("to", to)}),
        expects=("project", "usage", "stored_bytes"),
        read=lambda answer: UsageReport({**answer, "usage": [UsageRow(each) for each in answer["usage"]]}),
        renamed={"from": "from_"},
    )


def _delete(
    resource: str,
    path: str,
    idempotency_key: Optional[str],
    body: Optional[Dict[str, Any]] = None,
    renamed: Optional[Mapping[str, str]] = None,
) -> Call[DeleteResult]:
    """The wire says 404 when there was nothing to delete; a client says that it deleted none."""
    return Call(
        "DELETE",
        path,
        body=body,
        expects=("count",),
        read=lambda answer: _only(DeleteResult, answer, "count"),
        is_write=True,
        idempotency_key=idempotency_key,
        absent=Absent(resource, DeleteResult(count=0)),
        renamed=renamed,
    )


def _batch_item(memory: Any, path: str) -> Any:
    return _memory(memory, path) if isinstance(memory, Mapping) else memory


def _memory(fields: Mapping[str, Any], path: str = "") -> Dict[str, Any]:
    """The arguments of ``save`` as the wire has them; ``path`` is where they stand."""
    times = {name: to_time(path + name, fields[name]) for name in _times if name in fields}
    vectors = {"embedding": to_vector(fields.get("embedding")), "passages": to_passages(fields.get("passages"))}
    return given({**fields, **times, **vectors})


def _record(each: Dict[str, Any]) -> MemoryRecord:
    passages = each.get("passages")
    if passages is None:
        return MemoryRecord(each)
    return MemoryRecord({**each, "passages": [_passage(passage) for passage in passages]})


def _passage(each: Dict[str, Any]) -> StoredPassage:
    # As with scores: JSON writes 1.0 as 1.
    return StoredPassage({**each, "embedding": [float(number) for number in each["embedding"]]})


def _hit(each: Dict[str, Any]) -> Hit:
    # JSON writes 1.0 as 1, which Python would take for a whole number.
    similarity, score = each["similarity"], each["score"]
    return Hit({**each, "similarity": None if similarity is None else float(similarity), "score": float(score)})


def _only(record: Type[RecordT], answer: Dict[str, Any], *members: str) -> RecordT:
    return record({member: answer[member] for member in members})
