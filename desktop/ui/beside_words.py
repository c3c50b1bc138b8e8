"""A check that a colleague made beside the worker, in words: who found what, and what the county has said of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from desktop.services.beside_checks import BesideStanding, Finding, Word
from desktop.ui.icons import Icon
from desktop.ui.messages import word_reason
from desktop.ui.tokens import Tone
from desktop.ui.widgets.chips import Chip

BESIDE_CHIPS: Final[Mapping[Word, Chip]] = {
    Word.UNREPORTED: Chip("同事已核对，等上报县里", Tone.INFO, Icon.SEND),
    Word.RECEIVED: Chip("同事已核对，县里已收到", Tone.INFO, Icon.PENDING),
    Word.NOT_ACCEPTED: Chip("县里没有接受这次核对", Tone.BAD, Icon.REFUSED),
}


def beside_words(found: BesideStanding, meanwhile: str) -> str:
    """What has happened and what comes next; ``meanwhile`` is what can or cannot be done until the county has it."""
    at = datetime.fromisoformat(found.time).astimezone()
    outcome = "核对无误" if found.finding is Finding.RIGHT else "核对时发现有问题"
    told = f"{found.name} {at.month}月{at.day}日 {at:%H:%M} 在经办人的电脑上{outcome}，签了名。"
    match found.word:
        case Word.UNREPORTED:
            return f"{told}尚未上报县里，县里核对后生效；{meanwhile}，请同步。"
        case Word.RECEIVED:
            return told + "县里已收到，再同步一次就看得到生效。"
        case Word.NOT_ACCEPTED:
            why = word_reason(found.reason)
            return told + f"县里没有接受：{why}。请另请一位同事核对，或者由县级值班员核对。"


def found_wrong_words(found: BesideStanding | None) -> str:
    """Who found a paper wrong that is void by it; "" where nobody did here."""
    return f"{found.name} 核对时发现有问题，" if found is not None and found.finding is Finding.WRONG else ""
