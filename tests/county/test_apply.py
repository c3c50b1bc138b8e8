"""Applying batches: whole actions, each entry once, nothing dropped, nothing blocked."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from sqlalchemy import select

from county import intake, tables
from county.apply import BatchFault, apply_all, apply_next
from county.holds import retry_holds
from county.opening import County
from county.status import status
from desktop.domain import records
from desktop.domain.journal import Entry, encode_json, first_fault, hash_bytes
from desktop.domain.records import Nature, RecordKind
from desktop.sync.protocol import Verdict
from tests.county.laptop import Draft, Laptop, described, enrolled, household, moved, send, states_from_feed, verdicts
from tests.entry_bodies import FIELDS, visit_body

NUMBER = "11010519491231002X"


def test_a_batch_is_applied_and_every_entry_has_its_verdict(county: County, township: str) -> None:
    """A stored batch becomes records, and the applied receipt names each entry with its position."""
    laptop = enrolled(county, [township])
    _, person, drafts = household(township + "201", "林阿婆", NUMBER)
    number = send(county, laptop, laptop.action(*drafts))
    assert apply_all(county) == 1
    assert verdicts(county, laptop, number) == [("ok", ""), ("ok", "")]
    _, signed = intake.newest_receipt(county, laptop.vault, laptop.epoch, number)
    positions = [one.position for one in laptop.receipt(signed).verdicts]
    assert positions == [2, 3]  # the first position is the roster that enrolment issued
    assert status(county)["records"] == {"household": 1, "resident": 1, "roster": 1}
    state = records_of(county)[person]
    assert state["groups"]["name"]["value"] == {"name": "林阿婆"}


def test_the_same_entries_again_are_duplicates_with_their_old_positions(county: County, township: str) -> None:
    """An entry's identity is unique for ever; sent again in another batch it changes nothing."""
    laptop = enrolled(county, [township])
    entries = laptop.action(*household(township + "201", "林阿婆", NUMBER)[2])
    first = send(county, laptop, entries)
    again = send(county, laptop, entries)
    apply_all(county)
    before = receipt_verdicts(county, laptop, first)
    after = receipt_verdicts(county, laptop, again)
    assert [one.result for one in after] == ["duplicate", "duplicate"]
    assert [one.position for one in after] == [one.position for one in before]
    assert status(county)["entries"]["from_vaults"] == 2


def test_a_batch_that_comes_early_waits_for_the_missing_one(county: County, township: str) -> None:
    """A gap in the batch numbers is held, never refused, and closes by itself."""
    laptop = enrolled(county, [township])
    containers = [
        laptop.batch(laptop.action(*household(township + "201", name, NUMBER)[2])) for name in ("林一", "林二", "林三")
    ]
    for number in (1, 3):
        intake.store_batch(county, laptop.vault, laptop.epoch, number, containers[number - 1])
    assert apply_all(county) == 1
    assert intake.newest_receipt(county, laptop.vault, laptop.epoch, 3)[0] == "stored"
    intake.store_batch(county, laptop.vault, laptop.epoch, 2, containers[1])
    assert apply_all(county) == 2
    assert verdicts(county, laptop, 3) == [("ok", ""), ("ok", "")]


def test_a_rejected_action_is_whole_and_does_not_block_the_next(county: County, township: str) -> None:
    """All entries of an action with one bad entry are rejected with reasons; the next action is applied."""
    laptop = enrolled(county, [township])
    home, _, good = household(township + "201", "林阿婆", NUMBER)
    bad = laptop.action(
        described("household", str(uuid.uuid4()), address={"division": township + "201"}),
        moved("need", str(uuid.uuid4()), "met", "open"),
        ("resident.described", str(uuid.uuid4()), {"groups": ["not", "groups"]}),
    )
    number = send(county, laptop, [*bad, *laptop.action(*good)])
    apply_all(county)
    assert verdicts(county, laptop, number) == [
        ("rejected", "action-rejected"),
        ("rejected", "no-such-step"),
        ("rejected", "malformed:groups"),
        ("ok", ""),
        ("ok", ""),
    ]
    assert {one for one in records_of(county) if not one.startswith("roster")} >= {home}
    assert status(county)["records"]["household"] == 1


