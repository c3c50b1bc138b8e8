"""Attachments: one ciphertext, whole or not at all, after the records and never in their way."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.consent import SheetState
from desktop.domain.errors import UserFacingError
from desktop.domain.journal import encode_json
from desktop.services import consent, scan_intake, scans
from desktop.services.application import Application
from desktop.services.sync import SyncReport, finish_interrupted, sync_state
from desktop.storage import attachments
from desktop.sync.envelope import seal, unseal
from desktop.sync.protocol import CAPABILITIES_PATH, FeedPage
from desktop.ui.sync_words import report_facts
from tests.casework import recorded_household
from tests.county_issued import issue_everything
from tests.county_process import JUKOU, serving
from tests.entry_bodies import BODIES
from tests.sync.http_stub import (
    DATASET,
    Asked,
    Reply,
    applied_receipt,
    attachment_receipt,
    capabilities,
    good_standing,
    page_container,
    signed,
    stub,
)
from tests.sync.journals import address, describe, enrolled, synced
from tests.unit.test_fingerprints import fingerprinted
from tests.unit.test_scan_services import drawn, scanned
from tests.unit.test_scan_services import signed as paper_signed
from tests.vaults import COUNTY_SEALING_KEY, made_vault, opened

PICTURE = b"\xff\xd8\xff made-up picture " * 100


@pytest.fixture(scope="module")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """An enrolled vault."""
    with made_vault(tmp_path_factory.mktemp("laptop")) as application:
        yield application


def take(application: Application, content: bytes = PICTURE) -> str:
    """What taking in a scan does: seal, keep, and name it in an action."""
    sealed = seal(content, [application.sealing_key.recipient, COUNTY_SEALING_KEY.recipient])
    digest = attachments.keep(application.folder, sealed)
    scan = secrets.token_hex(16)

    def write(action: object) -> None:
        action.add("scan.recorded", scan, {**BODIES["scan.recorded"], "attachment": digest})  # type: ignore[attr-defined]
        attachments.add_row(action.connection, digest, len(sealed), "image/jpeg", scan)  # type: ignore[attr-defined]

    application.act(write)
    return digest


def sync_with(application: Application, *, refused: str = "", let_go: str = "") -> tuple[SyncReport, list[Asked]]:
    """A sync with a county that takes everything save the attachment ``refused``, and keeps all but ``let_go``."""
    page = FeedPage(application.identity.vault, DATASET, 0, 0, False, "2026-11-20T17:42:00.000+00:00", ())

    def answer(asked: Asked) -> Reply:
        if asked.path == CAPABILITIES_PATH:
            return capabilities()
        if asked.path.endswith("/contacts"):
            return good_standing(asked, application.sealing_key.recipient)
        if "/attachments/" in asked.path:
            code = encode_json({"code": "digest-wrong"})
            return Reply(400, code) if refused and asked.path.endswith(refused) else _received(asked, let_go)
        if asked.method == "PUT":
            return signed(applied_receipt(asked.body).encode())
        return Reply(body=page_container(page, application.sealing_key.recipient))

    with stub(answer) as county:
        return synced(application, url=county.url), county.asked


def test_what_is_kept_is_ciphertext_and_both_ends_can_open_it(laptop: Application) -> None:
    """No picture lies on the disk in the clear; the vault and the county read the same file."""
    digest = take(laptop)
    on_disk = (laptop.folder / "attachments" / digest).read_bytes()
    assert b"made-up picture" not in on_disk
    assert unseal(attachments.read(laptop.folder, digest), laptop.sealing_key) == PICTURE
    assert unseal(on_disk, COUNTY_SEALING_KEY) == PICTURE


def test_attachments_are_sent_after_the_records_byte_for_byte(laptop: Application) -> None:
    """The bytes on the wire are the file's; confirmed ones are not sent again."""
    digest = take(laptop)
    describe(laptop, secrets.token_hex(16), address=address("1号"))
    report, asked = sync_with(laptop)
    assert report.attachments_sent >= 1
    puts = [one for one in asked if one.method == "PUT"]
    kinds = ["attachment" if "/attachments/" in one.path else "batch" for one in puts]
    assert kinds == sorted(kinds, reverse=True)
    (sent,) = [one for one in puts if one.path.endswith(digest)]
    assert sent.body == attachments.read(laptop.folder, digest)
    assert sync_state(laptop).waiting_attachments == 0
    again, _ = sync_with(laptop)
    assert again.attachments_sent == 0


