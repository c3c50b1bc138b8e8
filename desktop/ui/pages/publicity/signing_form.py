"""记签字结果: what is read aloud at the left, what stands on the signed paper at the right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.plain import from_stored, to_plain
from desktop.domain.publicity import ITEM_NAMES
from desktop.domain.readings import ScriptRead
from desktop.domain.signing import Need, SignedBy, Signer
from desktop.services.application import Application
from desktop.services.drafts import Draft
from desktop.services.publicity import PublicitySigned, PublicityView
from desktop.services.reading_script import Script
from desktop.ui.form_draft import FormDraft
from desktop.ui.icons import Icon
from desktop.ui.pages.consent.reading_step import DIALECTS
from desktop.ui.pages.page import Page
from desktop.ui.pages.publicity.words import SIGNED_AS
from desktop.ui.pages.visit.field_states import Field
from desktop.ui.widgets.buttons import button
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.choices import ChoiceField, MultiChoice
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.flow import Columns, Flow
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.layouts import Filling, put_in, scroll_area
from desktop.ui.widgets.script_item import ScriptItemView

DRAFT_KIND = "publicity-signing"
_OTHER = "other"


class SignedForm(Filling):
    """同意 or 不同意 for each thing asked, how it was read and how it was signed; kept as a draft until recorded."""

    def __init__(
        self,
        page: Page,
        application: Application,
        view: PublicityView,
        script: Script,
        give_up: Callable[[], None],
    ) -> None:
        super().__init__(page.ground)
        self._give_up = give_up
        self._page, self._application = page, application
        self.view, self._script = view, script
        self._required = view.signing.required()
        self.answers: dict[str, ChoiceField[bool]] = {}
        self.items: list[ScriptItemView] = []

    def build(self, draft: Draft | None) -> Iterator[None]:
        """Make it, a part per step, and bring back what was typed before."""
        left = Card(self.tr("念给他听"), parent=self)
        right = Card(self.tr("照纸上打的勾，一样一样选"), self.view.number, parent=self)
        both = QVBoxLayout(self)
        both.setContentsMargins(0, 0, 0, 0)
        both.addWidget(Columns([left, right], [1, 1], enough=820, parent=self), 1)
        yield
        yield from self._make_reading(left)
        yield from self._make_answers(right)
        self.draft = FormDraft(self._page, self._application, DRAFT_KIND, self._fields(), self._more)
        self._go_on(draft)
        self._show_reading()

    def focus_first(self) -> None:
        """To what is to be read next, else to the first answer."""
        unread = next((one for one in self.items if not one.box.isChecked()), None)
        if unread is not None and self.mode.value() is not False:
            unread.box.setFocus()
        else:
            next(iter(self.answers.values())).setFocus()

    def collect(self) -> PublicitySigned:
        """What stands in it."""
        given = {one: choice.value() for one, choice in self.answers.items()}
        aloud = self.mode.value() is not False
        chosen = self.dialect.value()
        dialect = self.other.value() if chosen == _OTHER else chosen or ""
        return PublicitySigned(
            answers={one: answer for one, answer in given.items() if answer is not None},
            signer=self.signer.value() or Signer.SIGNATURE,
            copy_given=bool(self.copy_given.value()),
            draft_seen=bool(self.draft_seen.value()),
            witness=self.witness.value(),
            wards_view=self.wards_view.value(),
            guardian_signer=self.guardian_signer.value() if self._required.signed_by is SignedBy.BOTH else None,
            best_interest=bool(self.best_interest.value()),
            childrens_rules_told=bool(self.rules_told.value()),
            read_aloud=aloud,
            dialect=dialect if aloud else "",
            script=replace(self._script.text, items=self._read()) if aloud else None,
        )

    # --- making

    def _make_reading(self, card: Card) -> Iterator[None]:
        area = scroll_area(card)
        card.add(area, 1)
        content = QWidget(area.viewport())
        content.setProperty("kind", "page")
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 6, 0)
        self.mode: ChoiceField[bool] = ChoiceField([(True, self.tr("念给他听")), (False, self.tr("他自己看"))])
        self.mode.set_value(True)
        options = [*((one, one) for one in DIALECTS), (_OTHER, self.tr("其他"))]
        self.dialect: ChoiceField[str] = ChoiceField(options, few=9)
        self.other = TextField(self.tr("如 闽北话"))
        self._form = Form(1, content)
        self._form.add(self.tr("本人怎么知道内容"), self.mode)
        self._form.add(self.tr("用什么话念"), self.dialect)
        self._form.add(self.tr("什么话"), self.other)
        self._left = label(kind="section", wrap=True)
        wording = label(self.tr("讲解词 {words}").format(words=self._script.text.words), "soft", wrap=True)
        for widget in (self._form, self._left, wording):
            column.addWidget(widget)
        yield
        for one in self._script.items:
            item = ScriptItemView(one, content)
            item.box.clicked.connect(self._on_read)
            self.items.append(item)
            column.addWidget(item)
            yield
        column.addStretch(1)
        put_in(area, content)
        for field in (self.mode, self.dialect, self.other):
            field.changed.connect(self._show_reading)
        yield

    def _make_answers(self, card: Card) -> Iterator[None]:
        area = scroll_area(card)
        card.add(area, 1)
        content = QWidget(area.viewport())
        content.setProperty("kind", "page")
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 6, 0)
        boxes = Form(2, content)
        column.addWidget(boxes)
        for one in (*self.view.ask.materials, *self.view.ask.channels):
            choice = ChoiceField([(True, self.tr("同意")), (False, self.tr("不同意"))])
            self.answers[one.value] = choice
            boxes.add(ITEM_NAMES[one], choice)
            yield
        signed_by, needs = self._required.signed_by, self._required.needs
        means = [(one, SIGNED_AS[one]) for one in SIGNED_AS]
        self.signer, self.guardian_signer = ChoiceField(means), ChoiceField(means)
        self.signer.set_value(Signer.SIGNATURE)
        self.witness = TextField(self.tr("按指印的填：姓名、身份"))
        self.wards_view = TextField(self.tr("照原话记"))
        form = Form(2, content)
        column.addWidget(form)
        alone = signed_by is SignedBy.GUARDIAN
        form.add(self.tr("监护人怎样签的") if alone else self.tr("本人怎样签的"), self.signer)
        form.add(self.tr("监护人怎样签的"), self.guardian_signer)
        form.add(self.tr("见证人"), self.witness)
        form.add(self.tr("孩子自己的意见"), self.wards_view)
        form.set_shown(self.guardian_signer, signed_by is SignedBy.BOTH)
        form.set_shown(self.wards_view, Need.WARDS_VIEW in needs)
        yield
        self.best_interest = MultiChoice([(True, self.tr("监护人按最有利于被监护人的原则考虑过"))])
        self.rules_told = MultiChoice([(True, self.tr("儿童个人信息规则已告知监护人"))])
        self.draft_seen = MultiChoice([(True, self.tr("本人看过（听过）定稿"))])
        self.copy_given = MultiChoice([(True, self.tr("一份已交给本人（监护人）"))])
        self.back = button(self.tr("先不记，回到征求过的"), self._give_up, Icon.BACK)
        for widget in (self.best_interest, self.rules_told, self.draft_seen, self.copy_given, Flow([self.back])):
            column.addWidget(widget)
        self.best_interest.setVisible(Need.BEST_INTEREST in needs)
        self.rules_told.setVisible(Need.CHILDRENS_RULES in needs)
        column.addStretch(1)
        put_in(area, content)
        yield

    # --- the draft

    def _fields(self) -> dict[str, Field]:
        return {
            "mode": self.mode,
            "dialect": self.dialect,
            "other": self.other,
            **{f"answer:{code}": choice for code, choice in self.answers.items()},
            "signer": self.signer,
            "guardian_signer": self.guardian_signer,
            "witness": self.witness,
            "wards_view": self.wards_view,
            "best_interest": self.best_interest,
            "rules_told": self.rules_told,
            "draft_seen": self.draft_seen,
            "copy_given": self.copy_given,
        }

    def _more(self) -> dict[str, Any]:
        read = replace(self._script.text, items=self._read())
        return {"publicity": self.view.id, "script": to_plain(read)}

    def _go_on(self, draft: Draft | None) -> None:
        """What was read of this very wording stays ticked; a newer one is read anew."""
        self.draft.begin(draft, self.view.resident)
        kept = from_stored(ScriptRead, draft.body["script"]) if draft is not None else None
        if kept is not None and self._script.text.is_same_text(kept):
            for item in self.items:
                item.box.setChecked(item.item.id in kept.items)

    # --- reading

    def _read(self) -> tuple[str, ...]:
        return tuple(one.item.id for one in self.items if one.box.isChecked())

    def _on_read(self) -> None:
        self.draft.touch()
        self._show_reading()
        unread = next((one for one in self.items if not one.box.isChecked()), None)
        if unread is not None:
            unread.box.setFocus()

    def _show_reading(self) -> None:
        aloud = self.mode.value() is not False
        self._form.set_shown(self.dialect, aloud)
        self._form.set_shown(self.other, aloud and self.dialect.value() == _OTHER)
        left = [one for one in self.items if not one.box.isChecked()]
        if not aloud:
            words = self.tr("请把纸给本人看，等他看完。")
        elif left:
            words = self.tr("一条一条念，念完打勾：还有 {count} 条").format(count=len(left))
        else:
            words = self.tr("都念完了。")
        self._left.setText(words)
        for one in self.items:
            one.setVisible(aloud)
            one.show_open(bool(left) and one is left[0])
