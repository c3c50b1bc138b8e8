"""The layers of the program, as sentences. Imports point one way (``desktop/README.md``).

Every import counts: those inside functions and those for type checkers only, too.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = ("desktop", "county", "installer", "tests")
MAX_LINES = 450
LONG_BY_NATURE = ("migrations", "lock.txt")
STANDARD_LIBRARY = sys.stdlib_module_names
CIPHERS = frozenset({"cryptography", "pyrage", "zstandard", "http_message_signatures"})
"""The libraries of the envelope; http_message_signatures signs requests (RFC 9421)."""


@cache
def modules() -> dict[str, Path]:
    """Every module of the two programs by its dotted name."""
    found = {}
    for path in sorted([*ROOT.glob("desktop/**/*.py"), *ROOT.glob("county/**/*.py")]):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = path
    return found


@cache
def imports_of(module: str) -> frozenset[str]:
    """What a module imports, as dotted names; a name imported from a package counts as its module if it is one."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(modules()[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: relative imports hide where a name comes from"
            name = node.module or ""
            for alias in node.names:
                whole = f"{name}.{alias.name}"
                found.add(whole if whole in modules() else name)
    return frozenset(found)


def inside(name: str, *packages: str) -> bool:
    """Whether a dotted name is one of these packages or in one of them."""
    return any(name == package or name.startswith(package + ".") for package in packages)


def violations(importers: tuple[str, ...], *allowed: str, foreign: frozenset[str] | None = None) -> list[str]:
    """Imports by modules of ``importers`` of project code outside ``allowed``, and of libraries outside ``foreign``."""
    return [f"{module} imports {name}" for module, name in _all_imports(importers) if not _may(name, allowed, foreign)]


def _may(name: str, allowed: tuple[str, ...], foreign: frozenset[str] | None) -> bool:
    top = name.partition(".")[0]
    if top in PROJECT:
        return inside(name, *allowed)
    return foreign is None or top in STANDARD_LIBRARY or top in foreign


def forbidden(importers: tuple[str, ...], *packages: str) -> list[str]:
    """Imports of ``packages`` by modules of ``importers``."""
    return [f"{module} imports {name}" for module, name in _all_imports(importers) if inside(name, *packages)]


