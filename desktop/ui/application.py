"""Make the one QApplication: exception hook first, then fonts and theme."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QTimer, QTranslator, qSetMessagePattern
from PySide6.QtWidgets import QApplication

from desktop.ui.bugs import BugReporter
from desktop.ui.file_choice import keep_no_history
from desktop.ui.theme import apply_theme
from desktop.ui.tokens import LIGHT, Tokens

_COLLECTING = 100
"""Milliseconds: a thread that imports makes some ten thousand objects meanwhile, which are looked through in 2 ms."""
_GIVE_WAY = 0.00005
"""Seconds."""


def collect_garbage_on_the_screens_thread(application: QCoreApplication) -> None:
    """Let Python look for garbage on this thread alone, now and then, and among new objects only.

    By itself it looks on whichever thread has just made enough objects. What it finds there may be a timer or another
    object of Qt, which then ends on the store's thread while this one hands it an event: the window is gone without a
    word (seen in the tests). Looking through all objects stops every thread for as long as there are many, 0.2 to 0.5
    seconds during an import of 20,000 rows (measured); what is missed is freed when the process ends, at every lock.
    """
    gc.disable()
    timer = QTimer(application)
    timer.timeout.connect(_collect_new)
    timer.start(_COLLECTING)


def _collect_new() -> None:
    if gc.get_count()[0] >= gc.get_threshold()[0]:
        gc.collect(1)


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
    answer_the_screen_first()
    say_kinds_only()
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication([sys.argv[0], *arguments])
    collect_garbage_on_the_screens_thread(application)
    application.setApplicationName("zoucun")
    application.setApplicationDisplayName("走村")
    application.setDesktopFileName("zoucun")
    keep_no_history()
    _speak_chinese(application)
    apply_theme(application, colours)
    return application, bugs
