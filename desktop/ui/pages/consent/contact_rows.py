"""The boxes for calls and visits (电话联系、上门探访) of one recipient, as the worker writes them down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from desktop.domain.contact import CHANNEL_NAMES, Channel, ContactAnswer
from desktop.services.consent import Ask
from desktop.ui.widgets.choices import ChoiceField

_WORDS: Mapping[bool | None, str] = {True: "同意", False: "不同意", None: "未答，先不要"}


class ContactRows:
    """Two choices per recipient and purpose. What is not touched is not answered, and so no yes."""

    def __init__(self, asks: Iterable[Ask], known: Sequence[ContactAnswer]) -> None:
        self._asked = [(ask.recipient, ask.purpose.value) for ask in asks]
        said = {one.asked: one for one in known}
        self.fields: dict[tuple[str, str, Channel], ChoiceField[bool]] = {}
        for asked in self._asked:
            for channel in Channel:
                field = ChoiceField([(True, "同意"), (False, "不同意")])
                field.set_value(said[asked].said(channel) if asked in said else None)
                self.fields[*asked, channel] = field

    def of(self, ask: Ask) -> tuple[tuple[str, ChoiceField[bool]], ...]:
        """The rows of one recipient: what is asked, in the form's words, and its choice."""
        return tuple(
            (f"接收方{CHANNEL_NAMES[channel]}", self.fields[ask.recipient, ask.purpose.value, channel])
            for channel in Channel
        )

    def refuse(self, recipient: str) -> None:
        """A no to everything of this recipient."""
        for (asked, _, _), field in self.fields.items():
            if asked == recipient:
                field.set_value(False)

    def answers(self) -> tuple[ContactAnswer, ...]:
        """What was answered; recipients to whom nothing was are left out."""
        made = (
            ContactAnswer(*asked, self._said(*asked, Channel.CALL), self._said(*asked, Channel.VISIT))
            for asked in self._asked
        )
        return tuple(one for one in made if not one.is_empty)

    def _said(self, recipient: str, purpose: str, channel: Channel) -> bool | None:
        return self.fields[recipient, purpose, channel].value()

    @property
    def untouched(self) -> int:
        """How many boxes nothing was written down of."""
        return sum(field.value() is None for field in self.fields.values())


def contact_words(answer: ContactAnswer | None) -> str:
    """What a recipient may do, in words: ``电话联系：同意　上门探访：不同意``."""
    said = {one: answer.said(one) if answer is not None else None for one in Channel}
    return "　".join(f"{CHANNEL_NAMES[one]}：{_WORDS[said[one]]}" for one in Channel)