def _received(asked: Asked, let_go: str) -> Reply:
    return attachment_receipt(asked, kept=not asked.path.endswith(let_go or "none"))


def test_a_picture_that_the_county_does_not_keep_counts_as_sent_and_is_said(laptop: Application) -> None:
    """No fingerprint is kept there: in words, with nothing left waiting and nothing else held up."""
    let_go, kept = take(laptop), take(laptop)
    report, asked = sync_with(laptop, let_go=let_go)
    assert (report.attachments_sent, report.attachments_not_kept, report.not_done) == (2, 1, ())
    assert any(one.path.endswith(kept) for one in asked)
    assert sync_state(laptop).waiting_attachments == 0
    (fact,) = [one for one in report_facts(report) if one[0] == "扫描件"]
    why = "县里规定指印不留影像，或同事已经删除；有指印的两人对纸核对，纸质原件请收好"
    assert fact[1:] == ("上传 2 张", f"其中 1 张没有存：{why}")


@pytest.mark.parametrize("trouble", ["refused", "missing", "damaged", "unreadable"])
def test_one_bad_attachment_blocks_neither_records_nor_the_others(laptop: Application, trouble: str) -> None:
    """The bad one is named and stays waiting; everything else goes."""
    bad, good = take(laptop), take(laptop)
    path = laptop.folder / "attachments" / bad
    kept = path.read_bytes()
    if trouble == "missing":
        path.unlink()
    elif trouble == "damaged":
        path.write_bytes(kept[:-1])
    elif trouble == "unreadable":
        path.unlink()
        path.mkdir()  # reading it is an error of the system, as a bad sector is
    report, asked = sync_with(laptop, refused=bad if trouble == "refused" else "")
    code = "sync.refused" if trouble == "refused" else f"attachment.{trouble.replace('unreadable', 'damaged')}"
    assert [(one.what, one.error.code) for one in report.not_done] == [("attachment", code)]
    assert any(one.path.endswith(good) for one in asked)
    state = sync_state(laptop)
    assert (state.waiting, state.waiting_attachments) == (0, 1)
    if path.is_dir():
        path.rmdir()
    path.write_bytes(kept)
    assert sync_with(laptop)[0].not_done == ()


def test_files_that_no_action_recorded_are_swept_when_a_vault_is_opened(laptop: Application) -> None:
    """A half-written file and one whose action failed go; recorded ones stay."""
    kept = take(laptop)
    orphan = attachments.keep(laptop.folder, seal(b"never recorded", [laptop.sealing_key.recipient]))
    half = laptop.folder / "attachments" / ".unfinished-1"
    half.write_bytes(b"half")
    finish_interrupted(laptop)
    assert not half.exists()
    with pytest.raises(UserFacingError, match=r"attachment\.missing"):
        attachments.read(laptop.folder, orphan)
    assert attachments.read(laptop.folder, kept)


@pytest.mark.parametrize("digest", ["", "..", "../slots.json", "0" * 63, "G" * 64])
def test_a_name_that_is_no_digest_is_never_used_as_a_path(laptop: Application, digest: str) -> None:
    """Names come from records that others wrote."""
    with pytest.raises(UserFacingError, match=r"attachment\.missing"):
        attachments.read(laptop.folder, digest)


