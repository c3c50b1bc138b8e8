"""Enrolment by files on a USB stick: the same request and answer as over HTTP (``desktop/sync/README.md`` §4)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from county.enrolment import enrol
from county.key_file import write_durably
from county.opening import County
from desktop.domain.errors import UserFacingError
from desktop.sync.protocol import ProtocolError

_MOST_BYTES: Final = 64 * 1024
_REFUSALS: Final = {
    "signature-wrong": "enrolment.request-changed",
    "protocol-unknown": "enrolment.version",
    "token-unknown": "enrolment.token-unknown",
    "token-expired": "enrolment.token-expired",
    "token-used": "enrolment.token-used",
    "vault-taken": "enrolment.vault-taken",
}


def answer_file(county: County, request: Path, response: Path) -> bool:
    """Answer a request file with a response file; answers whether the vault was enrolled by this very call.

    The same request again gets the same response, so that a lost file costs nothing.

    Raises:
        UserFacingError: ``enrolment.file-unreadable``, ``enrolment.file-unwritable``; ``enrolment.not-a-request``,
            ``enrolment.request-changed``, ``enrolment.token-unknown`` and the other refusals of ``enrol``.
    """
    try:
        with request.open("rb") as file:
            body = file.read(_MOST_BYTES + 1)
    except OSError:
        raise UserFacingError("enrolment.file-unreadable") from None
    if len(body) > _MOST_BYTES:
        raise UserFacingError("enrolment.not-a-request")
    try:
        enrolled = enrol(county, body)
    except ProtocolError as error:
        raise UserFacingError(_REFUSALS.get(error.code, "enrolment.not-a-request")) from None
    try:
        write_durably(response, enrolled.answer)
    except OSError:
        raise UserFacingError("enrolment.file-unwritable") from None
    return enrolled.fresh
