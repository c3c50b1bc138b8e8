"""Asking the table of permissions (``desktop.domain.permissions``) for the worker of an open vault.

Every service function that writes, and every one that shows what not every role may see, begins with ``require``:
before anything is looked at, so that a refusal leaves no trace and tells nothing.
"""

from __future__ import annotations

from desktop.domain import permissions
from desktop.domain.errors import UserFacingError
from desktop.domain.permissions import PERMISSIONS, Capability
from desktop.services.application import Application

__all__ = ["Capability", "may", "refusal", "require"]


def require(application: Application, capability: Capability) -> None:
    """Go on only if this worker's role may do it.

    Raises:
        UserFacingError: ``action.not-your-role`` with what it is and who may do it; ``vault.not-enrolled`` where the
            county has given no role yet.
    """
    if not permissions.may(application.worker.role, capability):
        raise refusal(application, capability)


def may(application: Application, capability: Capability) -> bool:
    """Whether to offer it at all; False before enrolment."""
    return application.enrolment is not None and permissions.may(application.worker.role, capability)


def refusal(application: Application, capability: Capability) -> UserFacingError:
    """Why this worker is not offered it, to be worded where the button would be."""
    if application.enrolment is None:
        return UserFacingError("vault.not-enrolled")
    title, who = PERMISSIONS[capability].title, permissions.who_may(capability)
    return UserFacingError("action.not-your-role", title=title, who=who)
