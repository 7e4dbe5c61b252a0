"""Types, style, and what Python the SDK runs on. They need the packages of requirements-dev.txt."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

folder = Path(__file__).resolve().parents[1]


def run(module: str, *arguments: str) -> None:
    if find_spec(module) is None:
        pytest.skip(f"{module} is not installed; see requirements-dev.txt")
    # vermin cannot be run with -m.
    start = ["-c", "import vermin; vermin.main()"] if module == "vermin" else ["-m", module]
    command = [sys.executable, *start, *arguments]
    result = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_types_are_strict() -> None:
    run("mypy")


def test_nothing_is_to_be_linted() -> None:
    run("ruff", "check", "--no-cache", ".")


def test_everything_is_formatted() -> None:
    run("ruff", "format", "--check", "--no-cache", ".")


def test_nothing_needs_a_newer_python_than_3_9() -> None:
    run("vermin", "--target=3.9-", "--no-tips", "--violations", "src", "test_sdk.py")


def test_the_asynchronous_client_is_the_other_one_with_await() -> None:
    if find_spec("ruff") is None:
        pytest.skip("ruff is not installed; see requirements-dev.txt")
    result = subprocess.run([sys.executable, str(folder / "make_async_client.py"), "--check"], check=False)
    assert result.returncode == 0, "run: python make_async_client.py"
