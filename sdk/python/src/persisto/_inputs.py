"""What the methods take beyond plain values."""

from __future__ import annotations

import enum
from datetime import date
from typing import Any, Mapping, Sequence, TypedDict, Union


class Unset(enum.Enum):
    """The type of ``UNSET``, for those who pass arguments on."""

    UNSET = "unset"

    def __repr__(self) -> str:
        return "UNSET"


#: Stands for an argument that was not given, where None means something.
UNSET = Unset.UNSET

#: Conditions on metadata: ``{"source": "profile", "year": {"gte": 2024}}``.
Filters = Mapping[str, Any]


class _PassageInputKeys(TypedDict):
    #: What is searched and shown. It need not stand in the memory's content.
    content: str


class PassageInput(_PassageInputKeys, total=False):
    """A passage of your own."""

    #: Left out, the content of the passage is embedded.
    embedding: Sequence[float]


class _SaveInputKeys(TypedDict):
    namespace: str
    content: str


class SaveInput(_SaveInputKeys, total=False):
    """One memory of ``save_many``, with the names of ``save``."""

    metadata: Mapping[str, Any]
    ttl_seconds: Union[int, None]
    expires_at: Union[str, date, None]
    id: str
    embedding: Sequence[float]
    passages: Sequence[PassageInput]
    created_at: Union[str, date]
    updated_at: Union[str, date]


class RecencyPreference(TypedDict):
    """How newer memories are preferred."""

    #: Share of the score that recency decides, 0..1.
    weight: float
    #: Age at which the recency part of the score has fallen to one half.
    half_life_days: float


class RetrievalProfile(TypedDict, total=False):
    """How a query finds and ranks passages, as data. Every field has a default."""

    #: What the query history calls it.
    name: str
    k: int
    #: ``hybrid``, ``vector`` or ``text``.
    retrieval: str
    #: Share of the ranking that vector similarity decides in hybrid retrieval, 0..1.
    vector_weight: float
    #: Relevance, 0..1, below which a passage is dropped; means the same with every embedder.
    min_relevance: float
    #: Cosine similarity, -1..1, below which a passage is dropped unless it shares a word with the query.
    min_similarity: float
    recency: RecencyPreference
    #: How much a hit must differ from those before it, 0..1.
    diversity: float
    #: ``memory`` or ``passage``.
    group_by: str
