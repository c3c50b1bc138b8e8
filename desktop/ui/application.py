"""Make the one QApplication: exception hook first, then fonts and theme."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from PySide6.QtCore import QLibraryInfo, QTranslator, qSetMessagePattern
from PySide6.QtWidgets import QApplication

from desktop.ui.bugs import BugReporter
from desktop.ui.file_choice import keep_no_history
from desktop.ui.theme import apply_theme
from desktop.ui.tokens import LIGHT, Tokens

_NEVER = 1_000_000_000
_GIVE_WAY = 0.00005
"""Seconds."""


def collect_in_small_steps() -> None:
    """Let Python look for garbage among new objects only.

    Looking through all of them stops every thread for as long as there are many: 0.2 to 0.5 seconds during an
    import of 20,000 rows (measured). What is missed is freed when the process ends, which it does at every lock.
    """
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, _NEVER)


def answer_the_screen_first() -> None:
    """Let a thread that works in Python give way at once, instead of after five milliseconds.

    The screen's thread gives the interpreter away at nearly every call into Qt and has to get it back each time, often
    hundreds of times for one page. With half a millisecond the longest wait of the tour was 171 ms beside 100 ms with
    this, and what it waited for the interpreter three times as long (measured).
    """
    sys.setswitchinterval(_GIVE_WAY)


def say_kinds_only() -> None:
    """Let Qt write what kind of complaint it has and no more: the text itself may quote what a field holds.

    By its own means. A handler of ours needs the interpreter, and a library that complains while one thread loads it
    (QtMultimedia without libpulse) has the loader's lock; another thread that imports something waits for that with
    the interpreter in its hand. Both then wait for ever (seen: a window that never came after the password).
    """
    os.environ.pop("QT_MESSAGE_PATTERN", None)  # it would have the last word
    qSetMessagePattern("qt %{type} %{category}")


def _speak_chinese(application: QApplication) -> None:
    """Qt's own dialogs and menus (choosing a file, 粘贴) in Chinese, from the translations it ships."""
    translator = QTranslator(application)
    if translator.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        application.installTranslator(translator)


def make_application(arguments: Sequence[str] = (), colours: Tokens = LIGHT) -> tuple[QApplication, BugReporter]:
    """The application with its look, and the place where bugs arrive. Call once per process."""
    bugs = BugReporter()
    bugs.install()
    collect_in_small_steps()
    answer_the_screen_first()
    say_kinds_only()
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication([sys.argv[0], *arguments])
    application.setApplicationName("zoucun")
    application.setApplicationDisplayName("走村")
    application.setDesktopFileName("zoucun")
    keep_no_history()
    _speak_chinese(application)
    apply_theme(application, colours)
    return application, bugs
