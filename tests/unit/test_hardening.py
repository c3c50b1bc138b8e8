"""Processes that hold keys cannot be dumped."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

DUMPABLE = """
import ctypes, resource
from desktop.hardening import forbid_memory_dumps
resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
before = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)
forbid_memory_dumps()
print(before, ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), *resource.getrlimit(resource.RLIMIT_CORE))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="PR_GET_DUMPABLE is Linux's")
def test_a_hardened_process_is_not_dumpable_and_writes_no_core_file() -> None:
    """PR_GET_DUMPABLE goes from 1 to 0, and the limit of core files is 0 for good."""
    root = Path(__file__).parents[2]
    answer = subprocess.run([sys.executable, "-c", DUMPABLE], capture_output=True, text=True, check=True, cwd=root)
    assert answer.stdout.split() == ["1", "0", "0", "0"]
