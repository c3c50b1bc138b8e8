"""A disk that turns read-only while the vault is open: said in words, nothing typed is lost, and work goes on after."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.domain.errors import UserFacingError
from desktop.domain.visits import VisitResult
from desktop.services import vault_check, visits
from desktop.services.application import Application
from desktop.ui.tasks import Tasks
from tests.county_issued import issue_everything
from tests.reliability.injection import why_not_here
from tests.storage.folders import contents
from tests.ui.visit.visit_round import choose, clock, ji_household, open_form, shown_page, visit_window, write
from tests.vaults import ClosedVault, closed_vault, enrolment, made_vault, opened
from tests.worked_vault import work

SLOW = 60_000


@contextmanager
def read_only(application: Application) -> Iterator[None]:
    """Every write into the vault's folder is answered as a file system answers that was remounted read-only.

    By ``strace`` on this very process: the files are open for writing already, so a mount could not be changed.
    """
    folder = application.folder
    store = application.store.path
    places = [store, *(store.with_name(store.name + end) for end in ("-wal", "-shm")), folder / ".write-probe"]
    calls = "pwrite64,write,ftruncate,fallocate,mkdir,rename,unlink"
    command = ["strace", "-f", "-qq", "-o", "/dev/null", "-p", str(os.getpid())]
    for place in places:
        command += ["-P", str(place)]
    command += ["-e", f"trace={calls},openat", "-e", f"inject={calls}:error=EROFS"]
    # Opening what is there for reading goes on; only the probe is made anew.
    command += ["-e", "inject=openat:error=EROFS"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
        try:
            wait_attached(strace, attached=True)
            yield
        finally:
            strace.send_signal(signal.SIGINT)
            strace.wait(60)
    wait_attached(strace, attached=False)


def wait_attached(strace: subprocess.Popen[str], *, attached: bool) -> None:
    """Until every thread of this process is traced, or none is."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        states = [path.read_text() for path in Path("/proc/self/task").glob("*/status")]
        if all(("TracerPid:\t0" in one) != attached for one in states):
            return
        if attached and strace.poll() is not None:
            raise AssertionError(strace.stderr.read() if strace.stderr else "")
        time.sleep(0.01)
    raise AssertionError("strace did not come, or did not go")


@pytest.mark.skipif(bool(why_not_here()), reason=f"a disk that turns read-only NOT TESTED: {why_not_here()}")
def test_a_visit_is_not_lost_where_the_disk_turns_read_only_under_it(qtbot: QtBot, tmp_path: Path) -> None:
    """Saving says what happened and what to do; the words stay on the screen; once it can be written, saving works."""
    with made_vault(tmp_path, clock=clock) as application:
        issue_everything(application)
        ji = ji_household(application)
        tasks = Tasks()
        window = visit_window(application, tasks)
        qtbot.addWidget(window)
        window.resize(1366, 768)
        window.open_section("visit")
        window.show()
        form = open_form(qtbot, window, ji)
        write(form.sections.visit.second_worker, "陈晓燕")
        choose(form.sections.visit.result, "家中无人")
        write(form.sections.visit.note, "狗很凶，邻居说去了县医院")
        before = set(contents(application.folder))
        with read_only(application):
            window.header.primary.click()
            assert not form.isEnabled(), "it is being saved"
            qtbot.waitUntil(form.isEnabled, timeout=SLOW)
        qtbot.wait(300)
        told = window.banner.notice
        assert told is not None
        assert "变成只读" in told.text
        assert "填的还在屏幕上" in told.detail
        assert "抄在纸上" in told.detail
        window.grab().save(str(tmp_path / "told.png"))
        assert shown_page(window).form is form
        assert form.kept.text() != "正在保存……"
        assert form.sections.visit.note.value() == "狗很凶，邻居说去了县医院"
        assert visits.visits_of(application, ji.id) == ()
        assert set(contents(application.folder)) == before, "nothing was made anew"
        window.header.primary.click()
        qtbot.waitUntil(lambda: shown_page(window).saved is not None, timeout=SLOW)
        (saved,) = visits.visits_of(application, ji.id)
        assert (saved.visit.result, saved.visit.note) == (VisitResult.NOBODY_HOME, "狗很凶，邻居说去了县医院")
        assert vault_check.check(application).is_sound
        tasks.close()


@contextmanager
def file_system(folder: Path) -> Iterator[None]:
    """A real ext4 in a file, mounted at ``folder``; skips loudly where that needs rights we have not."""
    image = folder.with_name("disk.image")
    image.write_bytes(b"")
    os.truncate(image, 64 * 1024 * 1024)
    made = shutil.which("mkfs.ext4") and not subprocess.run(["mkfs.ext4", "-q", image], check=False).returncode
    mounting = ["mount", "-o", "loop", str(image), str(folder)]
    if not made or os.geteuid() or subprocess.run(mounting, check=False, capture_output=True).returncode:
        pytest.skip("a file system that gives up NOT TESTED: needs root, mkfs.ext4 and a loop device")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)
        image.unlink()


def refused(application: Application, number: int) -> str:
    """Why something more could not be saved."""
    with pytest.raises(UserFacingError) as caught:
        work(application, 1, first=number)
    return caught.value.code


def test_a_file_system_that_gives_up_is_named_and_loses_nothing_that_was_saved(tmp_path: Path) -> None:
    """ext4 makes itself read-only on an error of its own, with the store open; then it is mended and mounted again."""
    disk = tmp_path / "disk"
    disk.mkdir()
    with file_system(disk):
        closed = closed_vault(disk / "home")
        kept = ClosedVault(tmp_path / "mended" / "home", closed.vault, closed.password, closed.card)
        with contextlib.suppress(UserFacingError), opened(closed) as application:  # closing meets the disk too
            application.enrol(enrolment(closed.vault))
            work(application, 1)
            before = contents(closed.folder).keys()
            subprocess.run(["mount", "-o", "remount,abort", str(disk)], check=True)
            codes = [refused(application, number) for number in (2, 3)]
            after = contents(closed.folder).keys()
        assert codes == ["disk.turned-read-only"] * 2
        assert after == before, "nothing was made anew"
        shutil.copytree(disk / "home", kept.home)
    with opened(kept) as application:
        assert vault_check.check(application).is_sound
        work(application, 1, first=4)
