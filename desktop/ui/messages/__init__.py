"""The words of every ``UserFacingError``: what happened, what it means for the record, what to do.

One table per area. Without Qt, so that the command line says the same sentences as the window, and light to
import: the locked door needs it, and must not wait for the whole of ``domain``.
``tests/ui/test_messages.py`` finds codes that are raised somewhere and have no words here.
"""

from __future__ import annotations

from desktop.domain.errors import UserFacingError
from desktop.ui.messages import (
    backups,
    beside,
    blanks,
    casework,
    connection,
    county,
    keyrings,
    ledger,
    ledger_rows,
    minors,
    paper,
    people,
    records,
    recovery,
    rights,
    screen,
    signing,
    terminal,
    typed,
    vault,
)
from desktop.ui.messages.message import Message
from desktop.ui.messages.reasons import REASONS

MESSAGES: dict[str, Message] = {
    **people.MESSAGES,
    **typed.MESSAGES,
    **ledger.MESSAGES,
    **ledger_rows.MESSAGES,
    **minors.MESSAGES,
    **paper.MESSAGES,
    **records.MESSAGES,
    **vault.MESSAGES,
    **recovery.MESSAGES,
    **connection.MESSAGES,
    **county.MESSAGES,
    **casework.MESSAGES,
    **rights.MESSAGES,
    **screen.MESSAGES,
    **signing.MESSAGES,
    **terminal.MESSAGES,
    **backups.MESSAGES,
    **beside.MESSAGES,
    **blanks.MESSAGES,
}

_UNWORDED = Message(
    "刚才这一步没有做成（情况代号 {code}）。",
    "此前提示“已保存”的内容不受影响。",
    "请再试一次；还不行，请把情况代号告诉县里。",
)


class _Values(dict[str, object]):
    """The values of an error; one that the raiser forgot is left out rather than raising a second error."""

    def __missing__(self, key: str) -> str:
        return "…"


def word(error: UserFacingError) -> Message:
    """The filled-in message for ``error``."""
    message = MESSAGES.get(error.code, _UNWORDED)
    values = _Values({name: _value_in_words(name, value) for name, value in error.values.items()}, code=error.code)
    return Message(*(part.format_map(values) for part in message.parts()))


def _value_in_words(name: str, value: object) -> str:
    parts = [str(part) for part in value] if isinstance(value, list | tuple) else [str(value)]
    match name:
        case "reason" | "problem" | "problems":
            parts = [word_reason(part) for part in parts]
        case "keyring_before" | "keyring_now":
            parts = [keyrings.word_keyring(part) for part in parts]
        case "classes":
            from desktop.domain.consent import DATA_CLASS_NAMES, DataClass

            parts = [DATA_CLASS_NAMES[DataClass(part)] if part in set(DataClass) else part for part in parts]
    return "、".join(parts)


def word_reason(code: str) -> str:
    """A reason (of a refusal, a hold, a disclosure) in words; the code itself where none are known."""
    if code in MESSAGES:
        return MESSAGES[code].what.rstrip("。")
    from desktop.domain.content import reason_code

    code = reason_code(code)
    return REASONS.get(code) or screen.REASONS.get(code) or signing.REASONS.get(code, code)


__all__ = ["MESSAGES", "REASONS", "Message", "word", "word_reason"]
