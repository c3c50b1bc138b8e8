"""What is said when a paper was printed, or was not."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from desktop.services.application import Done
from desktop.ui.pages.page import Page
from desktop.ui.printing import Printing, PrintResult
from desktop.ui.tokens import Tone
from desktop.ui.widgets.banner import Notice


def printed_notice(copies: int, times: int = 1) -> Notice:
    """The print system took it, and that is recorded; ``times`` counts every print of this form, this one included."""
    words = _tr("已送打印机 {copies} 份，并记下了这次打印。").format(copies=copies)
    if times < 2:
        return Notice(words)
    again = _tr("同一张单子，这是第 {times} 次打印：多出来的纸请收好或者销毁。").format(times=times)
    return Notice(words, detail=again)


def say_noted(page: Page, copies: int) -> Callable[[Done[int]], None]:
    """For a service that notes a print: tells the other pages, and says what came out and how often by now."""

    def noted(done: Done[int]) -> None:
        page.changed.emit(done.changed)
        page.tell(printed_notice(copies, done.value))

    return noted


def not_printed_notice(printing: Printing) -> Notice | None:
    """Why there is no paper; None where there is, or where somebody changed their mind."""
    match printing.result:
        case PrintResult.FAILED:
            return Notice(
                _tr("没有打印出来，也没有记成已打印。"), Tone.BAD, _tr("请看看打印机，再打印一次。"), stays=True
            )
        case PrintResult.PARTLY if printing.pages is not None:
            first, last = printing.pages
            words = _tr("第 {first} 页到第 {last} 页已送打印机。").format(first=first, last=last)
            return Notice(words, Tone.INFO, _tr("只打了一部分，没有记成打印了整份。"))
        case PrintResult.NO_PRINTER:
            return Notice(_tr("这台电脑上没有可用的打印机。"), Tone.WARN, _tr("记录没有变，回到办公室再打印。"))
        case _:
            return None


def _tr(text: str) -> str:
    return QCoreApplication.translate("printed_words", text)
