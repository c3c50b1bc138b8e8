"""One sitting at the desk: who sits there, the secrets of this one browser, and what was opened meanwhile.

Nothing of it outlives the process, and nothing is written to a disk.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from county.enrolment import Worker
from county.opening import County


def _secret() -> str:
    return secrets.token_urlsafe(32)


@dataclass
class Desk:
    """A sitting. ``host`` is the one name under which it answers (``127.0.0.1:PORT``).

    ``secret`` lets one browser in once; after that the ``cookie`` is what it is known by, ``token`` what its forms
    carry, and ``room`` the path under which everything lies, so that the cookie is sent to no other program that
    listens on this computer.
    """

    county: County
    officer: Worker
    host: str
    idle_seconds: float
    end: Callable[[], None]
    clock: Callable[[], float] = time.monotonic
    secret: str = field(default_factory=_secret)
    cookie: str = field(default_factory=_secret)
    token: str = field(default_factory=_secret)
    room: str = field(default_factory=_secret)
    is_entered: bool = False
    reasons: dict[str, str] = field(default_factory=dict)
    """Why the page of a lost laptop is looked at, by its vault; said once, noted with every look."""
    opened: set[str] = field(default_factory=set)
    """The sheets of which a look was noted: only their pictures are handed out."""
    notice: str = ""
    """What was done, for the next page to say."""
    last: float = 0.0

    def __post_init__(self) -> None:
        self.touch()

    @property
    def origin(self) -> str:
        """Where its own pages come from."""
        return f"http://{self.host}"

    @property
    def entrance(self) -> str:
        """The address that works once."""
        return f"{self.origin}/open/{self.secret}"

    def touch(self) -> None:
        """Somebody is there."""
        self.last = self.clock()

    @property
    def idle_left(self) -> float:
        """Seconds until nobody has been there for too long."""
        return self.last + self.idle_seconds - self.clock()

    def enter(self, secret: str) -> bool:
        """Let a browser in; True once, and only with the secret."""
        if self.is_entered or not is_same(secret, self.secret):
            return False
        self.is_entered = True
        self.touch()
        return True

    def take_notice(self) -> str:
        """What was done, said once."""
        notice, self.notice = self.notice, ""
        return notice


def is_same(one: str, other: str) -> bool:
    """Compare without telling by the time how far they agree."""
    return hmac.compare_digest(one.encode(), other.encode())
