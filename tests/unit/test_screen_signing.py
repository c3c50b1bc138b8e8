"""What a signature on the screen is bound to: one point, one tick or one word changed, and it does not hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from desktop.documents.signature_picture import signature_picture
from desktop.domain.compatriots import CompatriotOffice, CompatriotSaid, Origin
from desktop.domain.consent_lifecycles import SHEET
from desktop.domain.journal import encode_json
from desktop.domain.plain import to_plain
from desktop.domain.roles import Role
from desktop.domain.screen_signing import (
    SCREEN_AND_PAPER,
    SCREEN_MISSING,
    SCREEN_ON_BLANK,
    SCREEN_OTHER_TEXT,
    SCREEN_OTHER_TICKS,
    SaidBeside,
    ScreenRole,
    ScreenSignature,
    ScreenSigning,
    Tick,
    digest_of,
    grants_problem,
    signature_problem,
    statement,
    turns,
)
from desktop.domain.sheet_signing import SheetSigning, sheet_problem
from desktop.domain.signing import AgeBand, SignedBy
from desktop.domain.strokes import (
    Device,
    Point,
    Stroke,
    Strokes,
    decode_strokes,
    encode_strokes,
    smooth,
    strokes_problem,
)
from tests.screen_signatures import hand

TICKS = (
    Tick("o-1", "disability", "A1", True),
    Tick("o-1", "disability", "B3", False),
    Tick("o-2", "medical", "B2", True),
    Tick("o-3", "elderly", "A1", False),
)
STROKES, PICTURE = encode_strokes(hand()), signature_picture(hand())
NAMES = {ScreenRole.PERSON: "吉建国", ScreenRole.WORKER: "林晓梅", ScreenRole.SECOND_WORKER: "何金水"}
SAID = SaidBeside(CompatriotSaid(origin=Origin.TAIWAN, renewals="2"), (CompatriotOffice.TAIWAN_AFFAIRS,))
BASE = ScreenSigning("s-1", "r-1", "TY-1", "TY-01", "2026.1", "ab" * 32, TICKS, (), said=SAID)


def bound(signing: ScreenSigning, role: ScreenRole, recipient: str, name: str) -> ScreenSignature:
    """A signature with its digest."""
    hashes = sha256(STROKES).hexdigest(), sha256(PICTURE).hexdigest()
    unbound = ScreenSignature(role, name, "2026-11-26T10:00:00+08:00", *hashes, digest="", recipient=recipient)
    return replace(unbound, digest=digest_of(signing, unbound))


def signed(signed_by: SignedBy = SignedBy.PERSON) -> ScreenSigning:
    """Everybody has signed."""
    made = tuple(bound(BASE, one.role, one.recipient, one.name) for one in turns(TICKS, signed_by, NAMES))
    return replace(BASE, signatures=made)


def fields(signing: ScreenSigning, **changes: Any) -> dict[str, Any]:
    """A sheet's fields as they are folded."""
    asks = [{"recipient": one.recipient, "purpose": one.purpose, "classes": [one.data_class]} for one in TICKS]
    return {
        "asks": asks,
        "number": signing.number,
        "form_hash": signing.wording,
        "worker": "lin",
        "worker_name": "林晓梅",
        "second_worker_name": "何金水",
        "signer": "screen",
        "signed": to_plain(SheetSigning(band=AgeBand.ADULT, signed_by=SignedBy.PERSON)),
        "screen": to_plain(signing),
        "evidence": {"compatriot": to_plain(SAID.compatriot), "offices": ["taiwan-affairs"], "copy_given": True},
        **changes,
    }


def test_each_recipient_has_a_signature_of_its_own_and_a_no_needs_none() -> None:
    """Two recipients to whom something is agreed, the two workers; nothing for the one who was told no."""
    places = [(one.role, one.recipient) for one in turns(TICKS, SignedBy.BOTH, {**NAMES, ScreenRole.GUARDIAN: "吴"})]
    assert places == [
        (ScreenRole.PERSON, "o-1"),
        (ScreenRole.GUARDIAN, "o-1"),
        (ScreenRole.PERSON, "o-2"),
        (ScreenRole.GUARDIAN, "o-2"),
        (ScreenRole.WORKER, ""),
        (ScreenRole.SECOND_WORKER, ""),
    ]


def test_a_sheet_that_everybody_signed_holds() -> None:
    """And every signature on it, for whoever opens it."""
    whole = signed()
    assert sheet_problem(fields(whole)) == ""
    assert {signature_problem(whole, one, STROKES, PICTURE) for one in whole.signatures} == {""}


