"""Choosing a file, to read or to write, leaves no list of files behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHOOSING = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMessageBox, QWidget
application = QApplication([])

def pick():
    (dialog,) = [one for one in application.topLevelWidgets() if isinstance(one, QFileDialog)]
    assert dialog.testOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.setDirectory(str(Path(sys.argv[2]).parent))
    if sys.argv[1] == "save":
        assert dialog.acceptMode() is QFileDialog.AcceptMode.AcceptSave
        assert dialog.findChild(QLineEdit).text() == "suggested.json"
        QTimer.singleShot(300, answer)
    dialog.findChild(QLineEdit).setText(sys.argv[2])
    dialog.accept()

def answer():
    (question,) = [one for one in application.topLevelWidgets() if isinstance(one, QMessageBox)]
    print("asked", question.icon().name)
    question.button(QMessageBox.StandardButton.Yes).click()

QTimer.singleShot(300, pick)
window = QWidget()
if sys.argv[1] == "ours":
    from desktop.ui.file_choice import choose_files
    print(*choose_files(window, "选照片", "图片 (*.jpg)"))
elif sys.argv[1] == "save":
    from desktop.ui.file_choice import choose_where_to_save
    print(choose_where_to_save(window, "存申请", "suggested.json", "申请 (*.json)"))
else:
    print(QFileDialog.getOpenFileName(window, options=QFileDialog.Option.DontUseNativeDialog)[0])
application.processEvents()
del window
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps such lists in the registry")
@pytest.mark.parametrize(("how", "is_left"), [("qt", True), ("ours", False), ("save", False)])
def test_the_chosen_files_name_is_left_nowhere_in_the_home_folder(tmp_path: Path, how: str, is_left: bool) -> None:
    """Qt's own function leaves a file with the folder in it, so the search can find it; ours leave none.

    Where a file is to be written its name is suggested, and one that is there already is asked about.
    """
    home, pictures = tmp_path / "home", tmp_path / "pictures"
    home.mkdir()
    pictures.mkdir()
    picture = pictures / "ji-jianguo.jpg"
    picture.write_bytes(b"x")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    done = subprocess.run(
        [sys.executable, "-c", CHOOSING, how, str(picture)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**environment, "HOME": str(home), "QT_QPA_PLATFORM": "offscreen", "PYTHONDONTWRITEBYTECODE": "1"},
    )
    said = done.stdout.split()
    assert said[-1] == str(picture), done.stderr
    assert said[:-1] == (["asked", "Warning"] if how == "save" else [])
    left = [path for path in home.rglob("*") if path.is_file()]
    assert any(b"pictures" in path.read_bytes() for path in left) is is_left
    assert bool(left) is is_left


def test_no_other_module_of_the_window_opens_a_file_dialog() -> None:
    """Every choice goes by ``file_choice``, which alone keeps Qt's promises about history."""
    found = [path for path in (ROOT / "desktop").rglob("*.py") if "QFileDialog" in path.read_text("utf-8")]
    assert [path.relative_to(ROOT).as_posix() for path in found] == ["desktop/ui/file_choice.py"]
