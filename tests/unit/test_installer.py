"""The installer's rules that need neither a network nor an empty computer."""

import ast
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.tags import Tag

from installer import downloads, environment, licences, lock, messages, steps, system_packages
from installer.environment import Environment
from installer.messages import PROBLEMS, InstallationError

PROJECT = Path(__file__).resolve().parents[2]
LISTS = ("lock.txt", "lock-dev.txt")


def list_text(name: str) -> str:
    return (PROJECT / "installer" / name).read_text(encoding="utf-8")


# The first file


@pytest.mark.parametrize("name", ["__init__.py", "__main__.py", "messages.py"])
def test_what_an_old_python_reads_first_parses_on_python_3_6(name: str) -> None:
    """An old Python must be able to say in one sentence what is wrong, so it must be able to read these files."""
    ast.parse((PROJECT / "installer" / name).read_text(encoding="utf-8"), feature_version=(3, 6))


def test_the_first_file_imports_nothing_that_an_old_python_lacks() -> None:
    """Before the version is known only these are imported; everything else is imported inside a function."""
    for name in ("__main__.py", "messages.py"):
        tree = ast.parse((PROJECT / "installer" / name).read_text(encoding="utf-8"))
        imported = set()
        for node in tree.body:
            if isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported |= {f"{node.module}.{alias.name}" for alias in node.names}
        typing = {name for name in imported if name.startswith("typing.")}
        assert imported - typing <= {"os", "platform", "shutil", "subprocess", "sys", "installer.messages"}


