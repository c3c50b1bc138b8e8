"""Enrolling without a network (开通): the request and the county's answer as two files on a USB stick.

They are the documents of the network's way and nothing else (``desktop/sync/README.md`` §4). A finder of the stick
learns nothing about anybody, but has the one-time token: one who enrols with it first makes the county say
``token-used`` to the worker, who then asks for another code. What was asked is kept inside the vault, so that the
answer may come days later.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection

from desktop.domain.errors import UserFacingError
from desktop.domain.journal import EntryFormatError, decode_json
from desktop.services.application import Application, Done, Worker
from desktop.services.sync import COUNTY_URL
from desktop.storage import settings
from desktop.storage.durable import disk_trouble, read_limited, replace_file
from desktop.sync.client import check_url
from desktop.sync.enrolment import believed, read_code, signed_request
from desktop.sync.protocol import Enrolment, ProtocolError

_ASKED: Final = "enrolment_asked"
_MOST_BYTES: Final = 64 * 1024
_REFUSALS: Final = {
    "signature-wrong": "enrolment.answer-changed",
    "vault-other": "enrolment.other-vault",
    "protocol-unknown": "sync.version",
}


@dataclass(frozen=True, slots=True)
class RequestFile:
    """What goes onto the stick: the file's proposed name and its content."""

    name: str
    content: bytes


def ask_by_file(application: Application, code: str, *, url: str = "") -> RequestFile:
    """Make the request for a one-time code, to be carried to the county; the vault remembers what it asked.

    The same code again makes the same bytes; another code takes the place of the one before. ``url`` is the county's
    address for later syncs, where it is known already.

    Raises:
        UserFacingError: ``sync.practice``, ``sync.already-enrolled``, ``sync.code-mistyped``, ``sync.county-address``.
    """
    _refuse(application)
    read, address = read_code(code), check_url(url) if url else ""
    identity = application.identity
    content = signed_request(read, identity.vault, identity.epoch, application.signing_key, application.sealing_key)

    def keep(connection: Connection) -> None:
        settings.put(connection, _ASKED, {"code": read.encode(), "request": content.decode()})
        if address:
            settings.put(connection, COUNTY_URL, address)

    application.store.write(keep)
    return _file(application, content)


def asked_by_file(application: Application) -> RequestFile | None:
    """The request that waits for its answer, to be saved once more; None if there is none."""
    kept = _asked(application)
    return None if kept is None else _file(application, str(kept["request"]).encode())


def take_answer(application: Application, answer: bytes) -> Done[Worker]:
    """Enrol by the county's answer file, once it is known to be the answer to this vault.

    Raises:
        UserFacingError: ``sync.practice``, ``sync.already-enrolled``, ``enrolment.not-asked``;
            ``enrolment.own-request`` for the file that was to go to the county; ``enrolment.not-an-answer``,
            ``enrolment.answer-changed``, ``enrolment.other-vault``, ``sync.wrong-county``. Nothing has changed then.
    """
    _refuse(application)
    kept = _asked(application)
    if kept is None:
        raise UserFacingError("enrolment.not-asked")
    application.enrol(_believed(answer, str(kept["code"]), application.identity.vault))
    application.store.write(lambda connection: settings.put(connection, _ASKED, None))
    return Done(application.worker, frozenset({"vault"}))


def save_request(path: Path, request: RequestFile) -> Path:
    """Write the request to a file, or into a folder under its own name; answers where it lies, safe on the disk.

    Raises:
        UserFacingError: ``disk.full``, ``disk.read-only``, ``disk.failing``; ``enrolment.file-unwritable``.
    """
    target = path / request.name if path.is_dir() else path
    try:
        with disk_trouble():
            replace_file(target, request.content)
    except BaseException as error:
        with contextlib.suppress(OSError):
            target.with_name(target.name + ".new").unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise UserFacingError("enrolment.file-unwritable") from None
        raise
    return target


def read_answer(path: Path) -> bytes:
    """An answer file as it is; raises UserFacingError ``enrolment.file-unreadable``, ``enrolment.not-an-answer``."""
    try:
        content = read_limited(path, _MOST_BYTES)
    except OSError:
        raise UserFacingError("enrolment.file-unreadable") from None
    if content is None:
        raise UserFacingError("enrolment.not-an-answer")
    return content


def _refuse(application: Application) -> None:
    if application.practice:
        raise UserFacingError("sync.practice")
    if application.enrolment is not None:
        raise UserFacingError("sync.already-enrolled")


def _asked(application: Application) -> dict[str, Any] | None:
    kept: dict[str, Any] | None = application.read(lambda connection: settings.get(connection, _ASKED))
    return kept


def _file(application: Application, content: bytes) -> RequestFile:
    return RequestFile(f"走村开通申请-{application.identity.vault[:8]}.json", content)


def _believed(answer: bytes, code: str, vault: str) -> Enrolment:
    if _is_request(answer):
        raise UserFacingError("enrolment.own-request")
    try:
        return believed(answer, read_code(code), vault)
    except ProtocolError as error:
        raise UserFacingError(_REFUSALS.get(error.code, "enrolment.not-an-answer")) from None


def _is_request(answer: bytes) -> bool:
    try:
        return bool(decode_json(decode_json(answer)["signed"].encode()).get("document") == "enrolment-request")
    except (EntryFormatError, KeyError, AttributeError):
        return False
