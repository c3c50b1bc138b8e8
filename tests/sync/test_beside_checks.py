"""A colleague checks a sheet at the worker's own laptop: what the county believes over the socket, and what not."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from desktop.domain.beside_check import CHECK_RECORDED, BesideCheck, Finding
from desktop.services import beside_checks, consent
from desktop.services.application import Application
from desktop.services.beside_checks import Against, BesideStanding, Word
from desktop.services.sync import enrol
from desktop.storage import attachments, judgements
from desktop.storage.feed import Answer
from desktop.storage.journal import Action
from desktop.sync.envelope import Signed, SigningKey, sign_document
from desktop.sync.protocol import decode_sheet_check, encode_sheet_check
from tests.county_process import JUKOU, CountyProcess, serving
from tests.entry_bodies import FIELDS
from tests.sync.journals import states, synced
from tests.vaults import ClosedVault, closed_vault, opened

THEIR_PASSWORD = "同事自己的密码-2026"
MASHA = "350703105"
PRINTED = "ab" * 32


@dataclass(frozen=True)
class Member:
    """Somebody with a vault on the laptop: how it opens, who they are at the county, and their key."""

    closed: ClosedVault
    worker: str
    key: SigningKey


@dataclass
class Laptop:
    """林晓梅's open vault, and those of others that lie beside it."""

    county: CountyProcess
    application: Application
    own: Member
    others: dict[str, Member]
    second: str

    def sheet(self, second: str = "") -> str:
        """A sheet signed by a person who agreed to one class and refused another, with a picture; answers its id."""
        sheet, resident = secrets.token_hex(16), secrets.token_hex(16)
        fields = {
            **FIELDS["sheet"],
            "resident": resident,
            "worker": self.application.worker.id,
            "second_worker": second or self.second,
        }
        permission = {**FIELDS["grant"], "resident": resident, "sheet": sheet}

        def write(action: Action) -> None:
            named = {"groups": {"name": {"value": {"name": "吴㛃华"}, "base": None}}}
            action.add("resident.described", resident, named)
            action.add("sheet.moved", sheet, {"from": None, "to": "drafted", "fields": fields})
            printed = {"form_hash": PRINTED}
            action.add("sheet.moved", sheet, {"from": "drafted", "to": "printed", "fields": printed})
            action.add("sheet.moved", sheet, {"from": "printed", "to": "signed", "fields": {}})
            for data_class, word in (("A1", "agreed"), ("B3", "refused")):
                body = {"from": None, "to": word, "fields": {**permission, "data_class": data_class}}
                action.add("grant.moved", secrets.token_hex(16), body)
            scan = {"sheet": sheet, "resident": resident, "page": 1, "recognised": False, "attachment": sheet * 2}
            action.add("scan.recorded", secrets.token_hex(16), scan)

        self.application.act(write)
        return sheet

    def check(self, sheet: str, who: str = "何金水", against: Against = Against.PAPER) -> str:
        """The colleague sits down and finds it right; what is compared with a scan has its picture here."""
        if against is Against.SCAN:
            step = {"from": "signed", "to": "scanned", "fields": {}}
            self.application.act(lambda action: action.add("sheet.moved", sheet, step))
            picture = self.application.folder / attachments.FOLDER / (sheet * 2)
            picture.parent.mkdir(exist_ok=True)
            picture.write_bytes(b"sealed")
        other = self.others[who].closed
        done = beside_checks.check_beside(
            self.application, sheet, other.vault, other.password, against, card=other.card
        )
        return done.value

    def signed(self, check_id: str) -> Signed:
        """What stands in a check."""
        statement = states(self.application)[check_id]["fact"]["statement"]
        return Signed(statement["signed"].encode(), bytes.fromhex(statement["signature"]))

    def write(self, sheet: str, signed: Signed) -> str:
        """Another program puts a statement into the journal, without asking anything."""
        check = secrets.token_hex(16)
        resident = consent.sheet(self.application, sheet).resident
        statement = {"signed": signed.document.decode(), "signature": signed.signature.hex()}
        fact = {"sheet": sheet, "resident": resident, "statement": statement}
        self.application.act(lambda action: action.add(CHECK_RECORDED, check, fact))
        return check

    def refused(self) -> dict[str, str]:
        """The county's reasons by the id of the check."""
        found = self.application.read(lambda one: judgements.content_not_accepted(one, CHECK_RECORDED))
        return {one.header.record or "": one.reason for one, _ in found}


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CountyProcess]:
    """A serving county."""
    with serving(tmp_path_factory.mktemp("county")) as running:
        yield running


