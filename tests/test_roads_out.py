"""Every road by which a person's data could leave, and that the roads out of civil affairs ask ``may_disclose``.

``design.md`` §6: one function answers for every path. A new path is noticed here, because it has to use one of the
ways in which bytes leave a process; whoever adds it says for whom it is, and where that is somebody outside civil
affairs, shows that it carries nothing where ``may_disclose`` says no.
"""

from __future__ import annotations

import ast
import inspect
import sys
import typing
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from desktop.domain import consent as rules
from desktop.domain.aid import Category
from desktop.domain.consent import Basis, DataClass, Disclosure, Purpose
from desktop.domain.errors import UserFacingError
from desktop.domain.households import Birth, CategoryHeld, Name, NewResident
from desktop.domain.identity import Sex
from desktop.domain.prints import Came
from desktop.domain.visits import Respondent
from desktop.services import consent, disclosed, households, paper, people, referral_answer_papers, referrals, visits
from desktop.services.application import Application
from tests import casework
from tests.county_issued import CHARITY, issue_everything
from tests.documents.pdf_reading import whole_text
from tests.test_architecture import imports_of, inside, modules
from tests.vaults import COUNTY_SIGNING_KEY, made_vault


class For(StrEnum):
    """Whom a road leads to."""

    NOBODY = "nothing of a person goes this way"
    OWN_DISK = "sealed, or without a person's name, on the own disk or stick"
    OWN_PROCESS = "over a pipe between two processes of this program, in memory alone"
    CIVIL_AFFAIRS = "inside civil affairs: statutory duty (PIPL art. 13(1)(3))"
    THE_PERSON = "the person's own paper, or what a worker at the screen reads"
    OUTSIDE = "somebody outside civil affairs: only with consent"


ROADS = {
    "county.api": For.CIVIL_AFFAIRS,
    "county.cli": For.CIVIL_AFFAIRS,
    "county.command_parts": For.CIVIL_AFFAIRS,
    "county.contacts": For.NOBODY,
    "county.desk.pages": For.CIVIL_AFFAIRS,
    "county.desk.rendering": For.CIVIL_AFFAIRS,
    "county.erased_copies": For.OWN_DISK,
    "county.escrow": For.NOBODY,
    "county.feed": For.CIVIL_AFFAIRS,
    "county.history": For.CIVIL_AFFAIRS,
    "county.key_file": For.OWN_DISK,
    "county.rights_command": For.NOBODY,
    "county.serving": For.NOBODY,
    "county.wording_commands": For.NOBODY,
    "desktop.actions": For.NOBODY,
    "desktop.cli.terminal": For.THE_PERSON,
    "desktop.documents.childrens_rules": For.THE_PERSON,
    "desktop.documents.consent_form": For.THE_PERSON,
    "desktop.documents.data_copy": For.THE_PERSON,
    # The frame of every form; whoever sets one stands in this list too.
    "desktop.documents.form": For.NOBODY,
    "desktop.documents.identity_confirmation": For.THE_PERSON,
    "desktop.documents.loss_letter": For.THE_PERSON,
    "desktop.documents.minors_audit": For.CIVIL_AFFAIRS,
    "desktop.documents.need_registration": For.CIVIL_AFFAIRS,
    "desktop.documents.processing_notice": For.NOBODY,
    "desktop.documents.publicity_consent": For.THE_PERSON,
    "desktop.documents.referral_answers": For.OUTSIDE,
    "desktop.documents.referral_inward": For.NOBODY,
    "desktop.documents.referral_slip": For.OUTSIDE,
    "desktop.documents.rights_answer": For.THE_PERSON,
    "desktop.documents.round_sheet": For.CIVIL_AFFAIRS,
    "desktop.documents.visit_record": For.CIVIL_AFFAIRS,
    "desktop.documents.wish_card": For.NOBODY,
    "desktop.documents.withdrawal_form": For.THE_PERSON,
    "desktop.paper_process": For.OWN_PROCESS,
    "desktop.services.paper_process": For.OWN_PROCESS,
    "desktop.services.recovery": For.NOBODY,
    "desktop.services.scans": For.CIVIL_AFFAIRS,
    "desktop.services.screen_signing": For.CIVIL_AFFAIRS,
    "desktop.storage.attachments": For.OWN_DISK,
    "desktop.storage.damaged_store": For.OWN_DISK,
    "desktop.storage.durable": For.OWN_DISK,
    "desktop.storage.restore": For.OWN_DISK,
    "desktop.storage.slots": For.OWN_DISK,
    "desktop.storage.wiping": For.OWN_DISK,
    "desktop.supervisor": For.NOBODY,
    "desktop.sync.client": For.CIVIL_AFFAIRS,
    "desktop.sync.sealing": For.CIVIL_AFFAIRS,
    "desktop.ui.clipboard": For.THE_PERSON,
    "desktop.ui.print_jobs": For.THE_PERSON,
    "desktop.ui.print_systems": For.THE_PERSON,
    "desktop.voice_process": For.NOBODY,
}
"""Each module that lets bytes out, and for whom. ``desktop.tour`` writes made-up people only."""

