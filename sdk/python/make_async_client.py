"""
Writes ``src/persisto/_async_client.py``, which is ``_client.py`` with await: ``python make_async_client.py``.
With ``--check`` it only says whether that is up to date.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import List, Tuple

_package = Path(__file__).parent / "src" / "persisto"
_source, _target = _package / "_client.py", _package / "_async_client.py"

_note = "# Made of _client.py by make_async_client.py; change that and run it again.\n"

_changes: List[Tuple[str, str]] = [
    (r"\n\n\nClient = PersistoClient\n", "\n"),
    (r"PersistoClient", "AsyncPersistoClient"),
    (r"httpx\.Client", "httpx.AsyncClient"),
    (r"\bRetrying\b", "AsyncRetrying"),
    (r"\bIterator\b", "AsyncIterator"),
    (r"\bmany threads\b", "many tasks of one event loop"),
    (r"as a context manager", "in ``async with``"),
    (r"(?m)^    def (?!__init__|__repr__)", "    async def "),
    (r"def __(enter|exit)__", r"def __a\1__"),
    (r"(?m)^( +)yield from (.+)$", r"\1for each in \2:\n\1    yield each"),
    (r"= self\.(list|list_queries)\(", r"= await self.\1("),
    (r"return self\._send\(", "return await self._send("),
    (r"= AsyncRetrying", "= await AsyncRetrying"),
    (r"self\._http\.send\(", "await self._http.send("),
    (r"self\._http\.close\(", "await self._http.aclose("),
    (r"(?m)^( +)self\.close\(", r"\1await self.close("),
]


def main() -> int:
    text = _source.read_text("utf-8")
    for pattern, replacement in _changes:
        text, count = re.subn(pattern, replacement, text)
        if count == 0:
            raise SystemExit(f"_client.py has nothing like {pattern!r} any more; correct make_async_client.py")
    made = _formatted(_note + text)
    if "--check" not in sys.argv:
        _target.write_text(made, "utf-8")
        return 0
    return 0 if _target.read_text("utf-8") == made else 1


def _formatted(text: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(_target), "-"]
    sorting = [sys.executable, "-m", "ruff", "check", "--select", "I", "--fix", "--quiet", *command[4:]]
    for each in (sorting, command):
        text = subprocess.run(each, input=text, check=True, capture_output=True, encoding="utf-8").stdout
    return text


if __name__ == "__main__":
    sys.exit(main())
