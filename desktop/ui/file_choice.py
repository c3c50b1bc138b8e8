"""Choosing files and folders without leaving their names behind: a photograph may be called after the person on it.

The system's own dialogs keep lists of what was chosen (GTK in ``recently-used.xbel``, Windows in the registry), so
Qt's is shown. Qt in turn writes its history to its own settings when the dialog goes: on Linux those are turned away
to a place that cannot be written, on Windows the entry is removed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QFileDialog, QWidget

_QT: Final = "QtProject"


def keep_no_history() -> None:
    """Once per process, before its first dialog: Qt's own settings go nowhere."""
    if sys.platform != "win32":
        QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, os.devnull)


def choose_files(parent: QWidget, title: str, kinds: str, *, several: bool = False) -> tuple[str, ...]:
    """The files somebody chose, none if nobody did. ``kinds`` are Qt's name filters: ``图片 (*.jpg *.png)``."""
    mode = QFileDialog.FileMode.ExistingFiles if several else QFileDialog.FileMode.ExistingFile
    return _choose(parent, title, kinds, mode)


def choose_folder(parent: QWidget, title: str) -> Path | None:
    """The folder somebody chose, a stick most likely; None if nobody did."""
    chosen = _choose(parent, title, "", QFileDialog.FileMode.Directory)
    return Path(chosen[0]) if chosen else None


def choose_where_to_save(parent: QWidget, title: str, name: str, kinds: str) -> Path | None:
    """Where somebody wants a new file, ``name`` suggested; None if nowhere. What is there already is asked about."""
    mode = QFileDialog.FileMode.AnyFile
    chosen = _choose(parent, title, kinds, mode, name)
    return Path(chosen[0]) if chosen else None


def _choose(parent: QWidget, title: str, kinds: str, mode: QFileDialog.FileMode, saved_as: str = "") -> tuple[str, ...]:
    """``saved_as``: the name of a file that is to be written; "" where one is to be read."""
    keep_no_history()
    dialog = QFileDialog(parent, title, "", kinds)
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly, mode is QFileDialog.FileMode.Directory)
    dialog.setFileMode(mode)
    if saved_as:
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(Path(saved_as).suffix.removeprefix("."))
        dialog.selectFile(saved_as)
    dialog.setHistory([])
    chosen = tuple(dialog.selectedFiles()) if dialog.exec() else ()
    dialog.setHistory([])
    dialog.deleteLater()
    if sys.platform == "win32":
        dialog.destroyed.connect(lambda: QSettings(QSettings.Scope.UserScope, _QT).remove("FileDialog"))
    return chosen
