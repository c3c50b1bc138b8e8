"""The release gate and the answers: nothing leaves before consent was given, checked, and still holds."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

import pytest

from county import answers, enrolment
from county.apply import apply_all
from county.clock import today
from county.issuing import Item, issue
from county.opening import County
from county.status import status
from desktop.domain.consent import DATA_CLASS_NAMES, DataClass
from desktop.domain.errors import UserFacingError
from desktop.domain.journal import encode_json
from desktop.sync.envelope import Signed
from desktop.sync.protocol import Release
from desktop.ui.messages import word_reason
from tests.county.laptop import Draft, Laptop, described, enrolled, household, moved, send, states_from_feed, verdicts
from tests.county.test_apply import records_of
from tests.entry_bodies import FIELDS

CHARITY = "organisation-red-cross"
CLASSES = ("A1", "A2", "A5")


@dataclass
class Case:
    """A person with a signed sheet and a submitted referral, and those who act on it."""

    county: County
    township: str
    laptop: Laptop
    officer: str
    contact: str
    home: str
    person: str
    sheet: str = field(default_factory=lambda: str(uuid.uuid4()))
    referral: str = field(default_factory=lambda: str(uuid.uuid4()))
    grants: dict[str, str] = field(default_factory=dict)

    def send(self, *drafts: Draft) -> list[tuple[str, str]]:
        """Send one action per draft; answers the verdicts."""
        number = send(self.county, self.laptop, [one for draft in drafts for one in self.laptop.action(draft)])
        apply_all(self.county)
        return verdicts(self.county, self.laptop, number)

    def take_consent(
        self,
        *,
        until: str | None = None,
        purpose: str = "elderly",
        ids: Mapping[str, str] = MappingProxyType({}),
        contact: Mapping[str, bool] = MappingProxyType({}),
    ) -> None:
        """Paper drafted, printed and signed, with a grant per class agreed.

        ``ids`` are those of the grants, ``contact`` what was ticked of calls and visits.
        """
        asked = {"recipient": CHARITY, "purpose": purpose}
        who = {"household": self.home, "resident": self.person, "worker": self.laptop.county.worker}
        paper = {**FIELDS["sheet"], **who, "asks": [{**asked, "classes": list(CLASSES)}]}
        self.send(
            moved("sheet", self.sheet, None, "drafted", **paper),
            moved("sheet", self.sheet, "drafted", "printed"),
            moved("sheet", self.sheet, "printed", "signed", contact=[{**asked, **contact}]),
        )
        for one in CLASSES:
            self.grants[one] = ids.get(one) or str(uuid.uuid4())
            grant = {**who, "sheet": self.sheet, "recipient": CHARITY, "purpose": purpose, "data_class": one}
            self.send(moved("grant", self.grants[one], None, "agreed", **grant, until=until))

    def submit(self, *, classes: Any = CLASSES, recipient: str = CHARITY, **said: Any) -> None:
        """A referral drafted and submitted."""
        who = {"household": self.home, "resident": self.person, "recipient": recipient, "purpose": "elderly"}
        fields = {name: value for name, value in FIELDS["referral"].items() if name != "release"} | who
        more = {"classes": list(classes), "sheets": [self.sheet], "needs": ["N1"], "urgency": "ordinary", **said}
        assert (
            self.send(
                moved("referral", self.referral, None, "drafted", **{**fields, **more}),
                moved("referral", self.referral, "drafted", "submitted"),
            )
            == [("ok", "")] * 2
        )

    def state(self, record: str) -> dict[str, Any]:
        """What the county holds."""
        state: dict[str, Any] = records_of(self.county)[record]
        return state


@pytest.fixture
def case(county: County, township: str) -> Case:
    """A case of this county's."""
    return made_case(county, township)


def made_case(county: County, township: str) -> Case:
    """A household, a charity of the directory, a duty officer and the charity's contact."""
    organisation(county)
    laptop = enrolled(county, [township])
    officer = enrolment.add_worker(county, "值班员", "duty-officer", "区民政局", []).worker.id
    contact = enrolment.add_worker(county, "联系人", "charity-contact", CHARITY, []).worker.id
    home, person, drafts = household(township + "201", "林阿婆", "11010519491231002X")
    made = Case(county, township, laptop, officer, contact, home, person)
    send(county, laptop, laptop.action(*drafts))
    return made


