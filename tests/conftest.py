"""What every test shares: no screen, and no network beyond this computer."""

import os
import sys
from collections.abc import Sequence

# Before anything imports Qt.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def _refuse_network(event: str, arguments: Sequence[object]) -> None:
    """Tests talk to nobody but servers they start themselves on this computer."""
    if event != "socket.connect":
        return
    address = arguments[1]
    if isinstance(address, tuple) and not str(address[0]).startswith("127.") and address[0] not in {"localhost", "::1"}:
        raise AssertionError(f"a test tried to reach {address[0]}")


sys.addaudithook(_refuse_network)
