"""Paper (表单): forms as PDF bytes from memory, and what came out of the printer.

A form's print id is made when it is first shown, so that the paper that comes back is recognised;
"printed" is recorded only when it really was (``consent.record_printed``, ``record_print``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from desktop.documents import referral_slip as slip_paper
from desktop.documents.childrens_rules import RULES, ChildrensRulesContent, childrens_rules
from desktop.documents.consent_content import ConsentFormContent, Filled, GuardianPart, ReadingMode
from desktop.documents.consent_form import consent_form
from desktop.documents.form_content import FormResident, Handler
from desktop.documents.portable_pages import pages_to_sign
from desktop.documents.print_mark import content_hash
from desktop.domain.aid import CATEGORY_NAMES
from desktop.domain.blanks import Stock
from desktop.domain.consent import PURPOSE_NAMES, DataClass
from desktop.domain.errors import UserFacingError
from desktop.domain.households import categories_of_member
from desktop.domain.needs import NEED_NAMES, URGENCY_NAMES
from desktop.domain.plain import from_stored
from desktop.domain.prints import Came
from desktop.domain.referrals import ReferralState
from desktop.domain.sheet_signing import needs_guardians_form
from desktop.domain.typed import format_money
from desktop.domain.visits import AidReceived
from desktop.services import consent, directory, disclosed, people, referrals
from desktop.services.application import Application, Done
from desktop.services.blank_content import content_of_blank, content_of_bound
from desktop.services.consent_records import read_sheet
from desktop.services.consent_signing import family_of
from desktop.services.contact_answers import contact_today
from desktop.services.finished_paper import Paper as Paper  # noqa: PLC0414 - those who print know it from here
from desktop.services.finished_paper import finished
from desktop.services.form_parts import compatriot_part, guardian_part, handler_of, recipient_row
from desktop.services.handing_over import referral_to_hand_over
from desktop.services.minors_gate import require_open
from desktop.services.paper_parts import part_hashes
from desktop.services.permission import Capability, require
from desktop.services.prints import note_print
from desktop.services.retention_review import evidence_years
from desktop.services.signed_forms import signed_form_of
from desktop.services.summary_check import told_too_much_of
from desktop.services.wordings import Choice, wording_for, wording_of_sheet
from desktop.storage.journal import Action

COPIES = 2
"""一式两份: of a consent form one stays with the person, one comes back (``reference.md`` §3.2, item 14)."""


def consent_paper_for(application: Application, sheet_id: str) -> Paper:
    """The consent form of a sheet, to be looked at and printed; the same sheet always gives the same bytes.

    Raises:
        UserFacingError: ``minors.closed`` for a minor whose data is closed to this worker.
    """
    sheet = application.read(lambda connection: read_sheet(connection, sheet_id))
    require_open(application, sheet.resident, "print")
    return consent_paper_as_recorded(application, sheet_id)


def consent_paper_as_recorded(
    application: Application, sheet_id: str, print_id: str = "", filled: Filled | None = None
) -> Paper:
    """The same, to count its pages and places to sign: nobody looks at it. ``filled`` and an own ``print_id`` are
    those of the copy of a sheet that was signed on the screen (``screen_signing.signed_copy``)."""
    content, choice = _sheet_in_its_wording(application, sheet_id)
    content = replace(content, print_id=print_id) if print_id else content
    more = (filled,) if filled else ()
    made = finished(application, consent_form, content, choice, _parts(content), more=more)
    return _with_childrens_rules(application, content, made)


def _with_childrens_rules(application: Application, content: ConsentFormContent, made: Paper) -> Paper:
    """With the rules for children for a child under fourteen, or who may be one on a blank form."""
    if content.guardian is None or not content.guardian.is_child:
        return made
    return with_childrens_rules(application, made, content.sheet_number, large_type=content.large_type)


def with_childrens_rules(application: Application, made: Paper, number: str, *, large_type: bool) -> Paper:
    """A form for a child under fourteen with the rules for children (PIPL 31), a print of its own beside it.

    The printing says which rules they were by ``parts``.
    """
    office = _office(application)
    rules = ChildrensRulesContent(
        print_id=f"{made.print_id}-{RULES}",
        sheet_number=number,
        handler=handler_of(office),
        retention_years=office.retention_years,
        reply_working_days=office.reply_days,
        large_type=large_type,
    )
    enclosed = finished(application, childrens_rules, rules, wording_for(application, "childrens-rules"))
    return replace(made, enclosed=enclosed.pdf, parts={**made.parts, "childrens-rules": enclosed.digest})


def blank_paper(application: Application, stock_id: str, stock: Stock, number: int) -> Paper:
    """One form of a stock of blanks, with everything that is known before anybody signs it."""
    content = content_of_blank(application, stock_id, stock, number, _office(application))
    made = finished(application, consent_form, content, wording_for(application, content.form), _parts(content))
    return _with_childrens_rules(application, content, made)


def consent_digest(application: Application, sheet_id: str) -> str:
    """What ``consent_paper_for`` would bind its paper by, without making it."""
    content, choice = _sheet_in_its_wording(application, sheet_id)
    return content_hash(content, choice.wording.sha256)


def consent_parts(application: Application, sheet_id: str) -> Mapping[str, str]:
    """What the sheet's paper would say today, part by part, to be held against the parts of a printing."""
    sheet = application.read(lambda connection: read_sheet(connection, sheet_id))
    return _parts(content_of_sheet(application, sheet))


