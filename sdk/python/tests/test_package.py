"""The package as users get it, and the programs that come with it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Dict

import pytest
from support.server_process import ServerProcess

from persisto import __version__

folder = Path(__file__).resolve().parents[1]

ten_lines = """
from persisto import PersistoClient, __file__ as place
client = PersistoClient()
client.save(namespace="wheel-agent", content="The user prefers concise summaries.", metadata={"source": "profile"})
results = client.query(
    namespace="wheel-agent", query="How does the user like their output?", filters={"source": "profile"}
)
for r in results:
    print(r["content"], 0 < r["similarity"] <= 1)
print(len(client.query(namespace="wheel-agent", query="concise summaries").get("results", [])))
print(place)
"""


def run(command: Any, cwd: Path, environment: Dict[str, str]) -> str:
    result = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_an_installed_wheel_saves_and_finds(server: ServerProcess, tmp_path: Path) -> None:
    if find_spec("build") is None or find_spec("hatchling") is None or find_spec("pip") is None:
        pytest.skip("build, hatchling and pip are not all installed; see requirements-dev.txt")
    packages, place = tmp_path / "packages", tmp_path / "installed"
    quiet = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(packages), str(folder)]
    run(build, tmp_path, quiet)
    wheel = packages / f"persisto_ai-{__version__}-py3-none-any.whl"
    assert (packages / f"persisto_ai-{__version__}.tar.gz").exists()
    names = zipfile.ZipFile(wheel).namelist()
    assert {"persisto/py.typed", f"persisto_ai-{__version__}.dist-info/licenses/LICENSE"} <= set(names)
    assert all(name.startswith(("persisto/", "persisto_ai-")) for name in names)

    install = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--target", str(place), str(wheel)]
    run(install, tmp_path, quiet)
    (tmp_path / ".env").write_text(f"PERSISTO_API_KEY={server.api_key}\nPERSISTO_API_URL={server.base_url}\n")
    (tmp_path / "program.py").write_text(ten_lines)
    said = run([sys.executable, "program.py"], tmp_path, {**os.environ, "PYTHONPATH": str(place)}).splitlines()
    assert said == [
        "The user prefers concise summaries. True",
        "1",
        str(place / "persisto" / "__init__.py"),
    ]


def test_the_licence_is_that_of_the_repository() -> None:
    assert (folder / "LICENSE").read_bytes() == (folder.parents[1] / "LICENSE").read_bytes()


def test_the_quick_check_says_that_all_is_well_or_what_is_not(server: ServerProcess, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"PERSISTO_API_KEY={server.api_key}\nPERSISTO_API_URL={server.base_url}\n")
    environment = {**os.environ, "PYTHONPATH": str(folder / "src")}
    said = run([sys.executable, str(folder / "test_sdk.py")], tmp_path, environment)
    assert "Found: The user prefers concise summaries. (similarity 0." in said
    assert said.endswith("Deleted: 1\nAll is well.\n")

    (tmp_path / ".env").unlink()
    result = subprocess.run(
        [sys.executable, str(folder / "test_sdk.py")],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == 1
    assert result.stderr.startswith("PersistoAuthError: No API key: give api_key, or set PERSISTO_API_KEY")