def first_file() -> object:
    spec = importlib.util.spec_from_file_location("installer_first_file", PROJECT / "installer" / "__main__.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    before = sys.path[0]
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path[0] = before
    return module


@pytest.mark.parametrize(
    ("version", "suits"), [((3, 6), False), ((3, 10), False), ((3, 11), True), ((3, 13), True), ((3, 14), False)]
)
def test_python_3_11_to_3_13_suit_and_no_other(version: tuple[int, int], suits: bool) -> None:
    """As in pyproject.toml: 3.10 is too old for the code, 3.14 too new for PySide6 6.9.3."""
    assert first_file().suits(version) is suits  # type: ignore[attr-defined]


def test_a_python_on_path_that_does_not_start_is_not_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Version managers put names on PATH for Pythons that are not installed."""
    for name in ("python3.13", "python3.12", "python3.11"):
        stand_in = tmp_path / name
        stand_in.write_text("#!/bin/sh\nexit 127\n")
        stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert first_file().find_python() is None  # type: ignore[attr-defined]
    (tmp_path / "python3.11").unlink()
    (tmp_path / "python3.11").symlink_to(sys.executable)
    assert first_file().find_python() == str(tmp_path / "python3.11")  # type: ignore[attr-defined]


# Sentences


@pytest.mark.parametrize("code", sorted(PROBLEMS))
def test_every_problem_is_told_in_chinese_first_and_names_a_way_out(code: str) -> None:
    """What happened and what to do, in both languages, with every value filled in."""
    values = dict.fromkeys(re.findall(r"{(\w+)}", PROBLEMS[code].chinese + PROBLEMS[code].english), "某值")
    chinese, english = PROBLEMS[code].chinese.format(**values), PROBLEMS[code].english.format(**values)
    assert re.match(r"[一-鿿]", chinese)
    assert "请" in chinese or "重新运行" in chinese
    assert re.search(r"[Pp]lease|again", english)
    assert messages.explain(code, **values) == f"{chinese}\n{english}"


def test_every_exit_code_of_a_problem_differs_from_success_failed_checks_and_wrong_usage() -> None:
    """A script can tell a set-up that failed from a test that failed."""
    assert all(problem.exit_code not in {0, 1, 2} for problem in PROBLEMS.values())


@pytest.mark.parametrize(
    ("output", "code"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk-full"),
        (
            "THESE PACKAGES DO NOT MATCH THE HASHES\n    segno==1.6.6 from x:\n        Expected sha256 aa",
            "wrong-download",
        ),
        ("WARNING: Retrying (...) after connection broken by 'ProxyError('Cannot connect to proxy.'", "proxy"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]", "certificate"),
        ("'NewConnectionError('...')': /x/\nERROR: No matching distribution found for alembic==1.20.1", "offline"),
        ("Temporary failure in name resolution", "offline"),
        ("ERROR: No matching distribution found for alembic==1.20.1", "not-in-index"),
        ("OSError: [Errno 30] Read-only file system: '/x'", "not-writable"),
        ("Segmentation fault", "unexpected"),
    ],
)
def test_what_pip_complains_about_becomes_one_of_our_sentences(output: str, code: str, tmp_path: Path) -> None:
    """A user is told the cause, not pip's last line; being offline comes before a part that is not found."""
    problem = steps.problem_of(output, tmp_path / ".venv" / "installer.log")
    assert problem.code == code
    assert messages.explain(problem.code, **problem.values)


def test_a_wrong_download_is_named() -> None:
    """Whoever looks into it must know which part."""
    output = "DO NOT MATCH THE HASHES\n    segno==1.6.6 from x:\n        Expected sha256 aa\n"
    assert steps.problem_of(output, Path("x/.venv/log")).values == {"part": "segno==1.6.6"}


def test_settings_that_lead_pip_elsewhere_are_dropped_and_the_users_index_and_proxy_are_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Offices have their own mirrors and proxies; PIP_TARGET would put the parts where we do not look."""
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("https_proxy", "proxy:3128")
    clean = steps.clean_environment(tmp_path)
    assert {"PIP_TARGET", "PYTHONPATH"}.isdisjoint(clean)
    assert clean["https_proxy"] == "proxy:3128"
    assert clean["TMPDIR"] == str(tmp_path)


# System packages


def test_debian_12_and_debian_13_are_asked_for_their_own_package_names() -> None:
    """Debian 13 and Ubuntu 24.04 renamed some libraries when they went over to 64-bit time."""
    libraries = ["libcups.so.2", "libglib-2.0.so.0", "libEGL.so.1"]
    assert system_packages.packages_for(libraries, t64=False) == ["libcups2", "libegl1", "libglib2.0-0"]
    assert system_packages.packages_for(libraries, t64=True) == ["libcups2t64", "libegl1", "libglib2.0-0t64"]


def test_a_system_with_64_bit_time_is_known_by_the_packages_it_has(tmp_path: Path) -> None:
    """Also where the system goes by another name (UOS, Kylin, Mint)."""
    (tmp_path / "libssl3:amd64.list").touch()
    assert not system_packages.uses_t64(tmp_path)
    (tmp_path / "libssl3t64:amd64.list").touch()
    assert system_packages.uses_t64(tmp_path)


def test_a_library_that_is_not_there_is_found_missing() -> None:
    """The dynamic linker is asked, as Qt will ask it."""
    assert system_packages.missing_libraries(["libc.so.6", "libzoucun-none.so.1"]) == ["libzoucun-none.so.1"]


def test_a_user_who_may_not_install_gets_the_exact_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing to guess: the packages, for this system, in a command to hand on."""
    monkeypatch.setattr(system_packages, "missing_libraries", lambda libraries: ["libEGL.so.1"])
    monkeypatch.setattr(system_packages, "missing_venv_package", lambda: ["python3.11-venv"])
    monkeypatch.setattr(system_packages, "administrator_prefix", lambda: None)
    monkeypatch.setattr(shutil, "which", lambda program: f"/usr/bin/{program}")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(InstallationError) as caught:
        system_packages.ensure(window=True)
    assert caught.value.code == "missing-packages"
    assert caught.value.values["command"] == (
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends python3.11-venv libegl1"
    )


# The lists


@pytest.mark.parametrize("name", LISTS)
def test_a_list_holds_no_address(name: str) -> None:
    """pip asks the index this computer is set up for; the list names only parts and their SHA-256."""
    for line in list_text(name).splitlines():
        assert re.fullmatch(
            r"#.*|[a-z0-9-]+==[\w.]+( ; [\w\s.'<=!]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?", line
        ), line
        assert "://" not in line


@pytest.mark.parametrize("name", LISTS)
def test_every_part_of_a_list_has_a_hash(name: str) -> None:
    """Otherwise pip refuses the whole list."""
    parts = downloads.read_list(list_text(name))
    assert len(parts) > 40
    assert all(part.hashes for part in parts)


def test_the_list_of_the_tests_holds_all_that_the_program_runs_on() -> None:
    """So that what is tested is what is used: `installer test` only adds to `installer run`."""
    assert set(downloads.read_list(list_text("lock.txt"))) <= set(downloads.read_list(list_text("lock-dev.txt")))


def test_qt_is_the_newest_that_runs_on_glibc_2_28() -> None:
    """UOS 20 and Kylin V10; `pyproject.toml` says why."""
    pinned = licences.pinned("lock.txt")
    assert {pinned[name] for name in ("pyside6-essentials", "pyside6-addons", "shiboken6")} == {"6.9.3"}


def part(wheels: dict[str, str], marker: str = "") -> lock.Part:
    return lock.Part("thing", "1.0", marker, wheels)


def test_the_lock_takes_the_wheels_of_our_systems_and_no_other() -> None:
    """Linux x86-64 from glibc 2.28 on, newer wheels that a newer system prefers, and Windows."""
    wheels = {
        "thing-1.0-cp311-abi3-manylinux_2_28_x86_64.whl": "old",
        "thing-1.0-cp311-abi3-manylinux_2_34_x86_64.whl": "new",
        "thing-1.0-cp311-abi3-win_amd64.whl": "windows",
        "thing-1.0-cp311-abi3-macosx_11_0_arm64.whl": "apple",
        "thing-1.0-cp311-abi3-manylinux_2_28_aarch64.whl": "arm",
        "thing-1.0-cp314-cp314-manylinux_2_28_x86_64.whl": "python 3.14",
    }
    assert lock.needed_hashes(part(wheels), lock.computers()) == ["new", "old", "windows"]


def test_a_part_that_would_not_run_on_the_oldest_system_is_refused() -> None:
    """Better here than on a laptop in a village."""
    wheels = {
        "thing-1.0-cp311-abi3-manylinux_2_34_x86_64.whl": "new",
        "thing-1.0-cp311-abi3-win_amd64.whl": "windows",
    }
    with pytest.raises(LookupError, match="Linux"):
        lock.needed_hashes(part(wheels), lock.computers())


def test_a_part_for_windows_only_needs_no_wheel_for_linux() -> None:
    """Its marker says so."""
    wheels = {"thing-1.0-cp311-abi3-win_amd64.whl": "windows"}
    assert lock.needed_hashes(part(wheels, "sys_platform == 'win32'"), lock.computers()) == ["windows"]


def test_the_oldest_system_is_glibc_2_28() -> None:
    """The tags that are required must not be those of a newer glibc."""
    for computer in lock.computers():
        assert Tag("cp311", "abi3", "manylinux_2_29_x86_64") not in computer.required


# Downloads


def test_a_download_counts_when_its_content_is_right_whatever_its_name(tmp_path: Path) -> None:
    """A file cut short by an interruption is fetched again; a whole one is not."""
    whole, cut = b"whole", b"who"
    first = downloads.Part("first", "first==1", frozenset({hashlib.sha256(whole).hexdigest()}))
    second = downloads.Part("second", "second==1", frozenset({hashlib.sha256(b"second, whole").hexdigest()}))
    (tmp_path / "renamed.whl").write_bytes(whole)
    (tmp_path / "second-1-py3-none-any.whl").write_bytes(cut)
    assert downloads.missing([first, second], tmp_path) == [second]


def test_large_parts_are_fetched_by_themselves_and_none_is_left_out() -> None:
    """So that an interruption never loses one of them together with another."""
    parts = downloads.read_list(list_text("lock.txt"))
    groups = list(downloads.batches(parts))
    assert sorted(part.name for group in groups for part in group) == sorted(part.name for part in parts)
    assert all(len(group) == 1 for group in groups if group[0].name in downloads.LARGE)
    assert all(len(group) <= downloads.BATCH for group in groups)
    assert {part.name for part in parts} >= downloads.LARGE


# The environment


@pytest.fixture
def here(tmp_path: Path) -> Environment:
    """A project folder with lists and something that passes for an environment."""
    (tmp_path / "installer").mkdir()
    for name in LISTS:
        (tmp_path / "installer" / name).write_text(f"{name}==1\n")
    made = Environment(tmp_path)
    (made.folder / "lib" / "python3.11" / "site-packages").mkdir(parents=True)
    made.python.parent.mkdir()
    made.python.symlink_to(sys.executable)
    return made


def test_an_environment_is_complete_only_once_it_is_stamped(here: Environment) -> None:
    """Everything may lie there and still be half installed."""
    assert not environment.is_complete(here, "run")
    environment.write_stamp(here, "run")
    assert environment.is_complete(here, "run")


def test_an_environment_for_running_lacks_the_tools_of_the_tests_and_the_reverse_holds(here: Environment) -> None:
    """`test` after `run` adds the tools; `run` after `test` adds nothing."""
    environment.write_stamp(here, "run")
    assert not environment.is_complete(here, "test")
    environment.write_stamp(here, "test")
    assert environment.is_complete(here, "test")
    assert environment.is_complete(here, "run")


def test_a_changed_list_makes_the_environment_incomplete(here: Environment) -> None:
    """A new version of the program brings a new list."""
    environment.write_stamp(here, "run")
    (here.project / "installer" / "lock.txt").write_text("other==2\n")
    assert not environment.is_complete(here, "run")


def test_a_python_that_went_away_or_changed_makes_the_environment_incomplete(here: Environment) -> None:
    """A system upgrade replaces the Python that the environment was made with."""
    environment.write_stamp(here, "run")
    here.python.unlink()
    assert not environment.is_complete(here, "run")
    here.python.symlink_to("/bin/sh")
    assert not environment.is_complete(here, "run")


@pytest.mark.parametrize("stamp", ["", "[]", "{", '{"lists": 3}', '{"lists": {}, "interpreter": null}'])
def test_a_damaged_stamp_counts_as_none(here: Environment, stamp: str) -> None:
    """The computer may have lost power while it was written."""
    here.stamp.write_text(stamp)
    assert not environment.is_complete(here, "run")


def test_the_stamp_names_the_lists_by_sha_256_and_the_python(here: Environment) -> None:
    """What can be checked is written down."""
    environment.write_stamp(here, "run")
    stamp = json.loads(here.stamp.read_text())
    assert stamp == {
        "lists": {"lock.txt": hashlib.sha256(b"lock.txt==1\n").hexdigest()},
        "python": "3.11",
        "interpreter": os.path.realpath(sys.executable),
    }


def test_a_second_set_up_at_the_same_time_is_turned_away(here: Environment) -> None:
    """Two pips in one folder would spoil it; the lock lasts as long as any step of the first."""
    holder = subprocess.Popen(
        ["flock", "--exclusive", here.project / ".venv.lock", "sh", "-c", "echo held; read line"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout
    assert holder.stdout.readline() == b"held\n"
    try:
        with pytest.raises(InstallationError) as caught:
            environment.ensure(here, "run")
        assert caught.value.code == "already-running"
    finally:
        holder.communicate(b"\n")


# Licences


def test_the_list_of_licences_names_every_part_that_is_installed() -> None:
    """Renewed with `python -m installer.licences` whenever the lists change."""
    text = licences.FILE.read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([a-z0-9-]+) \| (\S+) \| [^|]+ \| [^|]+ \|$", text, flags=re.MULTILINE))
    assert rows.pop("part") == "version"
    assert rows == licences.pinned("lock-dev.txt")


def test_the_licence_is_mulan_psl_2_in_both_languages() -> None:
    """Both texts belong to the licence; where they differ the Chinese one counts."""
    text = (PROJECT / "LICENSE").read_text(encoding="utf-8")
    assert "木兰宽松许可证， 第2版" in text
    assert "条款结束" in text
    assert "Mulan PSL v2" in text
    assert "END OF THE TERMS AND CONDITIONS" in text