def _parts(content: ConsentFormContent) -> dict[str, str]:
    """``person``, ``office`` and ``recipients``."""
    said = {
        "person": (content.resident, content.guardian),
        "office": (content.handler, content.retention_years, content.reply_working_days),
        "recipients": (content.recipients, content.recipient_retention_years),
    }
    return part_hashes(content.print_id, said)


def _sheet_in_its_wording(application: Application, sheet_id: str) -> tuple[ConsentFormContent, Choice]:
    sheet = application.read(lambda connection: read_sheet(connection, sheet_id))
    content, on = content_of_sheet(application, sheet), application.today()
    return content, application.read(lambda one: wording_of_sheet(one, sheet.state, sheet.fields, content.form, on))


def content_of_sheet(application: Application, sheet: consent.SheetView) -> ConsentFormContent:
    """What a sheet's paper says beyond its wording."""
    if sheet.fields.get("blank"):
        return content_of_bound(application, sheet.id, _office(application))
    # As recorded, whoever prints it: the same sheet gives the same paper.
    return consent_content(
        application,
        from_stored(consent.NewSheet, sheet.fields),
        resident_on_paper(application, people.resident_as_recorded(application, sheet.resident)),
        (str(sheet.fields["worker_name"]), sheet.second_name),
        print_id=sheet.fields.get("print") or sheet.id,
        number=sheet.number,
        months=sheet.fields["months"],
    )


def consent_sample(application: Application, sheet: consent.NewSheet, resident: FormResident) -> bytes:
    """What the form would look like while it is still being put together: the same form, marked 样张, without a number.

    ``resident`` is given, so that a preview which follows every tick is not a new opening of the person's page.
    """
    names = directory.worker_names(application)
    workers = (application.worker.name, names.get(sheet.second_worker, sheet.second_worker))
    content = consent_content(application, sheet, resident, workers)
    return application.paper_process.typeset(consent_form, content, wording_for(application, content.form).wording)


def consent_content(
    application: Application,
    sheet: consent.NewSheet,
    resident: FormResident,
    workers: tuple[str, str],
    *,
    print_id: str = "sample",
    number: str = "",
    months: int = consent.VALID_MONTHS,
) -> ConsentFormContent:
    """Everything a consent form says beyond its wording; raises UserFacingError("directory.no-office")."""
    office = _office(application)
    bodies = {one.id: one for one in directory.organisations(application)}
    aloud, alone = ReadingMode.READ_ALOUD, ReadingMode.SELF
    return ConsentFormContent(
        print_id=print_id,
        sheet_number=number,
        handler=handler_of(office),
        resident=resident,
        recipients=tuple(recipient_row(bodies[ask.recipient], ask) for ask in sheet.asks),
        workers=workers,
        reading_mode=None if sheet.ahead else aloud if sheet.read_aloud else alone,
        dialect=sheet.dialect,
        near_relative=None if sheet.ahead else sheet.near_relative,
        near_relative_detail="" if sheet.ahead else sheet.near_relative_who,
        retention_years=office.retention_years,
        reply_working_days=office.reply_days,
        validity_months=months,
        large_type=sheet.large_type,
        traditional=sheet.traditional,
        guardian=_guardian(application, sheet),
    )


