"""Opening a vault from the door, by its password or by the county's two answers; both take seconds at times."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.domain.errors import UserFacingError

if TYPE_CHECKING:  # the services load SQLAlchemy, which the login window must not wait for
    from desktop.services.application import Application
    from desktop.ui.login_window import Credentials
    from desktop.ui.recovery_steps import RecoveryAnswers


@dataclass
class OpenVault:
    """An unlocked vault and what closes it again."""

    application: Application
    closing: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)


def open_vault(home: Path, credentials: Credentials) -> OpenVault:
    """Unlock a vault; takes about a second, so never on the screen's thread.

    Raises:
        UserFacingError: as ``desktop.bootstrap.open_application``. Nothing is changed then.
    """
    from desktop.bootstrap import open_application
    from desktop.services import door, events, practice, sync, vaults

    card = credentials.device_card or door.practice_card_of(home, credentials.worker)
    with contextlib.ExitStack() as stack:
        application = stack.enter_context(
            open_application(
                home, credentials.worker, credentials.password, card, previous_slots=credentials.previous_slots
            )
        )
        sync.finish_interrupted(application)
        sync.stop_if_revoked(application)
        if application.practice:
            practice.prepare(application, vaults.owner(application).worker_name)
        with contextlib.suppress(UserFacingError):  # a full disk shows where something is saved
            events.note(application, events.Event.OPENED)
        return OpenVault(application, stack.pop_all())


def recover_vault(home: Path, answers: RecoveryAnswers, unlock: Callable[[Credentials], OpenVault]) -> OpenVault:
    """Finish a recovery and open the vault with its new password; takes seconds.

    Raises:
        UserFacingError: as ``desktop.bootstrap.finish_recovery``.
    """
    from desktop.bootstrap import finish_recovery
    from desktop.ui.login_form import Credentials

    done = finish_recovery(
        home, answers.vault, answers.password, answers.files, answers.card, is_new_card=answers.is_new_card
    )
    return unlock(Credentials(answers.vault, answers.password, None if done.in_keyring else answers.card))
