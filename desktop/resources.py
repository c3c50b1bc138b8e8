"""Where the files are that the program reads but does not change: fonts, wordings, code sets, icons."""

from __future__ import annotations

from pathlib import Path

FONT_NAMES = ("NotoSansSC-Regular", "NotoSansSC-Bold", "HanaMinB")
"""Text, bold text, and the rare characters of CJK Extensions B to F; ``resources/fonts/README.md`` has the figures."""

_RESOURCES = Path(__file__).resolve().parent.parent / "resources"


def resource_path(*parts: str) -> Path:
    """The path of a bundled file or folder, for example ``resource_path("fonts", "HanaMinB.ttf")``.

    The ``resources`` folder lies beside the ``desktop`` package, in the source tree and in an
    installed program alike. Raises FileNotFoundError where the file is not there: a bundled file
    that is missing is a fault of the installation, and is better noticed here than as a blank page.
    """
    path = _RESOURCES.joinpath(*parts)
    if not path.exists():
        raise FileNotFoundError(f"resource not found: {'/'.join(parts)}")
    return path


def font_files() -> tuple[Path, ...]:
    """The bundled font files, best first, for ``QFontDatabase.addApplicationFont`` and for paper."""
    return tuple(resource_path("fonts", f"{name}.ttf") for name in FONT_NAMES)
