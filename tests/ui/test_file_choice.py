"""Choosing a file leaves no list of files behind."""

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
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget
application = QApplication([])

def pick():
    (dialog,) = [one for one in application.topLevelWidgets() if isinstance(one, QFileDialog)]
    assert dialog.testOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.setDirectory(str(Path(sys.argv[2]).parent))
    dialog.findChild(QLineEdit).setText(sys.argv[2])
    dialog.accept()

QTimer.singleShot(300, pick)
window = QWidget()
if sys.argv[1] == "ours":
    from desktop.ui.file_choice import choose_files
    print(*choose_files(window, "选照片", "图片 (*.jpg)"))
else:
    print(QFileDialog.getOpenFileName(window, options=QFileDialog.Option.DontUseNativeDialog)[0])
application.processEvents()
del window
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps such lists in the registry")
@pytest.mark.parametrize(("how", "is_left"), [("qt", True), ("ours", False)])
def test_the_chosen_files_name_is_left_nowhere_in_the_home_folder(tmp_path: Path, how: str, is_left: bool) -> None:
    """Qt's own function leaves a file with the folder in it, so the search can find it; ours leaves none."""
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
    assert done.stdout.strip() == str(picture), done.stderr
    left = [path for path in home.rglob("*") if path.is_file()]
    assert any(b"pictures" in path.read_bytes() for path in left) is is_left
    assert bool(left) is is_left
