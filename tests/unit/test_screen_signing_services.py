"""A sheet is signed on the screen: recorded in one action, sealed, verified, checked, printed, erased."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from desktop.documents.signature_picture import signature_picture
from desktop.domain.consent import DataClass, GrantState, SheetState
from desktop.domain.errors import UserFacingError
from desktop.domain.households import Birth, Guardian, Name, NewResident
from desktop.domain.prints import Came
from desktop.domain.screen_signing import SaidBeside, ScreenRole, screen_of
from desktop.domain.signing import GuardianBasis, SignedBy
from desktop.domain.strokes import Strokes, encode_strokes
from desktop.services import consent, erasing, households, paper, screen_signing, signatures
from desktop.services.application import Application
from desktop.services.erasing import Ground
from desktop.services.signatures import Verified
from desktop.storage import attachments, queries
from tests.casework import new_sheet, recorded_household
from tests.documents.pdf_reading import whole_text
from tests.screen_signatures import allow, answers_of, captured, hand, signed_on_screen


def refused(act: Callable[[], object]) -> tuple[str, object]:
    """The code and reason with which something is refused."""
    with pytest.raises(UserFacingError) as error:
        act()
    return error.value.code, error.value.values.get("reason", "")


@pytest.fixture
def sheet(application: Application) -> str:
    """A sheet that was drafted and never printed, where the county allows the screen."""
    allow(application)
    resident = recorded_household(application).residents[0]
    return consent.draft_sheet(application, new_sheet(resident)).value


def files(application: Application) -> set[str]:
    """What lies beside the store."""
    folder = application.folder / attachments.FOLDER
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def test_a_sheet_is_signed_without_having_been_printed(application: Application, sheet: str) -> None:
    """It waits for its second check at once; each signature is sealed with its strokes, and holds."""
    signed_on_screen(application, sheet, refused={"B3"})
    view = consent.sheet(application, sheet)
    assert view.state is SheetState.SCANNED
    assert view.fields["signer"] == "screen"
    found = signatures.signatures_of(application, sheet)
    assert [one.role for one in found] == [ScreenRole.PERSON, ScreenRole.WORKER, ScreenRole.SECOND_WORKER]
    assert {one.verified for one in found} == {Verified.RIGHT}
    assert [one.strokes for one in found] == [hand(0), hand(1), hand(2)]
    assert len(files(application)) == len(application.read(attachments.unsent)) == 6
    states = {one.data_class: one.state for one in consent.grants(application, view.resident)}
    assert states[DataClass.B3] is GrantState.REFUSED
    assert states[DataClass.A1] is GrantState.AGREED


def test_nothing_open_lies_on_the_disk(application: Application, sheet: str) -> None:
    """Neither strokes nor picture are found anywhere in the vault's folder."""
    signed_on_screen(application, sheet)
    application.store.checkpoint()
    signs = (encode_strokes(hand(0)), signature_picture(hand(0)), b'"points":[[', b"IHDR")
    for path in application.folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(sign in content for sign in signs), path.name


def test_the_county_has_to_allow_it_and_practice_does_not_ask(application: Application, tmp_path: Path) -> None:
    """Off unless every office says yes; what is signed all the same is refused, and the sheet stays."""
    assert screen_signing.why_not(application) == "screen-not-allowed"
    resident = recorded_household(application).residents[0]
    drafted = consent.draft_sheet(application, new_sheet(resident)).value
    assert refused(lambda: signed_on_screen(application, drafted)) == ("screen.not-allowed", "")
    assert consent.sheet(application, drafted).state is SheetState.DRAFTED
    allow(application)
    assert screen_signing.why_not(application) == ""
    allow(application, 3, allowed=False)
    assert screen_signing.why_not(application) == "screen-not-allowed"


def test_a_bare_claim_is_not_recorded(application: Application, sheet: str) -> None:
    """ "On the screen" without strokes, and a paper one that was never printed."""
    answers = answers_of(application, sheet)
    screen, paper_means = consent.Signer.SCREEN, consent.Signer.SIGNATURE

    def act(means: consent.Signer) -> None:
        consent.record_signed(application, sheet, answers, signer=means, copy_given=True)

    assert refused(lambda: act(screen))[0] == "signing.screen-missing"
    assert refused(lambda: act(paper_means)) == ("action.refused", "diverged")


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda made: [replace(made[0], strokes=Strokes(9000, 3600)), *made[1:]], "screen.empty"),
        (lambda made: made[1:], "signing.screen-missing"),
        (lambda made: [replace(made[0], wording="0" * 64), *made[1:]], "screen.text-changed"),
        (lambda made: [replace(made[0], ticks=made[0].ticks[1:]), *made[1:]], "screen.ticks-changed"),
        (lambda made: [replace(made[0], said=SaidBeside(wards_view="没说过")), *made[1:]], "screen.ticks-changed"),
    ],
)
def test_what_is_no_signature_under_this_text_is_refused(
    application: Application,
    sheet: str,
    spoil: Callable[[list[screen_signing.Captured]], list[screen_signing.Captured]],
    code: str,
) -> None:
    """And nothing is recorded, nor does any file belong to anything."""
    answers = answers_of(application, sheet)
    made = spoil(captured(application, sheet, answers))
    assert refused(lambda: screen_signing.sign_on_screen(application, sheet, answers, made))[0] == code
    assert consent.sheet(application, sheet).state is SheetState.DRAFTED
    assert application.read(attachments.unsent) == ()
    application.store.write(lambda connection: attachments.sweep(connection, application.folder))
    assert files(application) == set()


