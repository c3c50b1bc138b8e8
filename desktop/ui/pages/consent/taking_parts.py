"""The forms of the steps of taking consent, which together are too much for one turn of the screen's thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import cached_property

from PySide6.QtCore import QCoreApplication

from desktop.domain.signing import Signer
from desktop.ui.pages.consent.printing_step import PrintingStep
from desktop.ui.pages.consent.reading_step import ReadingStep
from desktop.ui.pages.consent.recipients_step import RecipientsStep
from desktop.ui.pages.consent.refusal_panel import RefusalPanel
from desktop.ui.pages.consent.scanning_step import ScanningStep
from desktop.ui.pages.consent.signatures import Signatures
from desktop.ui.pages.consent.signing_step import SigningStep
from desktop.ui.pages.consent.taking import Step, Taking
from desktop.ui.slices import at_once
from desktop.ui.tasks import Tasks
from desktop.ui.tokens import Tone
from desktop.ui.widgets.banner import Notice
from desktop.ui.widgets.sheet_preview import SheetPreview
from desktop.ui.widgets.step_bar import StepBar


def primary_words(step: Step) -> str:
    """What the page's primary action says at a step."""
    return _tr(("念给他听", "去打印", "打印同意书", "记下签字结果", "收好了")[step])


def signed_notice(taking: Taking, *, stays_on_paper: bool) -> Notice:
    """What was recorded of the signing, and what comes next."""
    yes = sum(one.agreed for one in taking.answers)
    text = _tr("已记下：同意 {yes} 项，不同意 {no} 项。").format(yes=yes, no=len(taking.answers) - yes)
    if taking.signer is Signer.SCREEN:
        told = _tr("屏幕签名已封存在本机。请给签的人打一份，再请没参与的同事核对。")
    elif stays_on_paper:
        told = _tr("已保存在本机。县里规定指印不留影像：请没参与的同事对着纸核对。")
    else:
        told = _tr("已保存在本机。接着把签好的纸拍下来。")
    return Notice(text, Tone.GOOD, told)


def _tr(text: str) -> str:
    return QCoreApplication.translate("TakingView", text)


class TakingParts:
    """Each is made when it is first needed, or ahead by ``prepare``; ``TakingView`` puts them together."""

    def __init__(self, today: Callable[[], date], clock: Callable[[], datetime], tasks: Tasks) -> None:
        self._today, self._clock, self._tasks = today, clock, tasks

    @cached_property
    def bar(self) -> StepBar:
        """The steps in their order."""
        return StepBar([_tr(one) for one in ("给谁、给什么", "念给他听", "打印", "签字或按指印", "收回影像")])

    @cached_property
    def recipients(self) -> RecipientsStep:
        """给谁、给什么."""
        return RecipientsStep()

    @cached_property
    def reading(self) -> ReadingStep:
        """念给他听."""
        return ReadingStep()

    @cached_property
    def printing(self) -> PrintingStep:
        """打印."""
        return PrintingStep(self._today)

    @cached_property
    def signing(self) -> SigningStep:
        """签字或按指印."""
        signatures, steps = self._signatures
        at_once(steps)
        return SigningStep(signatures, self._clock)

    @cached_property
    def _signatures(self) -> tuple[Signatures, Iterator[None]]:
        """Who signs and how, with the steps that make its fields: it takes as long as four other parts."""
        made = Signatures(self._today)
        return made, made.build()

    @cached_property
    def scanning(self) -> ScanningStep:
        """收回影像."""
        return ScanningStep(self._tasks)

    @cached_property
    def refusal(self) -> RefusalPanel:
        """他不同意."""
        return RefusalPanel()

    @cached_property
    def preview(self) -> SheetPreview:
        """The sheet as it will be printed."""
        words = QCoreApplication.translate("TakingView", "选好接收方和信息项以后，这里就是要打印的同意书。")
        preview = SheetPreview(words)
        preview.view.setMinimumHeight(200)
        return preview

    def prepare(self) -> Iterator[object]:
        """Make them, one per step."""
        yield self.recipients
        yield self.reading
        yield self.printing
        yield from self.printing.facts.prepare()
        yield None
        signatures, steps = self._signatures
        yield signatures
        yield from steps
        yield self.signing
        yield from self.signing.signatures.facts.prepare()
        yield self.scanning
        yield self.refusal
        yield self.preview
