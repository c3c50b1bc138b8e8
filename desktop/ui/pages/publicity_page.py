"""宣传同意 of one person: ask, print, write down what was signed, check, withdraw. Apart from consent to referrals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.errors import UserFacingError
from desktop.domain.journal import ERASED
from desktop.domain.publicity import (
    CHANNEL_NAMES,
    ITEM_NAMES,
    MATERIAL_NAMES,
    NAMING_NAMES,
    PUBLICITY_STATE_NAMES,
    Channel,
    Material,
    Naming,
    PublicityAsk,
    PublicityState,
)
from desktop.domain.signing import Signer
from desktop.domain.typed import format_date
from desktop.services import directory, people, publicity, publicity_paper
from desktop.services.application import Application, Done
from desktop.services.permission import Capability
from desktop.services.publicity import PublicitySigned, PublicityView
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.pages.page import Changes, Page
from desktop.ui.pages.record_paper_page import Back, OfferedPaper, RecordPaperPage
from desktop.ui.printing import PrintPdf
from desktop.ui.role_words import offer
from desktop.ui.tasks import Lane, Tasks
from desktop.ui.tokens import Tone
from desktop.ui.widgets.banner import Notice, notice_of
from desktop.ui.widgets.buttons import button, link_button
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.choices import ChoiceField, MultiChoice
from desktop.ui.widgets.colleague_field import ColleagueField
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.flow import Columns, Flow
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.layouts import scrolled

_WAITING = (PublicityState.DRAFTED, PublicityState.PRINTED)


@dataclass(frozen=True)
class _Opening:
    person: people.ResidentView
    consents: tuple[PublicityView, ...]
    colleagues: Mapping[str, str]


class SignedForm(QWidget):
    """What stands on a signed form: 同意 or 不同意 for each thing asked, and how it was signed."""

    def __init__(self, view: PublicityView, confirm: Callable[[PublicitySigned], None], give_up: Callable[[], None]):
        super().__init__()
        self._confirm = confirm
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(label(self.tr("照纸上打的勾，一样一样选。{number}").format(number=view.number), wrap=True))
        form = Form(2)
        self.answers: dict[str, ChoiceField[bool]] = {}
        for one in (*view.ask.materials, *view.ask.channels):
            choice = ChoiceField([(True, self.tr("同意")), (False, self.tr("不同意"))])
            self.answers[one.value] = choice
            form.add(ITEM_NAMES[one], choice)
        self.signer = ChoiceField([(Signer.SIGNATURE, self.tr("签名")), (Signer.FINGERPRINT, self.tr("按指印"))])
        self.signer.set_value(Signer.SIGNATURE)
        self.witness = TextField(self.tr("按指印的填"))
        self.view = TextField(self.tr("满八周岁的未成年人，照原话记"))
        form.add(self.tr("怎样签的"), self.signer)
        form.add(self.tr("见证人"), self.witness)
        form.add(self.tr("孩子自己的意见"), self.view)
        column.addWidget(form)
        self.draft_seen = MultiChoice([(True, self.tr("本人看过（听过）定稿"))])
        self.copy_given = MultiChoice([(True, self.tr("一份已交给本人（监护人）"))])
        self.save = button(self.tr("记下签字结果"), self._press)
        for widget in (self.draft_seen, self.copy_given, Flow([self.save, button(self.tr("不记了"), give_up)])):
            column.addWidget(widget)

    def _press(self) -> None:
        given = {one: choice.value() for one, choice in self.answers.items()}
        self._confirm(
            PublicitySigned(
                {one: answer for one, answer in given.items() if answer is not None},
                self.signer.value() or Signer.SIGNATURE,
                bool(self.copy_given.value()),
                bool(self.draft_seen.value()),
                self.witness.value(),
                self.view.value(),
            )
        )


class PublicityPage(Page):
    """The person in ``show_record``: what is to be asked at the left, what was asked at the right."""

    def __init__(self, tasks: Tasks, application: Application) -> None:
        super().__init__(tasks)
        self._application = application
        self._resident = ""
        self.set_help(
            self.tr(
                "把一个人的事迹拿去宣传，要另外征求同意，和转介同意书分开签、分开装订。素材和渠道一样一样征求，没有“全部同意”。\n\n"
                "宣传同意不能当成转介同意：有了它，也不能把信息交给慈善组织。系统里不发布任何内容。\n\n"
                "签好的纸请照常归档。宣传同意书的扫描件现在还不能收进系统，核对时请拿着纸。"
            )
        )
        self.action = self.set_primary(self.tr("做成表单"), self._press)
        offer(self.action, application, Capability.TAKE_CONSENT)
        self.materials = MultiChoice([(one, MATERIAL_NAMES[one]) for one in Material])
        self.channels = MultiChoice([(one, CHANNEL_NAMES[one]) for one in Channel])
        self.naming = ChoiceField([(one, NAMING_NAMES[one]) for one in Naming])
        self.publisher = TextField(self.tr("如：县民政局"))
        self.use = TextField(self.tr("如：典型案例征集"))
        self.second = ColleagueField()
        self.signed: SignedForm | None = None
        self.consents = QVBoxLayout()
        self._lay_out()

    def show_record(self, record: str) -> None:
        if record != self._resident:
            self._empty()
        self._resident = record
        self._read()

    def refresh(self, changes: Changes) -> None:
        if not self._resident:
            return
        if ERASED in changes:
            self._empty()
            self.run(lambda: people.is_erased(self._application, self._resident), self._leave_if_erased)
        elif not changes or changes & {"publicity", "resident", "household"}:
            self._read()

    def focus_first(self) -> None:
        self.materials.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave_if_erased(self, is_erased: bool) -> None:
        if is_erased:
            self._resident = ""
            self.gone.emit()

    def _read(self) -> None:
        application, resident = self._application, self._resident

        def read() -> _Opening:
            found = publicity.publicities_of(application, resident)
            names = directory.worker_names(application)
            others = {one: name for one, name in names.items() if one != application.worker.id}
            return _Opening(people.resident_view(application, resident), found, others)

        self.run(read, lambda opening: self._show(resident, opening))

    def _show(self, asked: str, opening: _Opening) -> None:
        if asked == self._resident:
            self.set_title(self.tr("宣传同意"), opening.person.name.name)
            self.second.show_colleagues(opening.colleagues)
            self._show_consents(opening.consents)

    def _show_consents(self, found: tuple[PublicityView, ...]) -> None:
        self.signed = None
        while self.consents.count():
            gone = self.consents.takeAt(0).widget()
            gone.hide()
            gone.deleteLater()
        for one in found:
            self.consents.addWidget(self._row(one))
        if not found:
            self.consents.addWidget(label(self.tr("还没有征求过宣传同意。"), "soft", wrap=True))

    def _row(self, view: PublicityView) -> QWidget:
        row = QWidget(self)
        column = QVBoxLayout(row)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(2)
        until = self.tr("到 {day}").format(day=format_date(view.until))
        state = PUBLICITY_STATE_NAMES[view.state]
        if view.state is PublicityState.IN_FORCE and view.until < self._application.today():
            state = self.tr("已到期")
        column.addWidget(label(f"{state} · {view.ask.publisher} · {until}", wrap=True))
        column.addWidget(label(self._said(view), "soft", wrap=True))
        column.addWidget(Flow([self._link(*one) for one in self._acts(view)], gap=0))
        return row

    def _said(self, view: PublicityView) -> str:
        def names(codes: frozenset[str]) -> str:
            return "、".join(name for code, name in ITEM_NAMES.items() if code in codes)

        if not view.agreed and not view.refused:
            return self.tr("征求：{asked} · {number}").format(asked=names(view.ask.items), number=view.number)
        said = self.tr("同意：{agreed}").format(agreed=names(view.agreed))
        no = self.tr("；不同意：{refused}").format(refused=names(view.refused)) if view.refused else ""
        return f"{said}{no} · {view.number}"

    def _acts(self, view: PublicityView) -> list[tuple[str, Callable[[], None], Icon, Capability]]:
        application = self._application
        take, done = Capability.TAKE_CONSENT, self.tr("已记下，保存在本机。")

        def act(service: Callable[[Application, str], Done[Any]]) -> Callable[[], None]:
            return lambda: self._do(partial(service, application, view.id), done)

        acts: list[tuple[str, Callable[[], None], Icon, Capability]] = []
        if view.state in (*_WAITING, PublicityState.SIGNED):
            paper = partial(self.go, "publicity-paper", view.id)
            acts.append((self.tr("打印"), paper, Icon.PRINT, Capability.PRINT))
        if view.state is PublicityState.PRINTED:
            acts.append((self.tr("记签字结果"), partial(self._begin_signing, view), Icon.CONSENT, take))
        if view.state in _WAITING:
            acts.append((self.tr("本人不同意"), act(publicity.refuse_publicity), Icon.REFUSED, take))
        if view.state is PublicityState.SIGNED:
            checked = act(publicity.check_publicity)
            acts.append((self.tr("核对过纸，生效"), checked, Icon.CHECKED, Capability.CHECK_SHEET))
        if view.state in (PublicityState.SIGNED, PublicityState.IN_FORCE):
            acts.append((self.tr("撤回"), act(publicity.withdraw_publicity), Icon.UNDO, Capability.WITHDRAW))
        if view.state in (*_WAITING, PublicityState.SIGNED):
            acts.append((self.tr("作废"), act(publicity.void_publicity), Icon.CLOSE, Capability.VOID_SHEET))
        return acts

    def _link(self, words: str, act: Callable[[], None], icon: Icon, capability: Capability) -> QWidget:
        link = link_button(words, act, icon)
        offer(link, self._application, capability)
        return link

    # --- acting

    def _press(self) -> None:
        naming = self.naming.value()
        if naming is None:
            self.tell(Notice(self.tr("还没有选怎样称呼。"), Tone.WARN))
            return
        ask = PublicityAsk(
            self.materials.value(), self.channels.value(), self.publisher.value(), naming, self.use.value()
        )
        work = partial(publicity.draft_publicity, self._application, self._resident, ask, self.second.value())

        def drafted(done: Done[str]) -> None:
            self._empty()
            self.changed.emit(done.changed)
            self.go("publicity-paper", done.value)

        self.run(work, drafted, lane=Lane.WRITE)

    def _begin_signing(self, view: PublicityView) -> None:
        self._show_consents(())

        def confirm(signed: PublicitySigned) -> None:
            work = partial(publicity.record_publicity_signed, self._application, view.id, signed)
            self._do(work, self.tr("已记下，等第二人核对。"))

        self.signed = SignedForm(view, confirm, self._read)
        while self.consents.count():
            self.consents.takeAt(0).widget().deleteLater()
        self.consents.addWidget(self.signed)
        next(iter(self.signed.answers.values())).setFocus()

    def _do(self, work: Callable[[], Done[None]], words: str) -> None:
        def done(result: Done[None]) -> None:
            self.changed.emit(result.changed)
            self.tell(Notice(words))

        def refused(error: UserFacingError) -> None:
            self.tell(notice_of(word(error)))

        self.run(work, done, refused, lane=Lane.WRITE)

    def _empty(self) -> None:
        self.materials.set_value(None)
        self.channels.set_value(None)
        self.naming.set_value(None)
        self.publisher.set_value(None)
        self.use.set_value(None)
        self.second.line.set_value(None)
        self.set_title(self.tr("宣传同意"))
        self._show_consents(())

    def _lay_out(self) -> None:
        left = Card(self.tr("征求什么"), parent=self.ground)
        form = Form(1)
        form.add(self.tr("用哪些素材"), self.materials)
        form.add(self.tr("在哪里宣传"), self.channels)
        form.add(self.tr("怎样称呼"), self.naming)
        form.add(self.tr("发布单位"), self.publisher)
        form.add(self.tr("用途"), self.use)
        form.add(self.tr("第二经办人"), self.second)
        left.add(scrolled(form, left), 1)
        right = Card(self.tr("征求过的"), parent=self.ground)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 6, 0)
        column.addLayout(self.consents)
        column.addStretch(1)
        right.add(scrolled(content, right), 1)
        self.body.addWidget(Columns([left, right], [1, 1], enough=820, parent=self.ground), 1)


class PublicityPaperPage(RecordPaperPage):
    """典型案例宣传单独同意书 of the record in ``show_record``, two copies of which one is the person's."""

    def __init__(self, tasks: Tasks, application: Application, print_pdf: PrintPdf) -> None:
        form = OfferedPaper(
            self.tr("典型案例宣传单独同意书"),
            lambda record, large: publicity_paper.publicity_paper_for(application, record, large_type=large),
            self.tr("一式两份，本人一份。签好以后回到“宣传同意”，记下签字结果。和转介同意书分开装订。"),
            note=lambda made, copies: publicity_paper.record_publicity_printed(application, made, copies),
        )
        super().__init__(tasks, application, print_pdf, (form,), Back("consent", self.tr("回到同意书"), lambda _: ""))
        self.set_title(self.tr("宣传同意书"))
        self.set_help(self.tr("素材和渠道一样一样由本人打勾；没有征求的已经划去。"))
