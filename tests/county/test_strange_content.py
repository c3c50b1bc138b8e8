"""What a strange laptop sends is rejected with its place; the rest of its batch goes on, and no laptop ever sees it."""

from __future__ import annotations

import copy
import random
import uuid
from typing import Any

from county.apply import apply_all
from county.opening import County
from tests.county.laptop import enrolled, household, send, states_from_feed, verdicts
from tests.county.test_apply import NUMBER, records_of
from tests.entry_bodies import BODIES, visit_body
from tests.unit.test_content import places, put

STRANGE: list[Any] = [
    ...,
    None,
    True,
    7,
    -1,
    1.5,
    "",
    "x" * 300,
    [],
    {},
    ["x"],
    {"x": {"y": 1}},
    10**20,
    "\u0000",
    "昨天",
]
KINDS = sorted(one for one in BODIES if not one.endswith((".issued", ".aliased")))


def test_wrong_content_is_rejected_with_its_place_and_the_rest_of_the_batch_goes_on(
    county: County, township: str
) -> None:
    """The receipt names the field, never what stood there."""
    laptop, other = enrolled(county, [township]), enrolled(county, [township])
    home, _, good = household(township + "201", "林阿婆", NUMBER)
    bad = visit_body(home, income={"wages": "一万二"})
    newer = visit_body(home, kind="by-drone")
    entries = [
        *laptop.action(*good),
        *laptop.action(("visit.recorded", "visit-1", bad)),
        *laptop.action(("visit.recorded", "visit-2", newer)),
        *laptop.action(("visit.recorded", "visit-3", visit_body(home))),
    ]
    number = send(county, laptop, entries)
    apply_all(county)
    assert verdicts(county, laptop, number) == [
        ("ok", ""),
        ("ok", ""),
        ("rejected", "malformed:income.wages"),
        ("held", "unknown-word:kind"),
        ("ok", ""),
    ]
    seen = states_from_feed(other, other.pull(county))
    assert "visit-3" in seen
    assert not {"visit-1", "visit-2"} & seen.keys()


def test_no_mutation_of_right_bodies_stops_a_batch_or_parts_the_two_ends(county: County, township: str) -> None:
    """Hundreds of spoilt entries in one batch: each has its verdict, and laptop and county fold the same records."""
    chance = random.Random(20261121)  # one with which every word comes
    laptop, other = enrolled(county, [township]), enrolled(county, [township])
    entries = []
    for kind in KINDS * 12:
        body = copy.deepcopy(BODIES[kind])
        for _ in range(chance.randint(1, 2)):
            where = sorted(places(body), key=str)
            if where:
                body = put(body, chance.choice(where), chance.choice(STRANGE))
        record = chance.choice([str(uuid.UUID(int=chance.getrandbits(128))), "h-1", "r-1"])
        entries += laptop.action((kind, record, body))
    _, person, good = household(township + "201", "林阿婆", NUMBER)
    entries += laptop.action(*good)
    number = send(county, laptop, entries)
    apply_all(county)
    said = verdicts(county, laptop, number)
    assert len(said) == len(entries)
    assert said[-2:] == [("ok", ""), ("ok", "")]
    assert {"rejected", "held", "ok"} <= {result for result, _ in said}
    mine = states_from_feed(laptop, laptop.pull(county))
    assert person in mine
    assert mine == records_of(county)
    theirs = states_from_feed(other, other.pull(county))
    assert theirs[person] == mine[person]