def member(home: Path, county: CountyProcess, name: str, role: str, township: str) -> Member:
    """A vault on this laptop, enrolled at the county."""
    closed = closed_vault(home, worker_name=name, password=THEIR_PASSWORD)
    with opened(closed) as application:
        enrol(application, county.url, county.code_for(name, role, (township,)))
        return Member(closed, application.worker.id, application.signing_key)


@pytest.fixture(scope="module")
def laptop(tmp_path_factory: pytest.TempPathFactory, county: CountyProcess) -> Iterator[Laptop]:
    """One laptop of several workers; 林晓梅's vault is open and has heard of the others."""
    home = tmp_path_factory.mktemp("laptop")
    others = {
        name: member(home, county, name, role, township)
        for name, role, township in (
            ("何金水", "reviewer", JUKOU),
            ("陈晓燕", "reviewer", JUKOU),
            ("孙社工", "social-worker", JUKOU),
            ("外镇人", "reviewer", MASHA),
            ("停用人", "reviewer", JUKOU),
        )
    }
    own = closed_vault(home, worker_name="林晓梅")
    with opened(own) as application:
        enrol(application, county.url, county.code_for("林晓梅"))
        synced(application)
        mine = Member(own, application.worker.id, application.signing_key)
        yield Laptop(county, application, mine, others, others["陈晓燕"].worker)


def grants(application: Application, sheet: str) -> list[str]:
    """The states of a sheet's grants."""
    resident = consent.sheet(application, sheet).resident
    return sorted(one.state.value for one in consent.grants(application, resident) if one.sheet == sheet)


@pytest.mark.parametrize("against", [Against.SCAN, Against.PAPER])
def test_what_a_colleague_found_right_is_in_force_once_the_county_has_verified_it(
    laptop: Laptop, against: Against
) -> None:
    """Until then nothing is in force; then it is, in the colleague's name, on every laptop alike."""
    application, sheet = laptop.application, laptop.sheet()
    check = laptop.check(sheet, against=against)
    assert grants(application, sheet) == ["agreed", "refused"]
    found = beside_checks.standing_of(application, sheet)
    assert found is not None
    assert (found.name, found.finding, found.word) == ("何金水", Finding.RIGHT, Word.UNREPORTED)

    report = synced(application)
    assert set(report.results) == {"ok"}
    assert Answer("sheet", sheet, "checked") in report.answers
    assert grants(application, sheet) == ["in-force", "refused"]
    at_county = laptop.county.states()
    assert at_county[sheet]["history"][-1]["worker"] == laptop.others["何金水"].worker
    fields = at_county[sheet]["fields"]
    assert (fields["checked_by"], fields["checked_against"], fields["check"]) == ("何金水", against.value, check)
    assert {one: state for one, state in at_county.items() if one in states(application)} == states(application)
    assert beside_checks.standing_of(application, sheet) == replace(found, word=Word.RECEIVED)
    with opened(laptop.others["何金水"].closed) as other:
        synced(other)
        assert grants(other, sheet) == ["in-force", "refused"]


def test_signing_and_check_go_up_in_one_batch_and_what_ended_meanwhile_stays_ended(laptop: Laptop) -> None:
    """Everything of a day in the villages arrives at once: a withdrawal after the check is not undone by it."""
    application, sheet = laptop.application, laptop.sheet()
    laptop.check(sheet)
    resident = consent.sheet(application, sheet).resident
    agreed = tuple(one.id for one in consent.grants(application, resident) if one.state == "agreed")
    consent.withdraw(application, resident, agreed)
    synced(application)
    assert consent.sheet(application, sheet).state == "checked"
    assert grants(application, sheet) == ["refused", "withdrawn"]


def test_a_sheet_that_a_colleague_found_wrong_is_void_at_once_and_stays_so(laptop: Laptop) -> None:
    """What is wrong, and who says so under their own key, is kept at the county too."""
    application, sheet = laptop.application, laptop.sheet()
    other = laptop.others["何金水"].closed
    beside_checks.reject_beside(
        application, sheet, other.vault, other.password, Against.PAPER, "签名不是本人", card=other.card
    )
    view = consent.sheet(application, sheet)
    assert (view.state, view.reason) == ("void", "签名不是本人")
    assert set(synced(application).results) == {"ok"}
    assert laptop.county.states()[sheet]["state"] == "void"


def test_whoever_checked_first_at_the_county_is_no_quarrel(laptop: Laptop) -> None:
    """The duty officer was faster: the colleague's check is kept, and there is nothing left to follow from it."""
    application, sheet = laptop.application, laptop.sheet()
    synced(application)
    laptop.check(sheet)
    assert laptop.county.answer(do="check", sheet=sheet, officer=laptop.county.officer())["state"] == "checked"
    report = synced(application)
    assert set(report.results) == {"ok"}
    assert grants(application, sheet) == ["in-force", "refused"]
    assert states(application)[sheet]["conflicts"] == []


