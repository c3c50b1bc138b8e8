"""没人签的同意书，一次作废: what was drafted for the round and nobody signed, declared void with one reason."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.errors import UserFacingError
from desktop.services import round_unsigned
from desktop.services.application import Application, Done
from desktop.services.permission import Capability
from desktop.services.round_unsigned import KEPT_NAMES, RoundForm, Voided
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.pages.page import Page
from desktop.ui.role_words import offer
from desktop.ui.tasks import Lane
from desktop.ui.tokens import Tone
from desktop.ui.widgets.banner import Notice, notice_of
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label

_MOST_NAMED = 12
"""Forms that are named one by one; of more it is said how many."""


class RoundUnsignedCard(Card):
    """Hidden while nothing was drafted ahead in the villages that are chosen."""

    voided = Signal()

    def __init__(self, page: Page, application: Application, parent: QWidget | None = None) -> None:
        super().__init__(page.tr("没人签的，一次作废"), parent=parent)
        self._page, self._application = page, application
        self._villages: tuple[str, ...] = ()
        self._asked = 0
        self._ready = 0
        self._is_busy = False
        self.standing = label("", wrap=True)
        self.add(self.standing)
        form = Form(1, self)
        self.printed = ChoiceField(
            [(False, self.tr("不动")), (True, self.tr("也作废：纸都收回来了，没人签，已经销毁"))], parent=form
        )
        self.printed.set_value(False)
        self.printed.changed.connect(self._ask)
        form.add(self.tr("打印过的"), self.printed)
        self.reason = TextField(self.tr("如 人不在家、改天再去、这次不征求了"))
        form.add(self.tr("为什么作废（每份都记这一句）"), self.reason)
        self.add(form)
        self.press = button(self.tr("作废"), self._void, Icon.REFUSED, parent=self)
        self.add(self.press)
        self.body.setAlignment(self.press, Qt.AlignmentFlag.AlignLeft)
        self.hide()

    def show_villages(self, villages: tuple[str, ...]) -> None:
        """The round goes to these villages now."""
        self._villages = villages
        self._ask()

    def _ask(self) -> None:
        self._asked += 1
        asked, villages, printed = self._asked, self._villages, bool(self.printed.value())
        if not villages:
            self.hide()
            return
        self.press.setEnabled(False)  # until it says what would be void now

        def show(found: tuple[RoundForm, ...]) -> None:
            if asked == self._asked:
                self._show(found)

        self._page.run(lambda: round_unsigned.round_forms(self._application, villages, printed=printed), show)

    def _show(self, found: tuple[RoundForm, ...]) -> None:
        ready = [one for one in found if one.kept is None]
        self._ready = len(ready)
        words = self.tr("先前拟好、没人签的 {count} 份：{names}。").format(count=len(ready), names=_names(ready))
        self.standing.setText((words if ready else self.tr("没有能一次作废的。")) + _left_alone(found))
        self.press.setText(self.tr("作废这 {count} 份").format(count=len(ready)) if ready else self.tr("作废"))
        self.press.setEnabled(bool(ready) and not self._is_busy)
        if self.press.isEnabled():
            offer(self.press, self._application, Capability.VOID_SHEET)
        self.setVisible(bool(found))

    def _void(self) -> None:
        reason, villages, printed = self.reason.value(), self._villages, bool(self.printed.value())
        if not reason:
            self._page.tell(Notice(self.tr("请写几个字，为什么作废。"), Tone.WARN))
            self.reason.setFocus()
            return
        self._is_busy = True
        self.press.setEnabled(False)

        def done(result: Done[Voided]) -> None:
            self._is_busy = False
            self._page.changed.emit(result.changed)
            self.reason.set_value("")
            self.printed.set_value(False)
            words = self.tr("作废了 {count} 份，原因都记下了，编号留着记录。").format(count=len(result.value.sheets))
            left = _left_alone(result.value.left)
            self._page.tell(Notice(words, Tone.GOOD, left, stays=bool(left)))
            self._ask()
            self.voided.emit()

        def refused(error: UserFacingError) -> None:
            self._is_busy = False
            self._page.tell(notice_of(word(error)))
            self._ask()

        self._page.run(
            lambda: round_unsigned.void_unsigned(self._application, villages, reason, printed=printed),
            done,
            refused,
            lane=Lane.WRITE,
        )


def _names(forms: Iterable[RoundForm]) -> str:
    names = [one.name for one in forms]
    more = f"等 {len(names)} 人" if len(names) > _MOST_NAMED else ""
    return "、".join(names[:_MOST_NAMED]) + more


def _left_alone(forms: Iterable[RoundForm]) -> str:
    """Which are left alone and why, in words."""
    left = [one for one in forms if one.kept is not None]
    said = []
    for why, words in KEPT_NAMES.items():
        own = [one for one in left if one.kept is why]
        if own:
            said.append(f"{_names(own)}（{words}）")
    return f"不动的：{'；'.join(said)}。" if said else ""
