"""What each role may do: one table, asked by every service function that writes, by the fold and by the window."""

from __future__ import annotations

import ast
import contextlib
import importlib
import inspect
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from desktop.domain.errors import UserFacingError
from desktop.domain.permissions import ENTRY_CAPABILITIES, PERMISSIONS, Capability, may, who_may
from desktop.domain.records import KINDS, Change, Nature, Result, apply_change
from desktop.domain.roles import LAPTOP_ROLES, Role
from desktop.services.application import Application
from desktop.storage.tables import draft, entry
from tests.vaults import closed_vault, made_vault, opened

SERVICES = Path(__file__).parents[2] / "desktop" / "services"
WITHOUT_ROLE = {
    "enrolment_files.ask_by_file": "made before the county gives a role",
    "enrolment_files.take_answer": "it is what gives the role",
    "sync.enrol": "it is what gives the role",
    "sync.finish_interrupted": "repairs what a kill cut short, whoever opens the vault",
    "preferences.set_idle_minutes": "one's own screen; nothing of anybody",
    "preferences.keep_printer": "one's own printer; nothing of anybody",
    "preferences.set_print_directly": "likewise",
    "scans.move_on_complete": "upkeep after a sync; does nothing for a role that takes in no scans",
    "scan_tray.tray": "lists what waits; lets go of pictures that the county says nobody may keep",
    "practice.prepare": "made-up people, in a practice vault alone",
    "escrow.keep_escrowed": "upkeep of the vault after unlock and sync, whoever opened it; nothing of anybody",
    "escrow.note_escrowed": "likewise",
    "escrow.settle_pending_recovery": "likewise",
    "vault_check.check_journal_again": "a look at the own journal, and its outcome",
    "journal_faults.deep_fault": "likewise, before a sync",
    "erasing.finish": "goes on with what an officer decided, whoever opens the vault",
    "former_stores.note_checked": "upkeep: what a check found, for whoever opened the vault; nothing of anybody",
    "former_stores.note_synced": "likewise, at the end of a sync",
    "former_stores.look_before_rekey": "likewise, while the key is there that opens them",
    "rekey.rekey": "one's own vault, for whoever has its password; nothing of anybody",
    "rekey.rekeying": "likewise",
    "vaults.change_password": "one's own password, before the county gives a role too",
    "vaults.remember_device_secret": "one's own device secret, likewise",
    "recalls.see_recall": "that this worker has seen it, kept in the own vault; shows what the referral's page shows",
    "lease.enter_code": "the county's word by telephone, for whoever opens the vault",
    "lease.look": "what the laptop knows of time; nothing of anybody",
    "retention.run_daily": "upkeep; erases only for a role that may",
    "revocation.keep_standing": "the county's order on this vault",
    "sync.stop_if_revoked": "likewise",
    "backups.back_up": "a copy of one's own vault, under its own keys, for whoever opened it",
    "backups.backing_up": "likewise",
    "backups.drilling": "a practice vault alone",
    "backups.forget_stick": "which stick to look for; nothing of anybody",
    "events.note": "codes of what the program did; nothing of anybody",
    "recovery.finish": "the county's two offices have decided who it is",
    "vault_check.check": "looks at the vault and notes counts; whoever opened it should hear of damage",
    "vault_check.check_in_slices": "likewise",
}
"""Functions that write and ask for no role, each with its reason."""
ALSO_GUARDED = {"plan_import", "iter_plan", "tray_picture", "recipient_slip", "note_number_shown"}
"""Functions that write nothing and still ask: they show what not every role may see."""