PAPERS = {
    "desktop.services.blank_stocks.iter_stock_papers": For.NOBODY,
    "desktop.services.paper.blank_paper": For.NOBODY,
    "desktop.services.paper.consent_paper_for": For.THE_PERSON,
    "desktop.services.paper.consent_paper_as_recorded": For.NOBODY,
    "desktop.services.paper.consent_sample": For.THE_PERSON,
    "desktop.services.paper.with_childrens_rules": For.THE_PERSON,
    "desktop.services.withdrawal_paper.withdrawal_paper_for": For.THE_PERSON,
    "desktop.services.paper.file_copy": For.CIVIL_AFFAIRS,
    "desktop.services.paper.file_copy_sample": For.CIVIL_AFFAIRS,
    "desktop.services.paper.recipient_slip": For.OUTSIDE,
    "desktop.services.paper.referral_papers": For.OUTSIDE,
    "desktop.services.need_paper.need_paper_for": For.CIVIL_AFFAIRS,
    "desktop.services.notice_paper.notice_paper_for": For.NOBODY,
    "desktop.services.publicity_paper.publicity_paper_for": For.THE_PERSON,
    "desktop.services.record_paper.set_paper": For.CIVIL_AFFAIRS,
    "desktop.services.referral_answer_papers.feedback_paper": For.OUTSIDE,
    "desktop.services.referral_answer_papers.inward_receipt_paper": For.NOBODY,
    "desktop.services.referral_answer_papers.inward_slip_paper": For.NOBODY,
    "desktop.services.referral_answer_papers.receipt_paper": For.OUTSIDE,
    "desktop.services.finished_paper.finished": For.NOBODY,
    "desktop.services.data_copy.data_copy_for": For.THE_PERSON,
    "desktop.services.identity_paper.identity_paper_for": For.THE_PERSON,
    "desktop.services.minors_audit.audit_paper": For.CIVIL_AFFAIRS,
    "desktop.services.rights_paper.answer_letter_for": For.THE_PERSON,
    "desktop.services.round_forms.iter_consent_papers": For.THE_PERSON,
    "desktop.services.rounds.round_paper": For.CIVIL_AFFAIRS,
    "desktop.services.screen_signing.shown_text": For.THE_PERSON,
    "desktop.services.screen_signing.signed_copy": For.THE_PERSON,
    "desktop.services.vaults.device_card_paper": For.NOBODY,
    "desktop.services.wishes.wish_paper_for": For.NOBODY,
    "desktop.services.visit_paper.visit_paper_for": For.CIVIL_AFFAIRS,
}
"""Each service function that makes a form, and for whose hand it is; ``finished`` sets what the others hand it."""