def organisation(county: County, **changes: Any) -> None:
    """The charity in the directory."""
    body = {
        "name": "试验红十字会",
        "kind": "red-cross",
        "active": True,
        "mainland": True,
        "agreement_number": "JX-1",
        "agreement_until": (today() + timedelta(days=365)).isoformat(),
        "purposes": ["elderly"],
        "projects": [],
        **changes,
    }
    issue(county, [Item("organisation", CHARITY, body)])


def test_a_referral_is_released_only_after_the_second_check(case: Case) -> None:
    """Awaiting check: nothing is written. Checked by another: a release signed for exactly these classes."""
    case.take_consent()
    case.submit()
    waiting = answers.release(case.county, case.referral, case.officer)
    assert (waiting.state, waiting.values["waiting"], waiting.values["classes"]) == (
        "submitted",
        "awaiting-check",
        list(CLASSES),
    )
    assert case.state(case.referral)["state"] == "submitted"
    assert answers.check_sheet(case.county, case.sheet, case.officer).values == {"grants": 3}
    done = answers.release(case.county, case.referral, case.officer)
    assert (done.state, done.values["release"]) == ("released", f"ZJ-{case.county.code}-{today().year}-000001")
    signed = Signed.decode(encode_json(case.state(case.referral)["fields"]["release"]))
    release = Release.decode(signed.verified(case.laptop.county.signing_key))
    assert (release.referral, release.resident, release.recipient) == (case.referral, case.person, CHARITY)
    assert (release.classes, release.sheets) == (CLASSES, (case.sheet,))
    assert status(case.county)["releases"] == 1
    assert states_from_feed(case.laptop, case.laptop.pull(case.county)) == records_of(case.county)


def test_after_a_withdrawal_the_release_is_refused(case: Case) -> None:
    """One withdrawn class is enough, even where the sheet was checked; the reason goes back."""
    case.take_consent()
    case.submit()
    answers.check_sheet(case.county, case.sheet, case.officer)
    assert case.send(moved("grant", case.grants["A2"], "in-force", "withdrawn")) == [("ok", "")]
    done = answers.release(case.county, case.referral, case.officer)
    assert (done.state, done.values) == ("refused", {"reason": "withdrawn", "classes": ["A2"]})
    assert case.state(case.referral)["history"][-1]["reason"] == "withdrawn"
    assert "release" not in case.state(case.referral)["fields"]
    assert status(case.county)["releases"] == 0


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        ("class-not-asked", "not-asked"),
        ("grant-expired", "expired"),
        ("other-purpose", "not-asked"),
        ("agreement-over", "no-agreement"),
        ("inactive", "recipient-inactive"),
        ("abroad", "recipient-abroad"),
        ("unknown-recipient", "recipient-unknown"),
        ("no-classes", "classes-malformed"),
    ],
)
def test_the_gate_refuses_with_the_reason(case: Case, spoil: str, reason: str) -> None:
    """Every way in which consent, recipient or referral does not cover the disclosure."""
    ends = {"grant-expired": (today() - timedelta(days=1)).isoformat()}
    case.take_consent(until=ends.get(spoil), purpose="medical" if spoil == "other-purpose" else "elderly")
    answers.check_sheet(case.county, case.sheet, case.officer)
    classes: dict[str, Any] = {"class-not-asked": ["A1", "B2"], "no-classes": []}
    recipient = "nobody" if spoil == "unknown-recipient" else CHARITY
    case.submit(classes=classes.get(spoil, CLASSES), recipient=recipient)
    if spoil == "agreement-over":
        organisation(case.county, agreement_until="2020-01-01")
    if spoil == "inactive":
        organisation(case.county, active=False)
    if spoil == "abroad":
        organisation(case.county, mainland=False)
    done = answers.release(case.county, case.referral, case.officer)
    assert (done.state, done.values["reason"]) == ("refused", reason)


@pytest.mark.parametrize("unwanted", [(), ("visit",)])
def test_a_release_tells_what_the_person_said_of_calls_and_visits(case: Case, unwanted: tuple[str, ...]) -> None:
    """By the checked sheet, and by what was said since; any laptop prints the slip by it."""
    case.take_consent(contact={"may_call": True, "may_visit": True})
    case.submit()
    answers.check_sheet(case.county, case.sheet, case.officer)
    if unwanted:
        body = {"household": case.home, "resident": case.person, "number": "CH-1", "mode": "phone"}
        told = ("withdrawal.recorded", str(uuid.uuid4()), {**body, "unwanted": list(unwanted)})
        assert case.send(told) == [("ok", "")]
    assert answers.release(case.county, case.referral, case.officer).state == "released"
    signed = Signed.decode(encode_json(case.state(case.referral)["fields"]["release"]))
    release = Release.decode(signed.verified(case.laptop.county.signing_key))
    assert (release.may_call, release.may_visit) == (True, not unwanted)


