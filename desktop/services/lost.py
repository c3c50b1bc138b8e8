"""A colleague's laptop was lost (笔记本丢了): what to do now, and the letters, from this laptop's own shared records.

The county knows what lay on the lost one (``zoucun-county lost``); this laptop knows the people of the township.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection

from desktop.documents.loss_letter import LossLetterContent, loss_letter
from desktop.documents.portable_pages import bundled
from desktop.documents.print_mark import content_hash
from desktop.domain.breach import AUTHORITY_WORDS, CATEGORIES, Affected, categories, is_minor
from desktop.domain.errors import UserFacingError
from desktop.domain.retention import SCHEDULE
from desktop.services import directory, people
from desktop.services.application import Application, Done
from desktop.services.households import new_id
from desktop.services.permission import Capability, require
from desktop.services.record_paper import number_of
from desktop.services.wordings import wording_for
from desktop.storage import queries
from desktop.storage.queries import RecordRow

__all__ = ["MOST", "STEPS", "Affected", "Batch", "affected", "batches", "letters"]

STEPS: Final[tuple[str, ...]] = (
    "马上打电话给县里：请县里停用那台电脑的加密库，需要时下令清除。",
    "报警并留下回执；在单位里记下何时、何地、怎样丢的，谁最后用过。",
    "请县里给出名单：上面有谁的哪些信息，截止到哪一天，哪些没有报上去。",
    "设备卡还在不在保险柜里？备份用的 U 盘还在不在？少一样，都要告诉县里。",
    AUTHORITY_WORDS,
    "前五步办完，按名单给每个人送告知书，未成年人的送给监护人；从这台电脑就能打印。",
    "没有报上去的走访，请经办人凭记忆和纸质材料补记，写明是补记的。",
)
"""What to do, in this order."""
TOLD: Final = frozenset(CATEGORIES) & frozenset(SCHEDULE)
"""Every kind of record that a letter tells of, beside the groups of the person's own."""
MOST: Final = 200
"""Letters made in one go: a sheet each, all of them in memory."""


@dataclass(frozen=True, slots=True)
class Batch:
    """People of one village whose letters are made in one go: ``part`` of ``parts`` where it has too many for one.

    ``village`` and ``township`` are names, empty where none is known.
    """

    village: str
    township: str
    residents: tuple[str, ...]
    part: int = 1
    parts: int = 1


def affected(application: Application) -> tuple[Affected, ...]:
    """Everybody of the township whom a colleague's laptop may have held, with what is known of each."""
    return application.read(lambda connection: _affected(connection, application.today()))


def batches(application: Application) -> tuple[Batch, ...]:
    """Everybody ``affected``, village by village in the order of their codes, at most ``MOST`` in each batch."""

    def read(connection: Connection) -> dict[str, str]:
        return {row.id: row.household or "" for row in queries.of_kind(connection, "resident")}

    home_of = application.read(read)
    villages = people.households_by_village(application)
    names = {home: (each.code, each.name, each.township) for each in villages for home in each.households}
    found: dict[tuple[str, str, str], list[str]] = {}
    for one in affected(application):
        found.setdefault(names.get(home_of.get(one.resident, ""), ("", "", "")), []).append(one.resident)
    made = []
    for (_, village, township), residents in sorted(found.items()):
        parts = -(-len(residents) // MOST)
        for part in range(parts):
            some = tuple(residents[part * MOST : (part + 1) * MOST])
            made.append(Batch(village, township, some, part + 1, parts))
    return tuple(made)


def letters(application: Application, residents: Sequence[str], day: date, cause: str) -> Done[bytes]:
    """The letters to these people as one PDF; journalled with their number, the id and the hash that each bears, in the
    order of the people, and the wording. At most two hundred at a time.

    Raises:
        UserFacingError: ``lost.nobody``, ``lost.too-many``, ``lost.no-office`` before the county has issued the
            office's address and telephone; ``print.missing-characters``.
    """
    require(application, Capability.PRINT)
    wanted = set(residents)
    chosen = [one for one in affected(application) if one.resident in wanted]
    if not chosen:
        raise UserFacingError("lost.nobody")
    if len(chosen) > MOST:
        raise UserFacingError("lost.too-many", most=MOST)
    office = directory.office(application)
    if office is None:
        raise UserFacingError("lost.no-office")
    contents = [_letter(application, one, office, day, cause.strip()) for one in chosen]
    wording = wording_for(application, "loss-letter").wording
    pdf = bundled([application.paper_process.typeset(loss_letter, one, wording) for one in contents], 1)
    body = {
        "letters": len(chosen),
        "residents": [one.resident for one in chosen],
        "day": day.isoformat(),
        "prints": [one.print_id for one in contents],
        "hashes": [content_hash(one, wording.sha256) for one in contents],
        "version": wording.version,
        "wording": wording.sha256,
    }
    done = application.act(lambda action: action.add("vault.loss-letters-made", None, body))
    return Done(pdf, done.changed)


def _letter(
    application: Application, one: Affected, office: directory.Office, day: date, cause: str
) -> LossLetterContent:
    print_id, today = new_id(), application.today()
    return LossLetterContent(
        print_id=print_id,
        sheet_number=number_of("AQ", today, print_id),
        name=one.name,
        is_minor=one.minor,
        categories=tuple(CATEGORIES[each] for each in one.categories),
        handler_name=office.name,
        handler_phone=office.phone,
        lost_on=day,
        cause=cause,
        day=today,
    )


def _affected(connection: Connection, today: date) -> tuple[Affected, ...]:
    by_resident: dict[str, set[str]] = {}
    by_household: dict[str, set[str]] = {}
    for kind in TOLD:
        for row in queries.of_kind(connection, kind):
            if row.resident:
                by_resident.setdefault(row.resident, set()).add(kind)
            elif row.household:
                by_household.setdefault(row.household, set()).add(kind)
    homes = {row.id: row for row in queries.of_kind(connection, "household")}
    people = [
        Affected(
            resident=row.id,
            name=_value(row, "name", "name"),
            address=_value(homes.get(row.household or ""), "address", "text"),
            minor=is_minor(_born(row), today),
            categories=categories(
                row.state.get("groups", {}),
                by_resident.get(row.id, set()) | by_household.get(row.household or "", set()),
            ),
        )
        for row in queries.of_kind(connection, "resident")
    ]
    return tuple(sorted(people, key=lambda one: (one.address, one.name, one.resident)))


def _value(row: RecordRow | None, group: str, name: str) -> str:
    value: Any = {} if row is None else row.state.get("groups", {}).get(group, {}).get("value")
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""


def _born(row: RecordRow) -> date | None:
    try:
        return date.fromisoformat(_value(row, "birth", "day"))
    except ValueError:
        return None
