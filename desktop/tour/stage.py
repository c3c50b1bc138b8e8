"""What the steps of the tour share: places, people, hands, and the window in front."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop.tour.cast import Cast
from desktop.tour.county import County
from desktop.tour.hands import Hands
from desktop.tour.life import Life
from desktop.tour.meter import GapMeter
from desktop.ui.bugs import BugReporter


@dataclass(frozen=True)
class Key:
    """What opens one worker's vault, and what enrols it."""

    name: str
    password: str
    code: str
    card: str = ""


@dataclass
class Stage:
    """Handed from step to step."""

    out: Path
    home: Path
    county: County
    cast: Cast
    chance: random.Random
    hands: Hands
    meter: GapMeter
    bugs: BugReporter
    printed: list[bytes]
    """Every paper that came out of the printer, newest last."""
    keys: dict[str, Key] = field(default_factory=dict)
    """By the worker's name."""
    officers: dict[str, str] = field(default_factory=dict)
    """Ids of those who have no vault, by name."""
    notes: dict[str, Any] = field(default_factory=dict)
    """What later steps have to know: ids that the pages and the county said."""
    seconds: dict[str, float] = field(default_factory=dict)
    """How long each step took."""
    _life: Life | None = None

    @property
    def life(self) -> Life:
        """The life under way."""
        if self._life is None:
            raise LookupError("nobody has opened the program yet")
        return self._life

    def open_door(self) -> Life:
        """Start the program: the locked door."""
        with self.meter.paused():  # no window yet that could keep anybody waiting
            self._life = Life(self.home, self.hands, self.meter, self.bugs)
        return self._life

    def open_as(self, name: str) -> Life:
        """Start the program and unlock a worker's vault."""
        key = self.keys[name]
        life = self.open_door()
        life.unlock(name, key.password, key.card)
        return life

    def end(self) -> None:
        """Leave nothing open, wherever the tour stopped."""
        if self._life is not None:
            self._life.end()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure a step."""
        self.meter.step = name
        began = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - began, 3)

    def save(self, name: str, content: bytes) -> None:
        """Put something into the folder that was asked for."""
        (self.out / name).write_bytes(content)
