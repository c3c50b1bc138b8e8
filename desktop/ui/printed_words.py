"""What is said when a paper was printed, or was not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from PySide6.QtCore import QCoreApplication

from desktop.domain.prints import PRINT_OUTCOME_NAMES, PrintOutcome
from desktop.services.prints import PrintNoted
from desktop.ui.pages.consent.words import moment_words
from desktop.ui.printing import Printing, PrintResult
from desktop.ui.tokens import Tone
from desktop.ui.widgets.banner import Notice

_SHOWN: Final = 3
"""Printings told one by one; of more it is said how many."""


def printed_notice(copies: int, times: int = 1) -> Notice:
    """The print system took it, and that is recorded; ``times`` counts every print of this form, this one included."""
    words = _tr("已送打印机 {copies} 份，并记下了这次打印。").format(copies=copies)
    if times < 2:
        return Notice(words)
    again = _tr("同一张单子，这是第 {times} 次打印：多出来的纸请收好或者销毁。").format(times=times)
    return Notice(words, detail=again)


def prints_words(found: Sequence[PrintNoted], today: date) -> str:
    """What came of printing a form until now, newest first; "" where nobody tried."""
    if not found:
        return ""
    told = [f"{moment_words(one.moment, today)} {_came_words(one)}" for one in found[:_SHOWN]]
    words = _tr("打印记录：") + "；".join(told)
    more = len(found) - _SHOWN
    return words + (_tr("；以前还有 {count} 次。").format(count=more) if more > 0 else "。")


def _came_words(one: PrintNoted) -> str:
    came = one.came
    if one.fact.get("elsewhere"):
        return _tr("在别的电脑上打印了 {copies} 份").format(copies=came.copies)
    words = PRINT_OUTCOME_NAMES[came.outcome]
    match came.outcome:
        case PrintOutcome.PRINTED:
            words = _tr("已打印 {copies} 份").format(copies=came.copies)
        case PrintOutcome.PARTLY if came.first:
            words = _tr("只打了第 {first} 页到第 {last} 页").format(first=came.first, last=came.last)
        case PrintOutcome.FAILED | PrintOutcome.CANCELLED if one.had_paper:
            words = _tr("送了打印机，后来没有打完：请看看出来的纸")
    return words + (_tr("（打印机 {printer}）").format(printer=came.printer) if came.printer else "")


def not_printed_notice(printing: Printing) -> Notice | None:
    """Why there is no paper; None where there is, or where somebody changed their mind."""
    match printing.result:
        case PrintResult.FAILED:
            return Notice(
                _tr("没有打印出来，也没有记成已打印。"),
                Tone.BAD,
                _tr("请看看打印机，再打印一次；编号不变。"),
                stays=True,
            )
        case PrintResult.PARTLY if printing.pages is not None:
            first, last = printing.pages
            words = _tr("第 {first} 页到第 {last} 页已送打印机。").format(first=first, last=last)
            return Notice(words, Tone.INFO, _tr("只打了一部分，也这样记下了，没有记成打印了整份。"))
        case PrintResult.NO_PRINTER:
            return Notice(_tr("这台电脑上没有可用的打印机。"), Tone.WARN, _tr("记录没有变，回到办公室再打印。"))
        case _:
            return None


def _tr(text: str) -> str:
    return QCoreApplication.translate("printed_words", text)
