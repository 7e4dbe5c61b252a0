"""Where key and address come from, and what is refused."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any, Dict

import pytest

import persisto
from persisto import AsyncPersistoClient, Client, PersistoAuthError, PersistoClient, PersistoValidationError
from persisto._env_file import read_env_file
from persisto._settings import Settings, resolve_settings


def settings(**given: Any) -> Settings:
    return resolve_settings(**{"api_key": None, "base_url": None, "timeout": 15, "retries": 3, **given})


def test_client_is_another_name_of_persisto_client() -> None:
    assert Client is PersistoClient


def test_every_name_that_is_promised_is_there() -> None:
    assert all(hasattr(persisto, name) for name in persisto.__all__)
    assert f"{PersistoAuthError!r}" == "<class 'persisto.PersistoAuthError'>"


def test_arguments_win_over_the_environment_and_the_environment_over_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("PERSISTO_API_KEY=from-file\nPERSISTO_API_URL=http://file:1\n")
    assert (settings().api_key, settings().base_url) == ("from-file", "http://file:1")
    monkeypatch.setenv("PERSISTO_API_KEY", "from-environment")
    monkeypatch.setenv("PERSISTO_API_URL", "")
    assert (settings().api_key, settings().base_url) == ("from-environment", "http://file:1")
    given = settings(api_key="given", base_url="http://given:2")
    assert (given.api_key, given.base_url) == ("given", "http://given:2")


def test_without_an_address_it_is_that_of_a_server_on_this_machine() -> None:
    assert settings(api_key="k").base_url == "http://localhost:8000"


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("A=1\nB=2", {"A": "1", "B": "2"}),
        ("A=\nB=2\n", {"A": "", "B": "2"}),
        ("\ufeffA=1\r\nB=2\r\n", {"A": "1", "B": "2"}),
        ("export A = one two # comment\n# B=2", {"A": "one two"}),
        ("A=\"one # two\" # three\nB='\"'\nC=`it's`", {"A": "one # two", "B": '"', "C": "it's"}),
        ("A='two\nlines'\nB=2", {"A": "two\nlines", "B": "2"}),
        ("no variable\n=\n1A=2", {}),
        ("A=1\nA=2", {"A": "2"}),
    ],
)
def test_a_file_is_read_as_the_server_reads_it(tmp_path: Path, text: str, variables: Dict[str, str]) -> None:
    (tmp_path / ".env").write_bytes(text.encode())
    assert read_env_file(".env") == variables


def test_a_folder_named_env_and_other_peoples_bytes_are_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    assert read_env_file(".env") == {}
    (tmp_path / "latin").write_bytes(b"NAME=\xe9\nPERSISTO_API_KEY=k\n")
    assert read_env_file("latin")["PERSISTO_API_KEY"] == "k"


def test_a_missing_key_says_where_to_put_it() -> None:
    for client in (PersistoClient, AsyncPersistoClient):
        with pytest.raises(PersistoAuthError, match="PERSISTO_API_KEY in the environment or in .env") as caught:
            client()
        assert (caught.value.code, caught.value.status) == ("unauthorized", None)


@pytest.mark.parametrize("key", ["", "two words", "line\nbreak", "schlüssel", 42])
def test_a_malformed_key_is_refused_without_being_shown(key: Any) -> None:
    with pytest.raises(PersistoAuthError, match="^api_key must be") as caught:
        PersistoClient(key)
    assert "words" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "resolved"),
    [
        ("http://host:8000/", "http://host:8000"),
        ("https://host/v1/", "https://host"),
        ("https://host/memory/v1", "https://host/memory"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_an_address_may_end_in_v1_and_a_slash(given: str, resolved: str) -> None:
    assert settings(api_key="k", base_url=given).base_url == resolved


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("base_url", ""),
        ("base_url", "127.0.0.1:8000"),
        ("base_url", "ftp://host"),
        ("base_url", "http://"),
        ("base_url", "http://host:port"),
        ("base_url", "http://me:hunter2@host"),
        ("base_url", "http://host?x=1"),
        ("base_url", 42),
        ("timeout", 0),
        ("timeout", -1),
        ("timeout", float("nan")),
        ("timeout", float("inf")),
        ("timeout", "5"),
        ("timeout", True),
        ("retries", -1),
        ("retries", 1.5),
        ("retries", None),
    ],
)
def test_a_wrong_argument_is_refused_by_name(field: str, value: Any) -> None:
    with pytest.raises(PersistoValidationError, match=f"^{field}: ") as caught:
        settings(api_key="k", **{field: value})
    assert "hunter2" not in str(caught.value)


def test_neither_client_nor_settings_show_the_key() -> None:
    with PersistoClient("psto_live_secret") as client:
        assert repr(client) == "PersistoClient(base_url='http://localhost:8000')"
    assert "secret" not in repr(settings(api_key="psto_live_secret"))


def test_errors_survive_the_way_to_another_process() -> None:
    error = PersistoValidationError("a: is odd", 422, "too_large", "r-1", {"code": "too_large"}, retry_after=2)
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert type(copy) is PersistoValidationError
    assert copy.args == error.args
    assert copy.__dict__ == error.__dict__
