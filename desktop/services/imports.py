"""Writing a confirmed import: one action per household, all under one import id."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass

from desktop.domain.errors import UserFacingError
from desktop.domain.households import NewHousehold
from desktop.domain.identity import match_key
from desktop.services.application import Application, Done
from desktop.services.households import describe, find_by_document, new_id, resident_groups, write_household
from desktop.services.import_plan import ImportItem, ImportPlan, ItemKind
from desktop.services.permission import Capability, require
from desktop.storage.journal import Action


@dataclass(frozen=True, slots=True)
class ImportResult:
    """How many households were written as new and as changed; ``stopped`` if a person cancelled."""

    import_id: str
    added: int
    changed: int
    stopped: bool


def confirm_import(
    application: Application,
    plan: ImportPlan,
    *,
    progress: Callable[[float], None] = lambda _share: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Done[ImportResult]:
    """``iter_import`` in one call; ``progress`` gets the share done, 0 to 1."""
    require(application, Capability.IMPORT_LEDGER)
    steps = iter_import(application, plan, cancelled=cancelled)
    while True:
        try:
            done, total = next(steps)
        except StopIteration as finished:
            result: Done[ImportResult] = finished.value
            return result
        progress(done / total)


def iter_import(
    application: Application, plan: ImportPlan, *, cancelled: Callable[[], bool] = lambda: False
) -> Generator[tuple[int, int], None, Done[ImportResult]]:
    """Write what the preview showed, a household at a time; yields how many of how many are written.

    Cancelling keeps what is written; a second run does the rest. Nothing at all is written where nothing
    changed: the same file twice leaves no trace.

    Raises:
        UserFacingError: ``import.preview-outdated`` where somebody was recorded since the preview was made; what
            was written before stays.
    """
    require(application, Capability.IMPORT_LEDGER)
    todo = [item for item in plan.items if item.kind in (ItemKind.NEW, ItemKind.CHANGED)]
    counts = {ItemKind.NEW: 0, ItemKind.CHANGED: 0}
    kinds: frozenset[str] = frozenset()
    stopped = False
    try:
        for index, item in enumerate(todo):
            if cancelled():
                stopped = True
                break
            done = application.act(lambda action, one=item: _write(action, one), import_id=plan.import_id)  # type: ignore[misc]
            kinds |= done.changed
            counts[item.kind] += 1
            yield index + 1, len(todo)
    except UserFacingError:
        _note(application, plan, counts, stopped=True)
        raise
    result = ImportResult(plan.import_id, counts[ItemKind.NEW], counts[ItemKind.CHANGED], stopped)
    return Done(result, kinds | _note(application, plan, counts, stopped=stopped))


def _note(
    application: Application, plan: ImportPlan, counts: Mapping[ItemKind, int], *, stopped: bool
) -> frozenset[str]:
    """Note that a file was taken in, if anything of it was written."""
    added, changed = counts[ItemKind.NEW], counts[ItemKind.CHANGED]
    if not added and not changed:
        return frozenset()
    fact = {"file": plan.digest, "added": added, "changed": changed, "stopped": stopped, "gone": len(plan.gone)}
    return application.act(
        lambda action: action.add("import.recorded", new_id(), fact), import_id=plan.import_id
    ).changed


def _write(action: Action, item: ImportItem) -> None:
    if item.new is not None:
        _refuse_known(action, item.new)
        write_household(action, item.new)
        return
    household = item.household or ""
    for record in dict.fromkeys(change.record for change in item.changes):
        groups = {change.group: change.after for change in item.changes if change.record == record}
        kind = "household" if record == household else "resident"
        describe(action, kind, record, groups)
    for member in item.new_members:
        describe(action, "resident", new_id(), resident_groups(member, household, member.relation))


def _refuse_known(action: Action, household: NewHousehold) -> None:
    """Somebody recorded this person after the preview was made: look again rather than double them."""
    for member in household.members:
        key = match_key(member.document.type, member.document.number)
        if key and find_by_document(action.connection, key) is not None:
            raise UserFacingError("import.preview-outdated")
