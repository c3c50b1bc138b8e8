"""The check beside the worker (在旁核对): the statement about a paper that a colleague signs with the own key."""

from __future__ import annotations

from typing import Any, Final

from desktop.domain.beside_check import CHECKABLE, Against, BesideCheck, Finding
from desktop.domain.content import is_time
from desktop.domain.journal import encode_json
from desktop.sync.protocol.wire import PROTOCOL, ProtocolError, read_document, text

SHEET_CHECK: Final = "sheet-check"


def encode_sheet_check(check: BesideCheck) -> bytes:
    """The document that is signed."""
    return encode_json(
        {
            "protocol": PROTOCOL,
            "document": SHEET_CHECK,
            check.kind: check.paper,
            "checker": check.checker,
            "vault": check.vault,
            "recorded_in": check.recorded_in,
            "against": check.against.value,
            "print": check.print,
            "scans": list(check.scans),
            "answers": dict(check.answers),
            "finding": check.finding.value,
            "reason": check.reason,
            "time": check.time,
        }
    )


def decode_sheet_check(data: bytes) -> BesideCheck:
    """Read a statement; raises ProtocolError. Nothing in it is believed before the signature holds."""
    fields = read_document(data, SHEET_CHECK)
    try:
        answers: dict[Any, Any] = dict(fields["answers"])
        (kind,) = CHECKABLE.keys() & fields.keys()
        return BesideCheck(
            kind=kind,
            paper=text(fields[kind]),
            checker=text(fields["checker"]),
            vault=text(fields["vault"]),
            recorded_in=text(fields["recorded_in"]),
            against=Against(text(fields["against"])),
            print=text(fields["print"]),
            scans=tuple(map(text, fields["scans"])),
            answers={text(grant): text(answer) for grant, answer in answers.items()},
            finding=Finding(text(fields["finding"])),
            reason=text(fields["reason"]),
            time=_time(fields["time"]),
        )
    except (KeyError, TypeError, ValueError):
        raise ProtocolError(f"{SHEET_CHECK}-malformed") from None


def _time(value: object) -> str:
    if not is_time(text(value)):
        raise ProtocolError("malformed")
    return text(value)
