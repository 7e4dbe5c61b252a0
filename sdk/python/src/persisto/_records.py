"""What a server answers. Names are the wire's, times are ISO 8601 in UTC with milliseconds."""

from __future__ import annotations

from typing import Any, Dict, List, Optional


class Record(Dict[str, Any]):
    """A JSON object whose members can be read both ways: ``record["id"]`` and ``record.id``."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"{type(self).__name__} has no {name!r}; it has {', '.join(self)}") from None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({super().__repr__()})"


class Hit(Record):
    """A passage that answers a query."""

    id: str
    namespace: str
    #: The passage: the whole memory when it is short, one chunk of it when it is long.
    content: str
    metadata: Dict[str, Any]
    created_at: str
    expires_at: Optional[str]
    #: Cosine similarity of query and passage, -1..1; None when the query was not embedded (retrieval ``text``).
    similarity: Optional[float]
    #: What hits are ranked by, 0..1. Comparable inside one result only.
    score: float
    #: ``{"index": 0, "count": 1}``: which passage of its memory this is.
    chunk: Dict[str, int]
    #: Present when asked for with ``explain``.
    explanation: Dict[str, Any]


class StoredPassage(Record):
    """A passage of a memory: what is searched."""

    content: str
    #: Of the store's dimensions and of length 1, as precise as the store keeps it.
    embedding: List[float]


class MemoryRecord(Record):
    """A stored memory."""

    id: str
    namespace: str
    content: str
    metadata: Dict[str, Any]
    created_at: str
    updated_at: str
    #: When the memory becomes invisible; None for never.
    expires_at: Optional[str]
    #: In their order. Present when asked for with ``with_passages``.
    passages: List[StoredPassage]


class SavedMemory(Record):
    """One memory of a batch, as saved."""

    id: str
    #: Passages the content was split into.
    chunks: int


class SaveResult(SavedMemory):
    """A memory as saved."""

    expires_at: Optional[str]


class DeleteResult(Record):
    """How many memories were deleted."""

    count: int


class NamespaceSummary(Record):
    """A namespace and how many live memories it holds."""

    namespace: str
    count: int


class NamespaceSettings(Record):
    """Settings of a namespace."""

    namespace: str
    #: How its words are stemmed.
    language: str


class QueryLogEntry(Record):
    """A query that was asked."""

    namespace: str
    #: What was asked; a keyed hash of it, or empty, in a store that keeps no texts.
    query_text: str
    filters: Dict[str, Any]
    #: Results wanted.
    top_k: int
    #: The name of the profile.
    mode: str
    #: Results found.
    count: int
    duration_ms: float
    timestamp: str


class UsageRow(Record):
    """What was used in a period."""

    #: A day, e.g. ``2026-01-31``, or a month, e.g. ``2026-01``, in UTC.
    period: str
    #: Present when asked for ``per_key``.
    key: str
    saves: int
    queries: int
    embedded_tokens: int
    stored_bytes_change: int


class UsageReport(Record):
    """What a project has used. Periods in which nothing was used are left out."""

    project: str
    #: The last day; the first is ``report["from"]``, a name that Python keeps for itself.
    to: str
    by: str
    usage: List[UsageRow]
    #: Bytes that are stored now.
    stored_bytes: int