@pytest.mark.parametrize("changed", [{"digest": "0" * 64}, {"size": 1}, {"vault": "other"}])
def test_a_signed_receipt_for_something_else_counts_for_nothing(laptop: Application, changed: dict[str, Any]) -> None:
    """The county's key signed it, but not for these bytes of this vault."""
    sync_with(laptop)
    take(laptop)

    def answer(asked: Asked) -> Reply:
        if asked.path == CAPABILITIES_PATH:
            return capabilities()
        if asked.path.endswith("/contacts"):
            return good_standing(asked, laptop.sealing_key.recipient)
        if "/attachments/" in asked.path:
            return attachment_receipt(asked, **changed)
        if asked.method == "PUT":
            return signed(applied_receipt(asked.body).encode())
        page = FeedPage(laptop.identity.vault, DATASET, 0, 0, False, "2026-11-20T17:42:00.000+00:00", ())
        return Reply(body=page_container(page, laptop.sealing_key.recipient))

    with stub(answer) as county:
        report = synced(laptop, url=county.url)
    assert {one.error.code for one in report.not_done} == {"sync.county-nonsense"}
    assert sync_state(laptop).waiting_attachments == 1
    assert sync_with(laptop)[0].attachments_sent == 1


def test_a_sheet_of_which_two_laptops_took_in_a_part_is_complete_after_the_sync(tmp_path: Path) -> None:
    """Neither knew of the other's pages. Whoever hears of the last one says so, and the county hears it at once."""
    with (
        serving(tmp_path / "county") as county,
        opened(enrolled(tmp_path / "lin", county, "林晓梅")) as one,
        opened(enrolled(tmp_path / "wang", county, "王大山")) as other,
    ):
        for application in (one, other):
            issue_everything(application)
        sheet, pdf = paper_signed(one, recorded_household(one).residents[0])
        synced(one)
        synced(other)
        pages = drawn(pdf)
        last = scans.sheet_pages(one, sheet).to_sign[-1]
        scan_intake.take_in(one, scanned(pages[last - 1]))
        scan_intake.take_in(other, scanned(*pages[: last - 1], *pages[last:]))
        assert {consent.sheet(each, sheet).state for each in (one, other)} == {SheetState.SIGNED}
        synced(one)
        assert consent.sheet(one, sheet).state is SheetState.SIGNED
        report = synced(other)
        assert consent.sheet(other, sheet).state is SheetState.SCANNED
        assert sync_state(other).waiting == 0
        assert report.stopped is None
        assert county.states()[sheet]["state"] == "scanned"
        synced(one)
        assert consent.sheet(one, sheet).state is SheetState.SCANNED


def test_a_sheet_with_a_fingerprint_is_let_go_of_by_a_county_that_keeps_none(tmp_path: Path) -> None:
    """The laptop took its pages in before it heard of the switch, and hears of it after they went up."""
    with serving(tmp_path / "county") as county, opened(enrolled(tmp_path / "lin", county, "林晓梅")) as laptop:
        issue_everything(laptop)
        sheet, pdf = fingerprinted(laptop)
        pages = drawn(pdf)
        assert len(scan_intake.take_in(laptop, scanned(*pages)).value.filed) == len(pages)
        body = {"code": JUKOU, "name": "莒口镇民政办", "keep_fingerprints": False}
        county.run("issue", lines=json.dumps({"kind": "office", "body": body}) + "\n")
        report = synced(laptop)
        assert (report.attachments_not_kept, report.not_done, report.stopped) == (report.attachments_sent, (), None)
        assert report.attachments_sent >= len(pages)
        told = county.status()
        assert (told["attachments"], told["fingerprints"]["let_go"]) == (0, report.attachments_sent)
        assert county.states()[sheet]["state"] == "scanned"
        assert scan_intake.take_in(laptop, scanned(*pages)).value.let_go == len(pages), "by now it has heard"


def test_a_disk_that_is_full_after_a_sync_keeps_nothing_of_its_report_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What came is here and is told; the sheets move on with the next sync that brings something."""
    with (
        serving(tmp_path / "county") as county,
        opened(enrolled(tmp_path / "lin", county, "林晓梅")) as one,
        opened(enrolled(tmp_path / "wang", county, "王大山")) as other,
    ):
        describe(one, secrets.token_hex(16), number={"number": "1"})
        synced(one)

        def fails(_application: Application) -> None:
            raise UserFacingError("disk.full")

        monkeypatch.setattr(scans, "move_on_complete", fails)
        report = synced(other)
        assert report.entries_received
        assert report.stopped is None
        assert sync_state(other).last_sync is not None