def test_signatures_from_before_what_stands_beside_was_bound_still_hold() -> None:
    """The digests of an older laptop, over all but that: a sheet with nothing beside its boxes is folded as before."""
    older = replace(signed(), said=SaidBeside())
    made = []
    for one in older.signatures:
        parts = json.loads(statement(replace(older, said=SAID), one))
        del parts["said"]
        made.append(replace(one, digest=sha256(encode_json(parts)).hexdigest()))
    screen = to_plain(replace(older, signatures=tuple(made)))
    del screen["said"]
    assert sheet_problem(fields(signed(), screen=screen, evidence={})) == ""
    assert sheet_problem(fields(signed(), screen=screen)) == SCREEN_OTHER_TICKS, "nobody signed a compatriot's items"


def test_a_blank_form_is_signed_on_its_paper() -> None:
    """The county says so too."""
    assert sheet_problem(fields(signed(), blank="KB-7F3A2Q-012-K")) == SCREEN_ON_BLANK


@pytest.mark.parametrize("place", range(4))
def test_without_any_one_of_them_it_does_not(place: int) -> None:
    """The person for each recipient, and the two workers."""
    whole = signed()
    assert len(whole.signatures) == 4
    left = tuple(one for number, one in enumerate(whole.signatures) if number != place)
    assert sheet_problem(fields(replace(whole, signatures=left))) == SCREEN_MISSING


CHANGES: list[tuple[str, Callable[[ScreenSigning], ScreenSigning]]] = [
    ("tick", lambda one: replace(one, ticks=(replace(TICKS[0], agreed=False), *TICKS[1:]))),
    ("other-tick", lambda one: replace(one, ticks=(TICKS[0], replace(TICKS[1], agreed=True), *TICKS[2:]))),
    ("wording", lambda one: replace(one, wording="cd" * 32)),
    ("said", lambda one: replace(one, said=replace(SAID, offices=(CompatriotOffice.OVERSEAS_CHINESE,)))),
    ("unsaid", lambda one: replace(one, said=SaidBeside())),
    ("version", lambda one: replace(one, version="2026.2")),
    ("person", lambda one: replace(one, person="r-2")),
    ("sheet", lambda one: replace(one, sheet="s-2")),
    (
        "time",
        lambda one: replace(
            one, signatures=(replace(one.signatures[0], time="2026-11-27T10:00:00+08:00"), *one.signatures[1:])
        ),
    ),
    ("name", lambda one: replace(one, signatures=(replace(one.signatures[0], name="吉建军"), *one.signatures[1:]))),
    (
        "strokes",
        lambda one: replace(one, signatures=(replace(one.signatures[0], strokes="0" * 64), *one.signatures[1:])),
    ),
]


@pytest.mark.parametrize(("name", "change"), CHANGES, ids=[name for name, _ in CHANGES])
def test_nothing_can_be_changed_afterwards(name: str, change: Callable[[ScreenSigning], ScreenSigning]) -> None:
    """In the fold, at both ends; the paper's hash is exchanged with the wording, and it does not help."""
    changed = change(signed())
    beside = {"compatriot": to_plain(changed.said.compatriot), "offices": to_plain(changed.said.offices)}
    beside = {name: value for name, value in beside.items() if value}
    assert sheet_problem(fields(changed, evidence=beside)) == SCREEN_OTHER_TEXT
    assert signature_problem(changed, changed.signatures[0], STROKES, PICTURE) == SCREEN_OTHER_TEXT


@pytest.mark.parametrize(
    "changes",
    [
        {"evidence": {"compatriot": {"origin": "macao", "renewals": "2"}, "offices": ["taiwan-affairs"]}},
        {"evidence": {"compatriot": to_plain(SAID.compatriot), "offices": ["taiwan-affairs", "other"]}},
        {"evidence": {}},
        {"signed": {"band": "adult", "signed_by": "person", "wards_view": "没说过"}},
        {"signed": {"band": "adult", "signed_by": "person", "best_interest": True}},
    ],
    ids=["origin", "office", "nothing", "view", "interest"],
)
def test_what_stands_beside_the_boxes_is_bound_too(changes: dict[str, Any]) -> None:
    """A compatriot's items and what is declared: the sheet cannot say otherwise than what was signed."""
    assert sheet_problem(fields(signed())) == ""
    assert sheet_problem(fields(signed(), **changes)) == SCREEN_OTHER_TICKS


