"""Signatures made on the screen, at the county's desk: each one verified before anybody may say that it is right."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from county.attachments import store_attachment
from county.opening import County
from desktop.documents.signature_picture import signature_picture
from desktop.domain.plain import to_plain
from desktop.domain.screen_signing import ScreenRole, ScreenSignature, ScreenSigning, Tick, digest_of
from desktop.domain.strokes import encode_strokes
from desktop.sync.envelope import digest, seal
from tests.county.desk_sitting import boxes_of, hidden, sitting, words
from tests.county.test_gate import CHARITY, Case, made_case
from tests.county.test_screen_signing import ASKED, TEXT, allow, sign
from tests.entry_bodies import FIELDS
from tests.screen_signatures import hand

SAID = {"A1": "agreed", "A2": "refused"}


@pytest.fixture
def case(county: County, township: str) -> Case:
    """A household of a township that may sign on the screen."""
    made = made_case(county, township)
    allow(made)
    return made


def on_screen(case: Case, *, arrive: bool = True, other_hand: bool = False) -> None:
    """A sheet signed on the screen by the person and the worker, with strokes and pictures sealed to the county.

    ``other_hand``: what was sent under the person's place is not what was signed there.
    """
    ticks = tuple(Tick(CHARITY, "elderly", one, SAID[one] == "agreed") for one in ASKED)
    made = ScreenSigning(case.sheet, case.person, FIELDS["sheet"]["number"], "TY-01", "2026.1", TEXT, ticks, ())
    who = [(ScreenRole.PERSON, CHARITY, "林阿婆"), (ScreenRole.WORKER, "", "lin")]
    bound = []
    for seed, (role, recipient, name) in enumerate(who):
        strokes = encode_strokes(hand(seed))
        drawn = signature_picture(hand(seed))
        hashes = hashlib.sha256(strokes).hexdigest(), hashlib.sha256(drawn).hexdigest()
        one = ScreenSignature(role, name, "2026-11-26T10:00:00+08:00", hashes[0], hashes[1], "", recipient)
        bound.append(replace(one, digest=digest_of(made, one)))
    screen = to_plain(replace(made, signatures=tuple(bound)))
    assert {verdict for verdict, _ in sign(case, screen, SAID)} == {"ok"}
    for seed, one in enumerate(bound):
        shown = hand(seed + 7 if other_hand else seed)
        sealed = [seal(each, [case.county.recipient]) for each in (signature_picture(shown), encode_strokes(shown))]
        for each in sealed if arrive else ():
            store_attachment(case.county, case.laptop.vault, digest(each), each)
        about = {"household": case.home, "resident": case.person, "sheet": case.sheet, "digest": one.digest}
        fact = {**about, "attachment": digest(sealed[0]), "strokes": digest(sealed[1])}
        assert case.send(("signature.recorded", f"signature-{seed}-{case.sheet}", fact)) == [("ok", "")]


def test_signatures_that_hold_are_seen_and_checked(case: Case) -> None:
    """The picture of the strokes, whose it is and for whom; then what was agreed comes into force."""
    on_screen(case)
    with sitting(case.county, case.officer) as at:
        page = at.get("/sheet", id=case.sheet)
        said = words(page)
        assert said.count("验过，和当时的条文、勾选、笔迹一致") == 2
        assert "本人签名：林阿婆 （给试验红十字会） · 2026年11月26日 10:00" in said
        picture = at.get("/picture", sheet=case.sheet, record=f"signature-0-{case.sheet}")
        assert (picture.headers["content-type"], picture.content) == ("image/png", signature_picture(hand(0)))
        form = {"id": case.sheet, "seen": hidden(page.text, "seen"), "compared": boxes_of(page.text)}
        assert at.post("/sheet/check", {**form, "against": "paper"}).status_code == 409, "it has no paper"
        assert at.post("/sheet/check", {**form, "against": "screen"}).status_code == 303
    assert [case.state(f"grant-{one}-{case.sheet}")["state"] for one in ASKED] == ["in-force", "refused"]
    assert case.state(case.sheet)["fields"]["checked_against"] == "screen"


@pytest.mark.parametrize(("how", "told"), [("arrive", "还没有到县里"), ("other_hand", "对不上，不能算数")])
def test_what_cannot_be_verified_is_not_checked(case: Case, how: str, told: str) -> None:
    """A signature that is not here, or is not the one that was made: said beside it, and refused."""
    on_screen(case, arrive=how != "arrive", other_hand=how == "other_hand")
    with sitting(case.county, case.officer) as at:
        page = at.get("/sheet", id=case.sheet)
        assert told in words(page)
        form = {"id": case.sheet, "seen": hidden(page.text, "seen"), "compared": boxes_of(page.text)}
        answer = at.post("/sheet/check", {**form, "against": "screen"})
        assert (answer.status_code, "有的屏幕签名看不到或者对不上" in words(answer)) == (409, True)
    assert case.state(f"grant-A1-{case.sheet}")["state"] == "agreed"
