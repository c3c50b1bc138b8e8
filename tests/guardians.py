"""What is said of those who come before a body that is a minor's guardian, as tests need it (民法典 27, 32)."""

from __future__ import annotations

from desktop.domain.guardian_order import NotActing, PassedOver, before
from desktop.domain.plain import to_plain

NOBODY_BEFORE = tuple(PassedOver(one, NotActing.NOBODY) for one in before(None, is_minor=True))
SAID_NOBODY_BEFORE = [to_plain(one) for one in NOBODY_BEFORE]
"""The same as it stands in an entry."""