def test_an_unknown_kind_holds_its_action_until_the_code_knows_it(
    county: County, township: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What this version does not understand is kept and applied later, under a new signed receipt."""
    laptop = enrolled(county, [township])
    drafts = household(township + "201", "林阿婆", NUMBER)[2]
    future = ("pair.recorded", str(uuid.uuid4()), {"text": "一台收音机"})
    number = send(county, laptop, [*laptop.action(*drafts, future), *laptop.action(*drafts)])
    apply_all(county)
    assert verdicts(county, laptop, number) == [
        ("held", "action-held"),
        ("held", "action-held"),
        ("held", "unknown-kind"),
        ("ok", ""),
        ("ok", ""),
    ]
    assert retry_holds(county) == 0
    monkeypatch.setattr(records, "KINDS", {**records.KINDS, "pair": RecordKind("pair", Nature.FACT)})
    assert retry_holds(county) == 1
    assert [result for result, _ in verdicts(county, laptop, number)] == ["merged", "merged", "ok", "ok", "ok"]
    assert status(county)["holds"] == {}
    last = laptop.pull(county)[-1].verdict
    assert (last.seq, last.result) == (3, "ok")


def test_a_split_action_is_rejected_and_the_others_are_applied(county: County, township: str) -> None:
    """An action that is not whole in its batch is rejected in both of its halves."""
    laptop = enrolled(county, [township])
    entries = laptop.action(*household(township + "201", "林阿婆", NUMBER)[2])
    whole = laptop.action(*household(township + "201", "陈阿公", NUMBER)[2])
    first = send(county, laptop, entries[:1])
    second = send(county, laptop, [*entries[1:], *whole])
    apply_all(county)
    assert verdicts(county, laptop, first) == [("rejected", "split-action")]
    assert verdicts(county, laptop, second) == [("rejected", "split-action"), ("ok", ""), ("ok", "")]


@pytest.mark.parametrize("spoil", ["renamed", "unreadable", "bomb", "foreign-entries"])
def test_a_batch_that_cannot_be_read_is_refused_and_the_next_one_is_applied(
    county: County, township: str, spoil: str
) -> None:
    """Hostile content inside a well-signed batch is refused with a code; the journal goes on after it."""
    laptop = enrolled(county, [township])
    drafts = household(township + "201", "林阿婆", NUMBER)[2]
    entries = laptop.action(*drafts)
    contents = {
        "renamed": (b'{"epoch":"e","number":9,"vault":"v"}\n[]\n', "batch-renamed"),
        "unreadable": (b"\xff\xfe\n\n\n", "batch-malformed"),
        "bomb": (b"0" * (17 * 1024 * 1024), "content-too-large"),
    }
    if spoil == "foreign-entries":
        other = enrolled(county, [township])
        strange = other.action(*drafts)
        content = f'{{"epoch":"{laptop.epoch}","number":1,"vault":"{laptop.vault}"}}\n'.encode() + b"".join(
            json.dumps([one.header_bytes.decode(), (one.payload_bytes or b"").decode()]).encode() + b"\n"
            for one in strange
        )
        code = "batch-foreign"
    else:
        content, code = contents[spoil]
    container = laptop.batch(entries, content=content)
    intake.store_batch(county, laptop.vault, laptop.epoch, 1, container)
    following = send(county, laptop, laptop.action(*household(township + "201", "陈阿公", NUMBER)[2]))
    assert apply_all(county) == 2
    assert verdicts(county, laptop, 1) == [("rejected", code)] * 2
    assert verdicts(county, laptop, following) == [("ok", "")] * 2
    assert status(county)["holds"] == {"batch-refused": 1}


def test_a_journal_that_forks_is_rejected_and_kept_until_a_new_epoch(county: County, township: str) -> None:
    """A cloned laptop's entries do not fit the chain: nothing of them is applied, nothing is lost."""
    laptop = enrolled(county, [township])
    send(county, laptop, laptop.action(*household(township + "201", "林阿婆", NUMBER)[2]))
    apply_all(county)
    forked = laptop.action(*household(township + "201", "陈阿公", NUMBER)[2])
    laptop.head = "f" * 64
    laptop.seq -= 2
    broken = laptop.action(*household(township + "201", "陈阿公", NUMBER)[2])
    number = send(county, laptop, broken)
    apply_all(county)
    assert verdicts(county, laptop, number) == [("rejected", "chain-broken")] * 2
    assert status(county)["holds"] == {"chain-broken": 1}
    assert forked[0].header.seq == broken[0].header.seq
    laptop.new_epoch()
    number = send(county, laptop, laptop.action(*household(township + "201", "陈阿公", NUMBER)[2]))
    apply_all(county)
    assert verdicts(county, laptop, number) == [("ok", "")] * 2


def test_a_changed_entry_under_a_known_number_is_a_fork(county: County, township: str) -> None:
    """The same reference with another hash never replaces what is there."""
    laptop = enrolled(county, [township])
    send(county, laptop, laptop.action(*household(township + "201", "林阿婆", NUMBER)[2]))
    apply_all(county)
    laptop.seq, laptop.head = 0, "0" * 64
    number = send(county, laptop, laptop.action(*household(township + "201", "别人", NUMBER)[2]))
    apply_all(county)
    assert verdicts(county, laptop, number) == [("rejected", "fork")] * 2
    assert status(county)["entries"]["from_vaults"] == 2


@pytest.mark.parametrize(
    ("worker", "role"),
    [("W-9999", "caseworker"), (None, "reviewer"), (None, "duty-officer"), (None, "system")],
)
def test_nobody_writes_under_another_name_or_role(county: County, township: str, worker: str | None, role: str) -> None:
    """Worker and role of an entry are those of the vault's enrolment, or it is not allowed."""
    laptop = enrolled(county, [township])
    drafts = household(township + "201", "林阿婆", NUMBER)[2]
    number = send(county, laptop, laptop.action(*drafts, worker=worker, role=role))
    apply_all(county)
    assert verdicts(county, laptop, number) == [("rejected", "not-allowed")] * 2


def test_nobody_changes_what_belongs_to_another_township(county: County, township: str) -> None:
    """A record of another township cannot be changed, whoever learnt its id."""
    here, there = enrolled(county, [township]), enrolled(county, [f"{county.code}102"])
    _, person, drafts = household(township + "201", "林阿婆", NUMBER)
    send(county, here, here.action(*drafts))
    number = send(
        county, there, there.action(("resident.described", person, {"groups": {"phones": {"value": {}, "base": None}}}))
    )
    apply_all(county)
    assert verdicts(county, there, number) == [("rejected", "other-township")]


def test_nobody_writes_about_anothers_people_by_way_of_an_own_household(county: County, township: str) -> None:
    """Whichever of the two is named first: neither help, nor aid, nor a consent of a person of another township."""
    here, there = enrolled(county, [township]), enrolled(county, [f"{county.code}102"])
    _, person, drafts = household(township + "201", "林阿婆", NUMBER)
    send(county, here, here.action(*drafts))
    home, _, drafts = household(f"{county.code}102201", "陈阿公", "110105194912310038")
    send(county, there, there.action(*drafts))
    entries = []
    for _ in range(8):
        aid = {"household": home, "resident": person, "scheme": "低保", "monthly": 60000}
        entries += there.action(("aid.recorded", str(uuid.uuid4()), aid))
    number = send(county, there, entries)
    apply_all(county)
    assert verdicts(county, there, number) == [("rejected", "other-township")] * 8


def test_a_worker_of_both_townships_writes_where_the_household_is(county: County, township: str) -> None:
    """An old man who moved in with his daughter next door: what is recorded there goes to the daughter's township."""
    other = f"{county.code}102"
    both = enrolled(county, [township, other])
    _, person, drafts = household(township + "201", "林阿婆", NUMBER)
    home, _, more = household(other + "201", "陈阿公", "110105194912310038")
    send(county, both, [*both.action(*drafts), *both.action(*more)])
    facts = [str(uuid.uuid4()) for _ in range(8)]
    entries = []
    for one in facts:
        aid = {"household": home, "resident": person, "scheme": "低保", "monthly": 60000}
        entries += both.action(("aid.recorded", one, aid))
    send(county, both, entries)
    apply_all(county)
    with county.store.read() as connection:
        rows = connection.execute(select(tables.record.c.township).where(tables.record.c.id.in_(facts))).all()
    assert {row.township for row in rows} == {other}


HOSTILE = [
    {"groups": {"name": {"value": {"name": "\ud800"}, "base": None}}},
    {"groups": {"name": {"value": float("nan"), "base": None}}},
    {"groups": {"document": {"value": {"type": [], "number": {}}, "base": {}}}},
    {"groups": {"membership": {"value": {"household": "x" * 5000}, "base": None}}},
    {"groups": {"membership": {"value": {"household": "a\x00b"}, "base": None}}},
    {"groups": {"name": []}},
    {"groups": 7},
    {},
]


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_content_never_stops_the_server(county: County, township: str, body: dict[str, object]) -> None:
    """Whatever a payload holds, it gets a verdict, and the next action is applied."""
    laptop = enrolled(county, [township])
    payload = json.dumps({"salt": "0" * 32, "body": body}).encode()
    entries = laptop.action(("resident.described", str(uuid.uuid4()), {}))
    header = json.loads(entries[0].header_bytes)
    header["payload"] = hash_bytes(payload)
    entries = [Entry(encode_json(header), payload)]
    laptop.head = entries[0].hash
    number = send(county, laptop, [*entries, *laptop.action(*household(township + "201", "林阿婆", NUMBER)[2])])
    assert apply_all(county) == 1
    results = verdicts(county, laptop, number)
    assert results[0][0] in {"ok", "rejected"}
    assert results[1:] == [("ok", "")] * 2


def test_hostile_headers_get_a_verdict_too(county: County, township: str) -> None:
    """Names with control characters or without end are malformed, not a fault."""
    laptop = enrolled(county, [township])
    drafts: list[Draft] = [
        ("resident.described", "a\x00b", {}),
        ("resident.described", "r" * 4000, {}),
        ("x\x00.y" * 40, "r", {}),
    ]
    entries = [entry for draft in drafts for entry in laptop.action(draft)]
    number = send(county, laptop, entries)
    apply_all(county)
    assert verdicts(county, laptop, number) == [("rejected", "malformed")] * 3


def test_a_fault_of_ours_sets_one_journal_aside_and_no_other(
    county: County, township: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug met by one batch rolls back whole and does not stop other laptops; mended, the batch is applied."""
    one, two = enrolled(county, [township]), enrolled(county, [township])
    send(county, one, one.action(*household(township + "201", "林阿婆", NUMBER)[2]))
    number = send(county, two, two.action(("visit.recorded", "v", visit_body("h"))))

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr("county.records.document_key", fail)
        with pytest.raises(BatchFault) as fault:
            apply_next(county)
        assert fault.value.name.vault == one.vault
    assert intake.newest_receipt(county, one.vault, one.epoch, 1)[0] == "stored"
    assert apply_next(county, frozenset({(one.vault, one.epoch)})) is not None
    assert verdicts(county, two, number) == [("ok", "")]
    assert apply_all(county) == 1
    assert status(county)["entries"]["from_vaults"] == 3


def test_the_countys_own_journal_verifies(county: County, township: str) -> None:
    """What the county says is chained like anybody's journal."""
    for _ in range(3):
        enrolled(county, [township])
    own = own_entries(county)
    assert len(own) == 3
    assert first_fault(own) is None
    broken = [own[0], Entry(own[1].header_bytes, b"{}"), own[2]]
    assert first_fault(broken) is not None


def test_the_countys_records_equal_the_fold_of_the_feed(county: County, township: str) -> None:
    """Both ends fold one order by one rule, so they end equal, conflicts included."""
    one, two = enrolled(county, [township]), enrolled(county, [township])
    home, person, drafts = household(township + "201", "林阿婆", NUMBER)
    send(county, one, one.action(*drafts))
    apply_all(county)
    for laptop, phone in ((one, "1380000"), (two, "1390000")):
        group = {"phones": {"value": {"numbers": [phone]}, "base": None}}
        send(county, laptop, laptop.action(("resident.described", person, {"groups": group})))
    send(
        county,
        two,
        two.action(
            moved("need", str(uuid.uuid4()), None, "open", **FIELDS["need"] | {"household": home, "resident": person})
        ),
    )
    apply_all(county)
    kept = records_of(county)
    assert kept[person]["conflicts"]["phones"][0]["value"] == {"numbers": ["1390000"]}
    for laptop in (one, two):
        assert states_from_feed(laptop, laptop.pull(county)) == kept


def records_of(county: County) -> dict[str, Any]:
    """All states the county holds, by record."""
    with county.store.read() as connection:
        rows = connection.execute(
            select(tables.record.c.id, tables.record.c.state).where(
                tables.record.c.county == county.code, tables.record.c.state.is_not(None)
            )
        )
        return {row.id: json.loads(row.state) for row in rows}


def own_entries(county: County) -> list[Entry]:
    """The county's own journal."""
    with county.store.read() as connection:
        rows = connection.execute(
            select(tables.entry.c.header, tables.entry.c.payload)
            .where(tables.entry.c.county == county.code, tables.entry.c.vault == county.vault)
            .order_by(tables.entry.c.seq)
        )
        return [Entry(bytes(row.header), bytes(row.payload)) for row in rows]


def receipt_verdicts(county: County, laptop: Laptop, number: int) -> tuple[Verdict, ...]:
    """The verdicts of a batch."""
    return laptop.receipt(intake.newest_receipt(county, laptop.vault, laptop.epoch, number)[1]).verdicts
