"""Pictures of fingerprints that the county does not keep: what comes all the same, and what lay here from before."""

from __future__ import annotations

import pytest

from county.attachments import attachment_file
from county.fingerprints import LET_GO, let_go, take_attachment
from county.issuing import Item, issue
from county.opening import County
from county.sheets import picture
from county.status import status
from desktop.domain.errors import UserFacingError
from desktop.sync.envelope import Signed, digest, seal
from desktop.sync.protocol import AttachmentReceipt, ProtocolError
from tests.county.desk_sitting import page_picture, scanned, signed_sheet
from tests.county.test_desk import own_entries
from tests.county.test_gate import Case, made_case
from tests.entry_bodies import BODIES


@pytest.fixture
def case(county: County, township: str) -> Case:
    """A person whose sheet was signed by a fingerprint before a witness."""
    made = made_case(county, township)
    signed_sheet(made)
    return made


def switch_off(case: Case) -> None:
    """The township's office keeps no pictures of fingerprints from now on."""
    office = {"code": case.township, "name": "莒口镇民政办", "keep_fingerprints": False}
    issue(case.county, [Item("office", f"office-{case.township}", office, case.township)])


def told(case: Case, sealed: bytes) -> AttachmentReceipt:
    """What the county signs of a picture that is sent."""
    kept = take_attachment(case.county, case.laptop.vault, digest(sealed), sealed)
    return AttachmentReceipt.decode(Signed.decode(kept.receipt).verified(case.county.signing.public))


def filed(case: Case, sealed: bytes, **changes: object) -> str:
    """The record of a page, whose picture has not come yet; its id."""
    fact = {"household": case.home, "resident": case.person, "attachment": digest(sealed), "page": 1, **changes}
    record = f"scan-{digest(sealed)[:8]}"
    body = {"sheet": case.sheet, "recognised": True, "media": "image/jpeg", **fact}
    assert case.send(("scan.recorded", record, body)) == [("ok", "")]
    return record


def test_a_laptop_that_has_not_heard_of_it_is_told_and_nothing_is_kept(case: Case) -> None:
    """The receipt says that it was not kept; the fact of the page stays, and the journal has it once."""
    switch_off(case)
    sealed = seal(page_picture(), [case.county.recipient])
    scan = filed(case, sealed)
    for _ in range(2):
        receipt = told(case, sealed)
        assert (receipt.kept, receipt.digest, receipt.size) == (False, digest(sealed), len(sealed))
        assert not attachment_file(case.county, digest(sealed)).exists()
    assert status(case.county)["attachments"] == 0
    assert case.state(scan)["fact"]["attachment"] == digest(sealed)
    ((header, body),) = own_entries(case.county, LET_GO)
    assert (header.record, body) == (scan, {"attachment": digest(sealed), "reason": "fingerprint"})
    with pytest.raises(ProtocolError, match="digest-wrong"):
        take_attachment(case.county, case.laptop.vault, digest(sealed), sealed + b" ")


def test_what_lay_here_from_before_is_counted_and_goes_with_the_daily_run(case: Case) -> None:
    """The picture and the one as it came; of the sheet the fact, and nothing waits for a picture any more."""
    original = seal(b"as it came", [case.county.recipient])
    assert told(case, original).kept
    scan = scanned(case, original=digest(original))
    assert picture(case.county, case.sheet, scan) == page_picture()
    assert let_go(case.county) == 0, "kept until an office says otherwise"
    switch_off(case)
    assert status(case.county)["fingerprints"] == {
        "not_kept_in": [case.township],
        "let_go": 0,
        "still_here": {case.township: 2},
    }
    assert let_go(case.county) == 2
    found = status(case.county)
    assert (found["attachments"], found["fingerprints"]["let_go"], found["fingerprints"]["still_here"]) == (0, 2, {})
    assert {header.record for header, _ in own_entries(case.county, LET_GO)} == {scan}
    assert not [path for path in (case.county.folder / "attachments").rglob("*") if path.is_file()]
    with pytest.raises(UserFacingError, match=r"attachment\.missing"):
        picture(case.county, case.sheet, scan)
    assert let_go(case.county) == 0


def withdrawn(case: Case) -> str:
    """A withdrawal of the person's; its id."""
    who = {"household": case.home, "resident": case.person}
    assert case.send(("withdrawal.recorded", "withdrawal-1", {**BODIES["withdrawal.recorded"], **who})) == [("ok", "")]
    return "withdrawal-1"


@pytest.mark.parametrize("paper", ["signature", "withdrawal", "elsewhere", "visit-record", "receipt"])
def test_only_what_may_show_a_fingerprint_in_that_township_goes(county: County, township: str, paper: str) -> None:
    """A signature is no biometric; who signed a withdrawal or a visit's record is not on record; a charity's receipt
    shows none; another township is not asked."""
    case = made_case(county, township)
    signed_sheet(case, signer="signature" if paper == "signature" else "fingerprint")
    sealed = seal(page_picture(), [county.recipient])
    changes: dict[str, object] = {}
    if paper == "withdrawal":
        changes = {"sheet": "", "withdrawal": withdrawn(case)}
    elif paper in ("visit-record", "receipt"):
        is_by_person = {"finger": True} if paper == "visit-record" else {}
        changes = {"sheet": "", "print": "print-1", "of": "visit-1", **is_by_person}
    filed(case, sealed, **changes)
    switch_off(case if paper != "elsewhere" else made_case(county, f"{county.code}102"))
    is_kept = paper not in ("withdrawal", "visit-record")
    assert told(case, sealed).kept is is_kept
    assert attachment_file(county, digest(sealed)).exists() is is_kept