def _guardian(application: Application, sheet: consent.NewSheet) -> GuardianPart | None:
    """The guardian, held against the relatives whom the record knows, whoever may see them: the paper names none."""
    if sheet.signing is None or not needs_guardians_form(sheet.signing):
        return None
    on = application.today()
    family = application.read(lambda connection: family_of(connection, sheet.resident, on))
    return guardian_part(sheet.signing, family.kin)


def file_copy(application: Application, referral_id: str) -> Paper:
    """The office's own copy, marked 未放行·不得交付 on every page; never for the recipient's hand."""
    return _slip(application, referrals.referral(application, referral_id), released=False)


def file_copy_sample(application: Application, referral: referrals.NewReferral) -> bytes:
    """The file copy of a referral that is still being written, without a number."""
    require_open(application, referral.resident, "print")
    person = people.resident_view(application, referral.resident)
    view = referrals.ReferralView(
        id="sample",
        number="",
        state=ReferralState.DRAFTED,
        household=person.membership.household,
        resident=referral.resident,
        name=person.name.name,
        recipient=referral.recipient,
        recipient_name="",
        moment=application.today().isoformat(),
        reason="",
        release=None,
        referral=referral,
        fields={
            "sheets": referrals.covering_sheets(application, referral),
            "worker_name": application.worker.name,
        },
    )
    return _slip(application, view, released=False).pdf


def recipient_slip(application: Application, referral_id: str) -> Paper:
    """The slip that may be handed over: only with the county's signed release, and only while it holds.

    Raises:
        UserFacingError: as ``referral_to_hand_over``; ``referral.told-too-much`` where a text that was drafted
            tells what was not released.
    """
    require(application, Capability.HAND_OVER_SLIP)
    return _slip(application, referral_to_hand_over(application, referral_id), released=True)


def referral_papers(
    application: Application, referral_id: str
) -> tuple[Paper | UserFacingError, Paper | UserFacingError]:
    """A referral's file copy and its recipient's slip; in place of either the error that says why there is none."""
    found: list[Paper | UserFacingError] = []
    for make in (file_copy, recipient_slip):
        try:
            found.append(make(application, referral_id))
        except UserFacingError as error:
            found.append(error)
    return found[0], found[1]


