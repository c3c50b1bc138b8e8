"""What was read aloud before somebody signed (讲解): which wording of which script, and which of its items.

A county may issue the scripts it has read (``wordings``), so that "it was read to me" says nothing without the words:
form, version and SHA-256 name the very text, which ``zoucun-county wording`` and every laptop can show again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from desktop.domain.plain import decode

SHORT: Final = 8
"""Characters of the hash that are said to a person, as many as a print's short hash has."""
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
NOT_READ: Final = "not-read"
"""Reason: nothing says which script was read, in which language, to somebody who did not read the form alone."""


@dataclass(frozen=True, slots=True)
class ScriptRead:
    """A script as it was read: its form, number and version, ``wording`` (SHA-256), and the ids of the items read."""

    form: str
    number: str
    version: str
    wording: str
    items: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """The short hash."""
        return self.wording[:SHORT]

    @property
    def words(self) -> str:
        """Which it is, as a person says it: number, version, short hash."""
        return f"{self.number} {self.version}版（{self.short}）"

    def is_same_text(self, other: ScriptRead | None) -> bool:
        """Whether it is the very text, whatever was read of it."""
        return other is not None and (self.form, self.wording) == (other.form, other.wording)


def script_of(fields: Mapping[str, Any]) -> ScriptRead | None:
    """The script that a sheet, or a consent to publicity, with these fields says was read; None where it says none."""
    return decode(ScriptRead, fields["script"]) if fields.get("script") else None


def reading_problem(fields: Mapping[str, Any], script: str) -> str:
    """``not-read`` where the person did not read the form alone and it is not said what was read to them, or "".

    ``script`` is the form whose wording it has to be.
    """
    if fields.get("read_aloud") is False:
        return ""
    read = script_of(fields)
    if read is None or not str(fields.get("dialect") or "").strip():
        return NOT_READ
    is_named = read.form == script and bool(read.version) and _SHA256.fullmatch(read.wording) is not None
    return "" if is_named and read.items else NOT_READ


def reading_words(fields: Mapping[str, Any]) -> str:
    """How the person came to know what the form says, in one line; what was not recorded is said to be so."""
    if fields.get("read_aloud") is False:
        return "本人自己看"
    dialect = str(fields.get("dialect") or "")
    told = f"用{dialect}念" if dialect else "念给本人听"
    read = script_of(fields)
    if read is None and fields.get("ahead") is True:
        return "下村前拟好的表，怎么念的勾在纸上，没有另外记"
    if read is None:
        return f"{told}；没有记下念的是哪一版讲解词"
    return f"{told}，讲解词 {read.words}，{len(read.items)} 条"
