"""宣传同意 of one person: ask, print, read aloud, write down what was signed, check, withdraw. Apart from referrals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property, partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.domain.errors import UserFacingError
from desktop.domain.journal import ERASED
from desktop.domain.publicity import (
    CHANNEL_NAMES,
    MATERIAL_NAMES,
    NAMING_NAMES,
    PUBLICITY_STATE_NAMES,
    Channel,
    Material,
    Naming,
    PublicityAsk,
    PublicityState,
)
from desktop.domain.typed import format_date
from desktop.services import drafts, people, publicity, publicity_paper
from desktop.services.application import Application, Done
from desktop.services.drafts import Draft
from desktop.services.permission import Capability
from desktop.services.publicity import PublicityView
from desktop.services.publicity_script import publicity_script
from desktop.services.reading_script import Script
from desktop.ui.form_draft import FormDraft
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.pages.page import Changes, Page
from desktop.ui.pages.publicity.opening import DRAFT_KIND, Opening, load_opening
from desktop.ui.pages.publicity.signing_form import DRAFT_KIND as SIGNING
from desktop.ui.pages.publicity.signing_form import SignedForm
from desktop.ui.pages.publicity.standing_view import PublicityStanding, StandingOpening, load_standing
from desktop.ui.pages.publicity.words import said_words, state_now
from desktop.ui.pages.record_paper_page import Back, OfferedPaper, RecordPaperPage
from desktop.ui.pages.visit.field_states import Field
from desktop.ui.printing import PrintPdf
from desktop.ui.role_words import offer
from desktop.ui.slices import Slices, at_once, in_slices
from desktop.ui.tasks import Lane, Tasks
from desktop.ui.tokens import Tone
from desktop.ui.widgets.banner import Notice, notice_of
from desktop.ui.widgets.buttons import link_button
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.choices import ChoiceField, MultiChoice
from desktop.ui.widgets.colleague_field import ColleagueField
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.flow import Columns, Flow
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label

_WAITING = (PublicityState.DRAFTED, PublicityState.PRINTED)
_CONCERNED = frozenset({"publicity", "resident", "household", "scan"})


class PublicityPage(Page):
    """The person in ``show_record``: what is to be asked at the left, what was asked at the right.

    In their place the signing with its script, or one consent beside its picture (``one:`` and its id).
    """

    def __init__(self, tasks: Tasks, application: Application) -> None:
        super().__init__(tasks)
        self._application = application
        self._resident = ""
        self._begun = ""
        """Whose draft is being gone on with."""
        self._turn = 0
        """Counts what was asked for: what comes after something else was is let go."""
        self._filling: Slices | None = None
        self.signed: SignedForm | None = None
        self.set_help(
            self.tr(
                "把一个人的事迹拿去宣传，要另外征求同意，和转介同意书分开签、分开装订。素材和渠道一样一样征求，没有“全部同意”。\n\n"
                "宣传同意不能当成转介同意：有了它，也不能把信息交给慈善组织。系统里不发布任何内容。\n\n"
                "先打印，再一条一条念给他听、请他签，按“念给他听、记签字”记下来。签好的纸拍照或扫描收进来，按二维码自己归到这一份；"
                "没参与的同事对着影像或者纸核对，核对以后才生效。监护人是单位的，由县里核对。到期由县里记为到期，撤回马上停用。"
            )
        )
        self.action = self.set_primary(self.tr("做成表单"), self._press)

    def build(self) -> Iterator[None]:
        left, right = Card(self.tr("征求什么"), parent=self.ground), Card(self.tr("征求过的"), parent=self.ground)
        self._desk = Columns([left, right], [1, 1], enough=820, parent=self.ground)
        self.body.addWidget(self._desk, 1)
        form = Form(1, left)
        left.add(form)
        left.body.addStretch(1)
        yield
        self.materials = MultiChoice([(one, MATERIAL_NAMES[one]) for one in Material])
        form.add(self.tr("用哪些素材"), self.materials)
        yield
        self.channels = MultiChoice([(one, CHANNEL_NAMES[one]) for one in Channel])
        form.add(self.tr("在哪里宣传"), self.channels)
        yield
        self.naming = ChoiceField([(one, NAMING_NAMES[one]) for one in Naming])
        form.add(self.tr("怎样称呼"), self.naming)
        yield
        self.publisher = TextField(self.tr("如：县民政局"))
        self.use = TextField(self.tr("如：典型案例征集"))
        form.add(self.tr("发布单位"), self.publisher)
        form.add(self.tr("用途"), self.use)
        yield
        self.own_wish = MultiChoice([("yes", self.tr("是本人自己提出的（半年内说过不同意、撤回过的，也可以再问）"))])
        form.add(self.tr("谁提出的"), self.own_wish)
        self.second = ColleagueField()
        form.add(self.tr("第二经办人"), self.second)
        self.consents = QVBoxLayout()
        right.body.addLayout(self.consents)
        right.body.addStretch(1)
        fields: dict[str, Field] = {
            "materials": self.materials,
            "channels": self.channels,
            "naming": self.naming,
            "publisher": self.publisher,
            "use": self.use,
            "own_wish": self.own_wish,
            "second": self.second.line,
        }
        self._draft = FormDraft(self, self._application, DRAFT_KIND, fields)
        self.second.changed.connect(self._draft.touch)
        self._show_view(self._desk)

    def prepare(self) -> Iterator[None]:
        if "standing" not in vars(self):
            yield from self._make_standing()

    @cached_property
    def standing(self) -> PublicityStanding:
        """One consent beside its picture; made while nothing else is to be done, or when it is first asked for."""
        at_once(self._make_standing())
        return self.standing

    def _make_standing(self) -> Iterator[None]:
        view = PublicityStanding(self, self._application)
        view.hide()
        yield from view.build()
        if "standing" in vars(self):  # it was asked for meanwhile
            view.deleteLater()
            return
        self.body.addWidget(view, 1)
        view.reopened.connect(self._open_one)
        view.closed.connect(self._close)
        view.primary_changed.connect(self._offer_check)
        vars(self)["standing"] = view

    def show_record(self, record: str) -> None:
        self._keep()
        self._end_signing()
        kind, _, one = record.partition(":") if ":" in record else ("", "", record)
        if kind == "one":
            self._open_one(one)
            return
        if one != self._resident:
            self._empty()
            self._begun = ""
        self._resident = one
        self._show_view(self._desk)
        self._read()

    def leave(self) -> None:
        self._keep()

    def refresh(self, changes: Changes) -> None:
        if not self._resident:
            return
        if ERASED in changes:
            self._keep()
            self._end_signing()
            self._empty()
            self._begun = ""
            self._show_view(self._desk)
            self.run(lambda: people.is_erased(self._application, self._resident), self._leave_if_erased)
        elif self.signed is None and (not changes or changes & _CONCERNED):
            self._read()

    def focus_first(self) -> None:
        if self.signed is not None:
            self.signed.focus_first()
        elif self._desk.isHidden():
            self.standing.focus_first()
        else:
            self.materials.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave_if_erased(self, is_erased: bool) -> None:
        if is_erased:
            self._resident = ""
            self.gone.emit()
        else:
            self._read()

    def _keep(self) -> None:
        self._draft.keep()
        if self.signed is not None:
            self.signed.draft.keep()

    def _show_view(self, shown: QWidget) -> None:
        made = vars(self).get("standing")
        for view in (self._desk, made, self.signed):
            if view is not None:
                view.setVisible(view is shown)
        if shown is self._desk:
            self._offer(self.tr("做成表单"), Capability.TAKE_CONSENT)
        elif shown is self.signed:
            self._offer(self.tr("记下签字结果"), Capability.TAKE_CONSENT)

    def _offer(self, words: str, capability: Capability) -> None:
        self.action.setText(words)
        self.action.setVisible(bool(words))
        self.action.setEnabled(True)
        offer(self.action, self._application, capability)

    def _offer_check(self, words: str) -> None:
        if not self.standing.isHidden():
            self._offer(words, Capability.CHECK_SHEET)

    # --- reading

    def _read(self) -> None:
        application, resident = self._application, self._resident

        self.run(lambda: load_opening(application, resident), lambda opening: self._show(resident, opening))

    def _show(self, asked: str, opening: Opening) -> None:
        if asked != self._resident:
            return
        self.set_title(self.tr("宣传同意"), opening.person.name.name)
        self.second.show_colleagues(opening.colleagues)
        self._show_consents(opening.consents)
        if self._begun != asked:
            self._begun = asked
            self._draft.begin(opening.asked, asked)
            if opening.asked is not None:
                self.tell(Notice(self.tr("上次没征求完的还在，接着填。"), stays=False))
            kept = opening.signing.body.get("publicity") if opening.signing is not None else ""
            begun = [one for one in opening.consents if one.id == kept and one.state is PublicityState.PRINTED]
            if begun and not self._desk.isHidden():
                self._begin_signing(begun[0])

    def _show_consents(self, found: tuple[PublicityView, ...]) -> None:
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
        state = PUBLICITY_STATE_NAMES[state_now(view, self._application.today())]
        column.addWidget(label(f"{state} · {view.ask.publisher} · {until}", wrap=True))
        column.addWidget(label(f"{said_words(view)} · {view.number}", "soft", wrap=True))
        column.addWidget(Flow([self._link(*one) for one in self._acts(view)], gap=0))
        return row

    def _acts(self, view: PublicityView) -> list[tuple[str, Callable[[], None], Icon, Capability | None]]:
        application = self._application
        take, done = Capability.TAKE_CONSENT, self.tr("已记下，保存在本机。")

        def act(service: Callable[[Application, str], Done[Any]]) -> Callable[[], None]:
            return lambda: self._do(partial(service, application, view.id), done)

        acts: list[tuple[str, Callable[[], None], Icon, Capability | None]] = []
        if view.state in (*_WAITING, PublicityState.SIGNED):
            paper = partial(self.go, "publicity-paper", view.id)
            acts.append((self.tr("打印"), paper, Icon.PRINT, Capability.PRINT))
        if view.state is PublicityState.PRINTED:
            acts.append((self.tr("念给他听、记签字"), partial(self._begin_signing, view), Icon.CONSENT, take))
        if view.state in _WAITING:
            acts.append((self.tr("本人不同意"), act(publicity.refuse_publicity), Icon.REFUSED, take))
        else:
            words = self.tr("收纸、核对") if view.state is PublicityState.SIGNED else self.tr("看这一份")
            acts.append((words, partial(self._open_one, view.id), Icon.CHECKED, None))
        if view.state in (PublicityState.SIGNED, PublicityState.IN_FORCE):
            acts.append((self.tr("撤回"), act(publicity.withdraw_publicity), Icon.UNDO, Capability.WITHDRAW))
        if view.state in (*_WAITING, PublicityState.SIGNED):
            acts.append((self.tr("作废"), act(publicity.void_publicity), Icon.CLOSE, Capability.VOID_SHEET))
        return acts

    def _link(self, words: str, act: Callable[[], None], icon: Icon, capability: Capability | None) -> QWidget:
        link = link_button(words, act, icon)
        if capability is not None:
            offer(link, self._application, capability)
        return link

    # --- one of them

    def _open_one(self, publicity_id: str) -> None:
        self._turn += 1
        turn = self._turn

        def show(opening: StandingOpening) -> None:
            if turn != self._turn or self.signed is not None:
                return
            if opening.view.resident != self._resident:
                self._empty()
                self._begun, self._resident = "", opening.view.resident
            self.set_title(self.tr("宣传同意"), opening.view.name)
            self._show_view(self.standing)
            if self._filling is not None and isValid(self._filling):
                self._filling.stop()  # what was being shown is no longer the newest
            self._filling = in_slices(self, self.standing.begin(opening), self.standing.focus_first)

        self.run(lambda: load_standing(self._application, publicity_id), show)

    def _close(self) -> None:
        """Back to what was asked."""
        self._turn += 1
        self._end_signing()
        self._show_view(self._desk)
        self._read()

    # --- the signing

    def _begin_signing(self, view: PublicityView) -> None:
        application = self._application
        self._turn += 1
        turn = self._turn

        def load() -> tuple[Script, Draft | None]:
            kept = drafts.open_drafts(application, SIGNING, view.resident)
            own = (one for one in kept if one.body.get("publicity") == view.id)
            return publicity_script(application, view), next(own, None)

        def show(loaded: tuple[Script, Draft | None]) -> None:
            script, kept = loaded
            if turn != self._turn:
                return
            form = SignedForm(self, application, view, script, self._close)
            form.hide()

            def made() -> None:
                if turn != self._turn:
                    form.deleteLater()
                    return
                self._end_signing()
                self.body.addWidget(form, 1)
                self.signed = form
                self._show_view(form)
                form.focus_first()
                if kept is not None:
                    self.tell(Notice(self.tr("上次没记完的签字结果还在，接着记。"), stays=False))

            in_slices(self, form.build(kept), made)

        self.run(load, show)

    def _end_signing(self) -> None:
        """What is typed is kept until it is recorded."""
        form, self.signed = self.signed, None
        if form is not None:
            form.draft.keep()
            form.hide()
            form.deleteLater()

    # --- acting

    def _press(self) -> None:
        if self.signed is not None:
            self._record(self.signed)
        elif self._desk.isHidden():
            self.standing.confirm()
        else:
            self._ask()

    def _ask(self) -> None:
        naming = self.naming.value()
        if naming is None:
            self.tell(Notice(self.tr("还没有选怎样称呼。"), Tone.WARN))
            return
        chosen, by, use = (self.materials.value(), self.channels.value()), self.publisher.value(), self.use.value()
        ask = PublicityAsk(*chosen, by, naming, use, bool(self.own_wish.value()))
        resident, second, draft_id = self._resident, self.second.value(), self._draft.keep()
        work = partial(publicity.draft_publicity, self._application, resident, ask, second, draft_id=draft_id)

        def drafted(done: Done[str]) -> None:
            self._draft.forget(self._resident)
            self._empty()
            self.changed.emit(done.changed)
            self.go("publicity-paper", done.value)

        self.run(work, drafted, lane=Lane.WRITE)

    def _record(self, form: SignedForm) -> None:
        signed, draft_id = form.collect(), form.draft.keep()
        self.action.setEnabled(False)
        work = partial(publicity.record_publicity_signed, self._application, form.view.id, signed, draft_id=draft_id)

        def done(result: Done[None]) -> None:
            form.draft.forget()
            self.changed.emit(result.changed)
            self.tell(Notice(self.tr("已记下，等第二人核对。"), Tone.GOOD, self.tr("下一步：把签好的纸收进来。")))
            if self.signed is form:
                self._end_signing()
                self._open_one(form.view.id)

        def refused(error: UserFacingError) -> None:
            self.action.setEnabled(True)
            self.tell(notice_of(word(error)))

        self.run(work, done, refused, lane=Lane.WRITE)

    def _do(self, work: Callable[[], Done[None]], words: str) -> None:
        def done(result: Done[None]) -> None:
            self.changed.emit(result.changed)
            self.tell(Notice(words))

        def refused(error: UserFacingError) -> None:
            self.tell(notice_of(word(error)))

        self.run(work, done, refused, lane=Lane.WRITE)

    def _empty(self) -> None:
        answers = (self.materials, self.channels, self.naming, self.own_wish)
        for field in (*answers, self.publisher, self.use, self.second.line):
            field.set_value(None)
        self.set_title(self.tr("宣传同意"))
        self._show_consents(())


class PublicityPaperPage(RecordPaperPage):
    """典型案例宣传单独同意书 of the record in ``show_record``, two copies of which one is the person's."""

    def __init__(self, tasks: Tasks, application: Application, print_pdf: PrintPdf) -> None:
        form = OfferedPaper(
            self.tr("典型案例宣传单独同意书"),
            lambda record, large: publicity_paper.publicity_paper_for(application, record, large_type=large),
            self.tr("一式两份，本人一份。念给他听、签好以后回到“宣传同意”，记下签字结果。和转介同意书分开装订。"),
            note=lambda made, came: publicity_paper.record_publicity_printed(application, made, came),
        )
        super().__init__(tasks, application, print_pdf, (form,), Back("consent", self.tr("回到同意书"), lambda _: ""))
        self.set_title(self.tr("宣传同意书"))
        self.set_help(self.tr("素材和渠道一样一样由本人打勾；没有征求的已经划去。"))
