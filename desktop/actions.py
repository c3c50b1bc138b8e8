"""Actions by name: how one line of JSON becomes one call of a service function.

``zoucun do`` and scripts use it. The arguments are read by the function's own annotations, so a service function is
registered by naming it, and a line with a wrong field is refused before anything is done.
"""

from __future__ import annotations

import dataclasses
import inspect
import types
import typing
from collections.abc import Callable, Mapping
from datetime import date
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, Final

from desktop.domain import households as described
from desktop.domain.aid import Category
from desktop.domain.blanks import Spoiled, blank_id
from desktop.domain.errors import UserFacingError
from desktop.domain.journal import EntryFormatError, EntryReference
from desktop.domain.plain import JSON_NAME, from_plain, to_plain
from desktop.domain.prints import Came, PrintOutcome
from desktop.domain.records import State
from desktop.services import (
    beside_checks,
    blank_binding,
    blank_numbers,
    blank_stocks,
    consent,
    erasing,
    households,
    joining,
    minors,
    publicity,
    publicity_paper,
    referrals,
    rights,
    rights_acts,
    round_unsigned,
    scan_intake,
    scan_tray,
    scans,
    sheet_checks,
    sheet_wordings,
    visits,
)
from desktop.services.application import Application, Done
from desktop.services.sync_attention import keep_standing, settle

NAME: Final = "do"
"""The field of a line that names the action; all others are its arguments."""

_HOUSEHOLD_GROUPS: Final[Mapping[str, type]] = {
    "address": described.Address,
    "head": described.Head,
    "number": described.Number,
    "near_relative": described.NearRelative,
    **{described.category_group(category): described.CategoryHeld for category in Category},
}
_RESIDENT_GROUPS: Final[Mapping[str, type]] = {
    "name": described.Name,
    "document": described.Document,
    "birth": described.Birth,
    "phones": described.Phones,
    "membership": described.Membership,
    "health": described.Health,
    "disability": described.Disability,
    "guardian": described.Guardian,
    "carer": described.Carer,
    "capacity": described.StatedCapacity,
}


def change_household(application: Application, household_id: str, groups: dict[str, Any]) -> Done[State | None]:
    """Change groups of a household's description (``address``, ``number``, ``category:…``)."""
    return households.change_household(application, household_id, _read_groups(_HOUSEHOLD_GROUPS, groups))


def change_resident(application: Application, resident_id: str, groups: dict[str, Any]) -> Done[State | None]:
    """Change groups of a person's description (``name``, ``document``, ``phones`` …)."""
    return households.change_resident(application, resident_id, _read_groups(_RESIDENT_GROUPS, groups))


def decide_conflict(application: Application, record_id: str, group: str, value: dict[str, Any]) -> Done[None]:
    """A person chose one value where two vaults had changed the same group."""
    chosen = _read_groups({**_HOUSEHOLD_GROUPS, **_RESIDENT_GROUPS}, {group: value})[group]
    return households.decide_conflict(application, record_id, group, to_plain(chosen))


def take_scan(application: Application, sheet_id: str, picture_file: str, page: int = 1) -> Done[str]:
    """File the picture in a file of this laptop (from a scanner or a phone) to a sheet; the file is left as it is."""
    return scans.take_scan(application, sheet_id, scans.read_picture(picture_file), page=page)


def take_in_scans(application: Application, picture_file: str) -> Done[scan_intake.Intake]:
    """Sort and file every page of a picture, TIFF or PDF by its code; the rest waits in the tray."""
    return scan_intake.take_in(application, scans.read_picture(picture_file))


@dataclasses.dataclass(frozen=True, slots=True)
class PrintedBlanks:
    """The id of a stock, and those of its blanks in the order of their numbers."""

    stock: str
    blanks: tuple[str, ...]


def print_blanks(application: Application, stock: blank_stocks.NewStock, pdf_file: str) -> Done[PrintedBlanks]:
    """Make a stock of numbered blanks as a new PDF for the printer, with nobody's name on them.

    From then on every number counts as out: what does not come out of the printer is to be spoiled.

    Raises:
        UserFacingError: as ``blank_stocks.iter_stock_papers``; ``blank.file-unwritable`` where the file is there
            already or cannot be written. No number is out then.
    """
    steps = blank_stocks.iter_stock_papers(application, stock)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            made: blank_stocks.StockPaper = end.value
            break
    try:
        with Path(pdf_file).open("xb") as file:
            file.write(made.pdf)
    except (OSError, ValueError):
        raise UserFacingError("blank.file-unwritable") from None
    done = blank_stocks.record_stock(application, made, PrintOutcome.PRINTED)
    blanks = tuple(blank_id(made.id, number) for number in range(1, stock.count + 1))
    return Done(PrintedBlanks(done.value, blanks), done.changed)


