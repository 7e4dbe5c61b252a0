"""Answers of a server that says what it is told."""

from __future__ import annotations

from .faulty_server import json_answer

api_key = "psto_live_very-secret"
record = {
    "id": "1",
    "namespace": "n",
    "content": "c",
    "metadata": {"aB": 1},
    "created_at": "t",
    "updated_at": "t",
    "expires_at": None,
}
saved = json_answer({"status": "saved", "id": "1", "chunks": 1, "expires_at": None})
no_results = json_answer({"results": [], "dropped": 0})
no_memories = json_answer({"memories": [], "next_cursor": None})
anything = json_answer(
    {**record, "status": "saved", "chunks": 1, "count": 1, "results": [], "dropped": 0, "language": "simple"}
)
