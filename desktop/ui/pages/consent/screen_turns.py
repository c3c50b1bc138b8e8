"""Who has signed on the screen and who is still to: one row for each signature, each with its own button."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from desktop.domain.consent import DATA_CLASS_NAMES, DataClass
from desktop.domain.contact import CHANNEL_NAMES, Channel, ContactAnswer
from desktop.domain.screen_signing import SaidBeside, ScreenRole, Tick, Turn, contact_under, ticks_under
from desktop.domain.sheet_signing import SheetSigning
from desktop.domain.strokes import Strokes
from desktop.services.consent import Answer
from desktop.services.screen_signing import Captured, ticks_of, turns_of
from desktop.ui.icons import Icon
from desktop.ui.pages.consent.signing_dialog import SigningDialog, ToSign
from desktop.ui.signing_words import beside_words
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.layouts import empty

_ROLES = {
    ScreenRole.PERSON: "本人",
    ScreenRole.GUARDIAN: "监护人",
    ScreenRole.WITNESS: "见证人",
    ScreenRole.WORKER: "经办人",
    ScreenRole.SECOND_WORKER: "第二经办人",
}


class ScreenTurns(QWidget):
    """Signatures are kept here with the ticks and the text they were made under; what changes after takes them away."""

    changed = Signal()
    refused = Signal(str)
    """At the pad somebody did not agree: the recipient to whom nothing goes."""

    def __init__(self, clock: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._names: Mapping[ScreenRole, str] = {}
        self._recipients: Mapping[str, str] = {}
        self._answers: tuple[Answer, ...] = ()
        self._contact: tuple[ContactAnswer, ...] = ()
        self._said = SaidBeside()
        self._turns: tuple[Turn, ...] = ()
        self._marks: dict[tuple[ScreenRole, str], Captured] = {}
        self._wording = ""
        self._is_answered = False
        self._lost = 0
        self.buttons: dict[tuple[ScreenRole, str], QPushButton] = {}
        self.dialog: SigningDialog | None = None
        """The pad, while it is open."""
        self._state = label(kind="section", wrap=True)
        self._told = label(kind="hint", wrap=True)
        self._rows = QGridLayout()
        self._rows.setColumnStretch(0, 1)
        self._rows.setVerticalSpacing(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self._state, self._told):
            column.addWidget(widget)
        column.addLayout(self._rows)

    def begin(self, names: Mapping[ScreenRole, str], recipients: Mapping[str, str], marks: Sequence[Captured]) -> None:
        """Of whom and to whom (id → words), and the signatures that the draft has."""
        self._names, self._recipients = names, recipients
        self._marks = {one.place: one for one in marks}
        self._wording = ""
        self._lost = 0

    def set_names(self, names: Mapping[ScreenRole, str]) -> None:
        """Who is there, by role."""
        self._names = names

    def set_text(self, wording: str) -> None:
        """The text that stands beside is this one; what was signed under another is signed anew."""
        self._wording = wording
        self._show()

    def show_turns(
        self,
        answers: Sequence[Answer],
        facts: SheetSigning,
        witness: str,
        contact: Sequence[ContactAnswer] = (),
        said: SaidBeside = SaidBeside(),  # noqa: B008 - frozen
        *,
        is_answered: bool,
    ) -> None:
        """Follow the boxes and who signs; nobody signs before every box has its answer."""
        self._answers, self._is_answered = tuple(answers), is_answered
        self._contact, self._said = tuple(contact), said
        self._turns = turns_of(self._answers, facts, {**self._names, ScreenRole.WITNESS: witness.strip()})
        self._show()

    def marks(self) -> tuple[Captured, ...]:
        """The signatures so far, in the order of the turns."""
        return tuple(self._marks[one.place] for one in self._turns if one.place in self._marks)

    def problem(self) -> str:
        """Who is still to sign, in words; "" where everybody has."""
        if not any(one.agreed for one in self._answers):
            return self.tr("一项都没有同意，不用签名：请按下面的“他不同意……”。")
        left = [one for one in self._turns if one.place not in self._marks]
        return (
            self.tr("还差 {count} 个签名，下一个：{who}。").format(count=len(left), who=self._who(left[0]))
            if left
            else ""
        )

    def next_button(self) -> QPushButton | None:
        """Of whoever is the next to sign; None where everybody has, or nobody can yet."""
        left = next((one for one in self._turns if one.place not in self._marks), None)
        return self.buttons.get(left.place) if left is not None else None

    # --- signing

    def sign(self, turn: Turn) -> None:
        """Hand the window to whoever's turn it is."""
        dialog = SigningDialog(self._to_sign(turn), self)
        self.dialog = dialog
        dialog.signed.connect(partial(self._on_signed, turn))
        dialog.refused.connect(lambda: self.refused.emit(turn.recipient))
        dialog.finished.connect(self._on_closed)
        dialog.open()

    def _on_closed(self) -> None:
        self.dialog = None
        if (following := self.next_button()) is not None:
            following.setFocus()

    def _on_signed(self, turn: Turn, strokes: Strokes) -> None:
        time = self._clock().isoformat(timespec="seconds")
        self._marks[turn.place] = Captured(
            turn.role,
            turn.recipient,
            time,
            strokes,
            self._wording,
            self._ticks(turn.place),
            contact_under(*turn.place, self._contact),
            self._said,
        )
        self._lost = 0
        self._show()
        self.changed.emit()

    def _ticks(self, place: tuple[ScreenRole, str]) -> tuple[Tick, ...]:
        return ticks_under(*place, ticks_of(self._answers))

    def _to_sign(self, turn: Turn) -> ToSign:
        ticks = self._ticks(turn.place)
        contact = contact_under(*turn.place, self._contact)

        def words(*, agreed: bool) -> list[str]:
            said = [one for one in ticks if one.agreed is agreed]
            by: dict[str, list[str]] = {}
            for one in said:
                by.setdefault(one.recipient, []).append(DATA_CLASS_NAMES[DataClass(one.data_class)])
            for answer in contact:
                ways = [CHANNEL_NAMES[way] for way in Channel if answer.said(way) is agreed]
                by.setdefault(answer.recipient, []).extend(ways)
            if turn.role.agrees:
                return by.get(turn.recipient, [])
            return [f"{self._recipients.get(one, one)}（{'、'.join(items)}）" for one, items in by.items() if items]

        recipient = self._recipients.get(turn.recipient, "")
        return ToSign(turn, recipient, words(agreed=True), words(agreed=False), beside_words(self._said))

    # --- rows

    def _who(self, turn: Turn) -> str:
        recipient = self._recipients.get(turn.recipient, "")
        to = self.tr("，签给 {recipient}").format(recipient=recipient) if recipient else ""
        return f"{_ROLES[turn.role]} {turn.name}{to}"

    def _drop_stale(self) -> None:
        """What is signed under other ticks or another text stands for nothing any more."""
        for place, mark in list(self._marks.items()):
            is_other_text = bool(self._wording) and mark.wording != self._wording
            shown = {*self._ticks(place), *contact_under(*place, self._contact)}
            is_other = {*mark.ticks, *mark.contact} != shown or mark.said != self._said
            if self._is_answered and (is_other or is_other_text):
                del self._marks[place]
                self._lost += 1

    def _show(self) -> None:
        self._drop_stale()
        empty(self._rows)
        self.buttons = {}
        for row, turn in enumerate(self._turns if self._is_answered else ()):
            mark = self._marks.get(turn.place)
            said = self.tr("已签 {time}").format(time=mark.time[11:16]) if mark is not None else self.tr("还没签")
            sign = button(self.tr("重签……") if mark else self.tr("签名……"), partial(self.sign, turn), Icon.EDIT)
            sign.setEnabled(bool(self._wording))
            sign.setAccessibleName(f"{self._who(turn)} {said}")
            self._rows.addWidget(label(self._who(turn), wrap=True), row, 0)
            self._rows.addWidget(label(said, "soft"), row, 1)
            self._rows.addWidget(sign, row, 2)
            self.buttons[turn.place] = sign
        self._say()

    def _say(self) -> None:
        signed, all_turns = len(self.marks()), len(self._turns)
        if not self._is_answered:
            state = self.tr("先把上面每一格都问清、记好，再请各人签名。")
        elif not any(one.agreed for one in self._answers):
            state = self.problem()
        else:
            state = self.tr("屏幕签名：已签 {signed} 个，共 {count} 个").format(signed=signed, count=all_turns)
        told = self.tr("一个一个签，每一家单独签。按“签好了”的签名存在加密库里；没按的笔画不存，锁屏就没有了。")
        if self._lost:
            told = self.tr("勾选或者纸页的内容改过，先前的签名作废了 {count} 个，请重新签。").format(count=self._lost)
        self._state.setText(state)
        self._told.setText(told)
