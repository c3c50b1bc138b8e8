"""编号的下落: every stock in words, and what became of its numbers, to be recorded number by number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.domain.blanks import BLANK_STATE_NAMES, FORM_NAMES, SPOILED_NAMES, STOCK_OUTCOME_NAMES, BlankState, Spoiled
from desktop.domain.errors import UserFacingError
from desktop.domain.prints import PrintOutcome
from desktop.services import blank_numbers
from desktop.services.application import Application, Done
from desktop.services.blank_numbers import Blank, StockAccount
from desktop.services.permission import Capability
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.pages.blanks.bind_card import withdrawn_words
from desktop.ui.pages.page import Page
from desktop.ui.role_words import offer
from desktop.ui.tasks import Lane
from desktop.ui.tokens import Tone
from desktop.ui.widgets.banner import Notice, notice_of
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card, Facts
from desktop.ui.widgets.choices import ChoiceField, MultiChoice
from desktop.ui.widgets.colleague_field import ColleagueField
from desktop.ui.widgets.fields import DateField, TextField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label

_STEPS = (BlankState.RETURNED, BlankState.SPOILED, BlankState.MISSING, BlankState.HANDED_ON)


class AccountCard(Card):
    """One stock at a time; the numbers that are out, or could be again, are chosen and recorded together."""

    def __init__(self, page: Page, application: Application, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.set_title(self.tr("编号的下落"))
        self._page, self._application = page, application
        self._accounts: tuple[StockAccount, ...] = ()
        self._chosen = ""
        self._withdrawn: dict[str, str] = {}

    def build(self) -> Iterator[None]:
        """Make what stands on it, a part per step."""
        self._sum = label("", wrap=True, parent=self)
        none = self.tr("还没有打印过空白表。没有打印机的村，先在办公室打一叠带去。")
        self._nothing = label(none, "soft", wrap=True, parent=self)
        self.stock: ChoiceField[str] = ChoiceField([], few=0)
        self._stock_form = Form(1, self)
        self._taken_back = label(kind="problem", wrap=True, parent=self)
        self._facts = Facts(parent=self)
        self._ended = label("", "soft", wrap=True, parent=self)
        self._which = label(self.tr("点选编号，再记它的下落"), "field", parent=self)
        self.numbers: MultiChoice[str] = MultiChoice([], self)
        above = (self._sum, self._nothing, self._stock_form, self._taken_back, self._facts, self._ended, self._which)
        for widget in (*above, self.numbers):
            self.add(widget)
        yield
        self._form = Form(1, self)
        self.add(self._form)
        self.step: ChoiceField[BlankState] = ChoiceField([(one, BLANK_STATE_NAMES[one]) for one in _STEPS], few=4)
        self.step.changed.connect(self._show_step)
        self._form.add(self.tr("下落"), self.step)
        yield
        self.reason: ChoiceField[Spoiled] = ChoiceField(list(SPOILED_NAMES.items()), few=5)
        self._form.add(self.tr("为什么作废"), self.reason)
        yield
        self.told = TextField(self.tr("姓名，如 何所长"))
        self.noticed = DateField(self._application.today)
        self._form.add(self.tr("向谁报告了"), self.told)
        self._form.add(self.tr("哪天发现的"), self.noticed)
        yield
        self.colleague = ColleagueField()
        self._form.add(self.tr("转给谁"), self.colleague)
        self.press = button(self.tr("记下"), self._on_press, Icon.CHECKED, parent=self)
        self.body.addWidget(self.press, 0, Qt.AlignmentFlag.AlignLeft)
        self._show_step()
        yield

    def show_accounts(
        self, accounts: tuple[StockAccount, ...], colleagues: dict[str, str], withdrawn: dict[str, str]
    ) -> None:
        """Show all stocks, the one that was chosen before again; ``withdrawn`` as ``blank_stocks.withdrawn_texts``."""
        self._accounts, self._withdrawn = accounts, withdrawn
        self.colleague.show_colleagues(colleagues)
        self._nothing.setVisible(not accounts)
        self._stock_form.setVisible(bool(accounts))
        if not any(one.id == self._chosen for one in accounts):
            self._chosen = next((one.id for one in accounts if one.out), accounts[0].id if accounts else "")
        self._offer_stocks()
        self._sum.setText(sum_words(accounts))
        self._sum.setVisible(bool(accounts))
        self._show_stock()

    def _offer_stocks(self) -> None:
        old = self._stock_form
        self.stock = ChoiceField([(one.id, stock_words(one)) for one in self._accounts], few=0)
        self.stock.set_value(self._chosen or None)
        self.stock.changed.connect(self._on_stock)
        form = Form(1)
        form.add(self.tr("哪一叠"), self.stock)
        form.setVisible(bool(self._accounts))
        self.body.replaceWidget(old, form)
        old.hide()
        old.deleteLater()
        self._stock_form = form

    def _on_stock(self) -> None:
        self._chosen = self.stock.value() or ""
        self._show_stock()

    def _show_stock(self) -> None:
        account = next((one for one in self._accounts if one.id == self._chosen), None)
        movable: Sequence[Blank] = ()
        if account is not None and account.stock.outcome is PrintOutcome.PRINTED:
            movable = [one for one in account.blanks if one.state not in (BlankState.BOUND, BlankState.SPOILED)]
        self._facts.setVisible(account is not None)
        self._ended.setText(ended_words(account) if account is not None else "")
        self._ended.setVisible(bool(self._ended.text()))
        reason = self._withdrawn.get(account.id) if account is not None and account.out else None
        self._taken_back.setText(withdrawn_words(reason))
        self._taken_back.setVisible(reason is not None)
        if account is not None:
            self._facts.show_facts(facts_rows(account))
        old = self.numbers
        self.numbers = MultiChoice([(one.id, _number_words(one, self._application.worker.id)) for one in movable])
        for widget, one in zip(self.numbers.inputs(), movable, strict=True):
            widget.setAccessibleName(one.text)
        self.body.replaceWidget(old, self.numbers)
        old.hide()
        old.deleteLater()
        for part in (self.numbers, self._which, self._form, self.press):
            part.setVisible(bool(movable))
        if movable:
            offer(self.press, self._application, Capability.TAKE_CONSENT)

    def _show_step(self) -> None:
        step = self.step.value()
        for field, wanted in (
            (self.reason, BlankState.SPOILED),
            (self.told, BlankState.MISSING),
            (self.noticed, BlankState.MISSING),
            (self.colleague, BlankState.HANDED_ON),
        ):
            self._form.set_shown(field, is_shown=step is wanted)

    def _on_press(self) -> None:
        chosen, step = self.numbers.value(), self.step.value()
        if not chosen or step is None:
            what = self.tr("请先点选编号。") if not chosen else self.tr("请选它的下落。")
            self._page.tell(Notice(what, Tone.WARN))
            (self.numbers if not chosen else self.step).setFocus()
            return
        act = self._act(chosen, step)
        if act is None:
            return

        def done(result: Done[int]) -> None:
            self._page.changed.emit(result.changed)
            said = self.tr("{count} 个编号记成“{state}”。").format(count=result.value, state=BLANK_STATE_NAMES[step])
            self._page.tell(Notice(said, Tone.GOOD))

        self._page.run(act, done, self._refused, lane=Lane.WRITE)

    def _act(self, chosen: tuple[str, ...], step: BlankState) -> Callable[[], Done[int]] | None:
        """What is to be done, or None where something is still missing, which is said."""
        application = self._application
        if step is BlankState.RETURNED:
            return lambda: blank_numbers.give_back(application, chosen)
        if step is BlankState.HANDED_ON:
            colleague = self.colleague.value()
            return lambda: blank_numbers.hand_on(application, chosen, colleague)
        if step is BlankState.MISSING:
            told, noticed = self.told.value(), self.noticed.value()
            if noticed is None:
                self._page.tell(Notice(self.tr("请写哪天发现的。"), Tone.WARN))
                self.noticed.setFocus()
                return None
            return lambda: blank_numbers.report_missing(application, chosen, told, noticed)
        reason = self.reason.value()
        if reason is None:
            self._page.tell(Notice(self.tr("请选为什么作废。"), Tone.WARN))
            self.reason.setFocus()
            return None
        return lambda: blank_numbers.spoil(application, chosen, reason)

    def _refused(self, error: UserFacingError) -> None:
        self._page.tell(notice_of(word(error)))


def stock_words(account: StockAccount) -> str:
    """``11月26日 本人版 10 份 KB-…-001 起，林晓梅``."""
    stock = account.stock
    day = f"{stock.printed.month}月{stock.printed.day}日"
    return (
        f"{day} · {FORM_NAMES.get(stock.form, stock.form)} {stock.count} 份 · {account.first[:9]} · {stock.worker_name}"
    )


def facts_rows(account: StockAccount) -> list[tuple[str, str, str]]:
    """A stock in words: how many of each, what is still out and since when."""
    stock = account.stock
    rows = [
        ("编号", f"{account.first} 到 {account.last}", f"{stock.form_number} · {stock.version}版"),
        ("打印", f"{stock.count} 份", STOCK_OUTCOME_NAMES[stock.outcome]),
    ]
    if stock.outcome is not PrintOutcome.PRINTED:
        return rows
    counted = (BlankState.BOUND, BlankState.SPOILED, BlankState.MISSING, BlankState.RETURNED)
    rows.append(("已有下落", "、".join(f"{BLANK_STATE_NAMES[one]} {account.count(one)}" for one in counted), ""))
    out = account.out
    since = f"{stock.printed.year}年{stock.printed.month}月{stock.printed.day}日起" if out else "都有下落了"
    rows.append(("还在外面", f"{len(out)} 份", since))
    return rows


def ended_words(account: StockAccount) -> str:
    """Which numbers are bound, spoiled or missing, with what was said of them."""
    said = []
    for one in account.blanks:
        if one.state is BlankState.BOUND:
            said.append(f"{one.number:03} 已绑定")
        elif one.state is BlankState.SPOILED:
            reason = SPOILED_NAMES.get(one.fields.get("spoiled", ""), "")
            said.append(f"{one.number:03} 作废（{reason}）")
        elif one.state is BlankState.MISSING:
            said.append(f"{one.number:03} 遗失（{one.fields.get('noticed', '')}，已告诉{one.fields.get('told', '')}）")
    return "；".join(said)


def sum_words(accounts: Sequence[StockAccount]) -> str:
    """All stocks in a sentence."""
    printed = [one for one in accounts if one.stock.outcome is PrintOutcome.PRINTED]
    out = [blank for one in printed for blank in one.out]
    total = sum(one.stock.count for one in printed)
    words = f"一共打印 {total} 份，还有 {len(out)} 份在外面。"
    if not out:
        return words
    oldest = min(one.stock.printed for one in out)
    return words + f"最早的一份从 {oldest.month}月{oldest.day}日起。"


def _number_words(blank: Blank, worker: str) -> str:
    """``012``, with where it is if it is not simply out with this worker."""
    if blank.state in (BlankState.MISSING, BlankState.RETURNED):
        return f"{blank.number:03} {BLANK_STATE_NAMES[blank.state]}"
    return f"{blank.number:03}" if blank.holder == worker else f"{blank.number:03} 在{blank.holder_name}手上"
