"""Forms of a round that nobody signed are void by one choice; what may carry a signature is left alone and named."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select

from desktop.actions import perform
from desktop.domain.consent import Purpose, SheetState
from desktop.domain.errors import UserFacingError
from desktop.domain.prints import Came, PrintOutcome
from desktop.services import consent, drafts, paper, round_unsigned, scan_intake
from desktop.services.application import Application
from desktop.services.round_unsigned import Kept
from desktop.storage.tables import entry
from tests.casework import CLASSES, new_sheet
from tests.county_issued import CHARITY, SHANGBU, ZHONGBU
from tests.unit.test_round_drafts import ASK, add, draft
from tests.unit.test_scan_services import drawn, picture


def entries(application: Application) -> int:
    return application.read(lambda one: one.scalar(select(func.count()).select_from(entry)) or 0)


def actions_of(application: Application, after: int) -> set[str]:
    """The actions of what was written since."""
    rows = application.read(lambda one: one.execute(select(entry.c.action).order_by(entry.c.seq)).all())
    return {row.action for row in rows[after:]}


def state(application: Application, sheet: str) -> SheetState:
    return consent.sheet(application, sheet).state


def printed(application: Application, sheet: str, outcome: PrintOutcome = PrintOutcome.PRINTED) -> None:
    made = paper.consent_paper_for(application, sheet)
    consent.record_printed(
        application,
        sheet,
        print_id=sheet,
        form=made.form,
        version=made.version,
        digest=made.digest,
        came=Came(outcome, copies=2, first=1 if outcome is PrintOutcome.PARTLY else 0),
    )


def signed(application: Application, sheet: str) -> None:
    answers = tuple(consent.Answer(CHARITY, Purpose.DISABILITY, one, agreed=True) for one in CLASSES)
    consent.record_signed(application, sheet, answers, signer=consent.Signer.SIGNATURE, copy_given=True)


def drafted(application: Application, *names: str) -> dict[str, str]:
    """A form for each of them, by name."""
    people = {add(application, name): name for name in names}
    return {people[consent.sheet(application, one).resident]: one for one in draft(application).sheets}


def test_all_that_nobody_signed_is_void_in_one_action_with_one_reason(application: Application) -> None:
    """Of these villages alone; what was drafted with the person is no form of the round."""
    sheets = drafted(application, "陈阿土", "林秀英", "王水生")
    elsewhere = add(application, "吴阿婆", ZHONGBU)
    (other,) = draft(application, ASK, ZHONGBU).sheets
    own = consent.draft_sheet(application, new_sheet(add(application, "有人问"))).value
    before = entries(application)
    done = round_unsigned.void_unsigned(application, {SHANGBU}, "  人不在家  ")
    assert set(done.value.sheets) == set(sheets.values())
    assert done.value.left == ()
    assert len(actions_of(application, before)) == 1
    assert {consent.sheet(application, one).reason for one in sheets.values()} == {"人不在家"}
    assert {state(application, one) for one in sheets.values()} == {SheetState.VOID}
    assert consent.sheet(application, other).resident == elsewhere
    assert {state(application, one) for one in (other, own)} == {SheetState.DRAFTED}
    with pytest.raises(UserFacingError, match=r"round\.none-unsigned"):
        round_unsigned.void_unsigned(application, {SHANGBU}, "人不在家")


def test_what_may_carry_a_signature_is_left_alone_and_named(application: Application) -> None:
    """Printed, printed in part, signed, begun, a page in the tray; the one that has none of it goes."""
    sheets = drafted(application, "没动过", "打印过", "打了一半", "签过了", "记到一半", "页在盘里")
    printed(application, sheets["打印过"])
    printed(application, sheets["打了一半"], PrintOutcome.PARTLY)
    printed(application, sheets["签过了"])
    signed(application, sheets["签过了"])
    drafts.keep_draft(application, "d" * 32, "consent", None, {"sheet": sheets["记到一半"]})
    printed(application, sheets["页在盘里"])
    pages = drawn(paper.consent_paper_for(application, sheets["页在盘里"]).pdf)
    assert scan_intake.take_in(application, picture(pages[0])).value.waiting, "nobody has said yet that it is signed"
    done = round_unsigned.void_unsigned(application, {SHANGBU}, "没去成")
    assert done.value.sheets == (sheets["没动过"],)
    assert {one.name: one.kept for one in done.value.left} == {
        "打印过": Kept.PRINTED,
        "打了一半": Kept.PRINTED,
        "签过了": Kept.SIGNED,
        "记到一半": Kept.BEGUN,
        "页在盘里": Kept.PAGE_WAITS,
    }
    again = round_unsigned.void_unsigned(application, {SHANGBU}, "纸已销毁", printed=True)
    assert set(again.value.sheets) == {sheets["打印过"], sheets["打了一半"]}
    assert {one.kept for one in again.value.left} == {Kept.SIGNED, Kept.BEGUN, Kept.PAGE_WAITS}


def test_without_a_reason_nothing_is_void(application: Application) -> None:
    sheets = drafted(application, "陈阿土")
    with pytest.raises(UserFacingError, match=r"round\.no-reason"):
        round_unsigned.void_unsigned(application, {SHANGBU}, "  ")
    assert state(application, sheets["陈阿土"]) is SheetState.DRAFTED


def test_the_command_line_does_the_same_and_names_nobody(application: Application) -> None:
    """``zoucun do``: the ids of what is void, and of what was left alone with the reason."""
    sheets = drafted(application, "没动过", "打印过")
    printed(application, sheets["打印过"])
    line = {"do": "void-unsigned-of-round", "villages": [SHANGBU], "reason": "没去成"}
    made = perform(application, line).made
    assert made == {"void": [sheets["没动过"]], "left": {sheets["打印过"]: "printed"}}
    assert "打印过" not in json.dumps(made, ensure_ascii=False)


def test_as_many_as_one_action_holds_are_one_and_more_of_one_village_go_all_the_same(application: Application) -> None:
    """Sixty, with a reason of some length; with one more, which no choice of villages takes away, in several."""
    reason = "下大雨，路断了，这一趟没有去成，改到下个月再走。" * 3
    for number in range(round_unsigned.MOST + 1):
        add(application, f"户主{number}")
    sheets = draft(application).sheets
    before = entries(application)
    done = round_unsigned.void_unsigned(application, {SHANGBU}, reason)
    assert set(done.value.sheets) == set(sheets)
    assert {state(application, one) for one in sheets} == {SheetState.VOID}
    assert len(actions_of(application, before)) > 1
    again = draft(application).sheets
    consent.void_sheet(application, again[0], "写错了")
    before = entries(application)
    done = round_unsigned.void_unsigned(application, {SHANGBU}, reason)
    assert set(done.value.sheets) == set(again[1:])
    assert len(actions_of(application, before)) == 1
