"""kill -9 of the server while batches arrive: nothing acknowledged is lost, nothing applied twice."""

from __future__ import annotations

import os
import random
import sys
import threading
from collections.abc import Callable

import httpx

from county.status import entry_hashes, status
from desktop.domain.journal import first_fault
from tests.county.client import TOWNSHIP, applied, enrol, put
from tests.county.conftest import Server, beside
from tests.county.laptop import Laptop, household
from tests.county.test_apply import own_entries

KILLS = int(os.environ.get("ZOUCUN_TEST_KILLS", "20"))


def test_twenty_kills_lose_nothing_and_apply_nothing_twice(serving: Callable[[], Server]) -> None:
    """Batches are sent until acknowledged, across kills at seeded random moments; the figures must fit exactly."""
    seed = int(os.environ.get("ZOUCUN_TEST_SEED") or random.SystemRandom().randrange(2**32))
    sys.stdout.write(f"ZOUCUN_TEST_SEED={seed}\n")
    moments = random.Random(seed)
    server = serving()
    laptops = [enrol(server), enrol(server)]
    acknowledged: list[tuple[Laptop, int]] = []
    for _ in range(KILLS):
        killer = threading.Timer(moments.uniform(0.0, 0.25), server.kill)
        killer.start()
        try:
            while True:
                laptop = moments.choice(laptops)
                drafts = household(f"{TOWNSHIP}209", f"林{laptop.number}", "11010519491231002X")[2]
                send_once(server, laptop, laptop.batch(laptop.action(*drafts)), acknowledged)
        except httpx.TransportError:
            pass
        killer.join()
        server = serving()
        resend(server, laptops, acknowledged)
    for laptop, number in acknowledged:
        assert {verdict.result for verdict in applied(server, laptop, number).verdicts} <= {"ok", "merged", "conflict"}
    server.stop()
    sent = sorted(entry.hash for laptop in laptops for entry in laptop.sent.values())
    with beside(server.folder) as county:
        figures = status(county)
        assert entry_hashes(county) == sent
        assert first_fault(own_entries(county)) is None
    assert len(acknowledged) == sum(laptop.number for laptop in laptops) > KILLS
    assert figures["batches"] == {"stored": 0, "applied": len(acknowledged)}
    assert figures["entries"]["total"] == figures["position"]
    assert figures["records"]["resident"] == 1
    assert figures["holds"] == {}


Pending = dict[int, bytes]
_pending: dict[str, Pending] = {}


def send_once(server: Server, laptop: Laptop, container: bytes, acknowledged: list[tuple[Laptop, int]]) -> None:
    """Send a new batch; it stays pending until its receipt is in hand."""
    number = laptop.number
    _pending.setdefault(laptop.vault, {})[number] = container
    receipt = laptop.receipt(put(server, laptop, number, container).content)
    assert (receipt.stage, receipt.number) == ("stored", number)
    acknowledged.append((laptop, number))
    del _pending[laptop.vault][number]


def resend(server: Server, laptops: list[Laptop], acknowledged: list[tuple[Laptop, int]]) -> None:
    """What was not acknowledged is sent again, the very same bytes."""
    for laptop in laptops:
        for number, container in sorted(_pending.get(laptop.vault, {}).items()):
            assert put(server, laptop, number, container).status_code in {200, 201}
            acknowledged.append((laptop, number))
            del _pending[laptop.vault][number]
