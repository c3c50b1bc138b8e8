"""The shape of a message."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Message:
    """Three sentences, each with ``{values}`` of the error; a field's hint needs the first only."""

    what: str
    """What happened."""
    meaning: str = ""
    """What it means for the record (已保存在本机 where that is true)."""
    action: str = ""
    """What to do."""

    def parts(self) -> tuple[str, str, str]:
        """The three sentences in their order."""
        return self.what, self.meaning, self.action

    def sentence(self) -> str:
        """All three as one paragraph."""
        return "".join(self.parts())
