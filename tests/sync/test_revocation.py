"""Revocation and wipe over a real socket: what is unsent arrives, then the keys go; only a true order does it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.errors import UserFacingError
from desktop.services import door, revocation
from desktop.services.application import Application
from desktop.services.sync import finish_interrupted, stop_if_revoked
from desktop.storage import attachments, slots, standing, wiping
from desktop.sync.envelope import Signed, SigningKey, seal, sign_document
from desktop.sync.protocol import WIPE, Standing
from tests.county_process import CountyProcess, serving
from tests.entry_bodies import BODIES
from tests.sync.http_stub import Asked, Reply, stub
from tests.sync.journals import address, all_hashes, describe, enrolled, own_hashes, synced
from tests.sync.test_exactly_once import forwarding
from tests.vaults import ClosedVault, opened


@pytest.fixture
def county(tmp_path: Path) -> Iterator[CountyProcess]:
    """A serving county."""
    with serving(tmp_path / "county") as running:
        yield running


def order(county: CountyProcess, closed: ClosedVault, *more: str) -> dict[str, Any]:
    """``zoucun-county revoke``."""
    (line,) = county.run(
        "revoke", "--vault", closed.vault, "--reason", "电脑丢失", "--ask", "区民政局 0599-1234", *more
    )
    answered: dict[str, Any] = json.loads(line)
    return answered


def with_picture(application: Application) -> str:
    """An action with a scan whose picture is unsent; answers its digest."""
    sealed = seal(b"picture", [application.sealing_key.recipient])
    digest = attachments.keep(application.folder, sealed)

    def record(action: Any) -> None:
        action.add("scan.recorded", "scan-1", {**BODIES["scan.recorded"], "attachment": digest})
        attachments.add_row(action.connection, digest, len(sealed), "image/jpeg", "scan-1")

    application.act(record)
    return digest


def keys_in(closed: ClosedVault) -> list[str]:
    """Whatever in the vault's folder is not ciphertext."""
    return sorted(path.name for path in closed.folder.rglob("*") if path.is_file() and "json" in path.name)


def test_a_wipe_sends_what_is_unsent_and_leaves_ciphertext(tmp_path: Path, county: CountyProcess) -> None:
    """Entries and a picture arrive; slots of all generations and the signing slot are gone, the store is there."""
    lin = enrolled(tmp_path / "lin", county, "林晓梅")
    (lin.folder / "backups" / "one").mkdir(parents=True)
    for name in (slots.PREVIOUS_FILE, slots.BROKEN_FILE, "backups/one/slots.json", "backups/one/store.db"):
        (lin.folder / name).write_bytes(b"key or ciphertext")
    with opened(lin) as application:
        synced(application)
        describe(application, "household-1", address=address("12号"))
        digest = with_picture(application)
        order(county, lin, "--wipe")
        report = synced(application)
        assert report.stopped is not None
        assert report.stopped.code == "vault.wiped"
        assert report.stopped.values == {"reason": "电脑丢失", "ask": "区民政局 0599-1234"}
        sent = set(own_hashes(application))
    assert keys_in(lin) == ["wiped.json"]
    assert (lin.folder / "store.db").exists()
    assert (lin.folder / "backups/one/store.db").exists()
    assert slots.listed(lin.home) == []
    assert [one.worker_name for one in door.finish_wipes(lin.home)] == ["林晓梅"]
    with pytest.raises(UserFacingError, match=r"vault\."), opened(lin):
        pass
    assert (county.folder / "attachments" / digest[:2] / digest).exists()
    # Stored for review, not applied; reviewed, it is all there.
    assert county.status()["batches"]["stored"] > 0
    assert order(county, lin, "--accept")["standing"] == WIPE
    for _ in range(100):
        if county.status()["batches"]["stored"] == 0:
            break
    assert sent <= set(county.entry_hashes())
    assert "household-1" in county.states()


def test_a_revoked_vault_is_closed_and_can_be_given_back(tmp_path: Path, county: CountyProcess) -> None:
    """No feed, no change of a record, nobody gets in; reinstated, it works as before and nothing was lost."""
    lin, wang = (enrolled(tmp_path / name, county, name) for name in ("林晓梅", "王大山"))
    with opened(lin) as application, opened(wang) as other:
        order(county, lin)
        describe(other, "household-w", address=address("1号"))
        synced(other)
        describe(application, "household-l", address=address("2号"))
        report = synced(application)
        assert report.stopped is not None
        assert report.stopped.code == "vault.revoked"
        assert "household-w" not in all_states(application)
        with pytest.raises(UserFacingError, match=r"vault\.revoked"):
            describe(application, "household-l", address=address("3号"))
        finish_interrupted(application)
        with pytest.raises(UserFacingError, match=r"vault\.revoked"):
            stop_if_revoked(application)
        order(county, lin, "--reinstate")
        stop_if_revoked(application)
        assert synced(application).stopped is None
        assert {"household-w", "household-l"} <= set(all_states(application))
        assert set(own_hashes(application)) <= set(county.entry_hashes())
        assert all_hashes(application)


