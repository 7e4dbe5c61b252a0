"""The client has every method and argument that the server describes in its OpenAPI document."""

from __future__ import annotations

import inspect
from typing import Any, Dict, Set

import httpx
import pytest
from support.server_process import ServerProcess

from persisto import PersistoClient, RetrievalProfile, SaveInput
from persisto._wire import memory_path

#: Which method each route is of.
methods = {
    "POST /memory/save": "save",
    "POST /memory/save-many": "save_many",
    "POST /memory/query": "query",
    "DELETE /memory/delete": "delete",
    "GET /memory/list": "list",
    "GET /memory/{id}": "get",
    "PATCH /memory/{id}": "update",
    "DELETE /memory/{id}": "delete",
    "GET /memory/namespaces": "list_namespaces",
    "PUT /memory/namespaces": "configure_namespace",
    "DELETE /memory/namespaces": "delete_namespace",
    "GET /queries/list": "list_queries",
    "GET /usage": "usage",
}

#: What the wire calls otherwise, or what is always asked for.
renamed: Dict[str, Dict[str, str]] = {"query": {"profile": "mode"}, "usage": {"from": "from_"}}
implied = {"list_namespaces": {"counts"}}


@pytest.fixture(scope="module")
def document(server: ServerProcess) -> Any:
    return httpx.get(f"{server.base_url}/openapi.json", trust_env=False, timeout=60).json()


def resolve(document: Any, value: Any) -> Any:
    reference = value.get("$ref")
    if reference is None:
        return value
    for step in reference.split("/")[1:]:
        document = document[step]
    return document


def fields(document: Any, operation: Any) -> Set[str]:
    names = {
        parameter["name"].lower().replace("-", "_")
        for each in operation.get("parameters", [])
        for parameter in [resolve(document, each)]
    }
    if "requestBody" in operation:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        names |= set(resolve(document, schema)["properties"])
    return names


def operations(document: Any) -> Dict[str, Any]:
    return {
        f"{method.upper()} {path}": operation
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if path.startswith(("/memory/", "/queries/", "/usage"))
    }


def test_has_a_method_for_every_route_on_memories(document: Any) -> None:
    assert set(operations(document)) == set(methods)


@pytest.mark.parametrize(("route", "method"), list(methods.items()))
def test_takes_what_the_route_takes(document: Any, route: str, method: str) -> None:
    arguments = set(inspect.signature(getattr(PersistoClient, method)).parameters)
    names = {renamed.get(method, {}).get(name, name) for name in fields(document, operations(document)[route])}
    assert names - implied.get(method, set()) <= arguments


def test_takes_an_idempotency_key_where_the_server_does(document: Any) -> None:
    for route, operation in operations(document).items():
        arguments = inspect.signature(getattr(PersistoClient, methods[route])).parameters
        takes_key = "idempotency_key" in fields(document, operation)
        assert ("idempotency_key" in arguments) == takes_key, route


def test_its_dicts_have_the_fields_of_the_server(document: Any) -> None:
    schemas = document["components"]["schemas"]
    assert set(SaveInput.__annotations__) == set(schemas["SaveBody"]["properties"])
    assert set(RetrievalProfile.__annotations__) == set(schemas["RetrievalProfile"]["properties"])


def test_an_id_like_a_route_is_told_apart_from_it(document: Any) -> None:
    for path in document["paths"]:
        _, area, *rest = path.split("/")
        if area == "memory" and rest != ["{id}"]:
            assert memory_path(rest[0]).startswith("/memory/%")
