"""What a time to live does: once it is over, the memory is as good as absent."""

from __future__ import annotations

import time
from typing import Any, Dict, List, NamedTuple

import pytest
from support import expect
from support.texts import fresh_name

from persisto import PersistoClient


class Expired(NamedTuple):
    mixed: str
    emptied: str
    run: str


@pytest.fixture(scope="module")
def expired(memory: PersistoClient) -> Expired:
    """One wait for all of the tests, with four seconds to rescue what is to be rescued."""
    mixed, emptied, run = fresh_name(), fresh_name(), fresh_name("run")
    coupon: Dict[str, Any] = {"content": "The coupon code is SUMMER.", "metadata": {"run": run}, "ttl_seconds": 4}
    batch: List[Any] = [{"namespace": mixed, "id": id, **coupon} for id in ("gone", "renewed", "freed", "extended")]
    batch.append({"namespace": emptied, "id": "gone", **coupon})
    memory.save_many(batch)
    memory.save(mixed, "The coupon rules are printed on the back.", id="lasting")
    memory.save(mixed, "The coupon is blue.", id="shortened")
    assert memory.get("gone", namespace=mixed) is not None
    memory.update("freed", namespace=mixed, ttl_seconds=None)
    memory.update("extended", namespace=mixed, ttl_seconds=3_600)
    memory.update("shortened", namespace=mixed, ttl_seconds=1)
    time.sleep(4.2)
    return Expired(mixed, emptied, run)


surviving = ["extended", "freed", "lasting"]


def test_hides_the_memory_from_every_method(memory: PersistoClient, expired: Expired) -> None:
    assert memory.get("gone", namespace=expired.mixed) is None
    page = memory.list(expired.mixed, with_total=True)
    assert (sorted(record.id for record in page), page.total) == (surviving, 3)
    hits = memory.query(expired.mixed, "coupon code", mode="fuzzy", k=100)
    assert sorted(hit.id for hit in hits) == surviving
    assert len(memory.query(expired.emptied, "coupon code")) == 0
    assert {"namespace": expired.emptied, "count": 0} in memory.list_namespaces()
    assert sorted(record.id for record in memory.iter_memories(filters={"run": expired.run})) == ["extended", "freed"]


def test_leaves_nothing_to_update_or_delete(memory: PersistoClient, expired: Expired) -> None:
    with expect.not_found("memory"):
        memory.update("gone", namespace=expired.mixed, ttl_seconds=None)
    assert memory.delete(expired.emptied, ids=["gone"]) == {"count": 0}
    assert memory.delete(expired.emptied, id="gone") == {"count": 0}


def test_lets_the_id_be_saved_anew(memory: PersistoClient, expired: Expired) -> None:
    memory.save(expired.mixed, "A new coupon.", id="renewed")
    renewed = memory.get("renewed", namespace=expired.mixed)
    assert renewed is not None
    assert (renewed.content, renewed.metadata, renewed.expires_at) == ("A new coupon.", {}, None)
    assert memory.delete(expired.mixed, ids=["renewed"]) == {"count": 1}
