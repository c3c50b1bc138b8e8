"""The paper of a withdrawal (撤回同意书和回执): one numbered print for each, whose code leads back to it, and filing.

The paper is evidence afterwards. Nothing of a withdrawal waits for it, and the same withdrawal gives the same paper.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from desktop.documents.form_content import chinese_date
from desktop.documents.portable_pages import pages_to_sign
from desktop.documents.withdrawal_form import HandedOverRow, WithdrawalFormContent, WithdrawalRow, withdrawal_form
from desktop.domain.consent import PURPOSE_NAMES, DataClass, WithdrawalMode
from desktop.domain.errors import UserFacingError
from desktop.domain.prints import Came
from desktop.domain.referrals import REFERRAL_STATE_NAMES
from desktop.domain.stops import Stop
from desktop.domain.withdrawals import HandedOver, TakenBack, WithdrawalMade
from desktop.services import directory, scans
from desktop.services.application import Application, Done
from desktop.services.fingerprints import keeps_fingerprints
from desktop.services.finished_paper import Paper, finished
from desktop.services.paper import form_resident, office_of
from desktop.services.permission import Capability, require
from desktop.services.prints import note_print
from desktop.services.scan_facts import facts_of
from desktop.services.scan_prints import PagesToCome
from desktop.services.scans import Sealed
from desktop.services.withdrawals import WithdrawalView, handed_over, read_withdrawal, withdrawal
from desktop.services.wordings import wording_for
from desktop.storage.journal import Action

_PUBLICITY = "典型案例宣传"
"""Stands where a recipient would: this consent is given to nobody in particular."""
_ANY_PAPER = "（不限编号）"
_EVERYBODY = "全部接收方"
COPIES = 2
"""One to be signed and kept, one for the person."""


def withdrawal_paper_for(application: Application, withdrawal_id: str) -> Paper:
    """A withdrawal's form with its receipt and the list of what had been handed over before.

    Raises UserFacingError ``record.unknown``, ``directory.no-office``.
    """
    view = withdrawal(application, withdrawal_id)
    content = _content(application, view, handed_over(application, view))
    choice = wording_for(application, "withdrawal", print_id=content.print_id, household=view.household)
    return finished(application, withdrawal_form, content, choice)


def _content(application: Application, view: WithdrawalView, told: Iterable[HandedOver]) -> WithdrawalFormContent:
    made = view.made
    names = {one.id: one.name for one in directory.organisations(application)}
    office = directory.office(application)
    received = datetime.fromisoformat(view.moment).astimezone().replace(tzinfo=None, second=0, microsecond=0)
    papers = dict.fromkeys(one.paper_number for one in made.taken_back if one.paper_number)
    handed = tuple(_handed_row(one) for one in told)
    return WithdrawalFormContent(
        print_id=view.id,
        sheet_number=made.number,
        consent_number="、".join(papers) or _ANY_PAPER,
        handler=office_of(application),
        resident=form_resident(application, view.resident),
        rows=(*_rows(made.taken_back, names), *_rows_beyond(made, names)),
        workers=(made.worker_name, made.second_worker_name),
        whole=made.whole,
        unwanted=made.unwanted,
        requests=made.requests,
        mode=made.mode,
        said_by=said_by(made),
        by_guardian=made.withdrawn_by.guardian,
        identity_check=made.identity_checked,
        received_at=received,
        receipt_number=made.number,
        reply_by=made.reply_by,
        delivery=made.delivery,
        reply_working_days=office.reply_days if office is not None else 15,
        handed_over=handed,
        large_type=made.large_type,
        # Nobody knows more than the county has told; the day says up to when.
        as_of=received.date() if not handed else application.today(),
    )


def said_by(made: WithdrawalMade) -> str:
    """Who said or brought it, in words; "" where it was the person."""
    if made.withdrawn_by.guardian:
        return "监护人" if made.guardian in ("", "监护人") else f"监护人{made.guardian}"
    if made.mode is WithdrawalMode.BY_ANOTHER:
        return f"本人，由{made.brought_by}代交" if made.brought_by else "本人，由他人代交"
    return ""


def _rows(taken_back: Iterable[TakenBack], names: dict[str, str]) -> Iterable[WithdrawalRow]:
    """A row for each recipient; what two purposes or papers said of the same class is said once."""
    agreed: dict[str, set[DataClass]] = {}
    gone: dict[str, set[DataClass]] = {}
    words: dict[str, list[str]] = {}
    for one in taken_back:
        name = names.get(one.recipient, one.recipient) or _PUBLICITY
        agreed.setdefault(name, set()).update(one.agreed)
        gone.setdefault(name, set()).update(one.classes)
        words.setdefault(name, []).extend(one.words)
    for name, classes in agreed.items():
        yield WithdrawalRow(name, tuple(sorted(classes)), tuple(sorted(gone[name])), tuple(words[name]))


def _rows_beyond(made: WithdrawalMade, names: dict[str, str]) -> Iterable[WithdrawalRow]:
    """What was withdrawn without a known consent to it; and for whom it is said that is only not to be called again."""
    for one in made.stops:
        words = stop_words(one)
        yield WithdrawalRow(names.get(one.recipient, one.recipient) or _EVERYBODY, (), (), (words,), is_contact=True)
    if not made.taken_back and not made.stops:
        yield WithdrawalRow(_EVERYBODY, (), is_contact=True)


def stop_words(stop: Stop) -> str:
    """What such a no takes back, in words."""
    purpose = f"{PURPOSE_NAMES[stop.purpose]}：" if stop.purpose is not None else ""
    return f"{purpose}以前同意提供的全部信息"


def _handed_row(one: HandedOver) -> HandedOverRow:
    answer = ""
    if one.last is not None:
        day = f"（{chinese_date(one.last_day)}）" if one.last_day else ""
        answer = f"{REFERRAL_STATE_NAMES[one.last]}{day}"
    return HandedOverRow(one.recipient, one.number, one.withdrawn, one.released, answer)


def record_withdrawal_print(application: Application, paper: Paper, came: Came) -> Done[int]:
    """Note what came of printing its form; answers how often it came out whole. By this its code is known."""
    require(application, Capability.PRINT)

    def write(action: Action) -> int:
        row = read_withdrawal(action.connection, paper.print_id)
        return note_print(
            action,
            household=row.household or "",
            of=row.id,
            print_id=paper.print_id,
            form=paper.form,
            version=paper.version,
            digest=paper.digest,
            wording=paper.wording,
            came=came,
            number=paper.number,
            resident=row.resident or "",
        )

    return application.act(write, persons_right=True)


# --- the page comes back ----------------------------------------------------------------------------


def withdrawal_for_pages(connection: Connection, withdrawal_id: str) -> None:
    """That pages may be filed to it; raises UserFacingError ``record.unknown``, ``scan.fingerprint``."""
    read_withdrawal(connection, withdrawal_id)
    if not keeps_fingerprints(connection):
        raise UserFacingError("scan.fingerprint")


def pages_of_withdrawal(application: Application, withdrawal_id: str, coming: Iterable[Sealed] = ()) -> PagesToCome:
    """How many pages its paper has, and which of them carry a place to sign; the receipt is the person's."""
    facts = application.read(lambda connection: facts_of(connection, withdrawal_id))
    told = [one.mark.pages for one in coming if one.mark is not None]
    # A letter may have any number of pages: there is always room for one more.
    told += [max(fact.get("pages", 0), fact["page"] + 1) for fact in facts]
    known = max(told, default=0)
    try:
        made = withdrawal_paper_for(application, withdrawal_id)
    except UserFacingError:  # the county has taken its office back: the paper cannot be made any more
        return PagesToCome(known, ())
    pages, to_sign = pages_to_sign(made.pdf, boxes=False)
    return PagesToCome(max(pages, known), to_sign)


def write_page(action: Action, withdrawal_id: str, pages: Collection[Sealed]) -> tuple[str, ...]:
    """Record pages as filed to a withdrawal, in the action given; nothing else of it changes."""
    withdrawal_for_pages(action.connection, withdrawal_id)
    row = read_withdrawal(action.connection, withdrawal_id)
    about: dict[str, Any] = {"household": row.household or "", "resident": row.resident or "", "withdrawal": row.id}
    return tuple(scans.write_scan(action, about, one) for one in pages)