def _all_imports(importers: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    chosen = [module for module in modules() if inside(module, *importers)]
    assert chosen, f"there is no module {importers}: this rule would hold for nothing"
    for module in chosen:
        for name in sorted(imports_of(module)):
            yield module, name


def test_the_domain_knows_the_standard_library_and_nothing_else() -> None:
    """What things are and what may happen to them does not depend on how they are kept, sent or shown."""
    assert violations(("desktop.domain",), "desktop.domain", foreign=frozenset()) == []


def test_storage_knows_the_domain_and_nothing_above_itself() -> None:
    """The encrypted store serves whoever is above it."""
    assert violations(("desktop.storage",), "desktop.storage", "desktop.domain") == []


def test_protocol_and_envelope_know_the_domain_and_ciphers_only() -> None:
    """Both ends import them, so they drag nothing of either end along."""
    both = ("desktop.sync.protocol", "desktop.sync.envelope")
    assert violations(both, *both, "desktop.domain", foreign=CIPHERS) == []


def test_sync_knows_storage_and_domain_and_no_service() -> None:
    """The road to the county is driven by a service, not the other way round."""
    assert violations(("desktop.sync",), "desktop.sync", "desktop.storage", "desktop.domain") == []


def test_documents_know_the_domain_and_the_resources_only() -> None:
    """Paper is made from values handed in; it neither reads the store nor asks the county."""
    assert violations(("desktop.documents",), "desktop.documents", "desktop.domain", "desktop.resources") == []


def test_services_know_nothing_of_the_screen_or_the_command_line() -> None:
    """The same work is done with or without a window."""
    below = ("desktop.services", "desktop.documents", "desktop.sync", "desktop.storage", "desktop.domain")
    assert violations(("desktop.services",), *below, "desktop.resources", "desktop.about") == []


def test_one_service_decides_which_wording_a_form_is_set_in() -> None:
    """A form that loads a bundled wording itself would go on printing what the county has replaced."""
    found = [
        name
        for name, path in modules().items()
        if inside(name, "desktop.services", "desktop.cli", "desktop.ui")
        and "load_wording(" in path.read_text(encoding="utf-8")
    ]
    assert found == ["desktop.services.wordings"]


@pytest.mark.parametrize("package", ["domain", "storage", "sync", "documents", "services", "cli"])
def test_nothing_below_the_window_knows_qt(package: str) -> None:
    """Everything but the window runs where there is no screen."""
    assert forbidden((f"desktop.{package}",), "PySide6") == []


def test_the_window_never_touches_the_store_sql_or_the_network() -> None:
    """Pages call services; how things are kept and sent is none of their business."""
    assert forbidden(("desktop.ui",), "desktop.storage", "desktop.sync", "sqlalchemy", "sqlcipher3", "sqlite3") == []
    assert forbidden(("desktop.ui",), "httpx", "http", "urllib", "socket", "requests", "county") == []


def test_the_command_line_reaches_everything_through_services() -> None:
    """Like the window, and it words errors with the same tables, which know nothing of Qt."""
    assert forbidden(("desktop.cli",), "desktop.storage", "desktop.sync", "sqlalchemy", "httpx", "county") == []
    assert forbidden(("desktop.ui.messages",), "PySide6") == []


def test_the_supervisor_knows_neither_qt_nor_anything_that_holds_a_key() -> None:
    """It outlives every lock, so nothing secret may ever be in it."""
    own = ("desktop.exit_codes", "desktop.hardening")
    assert violations(("desktop.supervisor", *own), *own, foreign=frozenset()) == []


def test_the_paper_process_knows_paper_and_nothing_that_holds_a_key() -> None:
    """It is handed what stands on forms, and could open no vault."""
    below = ("desktop.documents", "desktop.domain", "desktop.resources", "desktop.hardening")
    assert violations(("desktop.paper_process",), *below, foreign=frozenset()) == []


def test_the_voice_process_knows_nothing_of_the_program() -> None:
    """It is handed sentences to say, and has nothing else to tell anybody."""
    assert violations(("desktop.voice_process",), foreign=frozenset({"PySide6"})) == []


def test_the_county_shares_exactly_the_domain_the_protocol_and_the_envelope() -> None:
    """One rule book, enforced at both ends, the bundled wordings it is held against, one way to keep keys out of core
    files, and one way to end in a number; not a line more."""
    shared = (
        "desktop.domain",
        "desktop.sync.protocol",
        "desktop.sync.envelope",
        "desktop.hardening",
        "desktop.resources",
        "desktop.bug_reference",
        "desktop.exit_codes",
    )
    assert violations(("county",), "county", *shared) == []
    used = {name for module, name in _all_imports(("county",)) if inside(name, "desktop")}
    assert all(any(inside(name, one) for name in used) for one in shared), "and it does use all of them"


def test_the_laptop_knows_nothing_of_the_county_program() -> None:
    """It speaks to a county by the protocol alone."""
    assert forbidden(("desktop",), "county") == []


def test_migrations_stand_on_their_own() -> None:
    """They must run the same in ten years, whatever became of the program around them."""
    assert violations(("desktop.storage.migrations", "county.migrations")) == []


def test_only_the_start_points_know_how_the_parts_are_wired() -> None:
    """``bootstrap`` is used by whatever is started from outside, never by a layer."""
    layers = ("domain", "storage", "sync", "documents", "services")
    assert forbidden(tuple(f"desktop.{layer}" for layer in layers), "desktop.bootstrap") == []


def test_no_import_goes_round_in_a_circle() -> None:
    """What imports each other cannot be read, tested or replaced alone."""
    known = modules()
    done: set[str] = set()

    def walk(module: str, path: tuple[str, ...]) -> None:
        if module in path:
            raise AssertionError(" → ".join((*path[path.index(module) :], module)))
        if module not in done:
            for name in imports_of(module) & known.keys() - {module}:
                walk(name, (*path, module))
            done.add(module)

    for module in known:
        walk(module, ())


def test_no_file_is_too_long_to_be_held_in_the_head() -> None:
    """450 lines at most, tests included; migrations and lists are what they are."""
    files = [path for top in PROJECT for path in ROOT.glob(f"{top}/**/*.py")]
    long = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert {name: lines for name, lines in long.items() if lines > MAX_LINES and not inside_long(name)} == {}


def inside_long(name: str) -> bool:
    """Whether a file may be as long as it has to be."""
    return any(part in name for part in LONG_BY_NATURE)