_ANSWERS = frozenset({"Response", "HTMLResponse", "StreamingResponse", "FileResponse"})
"""What a server answers with; ``JSONResponse`` carries codes alone (``county.errors``)."""
_PAGES = frozenset({"make_pdf", "form_pdf"})
_FILES = frozenset({"seal", "fdopen", "write_bytes", "write_text", "setMimeData", "QPrinter", "Popen"})
_BY_NAME = _ANSWERS | _PAGES | _FILES
_WHOLE = frozenset(
    {"print", "pickle.dump", "csv.writer", "sys.stdout.write", "os.write", "subprocess.run", "httpx.Client"}
)
_WRITING = frozenset("wax+")


def exits_of(path: Path) -> frozenset[str]:
    """The calls in a module by which bytes leave: a page set, something sealed, a file written, a text printed."""
    return frozenset(_exits(ast.parse(path.read_text(encoding="utf-8"))))


def _exits(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        whole = ast.unparse(node.func)
        name = whole.rpartition(".")[2]
        if name in _BY_NAME or whole in _WHOLE or (name == "open" and _is_for_writing(node)):
            yield whole


def _is_for_writing(call: ast.Call) -> bool:
    modes = [*call.args, *(one.value for one in call.keywords if one.arg == "mode")]
    texts = [one.value for one in modes if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return any(len(text) <= 3 and _WRITING & set(text) for text in texts)


def test_every_way_out_says_for_whom_it_is() -> None:
    """A module that sets a page, seals, prints or writes a file must stand in ``ROADS``, and no other."""
    found = {name for name, path in modules().items() if not inside(name, "desktop.tour") and exits_of(path)}
    assert found == set(ROADS)


@pytest.mark.parametrize(
    "line",
    [
        "Path(name).write_text(person)",
        "open(name, 'w')",
        "path.open(mode='ab')",
        "print(person)",
        "make_pdf(story, setup)",
        "envelope.seal(content, [somebody])",
        "httpx.Client()",
        "pickle.dump(person, pipe)",
        "responses.HTMLResponse(page)",
    ],
)
def test_a_new_way_out_is_noticed(line: str) -> None:
    """The list above is no use if a road can be built past it."""
    assert list(_exits(ast.parse(line)))


def _paper_functions() -> Iterator[str]:
    for name in sorted(one for one in modules() if inside(one, "desktop.services")):
        module = sys.modules.get(name) or __import__(name, fromlist=["_"])
        own = [one for one in vars(module).values() if inspect.isfunction(one) and one.__module__ == name]
        for function in own:
            if not function.__name__.startswith("_") and _makes_paper(function, module):
                yield f"{name}.{function.__name__}"


def _makes_paper(function: Callable[..., Any], module: ModuleType) -> bool:
    answer = typing.get_type_hints(function, {**vars(typing), **vars(module)}).get("return")
    if "Paper" in str(answer).replace("PaperError", ""):
        return True
    return (
        answer is bytes
        and any(inside(one, "desktop.documents") for one in imports_of(module.__name__))
        and ("paper" in function.__name__ or "sample" in function.__name__)
    )


def test_every_form_says_for_whose_hand_it_is() -> None:
    """A service function that answers a form must stand in ``PAPERS``."""
    assert set(_paper_functions()) == set(PAPERS)


def _no(*_: object, **__: object) -> Disclosure:
    return Disclosure(False, Basis.NONE, "withdrawn")


@pytest.fixture
def released(tmp_path: Path) -> Iterator[tuple[Application, str]]:
    """A vault in which all is well: consent in force, and the county's signed release of a referral."""
    with made_vault(tmp_path) as application:
        issue_everything(application)
        resident, referral = casework.submitted_referral(application)
        casework.release_by_county(application, COUNTY_SIGNING_KEY, resident, referral)
        yield application, referral


@pytest.fixture
def refused(released: tuple[Application, str], monkeypatch: pytest.MonkeyPatch) -> tuple[Application, str]:
    """The same, and from here on ``may_disclose`` says no, to whoever asks it by whatever name."""
    asked = rules.may_disclose
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith(("desktop", "county")):
            for name, value in list(vars(module).items()):
                if value is asked:
                    monkeypatch.setattr(module, name, _no)
    return released


def outside(table: dict[str, For]) -> set[str]:
    """What of a table leads out of civil affairs."""
    return {name for name, whom in table.items() if whom is For.OUTSIDE}


def test_the_roads_that_lead_outside_are_those_tried_here() -> None:
    """Whoever adds one adds its trial below; the county's own release is tried in ``tests/county/test_gate.py``."""
    assert {name for name, whom in PAPERS.items() if whom is For.OUTSIDE} == {
        "desktop.services.paper.recipient_slip",
        "desktop.services.paper.referral_papers",
        "desktop.services.referral_answer_papers.feedback_paper",
        "desktop.services.referral_answer_papers.receipt_paper",
    }
    assert [name for name, whom in ROADS.items() if whom is For.OUTSIDE] == [
        "desktop.documents.referral_answers",
        "desktop.documents.referral_slip",
    ]


def test_a_slip_for_a_recipient_is_made_where_the_answer_is_yes(released: tuple[Application, str]) -> None:
    """Else the trials below would prove nothing."""
    application, referral = released
    assert paper.recipient_slip(application, referral).pdf.startswith(b"%PDF")
    _, slip = paper.referral_papers(application, referral)
    assert isinstance(slip, paper.Paper)
    for make in (referral_answer_papers.receipt_paper, referral_answer_papers.feedback_paper):
        assert make(application, referral).paper.pdf.startswith(b"%PDF")


def test_no_slip_is_made_where_the_answer_is_no(refused: tuple[Application, str]) -> None:
    """Whatever the county's release says."""
    application, referral = refused
    with pytest.raises(UserFacingError, match=r"referral\.may-not-disclose"):
        paper.recipient_slip(application, referral)
    _, slip = paper.referral_papers(application, referral)
    assert isinstance(slip, UserFacingError)
    for make in (referral_answer_papers.receipt_paper, referral_answer_papers.feedback_paper):
        with pytest.raises(UserFacingError, match=r"referral\.may-not-disclose"):
            make(application, referral)


def test_what_goes_with_a_slip_says_nothing_of_the_person(released: tuple[Application, str]) -> None:
    """The number leads to the slip; the receipt and the feedback come back by many hands."""
    application, referral = released
    view = referrals.referral(application, referral)
    person = people.resident_view(application, view.resident)
    page = people.household_page(application, view.household)
    for make in (referral_answer_papers.receipt_paper, referral_answer_papers.feedback_paper):
        text = whole_text(make(application, referral).paper.pdf)
        assert view.number in text
        assert view.recipient_name in text
        for secret in (person.name.name, person.document.number, page.number, page.address, view.referral.summary):
            assert not secret or secret not in text


def test_nothing_of_a_person_is_read_for_a_slip_where_the_answer_is_no(refused: tuple[Application, str]) -> None:
    """The one place that fills slips asks for every class before it reads a value."""
    application, referral = refused
    view = referrals.referral(application, referral)
    page = people.household_page(application, view.household)
    assert disclosed.fields_of(application, page, view.resident, view.referral, DataClass) == ()


TEXTS = {
    DataClass.A2: f"电话{casework.PHONE}",
    DataClass.B1: f"证件{casework.NUMBER}",
    DataClass.B2: "肝癌晚期",
    DataClass.B4: "卡号6222021234567890123",
    DataClass.B5: "低保户",
}
"""What a summary could say of each class that the person of ``casework`` did not agree to."""


@pytest.mark.parametrize("data_class", TEXTS)
def test_no_text_tells_of_a_class_that_was_not_agreed(
    released: tuple[Application, str], data_class: DataClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither is it drafted, nor submitted or handed over where a program without this check has drafted it."""
    application, referral = released
    resident = referrals.referral(application, referral).resident
    said = replace(casework.new_referral(application, resident), summary=f"想要轮椅，{TEXTS[data_class]}。")
    with pytest.raises(UserFacingError, match=r"referral\.tells-too-much") as told:
        referrals.draft_referral(application, said)
    assert told.value.values == {"classes": (data_class.value,)}
    with monkeypatch.context() as before:
        before.setattr(referrals, "told_too_much_of", lambda *_: ())
        drafted = referrals.draft_referral(application, said).value
        handed = referrals.draft_referral(application, said, submit=True).value
    with pytest.raises(UserFacingError, match=r"referral\.told-too-much"):
        referrals.submit_referral(application, drafted)
    casework.release_by_county(application, COUNTY_SIGNING_KEY, resident, handed)
    assert paper.file_copy(application, handed).pdf.startswith(b"%PDF")
    with pytest.raises(UserFacingError, match=r"referral\.told-too-much"):
        paper.recipient_slip(application, handed)


def test_what_was_typed_at_a_visit_is_left_out_where_it_tells_too_much(released: tuple[Application, str]) -> None:
    """The person's own words go with A5; what they name of another class does not."""
    application, referral = released
    view = referrals.referral(application, referral)
    day = application.today()
    said = casework.visit(view.household, day, own_words="肝癌晚期，想要轮椅", event="摔了一跤")
    visits.record_visit(application, replace(said, respondent=Respondent(resident=view.resident)))
    text = whole_text(paper.recipient_slip(application, referral).pdf)
    assert "摔了一跤" in text
    assert "本人意愿" in text
    assert "肝癌" not in text


def test_what_another_of_the_household_said_is_not_the_persons_own_words(released: tuple[Application, str]) -> None:
    """The person agreed to what they said themself (A5); what the wife told of herself is hers."""
    application, referral = released
    view = referrals.referral(application, referral)
    wife = households.add_member(application, view.household, NewResident(Name("吴秀英"), relation="12")).value
    for said_by, is_told in ((wife, False), (view.resident, True), ("", False)):
        said = Respondent(resident=said_by) if said_by else Respondent("王邻居", "邻居")
        visit = casework.visit(view.household, application.today(), own_words="我想离开这个家")
        visits.record_visit(application, replace(visit, respondent=said))
        text = whole_text(paper.recipient_slip(application, referral).pdf)
        assert ("我想离开这个家" in text) is is_told


def test_the_slip_of_a_grandfather_says_nothing_of_his_grandchilds_standing(tmp_path: Path) -> None:
    """He agreed to tell his own (B5); what only a child can hold is the child's, what is over or not begun nobody's."""
    with made_vault(tmp_path) as application:
        issue_everything(application)
        today = application.today()
        held = (
            CategoryHeld(Category.SUBSISTENCE, "visit"),
            CategoryHeld(Category.UNATTENDED_CHILD, "visit"),
            CategoryHeld(Category.MARGIN, "visit", until=today - timedelta(days=1)),
            CategoryHeld(Category.HARD_EXPENDITURE, "visit", since=today + timedelta(days=1)),
        )
        child = NewResident(Name("林小海"), relation="41", birth=Birth(today - timedelta(days=3000), Sex.MALE))
        plain = casework.new_household()
        family = replace(plain, members=(*plain.members, child), categories=held)
        resident = households.add_household(application, family).value.residents[0]
        classes = (*casework.CLASSES, DataClass.B5)
        ask = consent.draft_sheet(application, casework.new_sheet(resident, classes)).value
        consent.record_printed(
            application, ask, print_id=ask, form="TY-01", version="2026.1", digest="0" * 64, came=Came(copies=2)
        )
        yes = tuple(consent.Answer(CHARITY, Purpose.DISABILITY, one, True) for one in classes)
        consent.record_signed(application, ask, yes, signer=consent.Signer.SIGNATURE, copy_given=True)
        casework.check_by_county(application, ask, resident)
        said = casework.new_referral(application, resident, classes)
        made = referrals.draft_referral(application, said, submit=True).value
        casework.release_by_county(application, COUNTY_SIGNING_KEY, resident, made, classes=tuple(classes))
        text = whole_text(paper.recipient_slip(application, made).pdf)
        assert text.count("最低生活保障对象") == 2
        for secret in ("事实无人抚养", "边缘", "刚性支出"):
            assert secret not in text
        for untold in ("带着事实无人抚养的孙子", "带着林小海"):
            with pytest.raises(UserFacingError, match=r"referral\.tells-too-much"):
                referrals.draft_referral(application, replace(said, summary=untold))
