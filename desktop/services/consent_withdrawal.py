"""Withdrawing consent (撤回同意), and the recall of what rested on it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from desktop.domain.consent import DataClass, GrantState, Purpose, SheetState, WithdrawalMode, classes_needed
from desktop.domain.errors import UserFacingError
from desktop.domain.plain import to_plain
from desktop.domain.publicity import GIVEN
from desktop.domain.referrals import OPEN, ReferralState
from desktop.domain.signing import SignedBy
from desktop.domain.stops import Stop
from desktop.domain.withdrawals import Delivery, TakenBack, Unwanted, WithdrawalMade, WithdrawalRequest
from desktop.domain.working_days import working_days_after
from desktop.services import directory
from desktop.services.application import Application, Done
from desktop.services.consent_records import SheetView, is_child_on
from desktop.services.households import new_id
from desktop.services.permission import Capability, require
from desktop.storage import queries
from desktop.storage.journal import Action

_SIGNED: Final = (SheetState.SIGNED, SheetState.SCANNED, SheetState.CHECKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """How a withdrawal was said and taken in (``reference.md`` §5(a)-4); nothing of it has to be known.

    ``second_worker`` is a colleague's id or name; ``guardian`` and ``brought_by`` are names.
    """

    mode: WithdrawalMode = WithdrawalMode.IN_PERSON
    identity_checked: str = ""
    withdrawn_by: SignedBy = SignedBy.PERSON
    guardian: str = ""
    brought_by: str = ""
    second_worker: str = ""
    unwanted: tuple[Unwanted, ...] = ()
    requests: tuple[WithdrawalRequest, ...] = (WithdrawalRequest.STOP, WithdrawalRequest.DELETE)
    delivery: Delivery | None = None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What a withdrawal did: its record, the grants withdrawn, the referrals recalled and whom it concerns."""

    id: str
    number: str
    grants: tuple[str, ...]
    recalled: tuple[str, ...]
    recipients: tuple[str, ...]


def withdraw(
    application: Application,
    resident_id: str,
    grant_ids: tuple[str, ...],
    *,
    stops: tuple[Stop, ...] = (),
    mode: WithdrawalMode = WithdrawalMode.IN_PERSON,
    identity_checked: str = "",
    withdrawn_by: SignedBy = SignedBy.PERSON,
    guardian: str = "",
    brought_by: str = "",
    second_worker: str = "",
    unwanted: tuple[Unwanted, ...] = (),
    requests: tuple[WithdrawalRequest, ...] = Said().requests,
    delivery: Delivery | None = None,
) -> Done[Withdrawal]:
    """Withdraw grants, all or some, as easily as they were given (PIPL art. 15); works offline.

    It is in force when this returns. How it was said is a record of its own, to which paper can be filed afterwards.

    Whatever else of this person permits the same (recipient, purpose and class) goes with the chosen ones.

    ``stops`` are withdrawn whether or not a grant is known here: the paper may be a colleague's who has not synced, or
    not written down yet. They end what was agreed to before, wherever it comes to light (``domain.stops``).

    With ``unwanted`` alone nothing is withdrawn and nothing recalled: it is kept, and printed, that the person does not
    want to be telephoned or visited by those who help.

    ``withdrawn_by``: the person, or the guardian for them (``guardian`` is the name). Either is enough whoever signed,
    and nothing has to be shown for it: it is never harder than giving.

    Open referrals of this person to these recipients that rest on them are recalled at once, in the
    same transaction; what had been handed over before stays lawful and is listed for the recall notice.

    It is never refused for its size: what does not fit into one action goes into several under one number, the recalls
    first.
    """
    require(application, Capability.WITHDRAW)
    said = Said(
        mode=mode,
        identity_checked=identity_checked,
        withdrawn_by=withdrawn_by,
        guardian=guardian,
        brought_by=brought_by,
        second_worker=second_worker,
        unwanted=unwanted,
        requests=requests,
        delivery=delivery,
    )
    keeper = Keeper(application, said)

    def write(action: Action) -> Withdrawal:
        connection = action.connection
        chosen = set(grant_ids)
        number = keeper.number
        fields = {"withdrawal": number, "mode": mode.value}
        live = queries.of_kind(
            connection, "grant", resident=resident_id, statuses=[GrantState.AGREED, GrantState.IN_FORCE]
        )
        withdrawn = {_subject(row) for row in live if row.id in chosen or _is_stopped(_subject(row), stops)}
        # A second sheet may have asked the same: withdrawing one of two must not leave the other in force.
        gone = {row.id: row.status for row in live if _subject(row) in withdrawn}
        if not gone and not stops and (chosen or not unwanted):
            raise UserFacingError("consent.nothing-to-withdraw")
        because = {"withdrawal": number}
        recalled = _recall(
            action, resident_id, withdrawn, "consent-withdrawn", because, application.today(), stops, in_parts=True
        )
        # Consent to publicity is apart: where it stands, something is left.
        is_whole = _is_everything(stops, gone, live) and not queries.of_kind(
            connection, "publicity", resident=resident_id, statuses=list(GIVEN)
        )
        taken_back = _taken_back(action, live, gone)
        action.make_room()
        kept = keeper.keep(action, resident_id, taken_back, is_whole=is_whole, recalled=recalled, stops=stops)
        for grant, state in gone.items():
            action.make_room()
            action.add("grant.moved", grant, {"from": state, "to": GrantState.WITHDRAWN.value, "fields": fields})
        concerned = {one[0] for one in withdrawn} | {one.recipient for one in stops if one.recipient}
        return Withdrawal(kept, number, tuple(gone), recalled, tuple(sorted(concerned)))

    return application.act(write, persons_right=True)


