"""A paper or a picture that is looked at lies in memory: Qt's caches write no file, not even for a moment."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOOKING = """
import io
from PIL import Image
from PySide6.QtTest import QTest
from desktop.documents.visit_record import visit_record
from desktop.ui.application import make_application
from desktop.ui.widgets.picture_view import image_of
from desktop.ui.widgets.sheet_preview import SheetPreview
from tests.documents.form_samples import VISIT
application, bugs = make_application()
preview = SheetPreview()
preview.resize(900, 700)
preview.show_bytes(visit_record(VISIT))
preview.show()
QTest.qWait(800)
assert preview.pages >= 1
picture = io.BytesIO()
Image.effect_noise((2000, 1500), 80).save(picture, "JPEG")
assert image_of(picture.getvalue()).width() == 2000
"""
_WRITTEN = re.compile(r'(?:openat|creat|open)\([^"]*"(?P<path>[^"]+)", [^)]*(?:O_WRONLY|O_RDWR|O_CREAT|O_TMPFILE)')


@pytest.mark.skipif(sys.platform != "linux", reason="strace")
def test_a_preview_opens_no_file_to_write(tmp_path: Path) -> None:
    """Every open of every thread is seen; those to write are devices and nothing else."""
    if shutil.which("strace") is None:
        pytest.skip("no strace here (Debian package strace): previews without files are NOT TESTED")
    trace = tmp_path / "trace"
    command = ["strace", "-f", "-e", "trace=open,openat,creat", "-o", str(trace), sys.executable, "-c", LOOKING]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    seen = trace.read_text(encoding="utf-8", errors="replace")
    assert "libQt6Pdf" in seen
    assert {path for path in _WRITTEN.findall(seen) if not path.startswith("/dev/")} == set()
