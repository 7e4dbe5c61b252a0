from __future__ import annotations

import re
from pathlib import Path
from typing import Dict

_line = re.compile(
    r"""
    ^[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_]\w*)[ \t]*=[ \t]*
    (?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|`(?P<back>[^`]*)`|(?P<bare>[^\n\#]*))
    """,
    re.VERBOSE | re.MULTILINE,
)


def read_env_file(path: str) -> Dict[str, str]:
    """The variables of a ``.env`` file, as the server reads it: quotes, ``export``, comments. Empty without a file."""
    try:
        # Other people's variables stand there, too.
        text = Path(path).read_text(encoding="utf-8-sig", errors="replace")
    except (FileNotFoundError, IsADirectoryError):
        # Some keep a virtual environment of that name.
        return {}
    return {match["name"]: _value(match) for match in _line.finditer(text)}


def _value(match: "re.Match[str]") -> str:
    quoted = match["double"] or match["single"] or match["back"]
    return quoted if quoted is not None else (match["bare"] or "").strip()
