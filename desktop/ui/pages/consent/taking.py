"""What is being put together while consent is taken; this is also what the draft keeps."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum

from desktop.domain.consent import DataClass, Purpose, SheetState
from desktop.domain.plain import from_stored
from desktop.domain.readings import ScriptRead
from desktop.services.consent import (
    Answer,
    Ask,
    ContactAnswer,
    NewSheet,
    SheetSigning,
    SheetView,
    Signer,
    SigningEvidence,
)
from desktop.services.reading_script import ScriptItem
from desktop.services.screen_signing import Captured

Box = tuple[str, Purpose, DataClass]
"""One box on the paper: recipient, purpose, data class."""


class Step(IntEnum):
    """The steps in their order, as the step bar counts them."""

    RECIPIENTS = 0
    READING = 1
    PRINTING = 2
    SIGNING = 3
    SCANNING = 4


@dataclass(frozen=True, slots=True)
class Taking:
    """Steps 1 to 4 for one person. ``sheet`` is the id once the sheet has been drafted."""

    resident: str
    asks: tuple[Ask, ...] = ()
    person_asked: bool = False
    read_aloud: bool = True
    dialect: str = ""
    read: tuple[str, ...] = ()
    """Ids of the script's items that were read."""
    script: ScriptRead | None = None
    """The very wording that they were read from; a newer one is read anew."""
    second_worker: str = ""
    near_relative: bool | None = None
    near_relative_who: str = ""
    large_type: bool = False
    traditional: bool = False
    step: int = Step.RECIPIENTS
    sheet: str = ""
    answers: tuple[Answer, ...] = ()
    signer: Signer | None = None
    witness: str = ""
    signing: SheetSigning | None = None
    """Who has to sign, and then who signed, as asked here; None where the record was not looked at yet."""
    copy_given: bool = False
    contact: tuple[ContactAnswer, ...] = ()
    """What was ticked of calls and visits."""
    evidence: SigningEvidence = field(default_factory=SigningEvidence)
    marks: tuple[Captured, ...] = ()
    """What was signed on the screen so far; like all of this it lies in the encrypted draft and nowhere else."""

    @property
    def boxes(self) -> tuple[Box, ...]:
        """Every box of the sheet, in the paper's order."""
        return tuple((ask.recipient, ask.purpose, one) for ask in self.asks for one in sorted(ask.classes))

    @property
    def open_boxes(self) -> int:
        """How many boxes have no answer yet."""
        answered = {(one.recipient, one.purpose, one.data_class) for one in self.answers}
        return len([box for box in self.boxes if box not in answered])

    def afresh(self) -> Taking:
        """The same for a new sheet: what was written down of the old paper does not belong to it."""
        return replace(self, sheet="", answers=(), copy_given=False, contact=(), evidence=SigningEvidence())

    def new_sheet(self) -> NewSheet:
        """The sheet as the service drafts it."""
        return NewSheet(
            self.resident,
            self.asks,
            self.second_worker,
            read_aloud=self.read_aloud,
            dialect=self.dialect,
            near_relative=bool(self.near_relative),
            near_relative_who=self.near_relative_who if self.near_relative else "",
            large_type=self.large_type,
            traditional=self.traditional,
            person_asked=self.person_asked,
            signing=self.signing,
            script=replace(self.script, items=self.read) if self.read_aloud and self.script is not None else None,
        )

    def unread(self, script: tuple[ScriptItem, ...]) -> tuple[ScriptItem, ...]:
        """The items that still have to be read; none where the person reads the form alone."""
        return tuple(item for item in script if item.id not in self.read) if self.read_aloud else ()


def from_sheet(sheet: SheetView, typed: Taking | None = None) -> Taking:
    """Go on with a sheet that is drafted or printed; what was typed for it since comes from the draft."""
    new = from_stored(NewSheet, sheet.fields)
    step = Step.PRINTING if sheet.state is SheetState.DRAFTED else Step.SIGNING
    if typed is not None and typed.asks == new.asks:
        is_on_screen = typed.signer is Signer.SCREEN and typed.sheet == sheet.id
        later = max(step, Step(typed.step)) if sheet.state is SheetState.PRINTED or is_on_screen else step
        return replace(typed, sheet=sheet.id, step=later)
    return Taking(
        resident=sheet.resident,
        asks=new.asks,
        person_asked=new.person_asked,
        read_aloud=new.read_aloud,
        dialect=new.dialect,
        read=new.script.items if new.script is not None else (),
        script=new.script,
        second_worker=new.second_worker or sheet.second_name,
        near_relative=new.near_relative,
        near_relative_who=new.near_relative_who,
        large_type=new.large_type,
        traditional=new.traditional,
        signing=new.signing,
        step=step,
        sheet=sheet.id,
    )
