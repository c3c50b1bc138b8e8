"""The approval beside the worker (在旁批准): what a reviewer signs so that a minor's data may be seen."""

from __future__ import annotations

from typing import Final

from desktop.domain.content import is_time
from desktop.domain.journal import encode_json
from desktop.domain.minors import BesideApproval, said_of
from desktop.domain.plain import Misfit
from desktop.sync.protocol.wire import PROTOCOL, ProtocolError, read_document, text

MINORS_APPROVAL: Final = "minors-approval"


def encode_minors_approval(approval: BesideApproval) -> bytes:
    """The document that is signed."""
    return encode_json(
        {
            "protocol": PROTOCOL,
            "document": MINORS_APPROVAL,
            "approval": approval.id,
            "said": dict(approval.said),
            "approver": approval.approver,
            "vault": approval.vault,
            "recorded_in": approval.recorded_in,
            "time": approval.time,
        }
    )


def decode_minors_approval(data: bytes) -> BesideApproval:
    """Read a statement; raises ProtocolError. Nothing in it is believed before the signature holds."""
    fields = read_document(data, MINORS_APPROVAL)
    try:
        said = dict(fields["said"])
        said_of(said)
        time = text(fields["time"])
        if not is_time(time):
            raise ValueError("time")
        return BesideApproval(
            id=text(fields["approval"]),
            said=said,
            approver=text(fields["approver"]),
            vault=text(fields["vault"]),
            recorded_in=text(fields["recorded_in"]),
            time=time,
        )
    except (KeyError, TypeError, ValueError, Misfit):
        raise ProtocolError(f"{MINORS_APPROVAL}-malformed") from None
