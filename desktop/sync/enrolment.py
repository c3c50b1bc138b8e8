"""Enrolling a vault: the one-time code, the signed request, the county's answer believed or not.

The request and the answer are the same documents on every road: over the network, and as files on a stick.
"""

from __future__ import annotations

from desktop.domain.errors import UserFacingError
from desktop.domain.roles import LAPTOP_ROLES
from desktop.sync.client import CountyClient
from desktop.sync.driving import Surroundings, Tally, attempt, drive, rest
from desktop.sync.envelope import SealingKey, Signed, SigningKey, sign_document
from desktop.sync.protocol import Enrolment, EnrolmentCode, EnrolmentRequest, ProtocolError, key_fingerprint
from desktop.sync.steps import Action, AskCapabilities, Enrol, Event, Started, Succeeded, Task, Wait


def read_code(written: str) -> EnrolmentCode:
    """The code as people type it; raises UserFacingError("sync.code-mistyped")."""
    try:
        return EnrolmentCode.decode(written)
    except ProtocolError:
        raise UserFacingError("sync.code-mistyped") from None


def run_enrolment(
    client: CountyClient,
    code: EnrolmentCode,
    vault: str,
    epoch: str,
    signing_key: SigningKey,
    sealing_key: SealingKey,
    around: Surroundings | None = None,
) -> Enrolment:
    """Send the request until it is answered. The same vault and code make the same request, and the
    county answers it the same, so that a lost answer costs nothing.

    Raises:
        UserFacingError: ``sync.wrong-county`` where the answer is not signed by the key whose
            fingerprint the code carries, and what ``client`` raises.
    """
    around = around or Surroundings()
    signed = signed_request(code, vault, epoch, signing_key, sealing_key)
    answers: list[Enrolment] = []
    tally = Tally()

    def do(action: Action) -> Event:
        match action:
            case AskCapabilities():
                client.check_capabilities()
            case Enrol():
                answers.append(believed(client.enrol(signed), code, vault))
            case Wait(seconds=seconds):
                rest(seconds, around)
            case _:
                raise ValueError(f"not an action of an enrolment: {action}")
        return Succeeded(action)

    state = drive(
        Started(Task.ENROL),
        lambda action: attempt(action, lambda: do(action), tally, around.chance()),
        around.cancelled,
        around.patience,
    )
    if state.stopped is not None:
        errors = {error.code: error for error in tally.errors.values()}
        raise errors.get(state.stopped, UserFacingError(state.stopped))
    return answers[-1]


def signed_request(
    code: EnrolmentCode, vault: str, epoch: str, signing_key: SigningKey, sealing_key: SealingKey
) -> bytes:
    """What the county is asked: the same bytes for the same vault and code."""
    request = EnrolmentRequest(code.token.hex(), vault, epoch, signing_key.public, sealing_key.recipient)
    return sign_document(request.encode(), signing_key).encode()


def believed(data: bytes, code: EnrolmentCode, vault: str) -> Enrolment:
    """The county's answer, if it is the county's and for this vault.

    Raises:
        UserFacingError: ``sync.wrong-county`` where its key is not the one whose fingerprint the code carries.
        ProtocolError: ``signature-wrong``; ``vault-other`` for another vault; ``enrolment-malformed``, also for a role
            that does not work on a laptop; the codes of ``Signed.decode``.
    """
    signed = Signed.decode(data)
    answer = Enrolment.decode(signed.document)
    try:
        key = bytes.fromhex(answer.signing_key)
    except ValueError:
        raise ProtocolError("enrolment-malformed") from None
    if key_fingerprint(key) != code.fingerprint:
        raise UserFacingError("sync.wrong-county")
    signed.verified(answer.signing_key)
    if answer.vault != vault:
        raise ProtocolError("vault-other")
    if answer.role not in LAPTOP_ROLES or not answer.townships:
        raise ProtocolError("enrolment-malformed")
    return answer