@pytest.mark.parametrize(
    ("summary", "data_class"),
    [("肝癌晚期，想要轮椅", "B2"), ("证件11010519491231002X", "B1"), ("和林小海一起过", "B7")],
)
def test_a_text_that_tells_what_was_not_agreed_is_not_released(case: Case, summary: str, data_class: str) -> None:
    """Whatever program drafted it; the reason says in words which class."""
    child = described(
        "resident",
        "r-child",
        name={"name": "林小海"},
        birth={"day": f"{today().year - 8}-01-01"},
        membership={"household": case.home, "relation": "41"},
    )
    assert case.send(child) == [("ok", "")]
    case.take_consent()
    case.submit(summary=summary)
    done = answers.release(case.county, case.referral, case.officer)
    assert (done.state, done.values) == ("refused", {"reason": f"text-tells-{data_class}", "classes": [data_class]})
    assert DATA_CLASS_NAMES[DataClass(data_class)] in word_reason(done.values["reason"])


def test_a_grant_put_in_force_without_its_sheet_checked_does_not_count(case: Case) -> None:
    """The paper decides: a laptop alone cannot bring a grant into force past the second check."""
    case.take_consent()
    case.submit()
    for grant in case.grants.values():
        case.send(moved("grant", grant, "agreed", "in-force"))
    assert answers.release(case.county, case.referral, case.officer).values["waiting"] == "awaiting-check"


@pytest.mark.parametrize(
    "change",
    [{"data_class": "B2"}, {"recipient": "organisation-other"}, {"resident": "somebody-else"}, {"until": "2099-12-31"}],
)
def test_whoever_checks_cannot_change_what_the_person_agreed_to(case: Case, change: dict[str, str]) -> None:
    """A grant comes into force as it was signed: a colleague cannot put another class or recipient in its place."""
    case.take_consent()
    case.submit(classes=["A1", "A2", "B2"])
    colleague = enrolled(case.county, [case.township], role="reviewer")
    step = moved("grant", case.grants["A5"], "agreed", "in-force", **change)
    number = send(case.county, colleague, colleague.action(step))
    apply_all(case.county)
    assert verdicts(case.county, colleague, number) == [("rejected", "not-as-before")]
    answers.check_sheet(case.county, case.sheet, case.officer)
    assert case.state(case.grants["A5"])["fields"]["data_class"] == "A5"
    done = answers.release(case.county, case.referral, case.officer)
    assert (done.state, done.values["reason"]) == ("refused", "not-asked")


@pytest.mark.parametrize("change", [{"recipient": "organisation-other"}, {"classes": ["B2"]}, {"resident": "another"}])
def test_no_later_step_makes_another_referral_of_it(case: Case, change: dict[str, Any]) -> None:
    """A recall that names another recipient would send the notice to stop to somebody else."""
    case.take_consent()
    case.submit()
    assert case.send(moved("referral", case.referral, "submitted", "recalled", **change)) == [
        ("rejected", "not-as-before")
    ]
    assert case.send(moved("referral", case.referral, "submitted", "recalled", withdrawal="CH-1")) == [("ok", "")]
    assert case.state(case.referral)["fields"]["recipient"] == CHARITY


def test_the_drafter_cannot_check_nor_release(case: Case) -> None:
    """Drafter ≠ checker, also through the county's own road."""
    case.take_consent()
    case.submit()
    drafter = case.laptop.county.worker
    with pytest.raises(UserFacingError) as refused:
        answers.check_sheet(case.county, case.sheet, drafter)
    assert refused.value.values["reason"] == "same-person"
    with pytest.raises(UserFacingError) as refused:
        answers.release(case.county, case.referral, drafter)
    assert refused.value.values["reason"] == "not-allowed"
    assert case.state(case.sheet)["state"] == "signed"


