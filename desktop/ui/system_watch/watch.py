"""What every watch of the system says, whatever the system is."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QObject, Signal


class Occasion(StrEnum):
    """What the system did. The value is what the vault's own log notes."""

    SLEEP = "sleep"
    """It is about to sleep, or to hibernate."""
    SESSION = "session"
    """Its own screen was locked."""
    LID = "lid"
    """The lid was closed."""


class SystemWatch(QObject):
    """Hears what the system does; this is what both kinds share, and by itself it hears nothing."""

    lock_due = Signal(str)
    """Lock now; the ``Occasion``. May be said more than once."""
    watched_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._watched: frozenset[Occasion] = frozenset()

    @property
    def watched(self) -> frozenset[Occasion]:
        """What the system has agreed to tell us, as far as is known by now."""
        return self._watched

    def start(self) -> None:
        """Begin to listen; returns at once."""

    def stop(self) -> None:
        """Listen no longer, and hold up nothing any more."""

    def _add_watched(self, occasion: Occasion) -> None:
        if occasion not in self._watched:
            self._watched |= {occasion}
            self.watched_changed.emit()