def _slip(application: Application, view: referrals.ReferralView, *, released: bool) -> Paper:
    referral = view.referral
    require_open(application, view.resident, "print")
    body = next(one for one in directory.organisations(application) if one.id == view.recipient)
    page = people.household_page(application, view.household)
    sheets = [consent.sheet(application, one) for one in view.fields.get("sheets", ())]
    release = None
    classes = referral.classes
    if released and view.release is not None:
        classes = tuple(map(DataClass, view.release.classes))
        release = slip_paper.Release(
            view.release.number,
            date.fromisoformat(view.release.time[:10]),
            "、".join(sheet.number for sheet in sheets),
            classes,
            date.fromisoformat(view.release.expires[:10]),
        )
    if released:
        named = application.read(lambda one: told_too_much_of(application, one, referral, classes))
        if named:
            raise UserFacingError("referral.told-too-much", classes=named)
    told = disclosed.fields_of(application, page, view.resident, referral, classes)
    # The file copy stays inside civil affairs (statutory duty); only the slip is cut to what was agreed.
    tells_status = not released or DataClass.B5 in classes
    person = next(one for one in page.members if one.resident == view.resident)
    own = categories_of_member(page.categories, person.signing.band, application.today())
    tells_needs = not released or DataClass.A5 in classes
    told_by = view.fields.get("sheets", ())
    released_as = view.release if released else None
    contact = contact_today(application, view.resident, view.recipient, referral.purpose, told_by, released_as)
    content = slip_paper.ReferralSlipContent(
        print_id=f"{view.id[:24]}-{'slip' if released else 'copy'}",
        referral_number=view.number,
        referral_date=date.fromisoformat(view.fields.get("drafted_on", view.moment[:10])),
        office=application.worker.office,
        office_phone=_office(application).phone,
        worker=view.fields.get("worker_name", ""),
        reviewer=referral.second_worker,
        trigger=referral.trigger,
        recipient=body.name,
        recipient_credit_code=body.credit_code,
        purpose=PURPOSE_NAMES[referral.purpose],
        sheet_number="、".join(sheet.number for sheet in sheets),
        sheet_check="已核对" if all(sheet.state == "checked" for sheet in sheets) else "等第二人核对",
        disclosed=tuple(slip_paper.DisclosedField(one.data_class, one.label, one.value) for one in told),
        needs=tuple(slip_paper.NeedLine(one, NEED_NAMES[one]) for one in referral.needs) if tells_needs else (),
        urgency=URGENCY_NAMES[referral.urgency],
        reply_by=referral.reply_by,
        category="、".join(CATEGORY_NAMES[one.category] for one in own) if tells_status else "",
        aid_received=tuple(_aid_words(one) for one in referral.aid_received) if tells_status else (),
        remaining_gap=referral.gap if tells_needs and tells_status else "",
        summary=referral.summary if tells_needs else "",
        project=next((one.name for one in body.projects if one.id == referral.project), ""),
        near_relative=referral.near_relative or any(one.fields.get("near_relative") is True for one in sheets),
        near_relative_who=disclosed.near_relative_named(application, page, view.resident, referral, classes, sheets),
        may_call=contact.may_call,
        may_visit=contact.may_visit,
        release=release,
    )
    choice = wording_for(application, "referral-out", print_id=content.print_id, household=view.household)
    return finished(application, slip_paper.referral_slip, content, choice)


def record_print(application: Application, paper: Paper, *, of: str, household: str, came: Came) -> Done[int]:
    """Note what came of printing any other form (slip, visit record).

    Answers how often it came out whole by now, this time included.
    """
    require(application, Capability.PRINT)
    more: dict[str, object] = {}
    if signed_form_of(paper.form) is not None:
        pages, to_sign = pages_to_sign(paper.pdf)
        more = {"pages": pages, "to_sign": list(to_sign), "parts": dict(paper.parts)}
    return application.act(lambda action: note_paper(action, paper, of=of, household=household, came=came, **more))


def note_paper(action: Action, paper: Paper, *, of: str, household: str, came: Came, **more: object) -> int:
    """As ``record_print``, within an action; ``more`` as for ``note_print``."""
    return note_print(
        action,
        household=household,
        of=of,
        print_id=paper.print_id,
        form=paper.form,
        version=paper.version,
        digest=paper.digest,
        wording=paper.wording,
        came=came,
        number=paper.number,
        **({"large_type": True} if paper.large_type else {}),
        **more,
    )


def _aid_words(aid: AidReceived) -> str:
    money = f"每月{format_money(aid.monthly)}" if aid.monthly else ""
    since = f"{aid.since:%Y年%m月}起" if aid.since else ""
    return " ".join(one for one in (aid.scheme, money, since) if one)


def _office(application: Application) -> directory.Office:
    office = directory.office(application)
    if office is None:
        raise UserFacingError("directory.no-office")
    # What the paper promises is what the schedule does, whichever of the two the county issued.
    return replace(office, retention_years=evidence_years(application))


def office_of(application: Application) -> Handler:
    """Who handles the data, as forms say it; raises UserFacingError("directory.no-office")."""
    return handler_of(_office(application))


def form_resident(application: Application, resident_id: str) -> FormResident:
    """The person as forms name them; opening their page is noted. Of a minor whose data is closed to this worker
    neither number nor day of birth: where a form needs them, they are written by hand."""
    return resident_on_paper(application, people.resident_view(application, resident_id))


def resident_on_paper(application: Application, person: people.ResidentView) -> FormResident:
    """A person as forms name them, from the view that is given."""
    page = people.household_page(application, person.membership.household)
    return FormResident(
        name=person.name.name,
        village_path=page.place,
        birth=person.birth.day,
        original_name=person.name.original,
        document=person.masked_number if person.document.number else "",
        household_number=page.number,
        compatriot=compatriot_part(person.document, page.categories),
    )
