"""Long-term, queryable memory for LLM applications: the Python client of a Persisto server."""

from ._async_client import AsyncPersistoClient
from ._client import Client, PersistoClient
from ._errors import (
    PersistoAuthError,
    PersistoConnectionError,
    PersistoError,
    PersistoNotFoundError,
    PersistoRateLimitError,
    PersistoServerError,
    PersistoValidationError,
)
from ._inputs import UNSET, Filters, PassageInput, RecencyPreference, RetrievalProfile, SaveInput, Unset
from ._lists import MemoryPage, QueryLogPage, QueryResult
from ._records import (
    DeleteResult,
    Hit,
    MemoryRecord,
    NamespaceSettings,
    NamespaceSummary,
    QueryLogEntry,
    SavedMemory,
    SaveResult,
    StoredPassage,
    UsageReport,
    UsageRow,
)
from ._version import __version__

__all__ = [
    "UNSET",
    "AsyncPersistoClient",
    "Client",
    "DeleteResult",
    "Filters",
    "Hit",
    "MemoryPage",
    "MemoryRecord",
    "NamespaceSettings",
    "NamespaceSummary",
    "PassageInput",
    "PersistoAuthError",
    "PersistoClient",
    "PersistoConnectionError",
    "PersistoError",
    "PersistoNotFoundError",
    "PersistoRateLimitError",
    "PersistoServerError",
    "PersistoValidationError",
    "QueryLogEntry",
    "QueryLogPage",
    "QueryResult",
    "RecencyPreference",
    "RetrievalProfile",
    "SaveInput",
    "SaveResult",
    "SavedMemory",
    "StoredPassage",
    "Unset",
    "UsageReport",
    "UsageRow",
    "__version__",
]

for _name in __all__:
    # Tracebacks and `help` show where users import it from.
    if isinstance(globals()[_name], type):
        globals()[_name].__module__ = __name__
