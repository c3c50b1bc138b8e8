"""Enrolment and answers, with a real county in a process of its own."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.domain.errors import UserFacingError
from desktop.services.sync import enrol, sync_state
from desktop.storage import attachments
from desktop.storage.feed import Answer
from desktop.sync.envelope import seal
from tests.county_process import JUKOU, CountyProcess, serving
from tests.entry_bodies import FIELDS
from tests.sync.http_stub import Asked, Reply, stub
from tests.sync.journals import enrolled, states, synced
from tests.sync.test_exactly_once import forwarding
from tests.vaults import closed_vault, opened


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CountyProcess]:
    """A serving county."""
    with serving(tmp_path_factory.mktemp("county")) as running:
        yield running


def test_an_enrolment_whose_answer_was_lost_is_done_by_the_same_code(tmp_path: Path, county: CountyProcess) -> None:
    """The county had accepted, the answer never came: the same code on the same vault gets the same answer."""
    code = county.code_for("赵小兰")

    def line(asked: Asked) -> Reply:
        answer = forwarding(county, asked)
        return Reply(raw=b"") if asked.method == "POST" else answer

    with opened(closed_vault(tmp_path)) as application:
        with stub(line) as proxy, pytest.raises(UserFacingError, match=r"sync\.county-away"):
            enrol(application, proxy.url, code)
        assert application.enrolment is None
        done = enrol(application, county.url, code)
        assert done.value.name == "赵小兰"
        assert done.value.townships == (JUKOU,)
        assert sync_state(application).county_url == county.url
        with pytest.raises(UserFacingError, match=r"sync\.already-enrolled"):
            enrol(application, county.url, code)


def test_a_code_works_for_one_vault_only(tmp_path: Path, county: CountyProcess) -> None:
    """A second laptop with the same code is told that it was used."""
    code = county.code_for("孙文")
    with opened(closed_vault(tmp_path / "one")) as application:
        enrol(application, county.url, code)
    with (
        opened(closed_vault(tmp_path / "other")) as application,
        pytest.raises(UserFacingError, match=r"sync\.refused") as caught,
    ):
        enrol(application, county.url, code)
    assert caught.value.values == {"reason": "token-used"}


def test_what_the_county_answers_comes_back_and_is_named(tmp_path: Path, county: CountyProcess) -> None:
    """A sheet goes up with its picture, the duty officer checks it, the next sync says so; the file is there."""
    sheet, grant, resident = (secrets.token_hex(16) for _ in range(3))
    officer = county.officer()
    with opened(enrolled(tmp_path, county, "林晓梅")) as application:
        sealed = seal(b"picture", [application.sealing_key.recipient])
        digest = attachments.keep(application.folder, sealed)
        fields = {**FIELDS["sheet"], "resident": resident, "worker": application.worker.id}
        permission = {**FIELDS["grant"], "resident": resident, "sheet": sheet}

        def write(action: object) -> None:
            add = action.add  # type: ignore[attr-defined]
            add("resident.described", resident, {"groups": {"name": {"value": {"name": "吴㛃华"}, "base": None}}})
            for source, target in ((None, "drafted"), ("drafted", "printed"), ("printed", "signed")):
                add("sheet.moved", sheet, {"from": source, "to": target, "fields": fields if source is None else {}})
            add("grant.moved", grant, {"from": None, "to": "agreed", "fields": permission})
            attachments.add_row(action.connection, digest, len(sealed), "image/jpeg", sheet)  # type: ignore[attr-defined]

        application.act(write)
        report = synced(application)
        assert report.attachments_sent == 1
        assert report.answers == ()
        assert county.answer(do="check", sheet=sheet, officer=officer)["state"] == "checked"
        report = synced(application)
        assert report.answers == (Answer("sheet", sheet, "checked"),)
        assert states(application)[grant]["state"] == "in-force"
        assert states(application) == {
            one: state for one, state in county.states().items() if one in states(application)
        }
    stored = county.folder / "attachments" / digest[:2] / digest
    assert stored.read_bytes() == sealed


def test_a_county_that_does_not_know_the_vault_takes_nothing(tmp_path: Path, county: CountyProcess) -> None:
    """Sent to the wrong county by mistake: every item is named as not taken; the right county gets all of it."""
    with serving(tmp_path / "other-county") as other, opened(enrolled(tmp_path, other, "周明")) as application:
        waiting = sync_state(application).waiting
        report = synced(application, url=county.url)
        assert report.receipts_verified == 0
        assert {one.error.values.get("reason") for one in report.not_done} == {"vault-unknown"}
        assert sync_state(application).waiting >= waiting
        assert synced(application).not_done == ()
        assert sync_state(application).waiting == 0