@dataclasses.dataclass(frozen=True, slots=True)
class RoundVoided:
    """The ids of the sheets that are void now, and of those left alone with the reason: nobody is named."""

    void: tuple[str, ...]
    left: Mapping[str, str]


def void_unsigned_of_round(
    application: Application, villages: tuple[str, ...], reason: str, *, printed: bool = False
) -> Done[RoundVoided]:
    """Declare void what was drafted ahead for these villages (codes) and nobody signed."""
    done = round_unsigned.void_unsigned(application, villages, reason, printed=printed)
    left = {one.sheet: one.kept.value for one in done.value.left if one.kept is not None}
    return Done(RoundVoided(done.value.sheets, left), done.changed)


def spoil_blanks(application: Application, blanks: tuple[str, ...], reason: Spoiled) -> Done[int]:
    """Blanks that can no longer be used, by their ids."""
    return blank_numbers.spoil(application, blanks, reason)


def report_blanks_missing(application: Application, blanks: tuple[str, ...], told: str, noticed: date) -> Done[int]:
    """Blanks that nobody finds: who was told, and when it was noticed."""
    return blank_numbers.report_missing(application, blanks, told, noticed)


def give_back_blanks(application: Application, blanks: tuple[str, ...]) -> Done[int]:
    """Blanks brought back to the office unused."""
    return blank_numbers.give_back(application, blanks)


def hand_on_blanks(application: Application, blanks: tuple[str, ...], to: str) -> Done[int]:
    """Blanks that a colleague takes on; ``to`` is the id or the name of theirs."""
    return blank_numbers.hand_on(application, blanks, to)


def record_publicity_printed(application: Application, publicity_id: str, came: Came) -> Done[int]:
    """Note what came of printing a publicity form; the same record gives the same paper, so it is made anew."""
    made = publicity_paper.publicity_paper_for(application, publicity_id)
    return publicity_paper.record_publicity_printed(application, made, came)


def erase_by_request(application: Application, request_id: str, words: str = "") -> Done[erasing.Erasure]:
    """Erase the person who asked for it; the answer counts and names nobody."""
    done = rights_acts.erase_by_request(application, request_id, words)
    return Done(done.value.erasure, done.changed)


def erase_scan_by_request(
    application: Application, request_id: str, scan: str, words: str = "", *, is_all_asked: bool = False
) -> Done[erasing.Erasure]:
    """Erase one picture as it was asked for; the answer counts and names nobody."""
    done = rights_acts.erase_scan_by_request(application, request_id, scan, words, is_all_asked=is_all_asked)
    return Done(done.value.erasure, done.changed)


def settle_change(application: Application, entry: str, how: str) -> Done[None]:
    """A person has dealt with a change that the county did not accept; ``entry`` is its reference, ``how`` in words."""
    try:
        EntryReference.parse(entry)
    except EntryFormatError:
        raise UserFacingError("action.malformed", field="entry") from None
    return settle(application, entry, how)


def _read_groups(known: Mapping[str, type], groups: Mapping[str, Any]) -> dict[str, Any]:
    for name in groups:
        if name not in known:
            raise UserFacingError("action.malformed", field=f"groups.{name}")
    return {name: from_plain(known[name], value, f"groups.{name}") for name, value in groups.items()}


