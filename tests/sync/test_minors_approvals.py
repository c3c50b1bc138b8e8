"""Approvals to see minors' data over a real county: given, asked for, signed beside, in an emergency, and the audit."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest

from desktop.domain.errors import UserFacingError
from desktop.domain.households import Address, Birth, Document, Name, NewHousehold, NewResident
from desktop.domain.identity import DocumentType
from desktop.domain.minors import Approval, BesideApproval, Ground
from desktop.services import households, minors, minors_gate, people
from desktop.services.application import Application
from desktop.services.sync import enrol
from desktop.storage import judgements
from desktop.sync.envelope import SigningKey, sign_document
from desktop.sync.protocol import encode_minors_approval
from tests.county_process import JUKOU, CountyProcess, serving
from tests.sync.journals import synced
from tests.vaults import ClosedVault, closed_vault, opened

VILLAGE = f"{JUKOU}209"
THEIR_PASSWORD = "同事自己的密码-2026"


@dataclass
class Laptop:
    """林晓梅's open vault beside those of a reviewer and a social worker; the children were recorded by a colleague."""

    county: CountyProcess
    application: Application
    others: dict[str, tuple[ClosedVault, str]]
    household: str
    children: list[str]

    @property
    def child(self) -> str:
        """A child of whom nothing was approved yet."""
        return self.children.pop()

    def said(self, child: str, **changes: Any) -> Approval:
        """A month for one child."""
        today = self.application.today()
        own = Approval(
            workers=(self.application.worker.id,),
            ground=Ground.CASE,
            start=today,
            until=today + timedelta(days=30),
            resident=child,
            household=self.household,
        )
        return replace(own, **changes)

    def is_open(self, child: str) -> bool:
        return minors_gate.access_to(self.application, child).is_open

    def minors(self, **line: Any) -> dict[str, Any]:
        """One line to the county."""
        officer = {"officer": self.county.officer()} if "officer" not in line else {}
        (answer,) = self.county.run("minors", lines=json.dumps({**officer, **line}) + "\n")
        found: dict[str, Any] = json.loads(answer)
        return found


@pytest.fixture(scope="module")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laptop]:
    home = tmp_path_factory.mktemp("laptop")
    with serving(tmp_path_factory.mktemp("county")) as county:
        others = {}
        for name, role in (("何金水", "reviewer"), ("孙社工", "social-worker"), ("外镇人", "reviewer")):
            closed = closed_vault(home, worker_name=name, password=THEIR_PASSWORD)
            with opened(closed) as application:
                place = JUKOU if name != "外镇人" else "350703105"
                enrol(application, county.url, county.code_for(name, role, (place,)))
                others[name] = (closed, application.worker.id)
        recorder = closed_vault(home, worker_name="陈晓燕", password=THEIR_PASSWORD)
        with opened(recorder) as application:
            enrol(application, county.url, county.code_for("陈晓燕"))
            number = Document(DocumentType.PASSPORT, "E12345678")
            members = [NewResident(Name("吴阿婆"))]
            born = Birth(date(2016, 1, 5))
            members += [
                NewResident(Name(f"吴小{i}"), replace(number, number=f"E1234567{i}"), born, "40") for i in range(9)
            ]
            made = households.add_household(application, NewHousehold(Address(VILLAGE), tuple(members))).value
            synced(application)
        own = closed_vault(home, worker_name="林晓梅")
        with opened(own) as application:
            enrol(application, county.url, county.code_for("林晓梅"))
            synced(application)
            yield Laptop(county, application, others, made.household, list(made.residents[1:]))


def test_what_the_worker_asks_for_and_the_county_approves_opens_after_a_sync(laptop: Laptop) -> None:
    """Asked for offline, answered by the duty officer, back by the feed; refused it stays closed."""
    child, other = laptop.child, laptop.child
    asked = minors.ask(laptop.application, laptop.said(child)).value
    refused = minors.ask(laptop.application, laptop.said(other)).value
    synced(laptop.application)
    waiting = {one["approval"]: one for one in laptop.minors(do="waiting")["approvals"]}
    assert waiting.keys() >= {asked, refused}
    assert waiting[asked]["resident"] == child
    assert laptop.minors(do="approve", approval=asked)["state"] == "given"
    assert laptop.minors(do="refuse", approval=refused)["code"] == "answer.reason-missing"
    assert laptop.minors(do="refuse", approval=refused, reason="先找监护人")["state"] == "refused"
    assert not laptop.is_open(child)
    synced(laptop.application)
    assert laptop.is_open(child)
    assert not laptop.is_open(other)
    view = next(one for one in minors.approvals(laptop.application, resident=other))
    assert (view.reason, view.workers) == ("先找监护人", ("林晓梅",))


def test_a_reviewer_signs_beside_the_worker_and_it_holds_at_the_county(laptop: Laptop) -> None:
    """Open at once, without a network; applied at the county under the reviewer's own key."""
    child = laptop.child
    reviewer, worker = laptop.others["何金水"]
    approve = minors.approve_beside
    with pytest.raises(UserFacingError, match=r"beside\.wrong-password"):
        approve(laptop.application, laptop.said(child), reviewer.vault, "不是这个密码", card=reviewer.card)
    assert not laptop.is_open(child)
    made = approve(laptop.application, laptop.said(child), reviewer.vault, THEIR_PASSWORD, card=reviewer.card).value
    assert laptop.is_open(child)
    people.household_page(laptop.application, laptop.household)
    synced(laptop.application)
    synced(laptop.application)
    assert laptop.is_open(child)
    listed = {one["approval"]: one for one in laptop.minors(do="list")["approvals"]}
    assert (listed[made]["state"], listed[made]["approver"]) == ("given", worker)


