"""Consent is taken on paper: agreed to in part, agreed to, refused; and the signed sheet comes back as pictures."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from desktop.domain.consent import DataClass, Purpose
from desktop.domain.signing import Signer
from desktop.tour.cast import COLLEAGUE, STATION_WORKER
from desktop.tour.failure import TourFailure
from desktop.tour.paper import photographs
from desktop.tour.stage import Stage
from desktop.ui.pages.consent.taking import Step
from desktop.ui.pages.consent.taking_view import TakingView
from desktop.ui.pages.consent_page import ConsentPage
from desktop.ui.pages.page import Target

REFUSED = DataClass.B5
"""What the first person does not want passed on."""


def agree_in_part(stage: Stage) -> None:
    """Everything for the wheelchair but one class; the colleague is not there, so that he may check it."""
    view = _taking(stage, stage.notes["resident"])
    _choose(stage, view, Purpose.DISABILITY, picture=True)
    _read_aloud(stage, view, STATION_WORKER, picture=True)
    _print(stage, view, picture=True)
    stage.save("同意书.pdf", stage.printed[-1])
    stage.notes["first-sheet"] = _sign(stage, view, {REFUSED}, picture=True)
    _photograph(stage, view, picture=True)


def agree(stage: Stage) -> None:
    """Somebody to look in on him: he agrees to all that is asked; the colleague is at the table."""
    view = _taking(stage, stage.notes["unlisted"])
    _choose(stage, view, Purpose.ELDERLY)
    _read_aloud(stage, view, COLLEAGUE)
    _print(stage, view)
    stage.notes["second-sheet"] = _sign(stage, view, ())
    _photograph(stage, view)


def refuse(stage: Stage) -> None:
    """A third person wants none of it: one press, and his words."""
    hands = stage.hands
    view = _taking(stage, stage.notes["refusing"])
    _choose(stage, view, Purpose.EDUCATION)
    hands.press_words(view, "他不同意")
    hands.until(view.refusal.isVisible, "记下不同意")
    hands.type_in(view.refusal.words, "家里的事不想让外人知道")
    hands.picture("consent-refusal")
    hands.press(view.refusal.record)
    hands.until(lambda: not view.isVisible(), "不同意已记下")
    hands.picture("consent-refused")


def overview(stage: Stage) -> None:
    """All sheets, and what each still lacks."""
    stage.life.section("consent", ConsentPage).show_record("")
    stage.hands.until(lambda: stage.hands.window is not None, "同意书")
    stage.hands.picture("consent-overview")


# --- the steps of one sheet


def _taking(stage: Stage, resident: str) -> TakingView:
    stage.life.window.open(Target("consent", f"new:{resident}"))
    page = stage.life.page(ConsentPage)
    stage.hands.until(lambda: page.taking.isVisible() and page.taking.taking.resident == resident, "征求同意")
    return page.taking


def _choose(stage: Stage, view: TakingView, purpose: Purpose, *, picture: bool = False) -> None:
    for choice in view.recipients.choices():
        wanted = choice.match.purpose is purpose and choice.match.fits
        if choice.box.isChecked() is not wanted and choice.box.isEnabled():
            stage.hands.press(choice.box)
    if not any(choice.is_chosen for choice in view.recipients.choices()):
        raise TourFailure(f"目录里没有对得上的项目:{purpose}")
    if picture:
        stage.hands.picture("consent-1-to-whom-and-what")


def _next(stage: Stage, view: TakingView, step: Step) -> None:
    stage.life.press_primary()
    stage.hands.until(lambda: view.taking.step == step, f"同意书第 {step + 1} 步")


def _read_aloud(stage: Stage, view: TakingView, second: str, *, picture: bool = False) -> None:
    hands, reading = stage.hands, view.reading
    _next(stage, view, Step.READING)
    hands.until(reading.items, "要念的内容")
    hands.type_in(reading.second.line, second)
    hands.choose(reading.near, False)
    hands.choose(reading.dialect, "普通话")
    if picture:
        hands.picture("consent-2-read-aloud")
    for box in reading.items():
        hands.press(box)


def _print(stage: Stage, view: TakingView, *, picture: bool = False) -> None:
    _next(stage, view, Step.PRINTING)
    if picture:
        stage.hands.picture("consent-3-print")
    with stage.hands.printing("print-dialog" if picture else ""):
        stage.life.press_primary()
        stage.hands.until(lambda: view.taking.step == Step.SIGNING, "打印后到签字")


def _sign(stage: Stage, view: TakingView, refused: Collection[DataClass], *, picture: bool = False) -> str:
    hands, signing = stage.hands, view.signing
    for (_, _, data_class), answer in signing.answers.items():
        hands.choose(answer, data_class not in refused)
    hands.choose(signing.signatures.signer, Signer.SIGNATURE)
    hands.press(signing.copy)
    if picture:
        hands.picture("consent-4-signed")
    sheet = view.taking.sheet
    _next(stage, view, Step.SCANNING)
    return sheet


def _photograph(stage: Stage, view: TakingView, *, picture: bool = False) -> None:
    hands = stage.hands
    with stage.meter.paused():
        pictures = photographs(stage.printed[-1], stage.chance)
    for number, photograph in enumerate(pictures, start=1):
        view.scanning.picture_given.emit(photograph)
        hands.until(partial(_has_scans, view, number), f"收回第 {number} 页")
    if any(not scan.recognised for scan in view.scanning.scans):
        raise TourFailure("照片上的二维码没有认出来")
    if picture:
        hands.picture("consent-5-scanned")
    stage.life.press_primary()
    hands.until(lambda: not view.isVisible(), "同意书收好了")
    if picture:
        hands.picture("consent-awaiting-check")


def _has_scans(view: TakingView, count: int) -> bool:
    return len(view.scanning.scans) == count