ACTIONS: Final[Mapping[str, Callable[..., Done[Any]]]] = {
    "add-household": households.add_household,
    "add-member": households.add_member,
    "change-household": change_household,
    "change-resident": change_resident,
    "state-age": households.state_age,
    "decide-conflict": decide_conflict,
    "join-households": joining.join_households,
    "join-residents": joining.join_residents,
    "record-visit": visits.record_visit,
    "draft-sheet": consent.draft_sheet,
    "take-newer-wording": sheet_wordings.take_newer_wording,
    "record-printed": consent.record_printed,
    "record-signed": consent.record_signed,
    "record-refusal": consent.record_refusal,
    "take-scan": take_scan,
    "take-in-scans": take_in_scans,
    "file-from-tray": scan_tray.file_from_tray,
    "discard-from-tray": scan_tray.discard_from_tray,
    "refuse-sheet": consent.refuse_sheet,
    "void-sheet": consent.void_sheet,
    "void-unsigned-of-round": void_unsigned_of_round,
    "check-sheet": sheet_checks.check_sheet,
    "check-beside": beside_checks.check_beside,
    "reject-beside": beside_checks.reject_beside,
    "settle-change": settle_change,
    "keep-standing": keep_standing,
    "withdraw": consent.withdraw,
    "print-blanks": print_blanks,
    "bind-blank": blank_binding.bind_blank,
    "spoil-blanks": spoil_blanks,
    "report-blanks-missing": report_blanks_missing,
    "give-back-blanks": give_back_blanks,
    "hand-on-blanks": hand_on_blanks,
    "draft-publicity": publicity.draft_publicity,
    "record-publicity-printed": record_publicity_printed,
    "record-publicity-signed": publicity.record_publicity_signed,
    "refuse-publicity": publicity.refuse_publicity,
    "check-publicity": publicity.check_publicity,
    "withdraw-publicity": publicity.withdraw_publicity,
    "void-publicity": publicity.void_publicity,
    "ask-minors-approval": minors.ask,
    "give-minors-approval": minors.give,
    "give-standing-minors-approval": minors.give_standing,
    "give-minors-approval-beside": minors.approve_beside,
    "refuse-minors-approval": minors.refuse,
    "end-minors-approval": minors.end,
    "open-minor-in-emergency": minors.open_in_emergency,
    "look-at-minor-emergency": minors.look_at_emergency,
    "take-rights-request": rights.take_request,
    "answer-rights-request": rights.answer_request,
    "withdraw-rights-request": rights.withdraw_request,
    "stop-providing-by-request": rights_acts.stop_providing,
    "erase-by-request": erase_by_request,
    "erase-scan-by-request": erase_scan_by_request,
    "draft-referral": referrals.draft_referral,
    "submit-referral": referrals.submit_referral,
    "cancel-referral": referrals.cancel_referral,
    "confirm-delivery": referrals.confirm_delivery,
    "close-referral": referrals.close_referral,
    "erase-resident": erasing.erase_resident,
    "erase-scan": erasing.erase_scan,
}


@dataclasses.dataclass(frozen=True, slots=True)
class Performed:
    """What an action made, after it was committed: ``made`` holds ids as plain JSON values."""

    saved: str
    made: Any
    changed: tuple[str, ...]


def perform(application: Application, line: Mapping[str, Any]) -> Performed:
    """Do what one line says; when this returns, it is on the disk.

    Raises:
        UserFacingError: ``action.unknown``; ``action.malformed`` with ``field``, the dotted path of the first wrong or
            missing one; and whatever the service function raises. Nothing is saved then.
    """
    name = line.get(NAME)
    function = ACTIONS.get(name) if isinstance(name, str) else None
    if function is None:
        raise UserFacingError("action.unknown", action=str(name))
    done = function(application, **read_arguments(function, {key: one for key, one in line.items() if key != NAME}))
    return Performed(str(name), _ids(done.value), tuple(sorted(done.changed)))


def read_arguments(function: Callable[..., Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a service function from plain JSON values; raises UserFacingError("action.malformed")."""
    wanted = arguments_of(function)
    for name in given:
        if name not in wanted:
            raise UserFacingError("action.malformed", field=name)
    for name, argument in wanted.items():
        if argument.default is inspect.Parameter.empty and name not in given:
            raise UserFacingError("action.malformed", field=name)
    return {name: from_plain(wanted[name].annotation, value, name) for name, value in given.items()}


@cache
def arguments_of(function: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    """The function's parameters after ``application``, their annotations resolved."""
    hints = typing.get_type_hints(function)
    parameters = list(inspect.signature(function).parameters.values())[1:]
    return {one.name: one.replace(annotation=hints[one.name]) for one in parameters}


def usage(name: str) -> dict[str, Any]:
    """How a line of this action looks: each field with the type of its value, optional ones with ``?``."""
    fields = {
        argument.name + ("" if argument.default is inspect.Parameter.empty else "?"): _type_words(argument.annotation)
        for argument in arguments_of(ACTIONS[name]).values()
    }
    return {NAME: name, **fields}


def _type_words(wanted: Any) -> Any:
    origin, options = typing.get_origin(wanted), typing.get_args(wanted)
    if origin in (typing.Union, types.UnionType):
        return _type_words(next(one for one in options if one is not type(None)))
    if origin is tuple:
        return [_type_words(options[0])]
    if dataclasses.is_dataclass(wanted):
        hints = typing.get_type_hints(wanted)
        return {
            field.metadata.get(JSON_NAME, field.name) + ("" if _required(field) else "?"): _type_words(
                hints[field.name]
            )
            for field in dataclasses.fields(wanted)
        }
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return " | ".join(str(one.value) for one in wanted)
    if wanted is date:
        return "date, as 2026-03-05"
    return {str: "text", int: "whole number", bool: "true | false"}.get(wanted, "object")


def _required(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _ids(value: Any) -> Any:
    # A record's state holds a person's description: what was changed is known to whoever sent it.
    return None if isinstance(value, dict) else to_plain(value)