def _is_stopped(subject: tuple[str, str, str], stops: Iterable[Stop]) -> bool:
    return any(one.covers(*subject[:2]) for one in stops)


def _is_everything(stops: Collection[Stop], gone: Collection[str], live: Collection[queries.RecordRow]) -> bool:
    """Whether nothing is left of what was agreed to; of a recipient without a known consent nobody can say so."""
    return any(one.is_everything for one in stops) or (bool(gone) and not stops and len(gone) == len(live))


class Keeper:
    """Keeps the record of one withdrawal, of consent of whatever sort (转介、宣传).

    Made before the action begins, since what it reads must not be read inside.
    """

    def __init__(self, application: Application, said: Said) -> None:
        self.id = new_id()
        self.number = f"CH-{application.today():%y%m%d}-{self.id[:6].upper()}"
        self._said, self._worker = said, application.worker
        names = directory.worker_names(application)
        given = said.second_worker.strip()
        second = directory.worker_called(names, given)
        # Nobody is their own second; a withdrawal is not refused for that, it has no second then.
        is_own = second == self._worker.id or given == self._worker.name
        self._second = ("", "") if is_own else (second, names.get(second, given))
        office = directory.office(application)
        self._reply_by = working_days_after(application.today(), office.reply_days) if office is not None else None

    def keep(
        self,
        action: Action,
        resident_id: str,
        taken_back: Iterable[TakenBack],
        *,
        is_whole: bool,
        recalled: tuple[str, ...] = (),
        stops: tuple[Stop, ...] = (),
    ) -> str:
        """Record it, in the action given; answers the record's id."""
        resident = queries.one(action.connection, resident_id)
        said, taken = self._said, tuple(taken_back)
        made = WithdrawalMade(
            resident=resident_id if resident is None else resident.id,
            household=(resident.household or "") if resident is not None else "",
            number=self.number,
            mode=said.mode,
            taken_back=taken,
            stops=stops,
            whole=is_whole,
            unwanted=said.unwanted,
            # What is to become of the data is asked of what is withdrawn.
            requests=said.requests if taken or stops else (),
            identity_checked=said.identity_checked.strip(),
            withdrawn_by=said.withdrawn_by,
            guardian=said.guardian if said.withdrawn_by.guardian else "",
            brought_by=said.brought_by.strip() if said.mode is WithdrawalMode.BY_ANOTHER else "",
            worker_name=self._worker.name,
            second_worker=self._second[0],
            second_worker_name=self._second[1],
            delivery=said.delivery,
            reply_by=self._reply_by,
            recalled=recalled,
            large_type=_reads_large_type(action, resident_id),
        )
        action.add("withdrawal.recorded", self.id, to_plain(made))
        return self.id


def _reads_large_type(action: Action, resident_id: str) -> bool:
    """Whether a sheet that this person signed was in large type: nobody has to ask for it again."""
    sheets = queries.of_kind(action.connection, "sheet", resident=resident_id, statuses=_SIGNED)
    return any(row.state["fields"].get("large_type") is True for row in sheets)


def _taken_back(action: Action, live: Iterable[queries.RecordRow], done: Collection[str]) -> list[TakenBack]:
    """By paper, recipient and purpose: what was agreed there, and what of it goes."""
    groups: dict[tuple[str, str, str], dict[DataClass, bool]] = {}
    for row in live:
        recipient, purpose, data_class = _subject(row)
        group = groups.setdefault((str(row.state["fields"]["sheet"]), recipient, purpose), {})
        group[DataClass(data_class)] = row.id in done
    papers = queries.many(action.connection, [sheet for sheet, _, _ in groups])
    return [
        TakenBack(
            recipient=recipient,
            purpose=Purpose(purpose),
            classes=tuple(sorted(one for one, is_gone in classes.items() if is_gone)),
            agreed=tuple(sorted(classes)),
            paper=sheet,
            paper_number=_number(papers.get(sheet)),
        )
        for (sheet, recipient, purpose), classes in groups.items()
        if any(classes.values())
    ]


def _number(paper: queries.RecordRow | None) -> str:
    fields: Mapping[str, object] = paper.state.get("fields", {}) if paper is not None else {}
    return str(fields.get("number", ""))


def _subject(grant: queries.RecordRow) -> tuple[str, str, str]:
    """What a grant permits: recipient, purpose and data class."""
    fields = grant.state["fields"]
    return fields["recipient"], fields["purpose"], fields["data_class"]


def recall_refused(action: Action, sheet: SheetView, refused: set[tuple[str, Purpose, DataClass]], on: date) -> None:
    """What the person agreed to before and refuses now: referrals that rest on it come back."""
    subjects = {(recipient, purpose.value, one.value) for recipient, purpose, one in refused}
    _recall(action, sheet.resident, subjects, "consent-refused", {}, on)


def _recall(
    action: Action,
    resident_id: str,
    withdrawn: set[tuple[str, str, str]],
    reason: str,
    fields: dict[str, str],
    on: date,
    stops: tuple[Stop, ...] = (),
    *,
    in_parts: bool = False,
) -> tuple[str, ...]:
    recalled = []
    is_child = is_child_on(action.connection, resident_id, on)
    for row in queries.of_kind(action.connection, "referral", resident=resident_id, statuses=OPEN):
        asked = row.state["fields"]
        rests_on = classes_needed(asked["classes"], is_child=is_child)
        if any(
            (subject := (asked["recipient"], asked["purpose"], one)) in withdrawn or _is_stopped(subject, stops)
            for one in rests_on
        ):
            body = {
                "from": row.status,
                "to": ReferralState.RECALLED.value,
                "reason": reason,
                "fields": fields,
            }
            if in_parts:
                action.make_room()
            action.add("referral.moved", row.id, body)
            recalled.append(row.id)
    return tuple(recalled)
