"""Signatures made on the screen, for tests: strokes of a made-up hand, and whole sheets signed with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from desktop.domain.screen_signing import ScreenRole, Tick, ticks_under
from desktop.domain.signing import SignedBy
from desktop.domain.signing_evidence import SigningEvidence
from desktop.domain.strokes import Device, Point, Stroke, Strokes
from desktop.services import consent, screen_signing
from desktop.services.application import Application
from desktop.services.consent import Answer, SheetSigning
from desktop.services.screen_signing import Captured
from tests.county_issued import JUKOU, OFFICE, issue


def hand(seed: int = 0) -> Strokes:
    """Two strokes across the pad, another for each seed."""
    first = tuple(Point(800 + 60 * at, 1500 + (at * 37 + seed * 11) % 500, 9 * at, 300 + 12 * at) for at in range(40))
    second = tuple(Point(4200 + 40 * at, 1200 + 30 * at + seed % 7, 600 + 8 * at, 700 - 9 * at) for at in range(30))
    return Strokes(9000, 3600, (Stroke(Device.PEN, first), Stroke(Device.PEN, second)))


def allow(application: Application, version: int = 2, *, allowed: bool = True) -> None:
    """The county's word on signatures on the screen."""
    issue(application, "office", f"office-{JUKOU}", {**OFFICE, "version": version, "screen_signatures": allowed})


def answers_of(application: Application, sheet: str, refused: Iterable[str] = ()) -> tuple[Answer, ...]:
    """Every box of a sheet agreed to but those classes."""
    asks = consent.sheet(application, sheet).asks
    return tuple(Answer(ask.recipient, ask.purpose, one, one not in refused) for ask in asks for one in ask.classes)


def captured(
    application: Application,
    sheet: str,
    answers: tuple[Answer, ...],
    signing: SheetSigning | None = None,
    evidence: SigningEvidence | None = None,
) -> list[Captured]:
    """Everybody signs who has to, one after the other."""
    ticks = screen_signing.ticks_of(answers)
    wording = screen_signing.shown_text(application, sheet).digest
    view = consent.sheet(application, sheet)
    facts = signing or SheetSigning(signed_by=SignedBy.PERSON)
    turns = screen_signing.turns_of(answers, facts, screen_signing.names_of(view, signing, ""))
    time, said = application.clock().isoformat(timespec="seconds"), screen_signing.beside_of(signing, evidence)
    return [
        replace(made(turn.role, turn.recipient, ticks, wording, time, number), said=said)
        for number, turn in enumerate(turns)
    ]


def made(role: ScreenRole, recipient: str, ticks: tuple[Tick, ...], wording: str, time: str, seed: int = 0) -> Captured:
    """One signature under these ticks."""
    return Captured(role, recipient, time, hand(seed), wording, ticks_under(role, recipient, ticks))


def signed_on_screen(application: Application, sheet: str, refused: Iterable[str] = ()) -> None:
    """A sheet that is drafted or printed is signed on the screen by everybody who has to."""
    answers = answers_of(application, sheet, refused)
    screen_signing.sign_on_screen(application, sheet, answers, captured(application, sheet, answers))
