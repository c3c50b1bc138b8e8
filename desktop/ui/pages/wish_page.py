"""微心愿 of one household: register one with what its card will say, print its card, take it back."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.errors import UserFacingError
from desktop.domain.journal import ERASED
from desktop.domain.typed import format_date, format_money
from desktop.domain.wishes import (
    MAX_PUBLIC_NAME,
    MAX_WORDS,
    WISH_AGE_NAMES,
    WISH_DELIVERY_NAMES,
    WISH_GROUP_NAMES,
    WISH_KIND_NAMES,
    WISH_STATE_NAMES,
    NewWish,
    WishAge,
    WishDelivery,
    WishGroup,
    WishKind,
    WishState,
    wish_age,
)
from desktop.services import drafts, people, visits, wishes
from desktop.services.application import Application, Done
from desktop.services.drafts import Draft
from desktop.services.permission import Capability
from desktop.services.wishes import WishView
from desktop.ui.form_draft import FormDraft
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.pages.page import Changes, Page
from desktop.ui.pages.record_paper_page import Back, OfferedPaper, RecordPaperPage
from desktop.ui.pages.visit.field_states import Field
from desktop.ui.printing import PrintPdf
from desktop.ui.role_words import offer
from desktop.ui.tasks import Lane, Tasks
from desktop.ui.widgets.banner import Notice, notice_of
from desktop.ui.widgets.buttons import link_button
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.choices import ChoiceField, MultiChoice
from desktop.ui.widgets.fields import DateField, MoneyField, TextField
from desktop.ui.widgets.flow import Columns
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label

DRAFT_KIND = "wish"
_CONCERNED = frozenset({"wish", "household", "resident", "visit"})


class WishPage(Page):
    """The household in ``show_record``: a form for a new wish at the left, the wishes it has at the right."""

    def __init__(self, tasks: Tasks, application: Application) -> None:
        super().__init__(tasks)
        self._application = application
        self._household = ""
        self._begun = ""
        """The household whose draft is being gone on with."""
        self._visit = ""
        self._ages: dict[str, WishAge] = {}
        self.set_title(self.tr("微心愿"))
        self.set_help(
            self.tr(
                "微心愿卡会公开张贴，所以只写公开称呼，如“林奶奶”“小海”，不写真名、村名、学校、电话。\n\n"
                "写得让人认得出是谁的，系统不给登记，并说明是哪里。儿童的心愿不写学校，也不拍照；"
                "事实无人抚养儿童不做微心愿卡。\n\n登记以后打印：上联张贴，存根留在服务站，签收在存根上。"
            )
        )
        self.action = self.set_primary(self.tr("登记心愿"), self._press)
        offer(self.action, application, Capability.VISIT)

    def build(self) -> Iterator[None]:
        left, right = Card(self.tr("登记一个心愿"), parent=self.ground), Card(self.tr("已登记的"), parent=self.ground)
        self.body.addWidget(Columns([left, right], [3, 2], enough=820, parent=self.ground), 1)
        yield
        yield from self._build_form(left)
        self._none = label(self.tr("这一户还没有登记过微心愿。"), "soft", wrap=True, parent=right)
        self.wishes = QVBoxLayout()
        self.wishes.setSpacing(6)
        right.add(self._none)
        right.body.addLayout(self.wishes)
        home = self.tr("回到这一户")
        back = link_button(home, lambda: self.go("household", self._household), Icon.HOUSEHOLD, parent=right)
        right.body.addWidget(back, 0, Qt.AlignmentFlag.AlignLeft)
        right.body.addStretch(1)
        yield
        fields: dict[str, Field] = {
            "public_name": self.public_name,
            "group": self.group,
            "age": self.age,
            "kind": self.kind,
            "words": self.words,
            "budget": self.budget,
            "by": self.by,
            "delivery": self.delivery,
            "agreed": self.agreed,
        }
        self._draft = FormDraft(self, self._application, DRAFT_KIND, fields, lambda: {"member": self.member.value()})
        self._empty()

    def _build_form(self, card: Card) -> Iterator[None]:
        whose = QWidget(card)
        self._members = QVBoxLayout(whose)
        self._members.setContentsMargins(0, 0, 0, 0)
        self.member = ChoiceField[str]([], parent=whose)
        self._members.addWidget(self.member)
        card.add(label(self.tr("谁的心愿"), "field", parent=card))
        card.add(whose)
        self.form = Form(1, card)
        card.add(self.form)
        add = self.form.add
        self.public_name = TextField(self.tr("如：林奶奶"))
        self.public_name.setMaxLength(MAX_PUBLIC_NAME)
        self.words = TextField(self.tr("如：想要一台能听戏的收音机"))
        self.words.setMaxLength(MAX_WORDS)
        add(self.tr("公开称呼"), self.public_name, note=self.tr("不写真名。"))
        add(self.tr("心愿内容"), self.words, note=self.tr("最多 60 个字；不写真名、村名、学校和电话。"))
        yield
        self.kind = ChoiceField([(one, WISH_KIND_NAMES[one]) for one in WishKind])
        add(self.tr("心愿类型"), self.kind)
        yield
        self.group = ChoiceField([(one, WISH_GROUP_NAMES[one]) for one in WishGroup], few=len(WishGroup))
        add(self.tr("人群"), self.group)
        yield
        self.age = ChoiceField([(one, WISH_AGE_NAMES[one]) for one in WishAge], few=len(WishAge))
        add(self.tr("年龄段"), self.age)
        yield
        self.budget = MoneyField()
        self.by = DateField(self._application.today, future=True)
        add(self.tr("预算上限（元）"), self.budget)
        add(self.tr("期限"), self.by)
        yield
        self.delivery = ChoiceField([(one, WISH_DELIVERY_NAMES[one]) for one in WishDelivery])
        add(self.tr("送达方式"), self.delivery)
        yield
        self.agreed = MultiChoice([(True, self.tr("本人（监护人）同意公开"))], card)
        card.add(self.agreed)
        card.body.addStretch(1)
        yield

    def show_record(self, record: str) -> None:
        if record != self._household:
            self._draft.keep()
            self._empty()
            self._begun = ""
        self._household = record
        self._read()

    def leave(self) -> None:
        self._draft.keep()

    def refresh(self, changes: Changes) -> None:
        if self._household and ERASED in changes:
            self._draft.keep()  # what is about whom it concerns is refused; the rest comes back
            self._empty()
            self._begun = ""
            self.run(lambda: people.is_erased(self._application, self._household), self._leave_if_erased)
        elif self._household and (not changes or changes & _CONCERNED):
            self._read()

    def focus_first(self) -> None:
        (self.member if self.member.options() else self.public_name).setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave_if_erased(self, is_erased: bool) -> None:
        if is_erased:
            self._household = ""
            self.gone.emit()
        else:
            self._read()

    # --- reading

    def _read(self) -> None:
        application, household = self._application, self._household

        def read() -> tuple[people.HouseholdPage, str, tuple[WishView, ...], Draft | None]:
            page = people.household_page(application, household, opened=False)
            last = visits.last_visit(application, household)
            kept = drafts.open_drafts(application, DRAFT_KIND, household)
            found = wishes.wishes_of(application, household)
            return page, last.id if last is not None else "", found, next(iter(kept), None)

        self.run(read, lambda found: self._show(household, *found))

    def _show(
        self, asked: str, page: people.HouseholdPage, visit: str, found: tuple[WishView, ...], kept: Draft | None
    ) -> None:
        if asked != self._household:
            return
        self._visit = visit
        self.set_title(self.tr("微心愿"), self.tr("{head} 户").format(head=page.head_name))
        here = [one for one in page.members if not one.membership.left]
        self._ages = {one.resident: wish_age(one.age) for one in here if one.age is not None}
        if self.member.options() != tuple(one.resident for one in here):
            self._offer_members([(one.resident, one.name.name) for one in here])
        self._show_wishes(found)
        if self._begun != asked:
            self._begun = asked
            self._go_on(kept)

    def _go_on(self, kept: Draft | None) -> None:
        """Bring back what was typed of this household and not registered."""
        if kept is not None and kept.body.get("member") in self.member.options():
            self.member.set_value(kept.body["member"])
        self._draft.begin(kept, self._household)
        if kept is not None:
            self.tell(Notice(self.tr("上次没登记完的还在，接着填。"), stays=False))

    def _offer_members(self, members: list[tuple[str, str]]) -> None:
        old = self.member
        self.member = ChoiceField(members)
        self._members.replaceWidget(old, self.member)
        old.deleteLater()
        self.member.changed.connect(self._on_member)
        self.member.changed.connect(self._draft.touch)
        self.member.set_value(members[0][0] if members else None)
        self._on_member()

    def _on_member(self) -> None:
        """The age is known where the record knows it."""
        age = self._ages.get(self.member.value() or "")
        if age is not None:
            self.age.set_value(age)

    def _show_wishes(self, found: tuple[WishView, ...]) -> None:
        while self.wishes.count():
            gone = self.wishes.takeAt(0).widget()
            gone.hide()
            gone.deleteLater()
        self._none.setVisible(not found)
        for one in found:
            self.wishes.addWidget(self._row(one))

    def _row(self, view: WishView) -> QWidget:
        wish, row = view.wish, QWidget(self)
        column = QVBoxLayout(row)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        state = WISH_STATE_NAMES[view.state]
        closed = self.tr("未成年人的心愿，未经批准不显示")
        column.addWidget(label(closed if view.is_closed else f"{wish.public_name}：{wish.words}", wrap=True))
        facts = (state, format_money(wish.budget), self.tr("{day}前").format(day=format_date(wish.by)), view.number)
        column.addWidget(label(" · ".join(facts), "soft", wrap=True))
        if view.state is WishState.OPEN:
            links = QHBoxLayout()
            for words, act, icon, capability in (
                (self.tr("打印卡"), partial(self.go, "wish-card", view.id), Icon.PRINT, Capability.PRINT),
                (self.tr("不再征集"), partial(self._drop, view), Icon.CLOSE, Capability.SETTLE_NEED),
            ):
                link = link_button(words, act, icon, parent=row)
                link.setAccessibleName(f"{words}：{wish.public_name} {view.number}")
                offer(link, self._application, capability)
                links.addWidget(link)
            links.addStretch(1)
            column.addLayout(links)
        return row

    # --- acting

    def _press(self) -> None:
        wish = self._typed()
        if wish is not None:
            self.action.setEnabled(False)
            work = partial(wishes.register_wish, self._application, wish, draft_id=self._draft.keep())
            self.run(work, self._on_registered, self._on_refused, lane=Lane.WRITE)

    def _typed(self) -> NewWish | None:
        """What is in the form; None where something is missing, which is said."""
        resident, group, age, kind = self.member.value(), self.group.value(), self.age.value(), self.kind.value()
        budget, by = self.budget.value(), self.by.value()
        if resident is None or group is None or age is None or kind is None or budget is None or by is None:
            self.tell(Notice(self.tr("还有没填的：人群、年龄段、类型、预算和期限都要填。"), stays=False))
            return None
        return NewWish(
            resident=resident,
            public_name=self.public_name.value(),
            group=group,
            age=age,
            kind=kind,
            words=self.words.value(),
            budget=budget,
            by=by,
            visit=self._visit,
            public_agreed=bool(self.agreed.value()),
            delivery=self.delivery.value() or WishDelivery.STATION,
        )

    def _on_registered(self, done: Done[str]) -> None:
        self._set_ready()
        self._draft.forget(self._household)
        self._empty(keep_member=True)
        self.changed.emit(done.changed)
        self.tell(Notice(self.tr("已登记，保存在本机。"), detail=self.tr("下一步：打印这张卡。")))
        self.go("wish-card", done.value)

    def _drop(self, view: WishView) -> None:
        def dropped(done: Done[None]) -> None:
            self.changed.emit(done.changed)
            self.tell(Notice(self.tr("已记下：不再征集。"), detail=self.tr("贴出去的卡请取下来。")))

        self.run(partial(wishes.drop_wish, self._application, view.id, ""), dropped, lane=Lane.WRITE)

    def _on_refused(self, error: UserFacingError) -> None:
        self._set_ready()
        self.tell(notice_of(word(error)))

    def _set_ready(self) -> None:
        self.action.setEnabled(True)
        offer(self.action, self._application, Capability.VISIT)

    def _empty(self, *, keep_member: bool = False) -> None:
        for field in (self.public_name, self.words, self.budget, self.by):
            field.set_value(None)
        for choice in (self.group, self.kind):
            choice.set_value(None)
        self.delivery.set_value(WishDelivery.STATION)
        self.agreed.set_value(None)
        if not keep_member:
            self.age.set_value(None)
            self._offer_members([])
            self._show_wishes(())


class WishCardPage(RecordPaperPage):
    """微心愿卡 of the wish in ``show_record``."""

    def __init__(self, tasks: Tasks, application: Application, print_pdf: PrintPdf) -> None:
        card = OfferedPaper(
            self.tr("微心愿卡"),
            lambda record, large: wishes.wish_paper_for(application, record, large_type=large),
            self.tr("沿虚线裁开：上联可以张贴，存根留服务站。签收签在存根上。"),
            returns=True,
        )
        super().__init__(tasks, application, print_pdf, (card,), Back("households", self.tr("回到家庭"), lambda _: ""))
        self.set_title(self.tr("微心愿卡"))
        self.set_help(self.tr("上联公开张贴，没有真名、村名和学校。认领人报卡号，我们按卡号找到这一户。"))