@pytest.mark.parametrize(("who", "reason"), [("孙社工", "not-allowed"), ("外镇人", "check-key-unknown")])
def test_who_is_no_reviewer_of_the_township_approves_nothing(laptop: Laptop, who: str, reason: str) -> None:
    """Neither a colleague of the station nor a reviewer from elsewhere."""
    child = laptop.children[-1]
    closed, _ = laptop.others[who]
    with pytest.raises(UserFacingError) as refused:
        minors.approve_beside(laptop.application, laptop.said(child), closed.vault, THEIR_PASSWORD, card=closed.card)
    assert refused.value.values["reason"] == reason
    assert not laptop.is_open(child)
    here = {one.name: one.problem for one in minors.approvers_here(laptop.application)}
    assert here[who] == reason
    assert here["何金水"] == ""


@pytest.mark.parametrize("forged", ["another key", "another child", "nobody"])
def test_an_approval_that_no_reviewer_signed_falls_at_the_county(laptop: Laptop, forged: str) -> None:
    """Another program can open it on its own disk; the county takes it back, and says so to a person."""
    child = laptop.child
    reviewer, worker = laptop.others["何金水"]
    made = secrets.token_hex(16)
    body = minors._plain(laptop.said(child))
    said = {**body, "resident": "another"} if forged == "another child" else body
    own = laptop.application.identity.vault
    statement = BesideApproval(made, said, worker, reviewer.vault, own, "2026-11-26T09:00:00+08:00")
    signed = sign_document(encode_minors_approval(statement), SigningKey.generate())
    if forged == "another child":
        with opened(reviewer) as theirs:
            signed = sign_document(encode_minors_approval(statement), theirs.signing_key)
    text = {"signed": signed.document.decode(), "signature": signed.signature.hex()}
    fields = {**body, "approver": worker if forged != "nobody" else "nobody", "statement": text}

    def write(action: Any) -> None:
        action.add("approval.moved", made, {"from": None, "to": "given", "fields": fields})

    laptop.application.act(write)
    assert laptop.is_open(child)
    synced(laptop.application)
    assert not laptop.is_open(child)
    found = laptop.application.read(lambda one: judgements.content_not_accepted(one, "approval.moved"))
    reasons = {one.header.record: one.reason for one, _ in found}
    expected = {"another key": "check-signature-wrong", "another child": "minors-other-statement"}
    assert reasons[made] == expected.get(forged, "check-signature-wrong")


def test_an_emergency_is_before_the_county_with_the_next_sync_until_somebody_looks(laptop: Laptop) -> None:
    """Listed the same day; the duty officer notes what came of it, and the audit says that it was one."""
    child = laptop.child
    made = minors.open_in_emergency(laptop.application, child, "高烧抽搐").value
    people.household_page(laptop.application, laptop.household)
    laptop.application.flush_views()
    synced(laptop.application)
    assert laptop.county.status()["minors_waiting"]["emergency"] == 1
    waiting = {one["approval"]: one for one in laptop.minors(do="waiting")["approvals"]}
    assert (waiting[made]["words"], waiting[made]["emergency"]) == ("高烧抽搐", True)
    assert laptop.minors(do="look", approval=made, reason="已送县医院，属实")["state"] == "seen"
    assert laptop.county.status()["minors_waiting"]["emergency"] == 0
    lines = [
        json.loads(line) for line in laptop.county.run("minors-audit", "--year", str(laptop.application.today().year))
    ]
    looks = [one for one in lines[1:] if one["approval"] == made]
    assert [(one["resident"], one["emergency"], one["worker"]) for one in looks] == [
        (child, True, laptop.application.worker.id)
    ]
    assert lines[0]["emergencies"] == 1
    whole = "\n".join(laptop.county.run("minors-audit", "--csv"))
    assert child in whole
    assert "吴小" not in whole
    assert json.loads(laptop.county.run("minors-audit", "--year", "2020")[0])["looks"] == 0


def test_the_county_approves_for_a_township_and_takes_back(laptop: Laptop) -> None:
    """A standing approval for whoever is there, by the feed; another township's opens nothing here."""
    child, today = laptop.children[0], laptop.application.today()
    until = (today + timedelta(days=100)).isoformat()
    assert laptop.minors(do="give", divisions=["350703105"], until=until)["ok"]
    synced(laptop.application)
    assert not laptop.is_open(child)
    given = laptop.minors(do="give", divisions=[JUKOU], until=until, words="2026 年下半年走访")
    synced(laptop.application)
    assert laptop.is_open(child)
    too_long = (today + timedelta(days=400)).isoformat()
    assert laptop.minors(do="give", divisions=[JUKOU], until=too_long)["code"] == "answer.refused"
    assert laptop.minors(do="give", divisions=[], until=until)["code"] == "answer.malformed"
    assert laptop.minors(do="give", divisions=[JUKOU], until=until, workers=["W-9"])["code"] == "worker.unknown"
    assert laptop.minors(do="end", approval=given["approval"], reason="改为逐件批")["state"] == "ended"
    synced(laptop.application)
    assert not laptop.is_open(child)
