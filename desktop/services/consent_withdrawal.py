"""Withdrawing consent (撤回同意), and the recall of what rested on it."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.domain.consent import DataClass, GrantState, Purpose, WithdrawalMode
from desktop.domain.errors import UserFacingError
from desktop.domain.referrals import OPEN, ReferralState
from desktop.domain.signing import SignedBy
from desktop.services.application import Application, Done
from desktop.services.consent_records import SheetView
from desktop.services.households import new_id
from desktop.services.permission import Capability, require
from desktop.storage import queries
from desktop.storage.journal import Action


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What a withdrawal did: the grants withdrawn, the referrals recalled and those already handed over."""

    number: str
    grants: tuple[str, ...]
    recalled: tuple[str, ...]
    recipients: tuple[str, ...]


def withdraw(
    application: Application,
    resident_id: str,
    grant_ids: tuple[str, ...],
    *,
    mode: WithdrawalMode = WithdrawalMode.IN_PERSON,
    identity_checked: str = "",
    withdrawn_by: SignedBy = SignedBy.PERSON,
    guardian: str = "",
) -> Done[Withdrawal]:
    """Withdraw grants, all or some, as easily as they were given (PIPL art. 15); works offline.

    Whatever else of this person permits the same (recipient, purpose and class) goes with the chosen ones.

    ``withdrawn_by``: the person, or the guardian for them (``guardian`` is the name). Either is enough whoever signed,
    and nothing has to be shown for it: it is never harder than giving.

    Open referrals of this person to these recipients that rest on them are recalled at once, in the
    same action; what had been handed over before stays lawful and is listed for the recall notice.
    """
    require(application, Capability.WITHDRAW)

    def write(action: Action) -> Withdrawal:
        connection = action.connection
        chosen = set(grant_ids)
        number = f"CH-{application.today():%y%m%d}-{new_id()[:6].upper()}"
        fields = {"withdrawal": number, "mode": mode.value, "identity_checked": identity_checked}
        if withdrawn_by.guardian:
            fields |= {"withdrawn_by": withdrawn_by.value, "guardian": guardian}
        done = []
        live = queries.of_kind(
            connection, "grant", resident=resident_id, statuses=[GrantState.AGREED, GrantState.IN_FORCE]
        )
        withdrawn = {_subject(row) for row in live if row.id in chosen}
        for row in live:
            # A second sheet may have asked the same: withdrawing one of two must not leave the other in force.
            if _subject(row) not in withdrawn:
                continue
            action.add("grant.moved", row.id, {"from": row.status, "to": GrantState.WITHDRAWN.value, "fields": fields})
            done.append(row.id)
        if not done:
            raise UserFacingError("consent.nothing-to-withdraw")
        recalled = _recall(action, resident_id, withdrawn, "consent-withdrawn", {"withdrawal": number})
        return Withdrawal(number, tuple(done), recalled, tuple(sorted({one[0] for one in withdrawn})))

    return application.act(write, persons_right=True)


def _subject(grant: queries.RecordRow) -> tuple[str, str, str]:
    """What a grant permits: recipient, purpose and data class."""
    fields = grant.state["fields"]
    return fields["recipient"], fields["purpose"], fields["data_class"]


def recall_refused(action: Action, sheet: SheetView, refused: set[tuple[str, Purpose, DataClass]]) -> None:
    """What the person agreed to before and refuses now: referrals that rest on it come back."""
    subjects = {(recipient, purpose.value, one.value) for recipient, purpose, one in refused}
    _recall(action, sheet.resident, subjects, "consent-refused", {})


def _recall(
    action: Action, resident_id: str, withdrawn: set[tuple[str, str, str]], reason: str, fields: dict[str, str]
) -> tuple[str, ...]:
    recalled = []
    for row in queries.of_kind(action.connection, "referral", resident=resident_id, statuses=OPEN):
        asked = row.state["fields"]
        if any((asked["recipient"], asked["purpose"], one) in withdrawn for one in asked["classes"]):
            body = {
                "from": row.status,
                "to": ReferralState.RECALLED.value,
                "reason": reason,
                "fields": fields,
            }
            action.add("referral.moved", row.id, body)
            recalled.append(row.id)
    return tuple(recalled)