def test_one_point_is_enough() -> None:
    """Other strokes or another picture than were signed are found by whoever opens them."""
    whole = signed()
    first, *rest = hand().strokes
    moved = replace(first, points=(replace(first.points[0], x=first.points[0].x + 1), *first.points[1:]))
    other = replace(hand(), strokes=(moved, *rest))
    assert signature_problem(whole, whole.signatures[0], encode_strokes(other), PICTURE) == SCREEN_OTHER_TEXT
    assert signature_problem(whole, whole.signatures[0], STROKES, PICTURE + b" ") == SCREEN_OTHER_TEXT


def test_the_signature_for_one_recipient_does_not_stand_for_another() -> None:
    """Moved to the place of another, it is bound to other ticks."""
    whole = signed()
    second = next(one for one in whole.signatures if one.recipient == "o-2")
    exchanged = replace(whole.signatures[0], recipient="o-2")
    others = tuple(one for one in whole.signatures if one is not second)
    assert sheet_problem(fields(replace(whole, signatures=(*others, exchanged)))) == SCREEN_OTHER_TEXT


def test_the_ticks_are_those_of_the_sheet_and_of_its_grants() -> None:
    """A box that the sheet does not ask, and a grant that says otherwise."""
    whole = signed()
    assert sheet_problem(fields(replace(whole, ticks=TICKS[1:]))) == SCREEN_OTHER_TICKS
    grants = [
        {
            "fields": {"recipient": one.recipient, "purpose": one.purpose, "data_class": one.data_class},
            "history": [{"to": "agreed" if one.agreed else "refused"}],
        }
        for one in TICKS
    ]
    assert grants_problem(whole, "s-1", grants) == ""
    assert grants_problem(whole, "s-9", grants) == SCREEN_OTHER_TEXT
    grants[1]["history"] = [{"to": "agreed"}]
    assert grants_problem(whole, "s-1", grants) == SCREEN_OTHER_TICKS


def test_a_bare_claim_and_a_mixture_are_refused() -> None:
    """Without signatures; and the guardian by a fingerprint on paper while the person signs on the screen."""
    assert sheet_problem({**fields(signed()), "screen": None}) == SCREEN_MISSING
    both = SheetSigning(band=AgeBand.FOURTEEN_TO_FIFTEEN, signed_by=SignedBy.BOTH)
    mixed = {
        **to_plain(both),
        "guardian": {"name": "吴㛃华", "relation": "母亲", "basis": "parents", "proof": "户口簿"},
        "guardian_signer": "fingerprint",
        "best_interest": True,
    }
    assert sheet_problem(fields(signed(), signed=mixed, witness="周婶")) == SCREEN_AND_PAPER


def test_only_the_screen_does_without_a_printed_form() -> None:
    """Straight from the draft to the signature: never for a signature on paper."""
    whole = fields(signed())
    before = {"state": "drafted", "fields": {}, "history": []}

    def problem(said: dict[str, Any]) -> str:
        return SHEET.problem("drafted", "drafted", "signed", Role.CASEWORKER, "lin", before, said)

    assert problem(whole) == ""
    assert problem({**whole, "signer": "signature"}) == "no-such-step"


def test_nothing_written_and_a_dot_are_no_signature() -> None:
    """Said in words by the page; a line is one, however it runs."""
    pad = Strokes(9000, 3600)
    dot = Stroke(Device.TOUCH, (Point(100, 100, 0, 500), Point(104, 101, 9, 500)))
    assert strokes_problem(pad) == "empty"
    assert strokes_problem(replace(pad, strokes=(dot,))) == "dot"
    assert strokes_problem(hand()) == ""


def test_strokes_are_the_same_bytes_everywhere() -> None:
    """They read back as they were, and nothing else is read for them."""
    assert decode_strokes(STROKES) == hand()
    for wrong in (
        STROKES + b" ",
        STROKES.replace(b'"format":1', b'"format":2'),
        b"[]",
        STROKES.replace(b"pen", b"toe"),
    ):
        with pytest.raises(ValueError, match="not "):
            decode_strokes(wrong)


def test_the_picture_shows_what_was_written() -> None:
    """The same strokes, the same picture; a smooth line passes where the pen was."""
    assert signature_picture(hand()) == PICTURE != signature_picture(hand(3))
    stroke = hand().strokes[0]
    line = smooth(stroke)
    assert (line[0][:2], line[-1][:2]) == (
        (stroke.points[0].x, stroke.points[0].y),
        (stroke.points[-1].x, stroke.points[-1].y),
    )
    assert len(line) > len(stroke.points)
