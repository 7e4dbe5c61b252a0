"""Every Python block of the READMEs and the guide runs, and prints what its comments say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import List

import pytest
from support.server_process import ServerProcess

from persisto import PersistoClient

folder = Path(__file__).resolve().parents[1]
root = folder.parents[1]
documents = [folder / "README.md", root / "docs" / "sdk-python.md", root / "README.md"]


def blocks(path: Path) -> List[str]:
    return re.findall(r"```python\n(.*?)```", path.read_text("utf-8"), re.DOTALL)


examples = [
    (str(path.relative_to(root)), number, block) for path in documents for number, block in enumerate(blocks(path), 1)
]


def said_to_print(block: str) -> List[str]:
    """The comments behind or below a print."""
    lines = block.splitlines()
    said = []
    for line, next_line in zip(lines, [*lines[1:], ""]):
        if "print(" in line:
            comment = re.search(r"  # (.*)$", line) or re.search(r"^ *# (.*)$", next_line)
            said.append(comment[1] if comment else "")
    return said


@pytest.mark.parametrize(
    ("document", "number", "block"), examples, ids=[f"{document} {number}" for document, number, _ in examples]
)
def test_a_block_prints_what_it_says(
    server: ServerProcess, tmp_path: Path, document: str, number: int, block: str
) -> None:
    with PersistoClient(server.api_key, server.base_url, timeout=120) as client:
        client.delete_namespace("demo-agent")
        if document == "README.md":
            # As the lines of curl before it do.
            client.save("demo-agent", "The user prefers concise summaries.", metadata={"source": "profile"})
    (tmp_path / "block.py").write_text(block, "utf-8")
    environment = {
        **os.environ,
        "PYTHONPATH": str(folder / "src"),
        "PYTHONIOENCODING": "utf-8",
        "PERSISTO_API_KEY": server.api_key,
        "PERSISTO_API_URL": server.base_url,
    }
    command = [sys.executable, "block.py"]
    result = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert result.stderr == "", (document, number)
    assert result.stdout.splitlines() == said_to_print(block)


def test_there_are_blocks() -> None:
    assert len({document for document, _, _ in examples}) == len(documents)