def test_a_rejected_sheet_is_void_and_its_grants_never_come_into_force(case: Case) -> None:
    """The officer's reason is kept; the gate refuses rather than wait for paper that cannot come."""
    case.take_consent()
    case.submit()
    assert answers.reject_sheet(case.county, case.sheet, case.officer, "签名看不清").state == "void"
    assert case.state(case.sheet)["history"][-1]["reason"] == "签名看不清"
    refused = answers.release(case.county, case.referral, case.officer)
    assert (refused.state, refused.values["reason"]) == ("refused", "expired")
    with pytest.raises(UserFacingError):
        answers.reject_sheet(case.county, case.sheet, case.officer, " ")


def test_the_charity_answers_and_delivers(case: Case) -> None:
    """Received, accepted, delivered: each a fact on the laptop, the help with what, how much and when."""
    case.take_consent()
    case.submit()
    answers.check_sheet(case.county, case.sheet, case.officer)
    answers.release(case.county, case.referral, case.officer)
    answers.receive(case.county, case.referral, case.contact)
    answers.accept(case.county, case.referral, case.contact)
    done = answers.deliver(case.county, case.referral, case.contact, "助行器一副", 38_000, date(2026, 11, 23))
    states = states_from_feed(case.laptop, case.laptop.pull(case.county))
    assert (states[case.referral] or {})["state"] == "delivered"
    fact = (states[done.values["help"]] or {})["fact"]
    assert (fact["what"], fact["amount"], fact["date"], fact["resident"]) == (
        "助行器一副",
        38_000,
        "2026-11-23",
        case.person,
    )


def test_a_contact_answers_for_the_own_organisation_alone(case: Case) -> None:
    """Another charity's contact, and the duty officer, cannot speak for the recipient."""
    case.take_consent()
    case.submit()
    answers.check_sheet(case.county, case.sheet, case.officer)
    answers.release(case.county, case.referral, case.officer)
    stranger = enrolment.add_worker(case.county, "外人", "charity-contact", "organisation-other", []).worker.id
    for who in (stranger, case.officer):
        with pytest.raises(UserFacingError) as refused:
            answers.accept(case.county, case.referral, who)
        assert refused.value.values["reason"] == "not-allowed"


def test_a_charity_cannot_answer_before_the_release(case: Case) -> None:
    """Nothing is received that was not released."""
    case.take_consent()
    case.submit()
    with pytest.raises(UserFacingError) as refused:
        answers.receive(case.county, case.referral, case.contact)
    assert refused.value.values["reason"] == "no-such-step"


def test_what_waits_is_listed(case: Case) -> None:
    """Sheets that await a check and referrals that await the county."""
    case.take_consent()
    case.submit()
    assert [(one.kind, one.record, one.state) for one in answers.open_items(case.county)] == [
        ("sheet", case.sheet, "signed"),
        ("referral", case.referral, "submitted"),
    ]


@pytest.mark.parametrize(
    ("second", "verdict"),
    [
        ("colleague", ("ok", "")),
        ("何金水", ("rejected", "second-not-on-roster")),
        ("drafter", ("rejected", "second-is-drafter")),
        ("", ("ok", "")),
    ],
)
def test_only_a_worker_of_the_roster_stands_as_second_worker(case: Case, second: str, verdict: tuple[str, str]) -> None:
    """A name is no identity: it could be that of whoever checks. Without a known second the county checks."""
    colleague, third = (enrolled(case.county, [case.township], "reviewer") for _ in range(2))
    ids = {"colleague": colleague.county.worker, "drafter": case.laptop.county.worker}
    who = {"household": case.home, "resident": case.person, "worker": case.laptop.county.worker}
    named = {"second_worker": ids.get(second, second), "second_worker_name": "何金水"}
    fields = {**FIELDS["sheet"], **who, **named}
    answers_of_county = case.send(
        moved("sheet", case.sheet, None, "drafted", **fields),
        moved("sheet", case.sheet, "drafted", "printed"),
        moved("sheet", case.sheet, "printed", "signed"),
    )
    assert answers_of_county[0] == verdict
    if verdict[0] != "ok":
        return
    late = moved("sheet", case.sheet, "signed", "scanned", second_worker=third.county.worker)
    assert case.send(late) == [("rejected", "second-not-on-roster")]
    check = moved("sheet", case.sheet, "signed", "checked")
    for laptop, expected in (
        (colleague, ("rejected", "same-person" if second else "second-unknown")),
        (third, ("ok", "") if second else ("rejected", "second-unknown")),
    ):
        number = send(case.county, laptop, laptop.action(check))
        apply_all(case.county)
        assert verdicts(case.county, laptop, number) == [expected]
    if not second:
        assert answers.check_sheet(case.county, case.sheet, case.officer).state == "checked"