@cache
def service_functions() -> dict[str, ast.FunctionDef]:
    """Every function of the services by ``module.name``."""
    found = {}
    for path in sorted(SERVICES.glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                found[f"{path.stem}.{node.name}"] = node
    return found


def writes(name: str, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a function writes to the store, by itself or by a function of the services that it calls."""
    functions = service_functions()
    if name not in functions or name in seen:
        return False
    module = name.partition(".")[0]
    for node in ast.walk(functions[name]):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("application.act", "application.store.write"):
            return True
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "application.enrol":
            return True
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            whole = called if "." in called else f"{module}.{called}"
            if writes(whole, seen | {name}):
                return True
    return False


def capability_of(function: ast.FunctionDef) -> Capability | None:
    """The capability that a function asks for before anything else."""
    body = [one for one in function.body if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))]
    text = ast.unparse(body[0])
    prefix = "require(application, Capability."
    return Capability[text[len(prefix) : -1]] if text.startswith(prefix) else None


def guarded() -> dict[str, Capability]:
    """Every function that asks, with what it asks for."""
    found = {name: capability_of(function) for name, function in service_functions().items()}
    return {name: one for name, one in found.items() if one is not None}


def test_every_public_service_function_that_writes_asks_for_a_capability_first() -> None:
    """Walks the modules: a new one without ``require`` as its first statement is named here."""
    asking = guarded()
    public = [name for name in service_functions() if not name.partition(".")[2].startswith("_")]
    writing = {name for name in public if writes(name)}
    assert len(writing) > 25
    takes = {name for name in writing if "application" in {one.arg for one in service_functions()[name].args.args}}
    assert sorted(takes - set(asking) - set(WITHOUT_ROLE)) == []
    assert sorted(set(WITHOUT_ROLE) & set(asking)) == []
    assert {one.partition(".")[2] for one in set(asking) - writing} >= ALSO_GUARDED


def test_every_capability_of_a_laptop_is_asked_for_or_is_a_step_of_a_lifecycle() -> None:
    """A row that nothing reads would only look like a rule."""
    sources = "".join(path.read_text(encoding="utf-8") for path in SERVICES.parent.rglob("*.py"))
    for capability in Capability:
        assert sources.count(f"Capability.{capability.name}") > 1, capability


def _call(function: Any, application: Application) -> None:
    """Call it with nothing but the application: what is refused is refused before arguments are looked at."""
    wanted = list(inspect.signature(function).parameters.values())[1:]
    positional = [None for one in wanted if one.kind is one.POSITIONAL_OR_KEYWORD and one.default is one.empty]
    named = {one.name: None for one in wanted if one.kind is one.KEYWORD_ONLY and one.default is one.empty}
    made = function(application, *positional, **named)
    if inspect.isgenerator(made):
        next(made)


def _journal(application: Application) -> tuple[int, int]:
    def count(connection: Any) -> tuple[int, int]:
        return len(connection.execute(entry.select()).all()), len(connection.execute(draft.select()).all())

    return application.read(count)


@contextlib.contextmanager
def _worker(home: Path, role: Role) -> Iterator[Application]:
    with made_vault(home, role=role) as application:
        yield application


@pytest.mark.parametrize("role", sorted(LAPTOP_ROLES))
def test_the_services_refuse_exactly_what_the_table_refuses(tmp_path: Path, role: Role) -> None:
    """Role × capability through the real functions: a refusal names who may, and leaves no trace."""
    with _worker(tmp_path, role) as application:
        before = _journal(application)
        for name, capability in guarded().items():
            module: ModuleType = importlib.import_module(f"desktop.services.{name.partition('.')[0]}")
            function = getattr(module, name.partition(".")[2])
            if may(role, capability):
                continue
            with pytest.raises(UserFacingError) as refused:
                _call(function, application)
            assert refused.value.code == "action.not-your-role", name
            assert refused.value.values == {"title": PERMISSIONS[capability].title, "who": who_may(capability)}
        assert _journal(application) == before


def test_a_vault_without_a_role_holds_nobody(tmp_path: Path) -> None:
    """Made but not enrolled: every door is shut, drafts and files too, and each says what to do next."""
    with opened(closed_vault(tmp_path)) as application:
        for name in guarded():
            module = importlib.import_module(f"desktop.services.{name.partition('.')[0]}")
            with pytest.raises(UserFacingError) as refused:
                _call(getattr(module, name.partition(".")[2]), application)
            assert refused.value.code == "vault.not-enrolled", name
        assert _journal(application) == (0, 0)
        with pytest.raises(UserFacingError, match=r"vault\.not-enrolled"):
            application.act(lambda action: action.add("visit.recorded", "one", {}))


@pytest.mark.parametrize("role", sorted(Role))
@pytest.mark.parametrize("kind", sorted(ENTRY_CAPABILITIES))
def test_the_fold_refuses_what_the_table_refuses(kind: str, role: Role) -> None:
    """The same table at both ends: the county rejects what a changed program let through."""
    _, outcome = apply_change(None, Change("v/e/1", kind, "one", "2026-03-05T08:00:00Z", "worker", role, {}))
    is_refused = (outcome.result, outcome.reason) == (Result.REJECTED, "not-allowed")
    assert is_refused is not may(role, ENTRY_CAPABILITIES[kind])


def test_an_import_is_refused_to_whoever_may_only_describe() -> None:
    """A social worker may record one household, not a ledger of them, however each entry looks."""
    body = {"groups": {"number": {"base": None, "value": {"number": "7"}}}}
    change = Change("v/e/1", "household.described", "one", "2026-03-05T08:00:00Z", "worker", Role.SOCIAL_WORKER, body)
    assert apply_change(None, change)[1].result is Result.OK
    assert apply_change(None, replace(change, imported=True))[1].reason == "not-allowed"


def test_every_entry_that_records_something_names_its_capability() -> None:
    """Facts and descriptions without a row would be open to every role."""
    for kind in KINDS.values():
        verbs = {Nature.DESCRIPTION: ("described", "decided"), Nature.FACT: ("recorded",)}.get(kind.nature, ())
        for verb in verbs:
            assert f"{kind.name}.{verb}" in ENTRY_CAPABILITIES
