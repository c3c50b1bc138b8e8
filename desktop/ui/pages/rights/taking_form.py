"""收请求: what is asked, by whom, by which way, how it was made sure; in the person's words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.rights import (
    ASKER_NAMES,
    IDENTITY_NAMES,
    RIGHT_NAMES,
    WAY_NAMES,
    Asker,
    IdentityCheck,
    NewRequest,
    RequestWay,
    RightKind,
)
from desktop.services import drafts
from desktop.services.application import Application
from desktop.services.drafts import Draft
from desktop.ui.form_draft import FormDraft
from desktop.ui.pages.page import Page
from desktop.ui.pages.visit.field_states import Field
from desktop.ui.widgets.banner import Notice
from desktop.ui.widgets.cards import Card
from desktop.ui.widgets.choices import ChoiceField
from desktop.ui.widgets.fields import DateField, TextField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label
from desktop.ui.widgets.text_area import TextArea

DRAFT_KIND = "rights-request"


class TakingForm(QWidget):
    """One request about one person. Who asks for somebody else is asked for by what right."""

    def __init__(self, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self._resident = ""

    def build(self) -> Iterator[None]:
        """Make what stands on it, a part per step."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.card = Card(parent=self)
        column.addWidget(self.card)
        column.addStretch(1)
        told = self.tr("谁来都先收下，能不能办在答复里说。收下不要理由，也不要他填表。")
        self.card.add(label(told, "soft", wrap=True, parent=self.card))
        self.form = Form(2, self.card)
        self.card.add(self.form)
        yield
        self.kind: ChoiceField[RightKind] = ChoiceField([(one, RIGHT_NAMES[one]) for one in RightKind], few=7)
        self.form.add(self.tr("请求什么"), self.kind, columns=2)
        yield
        self.words = TextArea(self.tr("照他说的写，一两句就行"), lines=3)
        self.form.add(self.tr("他的话"), self.words, columns=2)
        self.asker: ChoiceField[Asker] = ChoiceField([(one, ASKER_NAMES[one]) for one in Asker])
        self.form.add(self.tr("谁提出的"), self.asker, columns=2)
        yield
        self.name = TextField()
        self.relation = TextField(self.tr("如 儿子、村干部"))
        self.proof = TextField(self.tr("如 户口本、委托书（日期）、监护文书号"))
        self.died = DateField(self._today)
        self.form.add(self.tr("提出人姓名"), self.name)
        self.form.add(self.tr("和本人的关系"), self.relation)
        self.form.add(self.tr("看过什么材料"), self.proof, columns=2)
        self.form.add(self.tr("本人哪天去世"), self.died, columns=2)
        yield
        self.way: ChoiceField[RequestWay] = ChoiceField([(one, WAY_NAMES[one]) for one in RequestWay])
        self.form.add(self.tr("怎么来的"), self.way, columns=2)
        yield
        self.identity: ChoiceField[IdentityCheck] = ChoiceField([(one, IDENTITY_NAMES[one]) for one in IdentityCheck])
        self.form.add(self.tr("怎么核实身份"), self.identity, columns=2)
        yield
        self.received = DateField(self._today)
        self.form.add(self.tr("哪天收到"), self.received, note=self.tr("信是前几天到的，写到的那天；期限从那天算起。"))
        self.asker.changed.connect(self._show_asker)
        yield

    def keep_drafts(self, page: Page, application: Application) -> None:
        """Keep what is typed as a draft of ``page``, about the person of ``begin``."""
        self._page, self._application = page, application
        self.draft = FormDraft(page, application, DRAFT_KIND, self._fields())

    def end(self) -> None:
        """Another view comes; what is typed is kept for the next time somebody takes in a request of this person."""
        self.draft.keep()
        self._resident = ""

    def begin(self, name: str, resident: str) -> None:
        """A form about this person: empty, or what was typed of a request of theirs and not taken in."""
        self._resident = resident
        self._clear(name)
        self.draft.begin(None, resident)
        application = self._application
        self._page.run(
            lambda: drafts.open_drafts(application, DRAFT_KIND, resident), lambda kept: self._go_on(resident, kept)
        )

    def _go_on(self, resident: str, kept: Sequence[Draft]) -> None:
        if kept and resident == self._resident and not self.draft.is_touched:
            self.draft.begin(kept[0], resident)
            self._show_asker()
            self._page.tell(Notice(self.tr("上次没收完的还在，接着填。"), stays=False))

    def _clear(self, name: str) -> None:
        self.card.set_title(self.tr("{name}的请求").format(name=name))
        self.kind.set_value(None)
        self.asker.set_value(Asker.PERSON)
        self.way.set_value(RequestWay.WINDOW)
        self.identity.set_value(None)
        self.words.set_value("")
        self.received.set_value(self._today())
        for field in (self.name, self.relation, self.proof):
            field.set_value("")
        self.died.set_value(None)
        self._show_asker()

    def _fields(self) -> dict[str, Field]:
        """By the names that a draft keeps."""
        return {
            "kind": self.kind,
            "words": self.words,
            "asker": self.asker,
            "name": self.name,
            "relation": self.relation,
            "proof": self.proof,
            "died": self.died,
            "way": self.way,
            "identity": self.identity,
            "received": self.received,
        }

    def focus_first(self) -> None:
        """To the first question."""
        self.kind.inputs()[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def missing(self) -> str:
        """What still has to be chosen, in words; empty where the request can be taken in."""
        if self.kind.value() is None:
            return self.tr("还没有选请求什么。")
        if self.identity.value() is None:
            return self.tr("还没有选怎么核实身份。")
        return next(iter(self.form.problems()), "")

    def collect(self, resident: str) -> NewRequest:
        """The request as it stands on the form; ``missing`` is empty."""
        kind, identity = self.kind.value(), self.identity.value()
        assert kind is not None  # noqa: S101 - see ``missing``
        assert identity is not None  # noqa: S101
        asker = self.asker.value() or Asker.PERSON
        is_other = asker is not Asker.PERSON
        return NewRequest(
            resident=resident,
            kind=kind,
            asker=asker,
            way=self.way.value() or RequestWay.WINDOW,
            identity=identity,
            words=self.words.value(),
            received=self.received.value() or self._today(),
            asker_name=self.name.value() if is_other else "",
            relation=self.relation.value() if is_other else "",
            proof=self.proof.value() if is_other else "",
            died=self.died.value() if asker is Asker.NEAR_RELATIVE else None,
        )

    def _show_asker(self) -> None:
        asker = self.asker.value()
        for field in (self.name, self.relation, self.proof):
            self.form.set_shown(field, asker is not Asker.PERSON)
        self.form.set_shown(self.died, asker is Asker.NEAR_RELATIVE)