def test_a_guardian_and_the_child_sign_each_in_their_own_turn(application: Application) -> None:
    """By the same table as on paper; without the guardian's it is not recorded."""
    allow(application)
    home = recorded_household(application)
    mother = Guardian("吴㛃华", "母亲", basis=GuardianBasis.PARENTS, proof="户口簿")
    child = NewResident(Name("吉小海"), birth=Birth(date(2011, 5, 1)), relation="41", guardian=mother)
    resident = households.add_member(application, home.household, child).value
    drafted = consent.draft_sheet(application, new_sheet(resident)).value
    stated = replace(
        consent.signing_known(application, resident),
        signed_by=SignedBy.BOTH,
        guardian_signer=consent.Signer.SCREEN,
        best_interest=True,
    )
    answers = answers_of(application, drafted)
    made = captured(application, drafted, answers, stated)
    assert [one.role for one in made][:2] == [ScreenRole.PERSON, ScreenRole.GUARDIAN]

    def act(some: list[screen_signing.Captured]) -> None:
        screen_signing.sign_on_screen(application, drafted, answers, some, signing=stated)

    assert refused(lambda: act([one for one in made if one.role is not ScreenRole.GUARDIAN]))[0] == (
        "signing.screen-missing"
    )
    act(made)
    assert "屏幕签名吴㛃华" in whole_text(screen_signing.signed_copy(application, drafted).pdf)


def test_the_persons_copy_has_ticks_and_signatures_marked_as_such(application: Application, sheet: str) -> None:
    """Read back from the PDF by another program; printed and noted, it is known to be handed out."""
    signed_on_screen(application, sheet, refused={"B3"})
    made = screen_signing.signed_copy(application, sheet)
    text = whole_text(made.pdf)
    name = consent.sheet(application, sheet).name
    assert text.count(f"屏幕签名{name}") == 1
    assert "屏幕签名林晓梅" in text
    assert "屏幕签名何金水" in text
    assert "本件在电脑屏幕上签名" in text
    assert "右手拇指" not in text.split("本件在电脑屏幕上签名")[1]
    plain = paper.consent_paper_for(application, sheet).pdf
    assert "屏幕签名" not in whole_text(plain)
    assert not screen_signing.is_copy_printed(application, sheet)
    paper.record_print(
        application, made, of=sheet, household=consent.sheet(application, sheet).household, came=Came(copies=1)
    )
    assert screen_signing.is_copy_printed(application, sheet)


def test_no_copy_of_a_text_that_nobody_signed_is_printed(application: Application, sheet: str) -> None:
    """The record says another name by now."""
    signed_on_screen(application, sheet)
    view = consent.sheet(application, sheet)
    assert not screen_signing.is_text_changed(application, view)
    households.change_resident(application, view.resident, {"name": Name("吉建军")})
    assert screen_signing.is_text_changed(application, view)
    assert refused(lambda: screen_signing.signed_copy(application, sheet))[0] == "screen.copy-changed"
    shown = screen_signing.signed_copy(application, sheet, to_look_at=True)
    assert f"屏幕签名{view.name}" in whole_text(shown.pdf), "whoever checks it sees the signatures all the same"


def test_erasing_the_person_takes_strokes_and_picture(application: Application, sheet: str) -> None:
    """Every file, its row and its record."""
    signed_on_screen(application, sheet)
    resident = consent.sheet(application, sheet).resident
    erasing.erase_resident(application, resident, Ground.MISTAKE, "登记错了人")
    assert files(application) == set()
    assert application.read(lambda connection: queries.of_kind(connection, "signature")) == []


def test_one_signature_made_by_mistake_is_erased_like_a_scan(application: Application, sheet: str) -> None:
    """Its two files go; the sheet says that it cannot be seen any more, and is not checked."""
    signed_on_screen(application, sheet)
    first = signatures.signatures_of(application, sheet)[0]
    assert erasing.erase_scan(application, first.id, "签错了人").value.pictures == 2
    assert len(files(application)) == 4
    assert signatures.signatures_of(application, sheet)[0].verified is Verified.MISSING
    assert signatures.check_problem(application, consent.sheet(application, sheet)) == "screen-unseen"


def test_the_sheet_says_what_was_signed(application: Application, sheet: str) -> None:
    """The ticks and the text, for whoever has no picture."""
    signed_on_screen(application, sheet)
    signing = screen_of(consent.sheet(application, sheet).fields)
    assert signing is not None
    assert signing.wording == paper.consent_digest(application, sheet)
    assert {one.data_class for one in signing.ticks} == {"A1", "A3", "A5", "B3"}
    assert consent.sheet(application, sheet).fields["wording"] == paper.consent_paper_for(application, sheet).wording
