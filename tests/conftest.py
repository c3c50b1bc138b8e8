"""What every test shares: no screen, no network beyond this computer, and a folder that stands for a USB stick."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Before anything imports Qt.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# How long an example takes is no property of ours: on a busy machine it only makes a good test fail now and then.
settings.register_profile("zoucun", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("zoucun")


def _refuse_network(event: str, arguments: Sequence[object]) -> None:
    """Tests talk to nobody but servers they start themselves on this computer."""
    if event != "socket.connect":
        return
    address = arguments[1]
    if isinstance(address, tuple) and not str(address[0]).startswith("127.") and address[0] not in {"localhost", "::1"}:
        raise AssertionError(f"a test tried to reach {address[0]}")


sys.addaudithook(_refuse_network)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """An empty folder, as a stick that was put in."""
    folder = tmp_path / "usb"
    folder.mkdir()
    return folder
