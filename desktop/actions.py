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
from typing import Any, Final

from desktop.domain import households as described
from desktop.domain.aid import Category
from desktop.domain.errors import UserFacingError
from desktop.domain.journal import EntryFormatError, EntryReference
from desktop.domain.plain import from_plain, to_plain
from desktop.domain.records import State
from desktop.services import (
    beside_checks,
    consent,
    erasing,
    households,
    referrals,
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
    "decide-conflict": decide_conflict,
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
    "check-sheet": sheet_checks.check_sheet,
    "check-sheet-beside": beside_checks.check_beside,
    "reject-sheet-beside": beside_checks.reject_beside,
    "settle-change": settle_change,
    "keep-standing": keep_standing,
    "withdraw": consent.withdraw,
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
            field.name + ("" if _required(field) else "?"): _type_words(hints[field.name])
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