def all_states(application: Application) -> dict[str, Any]:
    from tests.sync.journals import states

    return states(application)


def test_a_wipe_that_was_cut_goes_on_at_the_next_start(
    tmp_path: Path, county: CountyProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between upload and wipe, and again in the middle of the wipe: no contact is needed to finish."""
    lin = enrolled(tmp_path / "lin", county, "林晓梅")
    with monkeypatch.context() as patched, opened(lin) as application:
        order(county, lin, "--wipe")
        patched.setattr(wiping, "begin", _killed)
        with pytest.raises(KeyboardInterrupt):
            synced(application)
    county.stop()
    assert keys_in(lin) == ["signing.json", "slots.json"]
    with monkeypatch.context() as patched, opened(lin) as application:
        patched.setattr(Path, "unlink", _killed)
        with pytest.raises(KeyboardInterrupt):
            finish_interrupted(application)
    assert "wiped.json" in keys_in(lin)
    assert len(keys_in(lin)) > 1
    door.finish_wipes(lin.home)
    assert keys_in(lin) == ["wiped.json"]


def _killed(*_given: object, **_named: object) -> None:
    raise KeyboardInterrupt


def test_no_wipe_while_the_county_has_not_stored_everything(tmp_path: Path, county: CountyProcess) -> None:
    """Batches that are refused on the road stay, and so do the keys, however often it is tried."""
    lin = enrolled(tmp_path / "lin", county, "林晓梅")
    order(county, lin, "--wipe")

    def refusing(asked: Asked) -> Reply:
        if asked.method == "PUT":
            return Reply(400, b'{"code": "digest-wrong"}')
        return forwarding(county, asked)

    with opened(lin) as application:
        describe(application, "household-1", address=address("12号"))
        with stub(refusing) as road:
            for _ in range(2):
                report = synced(application, url=road.url)
                assert report.stopped is not None
                assert report.stopped.code == "vault.revoked"
                assert report.stopped.values["unsent"] not in (0, None)
        finish_interrupted(application)
    assert keys_in(lin) == ["signing.json", "slots.json"]
    with opened(lin) as application:
        assert synced(application).stopped is not None
    assert keys_in(lin) == ["wiped.json"]


@pytest.mark.parametrize("forgery", ["other-key", "replayed", "foreign", "unsigned", "edited"])
def test_a_forged_replayed_or_foreign_order_does_nothing(tmp_path: Path, county: CountyProcess, forgery: str) -> None:
    """Everything else about the sync goes on; the vault stays as it was and the answer is named as nonsense."""
    lin, wang = (enrolled(tmp_path / name, county, name) for name in ("林晓梅", "王大山"))
    kept: list[bytes] = []

    def recording(asked: Asked) -> Reply:
        reply = forwarding(county, asked)
        if asked.path.endswith("/contacts"):
            kept.append(reply.body)
        return reply

    if forgery in ("replayed", "foreign"):
        victim = lin if forgery == "replayed" else wang
        order(county, victim, "--wipe")
        with opened(victim) as application, stub(recording) as road:
            describe(application, "household-1", address=address("1号"))
            with pytest.MonkeyPatch.context() as patched:
                patched.setattr(standing, "keep", _killed)
                with pytest.raises(KeyboardInterrupt):
                    synced(application, url=road.url)
        order(county, victim, "--reinstate")

    def forging(asked: Asked) -> Reply:
        if not asked.path.endswith("/contacts"):
            return forwarding(county, asked)
        true = forwarding(county, asked)
        signed = Signed.decode(true.body)
        given = Standing.decode(signed.document)
        order_to_wipe = Standing(
            given.vault, given.nonce, given.time, WIPE, 9, given.time, "假的", "骗子", given.lease
        ).encode()
        match forgery:
            case "other-key":
                return Reply(200, sign_document(order_to_wipe, SigningKey.generate()).encode())
            case "edited":
                return Reply(200, Signed(order_to_wipe, signed.signature).encode())
            case "unsigned":
                return Reply(200, order_to_wipe)
            case _:
                return Reply(200, kept[-1])

    with opened(lin) as application, stub(forging) as road:
        describe(application, "household-2", address=address("2号"))
        report = synced(application, url=road.url)
        assert report.stopped is None
        assert [one.error.code for one in report.not_done] == ["sync.county-nonsense"]
        assert revocation.revoked(application) is None
        describe(application, "household-2", address=address("3号"))
    assert keys_in(lin) == ["signing.json", "slots.json"]
    assert wiping.read(lin.folder) is None