def test_the_county_refuses_each_check_that_does_not_hold_with_its_reason(laptop: Laptop) -> None:
    """Whatever another program wrote into the journal: nothing of it comes into force, and each reason is named."""
    application, own, others = laptop.application, laptop.own, laptop.others
    sheet, another = laptop.sheet(), laptop.sheet()
    good = decode_sheet_check(laptop.signed(laptop.check(another)).document)
    right = replace(good, paper=sheet, scans=(sheet * 2,), answers=_answers(application, sheet))
    he = others["何金水"]
    laptop.county.run("revoke", "--vault", others["停用人"].closed.vault, "--reason", "电脑丢了")
    assert problem_of(application, sheet, others["停用人"]) == "", "this laptop has not heard of it"

    def in_name_of(name: str) -> Signed:
        who = others[name]
        return sign(replace(right, vault=who.closed.vault, checker=who.worker), who.key)

    def changed(**what: object) -> Signed:
        return sign(replace(right, **what), he.key)  # type: ignore[arg-type]

    signed = sign(right, he.key)
    bad: dict[str, tuple[Signed, str]] = {
        "no statement": (Signed(b"{}", signed.signature), "check-unreadable"),
        "another document of the protocol": (Signed(_other_document(he), signed.signature), "check-unreadable"),
        "signed by the worker in the colleague's name": (sign(right, own.key), "check-signature-wrong"),
        "a word changed": (
            Signed(signed.document.replace(b'"paper"', b'"scan"'), signed.signature),
            "check-signature-wrong",
        ),
        "a vault of nobody": (sign(replace(right, vault="nobody"), he.key), "check-key-unknown"),
        "the key of another than named": (changed(checker=others["陈晓燕"].worker), "check-key-unknown"),
        "a vault taken out of use": (in_name_of("停用人"), "check-key-revoked"),
        "another township": (in_name_of("外镇人"), "check-other-township"),
        "the second worker": (in_name_of("陈晓燕"), "same-person"),
        "a role that may not": (in_name_of("孙社工"), "not-allowed"),
        "the worker alone": (
            sign(replace(right, vault=own.closed.vault, checker=own.worker), own.key),
            "same-person",
        ),
        "carried over from another laptop": (changed(recorded_in="elsewhere"), "check-other-sheet"),
        "said of another sheet": (changed(paper=another), "check-other-sheet"),
        "another printing": (changed(print="00" * 32), "check-other-paper"),
        "a picture of another sheet": (changed(scans=(another * 2,)), "check-other-paper"),
        "against pictures of which there are none": (changed(against=Against.SCAN, scans=()), "check-other-paper"),
        "a refusal taken for a yes": (
            changed(answers=dict.fromkeys(right.answers, "agreed")),
            "check-other-answers",
        ),
        "a grant left out": (changed(answers=dict(list(right.answers.items())[:1])), "check-other-answers"),
        "wrong, and nothing says what": (changed(finding=Finding.WRONG), "check-no-reason"),
    }
    written = {laptop.write(sheet, one): (name, reason) for name, (one, reason) in bad.items()}
    synced(application)
    refused = laptop.refused()
    assert {name: refused.get(check) for check, (name, _) in written.items()} == dict(written.values())
    assert grants(application, sheet) == ["agreed", "refused"]
    at_county = laptop.county.states()
    assert at_county[sheet]["state"] == "scanned", "all its pages are here, and it waits for its check as before"
    assert not set(written) & set(at_county)
    assert problem_of(application, sheet, others["停用人"]) == "check-key-unknown"
    told = beside_checks.standing_of(application, sheet)
    assert isinstance(told, BesideStanding)
    assert (told.word, told.reason) == (Word.NOT_ACCEPTED, list(bad.values())[-1][1])

    laptop.write(sheet, signed)
    synced(application)
    assert grants(application, sheet) == ["in-force", "refused"], "it was for nothing else that they were refused"


def problem_of(application: Application, sheet: str, who: Member) -> str:
    """Why somebody is not offered."""
    found = {one.vault: one.problem for one in beside_checks.colleagues(application, sheet)}
    return found[who.closed.vault]


def sign(check: BesideCheck, key: SigningKey) -> Signed:
    """A statement under some key."""
    return sign_document(encode_sheet_check(check), key)


def _answers(application: Application, sheet: str) -> dict[str, str]:
    resident = consent.sheet(application, sheet).resident
    return {one.id: one.state.value for one in consent.grants(application, resident) if one.sheet == sheet}


def _other_document(who: Member) -> bytes:
    return encode_sheet_check(
        BesideCheck("sheet", "s", who.worker, "v", "w", Against.PAPER, "", (), {}, Finding.RIGHT, "", "")
    ).replace(b'"sheet-check"', b'"release"')
