from __future__ import annotations

from typing import Any, Dict, Generic, Iterator, Optional, Sequence, Tuple, TypeVar, Union, overload

from ._records import Hit, MemoryRecord, QueryLogEntry, Record

ItemT = TypeVar("ItemT", bound=Record)


class ItemList(Sequence[ItemT], Generic[ItemT]):
    """
    Items of an answer that is a sequence of them and, by the names of its members, the answer: ``for hit in result``,
    ``result[0]``, ``len(result)``, and ``result["results"]``, ``result.get("results", [])``.
    """

    _member = "items"

    def __init__(self, body: Dict[str, Any], items: Sequence[ItemT]) -> None:
        self._items = list(items)
        self._body = {**body, self._member: self._items}

    @overload
    def __getitem__(self, key: int) -> ItemT: ...
    @overload
    def __getitem__(self, key: slice) -> Sequence[ItemT]: ...
    @overload
    def __getitem__(self, key: str) -> Any: ...
    def __getitem__(self, key: Union[int, slice, str]) -> Any:
        return self._body[key] if isinstance(key, str) else self._items[key]

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[ItemT]:
        return iter(self._items)

    def __contains__(self, value: object) -> bool:
        return value in (self._body if isinstance(value, str) else self._items)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, ItemList):
            return self._body == other._body
        return other in (self._items, self._body)

    # As of lists and dicts: the items can be changed.
    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._body!r})"

    def get(self, key: str, default: Any = None) -> Any:
        """A member of the answer by its name, as a dict gives it."""
        return self._body.get(key, default)

    def keys(self) -> Tuple[str, ...]:
        """The names of the answer's members; with ``[]``, what ``dict(result)`` needs."""
        return tuple(self._body)

    def to_dict(self) -> Dict[str, Any]:
        """The answer as a dict that ``json.dumps`` takes."""
        return dict(self._body)


class QueryResult(ItemList[Hit]):
    """The hits of a query, best first."""

    _member = "results"

    @property
    def results(self) -> Sequence[Hit]:
        return self._items

    @property
    def dropped(self) -> int:
        """Candidates that were left out because they match the query too little for the profile."""
        return int(self._body["dropped"])

    @property
    def explanation(self) -> Optional[Dict[str, Any]]:
        """How the answer came about, when asked for with ``explain``."""
        return self._body.get("explanation")


class Page(ItemList[ItemT]):
    """A page of a list."""

    @property
    def next_cursor(self) -> Optional[str]:
        """What the next page is asked for with; None on the last one."""
        return self._body["next_cursor"]  # type: ignore[no-any-return]


class MemoryPage(Page[MemoryRecord]):
    """A page of memories."""

    _member = "memories"

    @property
    def memories(self) -> Sequence[MemoryRecord]:
        return self._items

    @property
    def total(self) -> Optional[int]:
        """How many there are on all pages, when asked for with ``with_total``."""
        return self._body.get("total")


class QueryLogPage(Page[QueryLogEntry]):
    """A page of the query history, newest first."""

    _member = "queries"

    @property
    def queries(self) -> Sequence[QueryLogEntry]:
        return self._items
