"""Consent to publicity (宣传同意) at the county: what stands in the way of its check, by the county's own records.

The fold has judged who checks and what was signed (``domain.publicity.PUBLICITY``). Here the household and the day
are asked too: nothing is shown of a child whom nobody looks after, whoever signed (民发〔2019〕62号), and nothing of
what has ended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from county.clock import today
from county.records import BROKEN, WorkingSet, is_id
from county.signing import problem_by_record, signing_problem
from desktop.domain.aid import Category
from desktop.domain.households import category_group
from desktop.domain.posting import Posting, may_be_posted
from desktop.domain.publicity import PublicityState, consent_today
from desktop.domain.records import Change


def publicity_check_problem(working: WorkingSet, state: Mapping[str, Any], on: date) -> str:
    """Why a consent to publicity in this state may not come into force on a day, as a reason code, or ""."""
    fields = state["fields"]
    said = consent_today(PublicityState.IN_FORCE, date.fromisoformat(fields["until"]), on)
    posted = may_be_posted(Posting.CASE, _categories(working, fields.get("household")), consent=said)
    return posted.reason or problem_by_record(working, fields)


def paper_problem(working: WorkingSet, changes: Sequence[Change]) -> str:
    """Why a paper among these changes of one action was not rightly signed or may not come into force, or ""."""
    return signing_problem(working, changes) or posting_problem(working, changes)


def posting_problem(working: WorkingSet, changes: Sequence[Change]) -> str:
    """Why a consent to publicity among these changes of one action may not come into force, or "".

    A laptop that has not heard of the household's categories may have checked it.
    """
    for change in changes:
        if change.kind != "publicity.moved" or change.body is None:
            continue
        if change.body.get("to") != PublicityState.IN_FORCE:
            continue
        working.load_ids([change.record])
        record = working.record(change.record)
        if record is None or record.kind != "publicity" or record.state is None:
            continue  # the fold says what is missing
        try:
            problem = publicity_check_problem(working, record.state, today())
        except BROKEN:
            continue  # not as declared: the fold says where
        if problem:
            return problem
    return ""


def _categories(working: WorkingSet, household: object) -> list[Category]:
    """The categories that a household holds or has held."""
    if not is_id(household):
        return []
    working.load_ids([str(household)])
    record = working.record(str(household))
    if record is None or record.kind != "household" or record.state is None:
        return []
    return [one for one in Category if category_group(one) in record.state["groups"]]
