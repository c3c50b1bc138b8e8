"""Which version this is, and under which licences it and its parts are."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path
from typing import Final

VERSION: Final = "0.1.0"
"""As in ``pyproject.toml``; a test holds the two together."""
_BESIDE: Final = Path(__file__).resolve().parent.parent
_TEXTS: Final = ("LICENSE", "installer/LICENCES.md")


def licence_text() -> str:
    """The program's own licence and the list of its parts' licences; from the source tree or the installed program."""
    return "\n\n".join(_read(name) for name in _TEXTS)


def _read(name: str) -> str:
    beside = _BESIDE / name
    if beside.is_file():
        return beside.read_text(encoding="utf-8")
    # Built packages keep licence files with their metadata (PEP 639).
    kept = metadata.distribution("zoucun").read_text(f"licenses/{name}")
    if kept is None:
        raise FileNotFoundError(f"licence not found: {name}")
    return kept
