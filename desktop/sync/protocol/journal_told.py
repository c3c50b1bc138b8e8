"""What a contact tells of the vault's own journal as it lies there, and what the county says to it (日志核对)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from desktop.domain.journal_digest import Ranges
from desktop.sync.protocol.wire import ProtocolError, count, text

SHORTER: Final = "shorter"
"""The laptop's journal ends before entries that the county has of the same epoch."""
DIFFERS: Final = "differs"
"""Entries up to one that a receipt confirms are other ones than the county has, or not there."""
SET_BACK: Final = "set-back"
"""The journal ends before where the laptop itself said at its last contact that it ended."""
NOT_SOUND: Final = "not-sound"
"""The laptop's own check found its journal broken."""
JOURNAL_FAULTS: Final = (SHORTER, DIFFERS, SET_BACK, NOT_SOUND)
HOLDING: Final = (SHORTER, DIFFERS)
"""Faults at which the county lets what arrives on that chain wait: it builds on entries that are not the county's."""
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_CODE: Final = re.compile(r"[a-z-]{0,64}")
_MOST_EPOCHS: Final = 1_000
_MOST_MARKS: Final = 3
_MOST_RANGES: Final = 500


@dataclass(frozen=True, slots=True)
class Mark:
    """The ``JournalDigest`` of an epoch's entries from 1 to ``seq``."""

    seq: int
    digest: str


@dataclass(frozen=True, slots=True)
class EpochStands:
    """An own epoch as it lies on the laptop: its last entry's number and hash, and digests at up to three places.

    The places are the last entries that an *applied* and a *stored* receipt confirm and the last one sealed; where
    they are one, there is one. ``left_out`` are numbers that no digest covers: lost by damage and named by a later
    epoch's first entry, or not kept by the county, as its receipt says.
    """

    epoch: str
    seq: int
    head: str
    marks: tuple[Mark, ...]
    left_out: Ranges = ()


@dataclass(frozen=True, slots=True)
class JournalTold:
    """The journal as it lies there at the contact.

    ``fault`` is the code of what the laptop's last check of its journal found, empty where it was sound.
    ``comparing``: the epochs have still to be compared after a restore (§7a), and the county says nothing yet.
    """

    epochs: tuple[EpochStands, ...] = ()
    fault: str = ""
    comparing: bool = False

    def plain(self) -> dict[str, Any]:
        """As fields of the contact."""
        return {
            "epochs": [
                {
                    "epoch": one.epoch,
                    "seq": one.seq,
                    "head": one.head,
                    "marks": [[mark.seq, mark.digest] for mark in one.marks],
                    "left_out": [list(some) for some in one.left_out],
                }
                for one in self.epochs
            ],
            "fault": self.fault,
            "comparing": self.comparing,
        }


def read_journal(fields: object) -> JournalTold:
    """Read what ``plain`` wrote; raises ProtocolError, KeyError or TypeError."""
    if not isinstance(fields, Mapping) or not isinstance(fields["comparing"], bool):
        raise ProtocolError("contact-malformed")
    if not _CODE.fullmatch(text(fields["fault"])):
        raise ProtocolError("contact-malformed")
    epochs = tuple(_epoch(one) for one in _list(fields["epochs"], _MOST_EPOCHS))
    if len({one.epoch for one in epochs}) != len(epochs):
        raise ProtocolError("contact-malformed")
    return JournalTold(epochs, fields["fault"], fields["comparing"])


def _epoch(given: Any) -> EpochStands:
    marks = tuple(Mark(count(seq), _digest(value)) for seq, value in _pairs(given["marks"], _MOST_MARKS))
    left_out = tuple((count(first), count(last)) for first, last in _pairs(given["left_out"], _MOST_RANGES))
    if any(first > last for first, last in left_out):
        raise ProtocolError("contact-malformed")
    return EpochStands(text(given["epoch"]), count(given["seq"]), _digest(given["head"]), marks, left_out)


def _pairs(given: object, most: int) -> list[list[Any]]:
    found = _list(given, most)
    if any(not isinstance(one, list) or len(one) != 2 for one in found):
        raise ProtocolError("contact-malformed")
    return found


def _list(given: object, most: int) -> list[Any]:
    if not isinstance(given, list) or len(given) > most:
        raise ProtocolError("contact-malformed")
    return given


def _digest(value: object) -> str:
    if not _DIGEST.fullmatch(text(value)):
        raise ProtocolError("contact-malformed")
    return str(value)


@dataclass(frozen=True, slots=True)
class JournalWord:
    """The county's word on it: ``fault`` is one of ``JOURNAL_FAULTS`` or empty, ``epoch`` and ``seq`` say where.

    ``held``: what arrives on the chain that the laptop writes now is kept, and not applied until a person at the
    county has seen to it or the journals agree again.
    """

    fault: str = ""
    epoch: str = ""
    seq: int = 0
    held: bool = False

    def plain(self) -> dict[str, Any]:
        """As fields of the standing."""
        return {"fault": self.fault, "epoch": self.epoch, "seq": self.seq, "held": self.held}


FITS: Final = JournalWord()


def read_word(fields: object) -> JournalWord:
    """Read what ``JournalWord.plain`` wrote; raises ProtocolError, KeyError or TypeError."""
    if not isinstance(fields, Mapping) or not isinstance(fields["held"], bool):
        raise ProtocolError("standing-malformed")
    if fields["fault"] not in ("", *JOURNAL_FAULTS):
        raise ProtocolError("standing-malformed")
    return JournalWord(fields["fault"], text(fields["epoch"]), count(fields["seq"]), fields["held"])
