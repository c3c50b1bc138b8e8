"""要带去签的同意书: what was put together for the chosen villages and is not printed, printed in one go."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.domain.errors import UserFacingError
from desktop.services import round_forms
from desktop.services.application import Application, Done
from desktop.services.paper import COPIES
from desktop.services.permission import Capability
from desktop.services.round_forms import ConsentPapers, FormsNoted, LeftOut, WaitingForm
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.pages.page import Page
from desktop.ui.printed_words import not_printed_notice
from desktop.ui.printing import PrintPdf, PrintResult
from desktop.ui.role_words import offer
from desktop.ui.tasks import Lane, LongTask, as_progress, counted
from desktop.ui.tokens import Tone
from desktop.ui.widgets.banner import Notice, notice_of
from desktop.ui.widgets.buttons import button, link_button
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.choices import MultiChoice
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.progress_panel import ProgressPanel


class RoundFormsCard(Card):
    """All forms are chosen at first; what is chosen is printed, two copies of each, and noted form by form."""

    def __init__(
        self, page: Page, application: Application, print_pdf: PrintPdf, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent=parent)
        self.set_title(self.tr("要带去签的同意书"))
        self._page, self._application, self._print = page, application, print_pdf
        self._villages: tuple[str, ...] = ()
        self._asked = 0
        self._making: LongTask | None = None
        self._waiting: tuple[WaitingForm, ...] = ()
        self.forms: MultiChoice[str] = MultiChoice([])
        self._words = label("", "soft", wrap=True)
        self.press = button(self.tr("打印同意书"), self._make, Icon.PRINT, parent=self)
        self.progress = ProgressPanel(self._stop)
        self.add(self._words)
        self.add(self.forms)
        self.add(self.press)
        self.body.setAlignment(self.press, Qt.AlignmentFlag.AlignLeft)
        self.add(self.progress)
        self.blanks = link_button(
            self.tr("那边没有打印机：带空白表去……"), lambda: page.go("blanks"), Icon.SHEET, parent=self
        )
        self.add(self.blanks)
        self.body.setAlignment(self.blanks, Qt.AlignmentFlag.AlignLeft)
        self._show_forms(())

    def show_villages(self, villages: tuple[str, ...]) -> None:
        """List what waits in these villages; an earlier question that is answered late is not shown."""
        self._asked += 1
        asked, self._villages = self._asked, villages
        if not villages:
            self._show_forms(())
            return

        def show(found: tuple[WaitingForm, ...]) -> None:
            if asked == self._asked:
                self._show_forms(found)

        self._page.run(lambda: round_forms.waiting_forms(self._application, villages), show)

    def _show_forms(self, found: tuple[WaitingForm, ...]) -> None:
        dropped = set(self.forms.options()) - set(self.forms.value())
        several = len({one.village for one in found}) > 1
        old = self.forms
        self._waiting = found
        self.forms = MultiChoice(
            [(one.sheet, f"{one.name} {one.village_name}" if several else one.name) for one in found]
        )
        self.forms.set_value([one.sheet for one in found if one.sheet not in dropped])
        self.forms.changed.connect(self._show_state)
        self.body.replaceWidget(old, self.forms)
        old.hide()
        old.deleteLater()
        self._show_state()

    def _show_state(self) -> None:
        if not self._villages:
            words = self.tr("选了村，这里列出已经拟好、还没打印的同意书，可以一次打完带去。")
        elif not self._waiting:
            words = self.tr("选的村里，没有拟好了还没打印的同意书。在上面一次拟好，或者到“同意书”里给本人单独拟。")
        else:
            words = self.tr("已经拟好、还没打印。每份打两张，一户一户排好；不带去的点掉。")
            if older := "、".join(one.name for one in self._waiting if one.is_older):
                told = self.tr("{names}的是按旧版告知书拟的，会照旧版打；要换现行的，先到他的同意书“打印”这一步换。")
                words += "\n" + told.format(names=older)
        self._words.setText(words)
        count, is_busy = len(self.forms.value()), self._making is not None
        self.forms.setVisible(bool(self._waiting))
        self.forms.setEnabled(not is_busy)
        self.press.setVisible(bool(self._waiting))
        self.press.setText(self.tr("打印 {count} 份同意书").format(count=count))
        self.press.setEnabled(bool(count) and not is_busy)
        if self.press.isEnabled():
            offer(self.press, self._application, Capability.TAKE_CONSENT)

    # --- making and printing

    def _make(self) -> None:
        chosen = set(self.forms.value())
        waiting = tuple(one for one in self._waiting if one.sheet in chosen)
        self.progress.begin(self.tr("正在排 {count} 份同意书").format(count=len(waiting)))
        self._making = self._page.tasks.run_slices(
            self,
            lambda: as_progress(round_forms.iter_consent_papers(self._application, waiting), counted),
            self._print_them,
            lambda error: self._end(notice_of(word(error))),
            progress=self.progress.show_progress,
            cancelled=lambda: self._end(Notice(self.tr("停下了：没有打印，也没有记成已打印。"), Tone.WARN)),
            lane=Lane.READ,
        )
        self._show_state()

    def _stop(self) -> None:
        if self._making is not None:
            self._making.cancel()

    def _print_them(self, made: ConsentPapers) -> None:
        self.progress.hide()
        title = self.tr("同意书 {count} 份").format(count=len(made.papers))
        printing = self._print(self, made.pdf, title)
        note = round_forms.record_forms_print
        is_whole = printing.result is PrintResult.PRINTED

        def write() -> Done[FormsNoted]:
            results = [note(self._application, made, came) for came in printing.all_came]
            return Done(results[-1].value, frozenset().union(*(one.changed for one in results)))

        def noted(done: Done[FormsNoted]) -> None:
            self._page.changed.emit(done.changed)
            self._end(self._came_of(done.value, made.left_out) if is_whole else not_printed_notice(printing))

        failed = None if is_whole else not_printed_notice(printing)
        self._page.run(
            write, noted, lambda error: self._end(failed) if failed else self._not_noted(error), lane=Lane.WRITE
        )

    def _not_noted(self, _error: UserFacingError) -> None:
        self._end(
            Notice(
                self.tr("纸已经送打印机，但没有记成已打印。"),
                Tone.BAD,
                self.tr("打印出来的先收好，再打印一次或者到各人的同意书里补记“已在别处打印”。"),
                stays=True,
            )
        )

    def _end(self, notice: Notice | None) -> None:
        self._making = None
        self.progress.hide()
        self._show_state()
        if notice is not None:
            self._page.tell(notice)
        self.show_villages(self._villages)

    def _came_of(self, noted: FormsNoted, left_out: tuple[LeftOut, ...]) -> Notice:
        words = self.tr("{count} 份同意书已送打印机，每份 {copies} 张，都记下了。").format(
            count=noted.noted, copies=COPIES
        )
        said = []
        if left_out:
            why = "；".join(f"{one.waiting.name}：{word(one.error).what}" for one in left_out)
            said.append(self.tr("没有打的：{why}").format(why=why))
        if noted.refused:
            names = "、".join(one.waiting.name for one in noted.refused)
            said.append(self.tr("已经不作数、打出来的请销毁：{names}。").format(names=names))
        return Notice(words, Tone.WARN if said else Tone.GOOD, " ".join(said), stays=bool(said))
