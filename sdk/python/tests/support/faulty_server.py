from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional

_statuses = {
    "invalid_input": 400,
    "unauthorized": 401,
    "forbidden": 403,
    "quota_exceeded": 403,
    "not_found": 404,
    "conflict": 409,
    "idempotency_in_progress": 409,
    "too_large": 413,
    "unprocessable": 422,
    "idempotency_mismatch": 422,
    "rate_limited": 429,
    "internal": 500,
    "embedder_failed": 502,
    "reranker_failed": 502,
    "unavailable": 503,
}

Answer = Callable[[BaseHTTPRequestHandler], None]


class Seen(NamedTuple):
    """A request that came."""

    line: str
    headers: Dict[str, str]
    body: bytes


def json_answer(body: Any, status: int = 200, headers: Optional[Mapping[str, str]] = None) -> Answer:
    return _text(json.dumps(body), status, {"Content-Type": "application/json", **(headers or {})})


def page(status: int, headers: Optional[Mapping[str, str]] = None) -> Answer:
    """What a proxy says."""
    return _text(f"<html><h1>{status}</h1></html>", status, {"Content-Type": "text/html", **(headers or {})})


def problem(code: str, headers: Optional[Mapping[str, str]] = None, **more: Any) -> Answer:
    """A problem document of Persisto's."""
    status = _statuses[code]
    body = {
        "type": f"urn:persisto:error:{code}",
        "title": code,
        "status": status,
        "code": code,
        "detail": f"It is {code}.",
        "request_id": "request-1",
        **more,
    }
    return json_answer(body, status, headers)


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    """No answer: the connection ends."""
    handler.close_connection = True


def silence(handler: BaseHTTPRequestHandler) -> None:
    """No answer for longer than anybody waits here."""
    time.sleep(1)
    handler.close_connection = True


class FaultyServer:
    """Gives the answers that it is told, the last one for good, and keeps what it was asked."""

    def __init__(self) -> None:
        self.seen: List[Seen] = []
        self._answers: List[Answer] = []
        self._lock = threading.Lock()
        faulty = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                faulty._next_answer(Seen(f"{self.command} {self.path}", dict(self.headers.items()), body))(self)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def answer_with(self, *answers: Answer) -> None:
        """From now on."""
        self.seen = []
        self._answers = list(answers)

    def _next_answer(self, seen: Seen) -> Answer:
        with self._lock:
            self.seen.append(seen)
            return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _text(text: str, status: int, headers: Mapping[str, str]) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        data = text.encode("utf-8")
        handler.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(data))}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(data)

    return answer
