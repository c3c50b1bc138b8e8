"""Choosing a vault and opening it for one command."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.cli.terminal import PASSWORD, Answers, complain
from desktop.domain.errors import UserFacingError
from desktop.hardening import forbid_memory_dumps

if TYPE_CHECKING:  # the services load SQLAlchemy, which `--help` should not wait for
    from desktop.services.application import Application

_CARD_HELPS = frozenset({"vault.card-needed", "vault.keyring-missing", "vault.keyring-changed"})


def add_place(parser: argparse.ArgumentParser) -> None:
    """The options of every command: where the vaults lie and how to answer."""
    # Without defaults of their own: what was written before the command must not be undone by it.
    none = argparse.SUPPRESS
    parser.add_argument(
        "--home", type=Path, metavar="DIR", default=none, help="加密库所在文件夹 | folder of the vaults"
    )
    parser.add_argument("--json", action="store_true", default=none, help="结果用 JSON 输出 | answer in JSON")


def add_choice(parser: argparse.ArgumentParser) -> None:
    """The options of commands that work in one vault."""
    add_place(parser)
    parser.add_argument("--vault", metavar="ID", help="用哪个加密库,只有一个时可不写 | which vault, if several")
    parser.add_argument(
        "--previous-slots",
        action="store_true",
        help="钥匙文件坏了,用上一份打开 | open by the generation before of a broken key file",
    )


def home(options: argparse.Namespace) -> Path:
    """The folder of the vaults: ``--home``, or this user's own."""
    from desktop.home import default_home

    return options.home if isinstance(options.home, Path) else default_home()


def vault_id(options: argparse.Namespace) -> str:
    """``--vault``, or the only vault there is.

    Raises:
        UserFacingError: ``vault.none``, ``vault.several`` or ``vault.unknown``.
    """
    from desktop.services.door import list_vaults

    known = [header.vault for header in list_vaults(home(options))]
    if options.vault is not None:
        if options.vault not in known:
            raise UserFacingError("vault.unknown", vault=options.vault)
        return str(options.vault)
    if not known:
        raise UserFacingError("vault.none")
    if len(known) > 1:
        raise UserFacingError("vault.several", count=len(known))
    return known[0]


@contextlib.contextmanager
def opened(options: argparse.Namespace, answers: Answers, *, revoked_too: bool = False) -> Iterator[Application]:
    """The chosen vault, open, with keys that cannot be dumped. The device card is asked for where it is needed.

    What a kill cut short is finished first, and a practice vault is filled, as at a login in the window.
    ``revoked_too``: also one that the county took out of use, to send what it still holds.
    """
    from desktop.bootstrap import open_application
    from desktop.services import door, practice, sync, vaults

    chosen = vault_id(options)
    password, card = answers.need(PASSWORD), answers.get("card") or door.practice_card_of(home(options), chosen)
    forbid_memory_dumps()

    def attempt(card: str | None) -> contextlib.AbstractContextManager[Application]:
        return open_application(home(options), chosen, password, card, previous_slots=options.previous_slots)

    with contextlib.ExitStack() as stack:
        try:
            application = stack.enter_context(attempt(card))
        except UserFacingError as error:
            if not (answers.asking and error.code in _CARD_HELPS):
                raise
            complain(error, as_json=False)  # why the card is asked for
            application = stack.enter_context(attempt(answers.need("card")))
        sync.finish_interrupted(application)
        if not revoked_too:
            sync.stop_if_revoked(application)
        if application.practice:
            practice.prepare(application, vaults.owner(application).worker_name)
        yield application
