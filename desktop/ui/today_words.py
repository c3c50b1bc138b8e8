"""Today's items in words and states: what a line says, how urgent it is, where Enter leads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from desktop.domain.consent import SheetState
from desktop.domain.referrals import ReferralState
from desktop.services.blank_numbers import LongOut
from desktop.services.today import Echo, Today, TodayItem, TodayKind, Unfinished, echo_state_name
from desktop.ui.icons import Icon
from desktop.ui.models.rows import ListRow
from desktop.ui.pages.page import Target
from desktop.ui.tokens import Tone
from desktop.ui.widgets.chips import Chip

_WEEKDAYS = "一二三四五六日"
_CONSENT = frozenset({TodayKind.SHEET_PRINT, TodayKind.SHEET_SIGN, TodayKind.SHEET_SCAN, TodayKind.SHEET_CHECK})
_REFERRAL = frozenset({TodayKind.RECALLED, TodayKind.ANSWER, TodayKind.OVERDUE, TodayKind.CONFIRM})
_WITHOUT_DATE: Mapping[TodayKind, Chip] = {
    TodayKind.SHEET_PRINT: Chip("待打印", Tone.NEUTRAL, Icon.PRINT),
    TodayKind.SHEET_SIGN: Chip("待签字", Tone.NEUTRAL, Icon.EDIT),
    TodayKind.SHEET_SCAN: Chip("待收影像", Tone.WARN, Icon.SCAN),
    TodayKind.SHEET_CHECK: Chip("等第二人核对", Tone.NEUTRAL, Icon.PENDING),
    TodayKind.NEVER_VISITED: Chip("还没走访", Tone.NEUTRAL, Icon.NOT_ASKED),
    TodayKind.CONFLICT: Chip("需决定", Tone.INFO, Icon.CONFLICT),
}
ICONS: Mapping[TodayKind, Icon] = {
    TodayKind.RECALLED: Icon.UNDO,
    TodayKind.ANSWER: Icon.ANSWER,
    TodayKind.OVERDUE: Icon.REFERRAL,
    TodayKind.CONFIRM: Icon.HELP_GIVEN,
    TodayKind.RIGHTS: Icon.ANSWER,
    TodayKind.SHEET_PRINT: Icon.CONSENT,
    TodayKind.SHEET_SIGN: Icon.CONSENT,
    TodayKind.SHEET_SCAN: Icon.CONSENT,
    TodayKind.SHEET_CHECK: Icon.CONSENT,
    TodayKind.REVIEW: Icon.VISIT,
    TodayKind.VISIT_DUE: Icon.VISIT,
    TodayKind.NEVER_VISITED: Icon.HOUSEHOLD,
    TodayKind.CONFLICT: Icon.CONFLICT,
    TodayKind.MINORS: Icon.CHECKED,
}


def waiting_counts(shown: Today) -> dict[str, int]:
    """How many things wait in each section of the rail; households nobody has visited yet are not urgent."""
    kinds = [item.kind for item in shown.items if item.kind is not TodayKind.NEVER_VISITED]
    return {
        "today": len(kinds),
        "consent": sum(kind in _CONSENT for kind in kinds),
        "referral": sum(kind in _REFERRAL for kind in kinds),
    }


def due_chip(item: TodayItem, today: date) -> Chip:
    """How urgent a line is, in words with an icon."""
    if item.kind is TodayKind.RECALLED:
        return Chip("已召回", Tone.BAD, Icon.UNDO)
    if item.kind is TodayKind.ANSWER:
        return Chip("退回", Tone.BAD, Icon.UNDO)
    if item.due is None:
        return _WITHOUT_DATE[item.kind]
    days = (item.due - today).days
    if days < 0:
        return Chip(f"逾期 {-days} 天", Tone.BAD, Icon.WAITING)
    if days == 0:
        return Chip("今天", Tone.WARN, Icon.WAITING)
    if days == 1:
        return Chip("明天", Tone.WARN, Icon.WAITING)
    if days <= 6 - today.weekday():
        return Chip(f"本周{_WEEKDAYS[item.due.weekday()]}", Tone.NEUTRAL, Icon.DATE)
    return Chip(f"{item.due.month}月{item.due.day}日", Tone.NEUTRAL, Icon.DATE)


def summary_words(shown: Today, today: date) -> str:
    """How urgent all of it is: ``逾期 1 · 今天 2 · 七天内 4``."""
    days = [(item.due - today).days for item in shown.items if item.due is not None]
    counts = (
        ("逾期", sum(day < 0 for day in days)),
        ("今天", sum(day == 0 for day in days)),
        ("七天内", sum(0 < day <= 7 for day in days)),
    )
    return " · ".join(f"{word} {count}" for word, count in counts if count)


def target_of(item: TodayItem) -> Target:
    """The page where a line is dealt with."""
    if item.kind in _REFERRAL:
        return Target("referral", f"referral:{item.record}")
    if item.kind in _CONSENT:
        return Target("consent", f"sheet:{item.record}")
    if item.kind is TodayKind.RIGHTS:
        return Target("rights", f"request:{item.record}")
    if item.kind is TodayKind.CONFLICT:
        return Target("household", item.household)
    if item.kind is TodayKind.MINORS:
        return Target("minors", item.resident)
    return Target("visit", item.household)


_ECHO_TONES: Mapping[str, tuple[Tone, Icon]] = {
    ReferralState.REFUSED: (Tone.BAD, Icon.REFUSED),
    ReferralState.DECLINED: (Tone.BAD, Icon.UNDO),
    ReferralState.RECALLED: (Tone.BAD, Icon.UNDO),
    ReferralState.WAITLISTED: (Tone.WARN, Icon.PENDING),
    ReferralState.DELIVERED: (Tone.GOOD, Icon.HELP_GIVEN),
    SheetState.CHECKED: (Tone.GOOD, Icon.CHECKED),
}
"""What an answer means; the others are good news on the way."""


def echo_target(echo: Echo) -> Target:
    """Where an answer is seen whole."""
    page = "referral" if echo.kind == "referral" else "consent"
    return Target(page, f"{echo.kind}:{echo.record}")


def echo_row(echo: Echo) -> ListRow:
    """An answer as a row: from whom, which number, since when, and the state in words."""
    number, _, rest = echo.words.partition(" · ")
    tone, icon = _ECHO_TONES.get(echo.state, (Tone.GOOD, Icon.DONE))
    day = f"{echo.day.month}月{echo.day.day}日"
    return ListRow(echo.record, rest, "", f"{day} · {number}", (Chip(echo_state_name(echo), tone, icon),))


_DRAFTS: Mapping[str, tuple[str, str]] = {
    "visit": ("visit", "走访"),
    "household-change": ("household", "修改"),
    "new-household": ("new-household", "新增家庭"),
    "consent": ("consent", "同意书"),
    "referral": ("referral", "转介"),
}
"""Kinds of drafts: the page that goes on with them, and their word."""


def draft_target(draft: Unfinished) -> Target | None:
    """Where a draft is gone on with; None for a kind this version has no page for."""
    page = _DRAFTS.get(draft.kind)
    return None if page is None else Target(page[0], draft.subject)


def draft_words(draft: Unfinished) -> str:
    """``走访 林秀英 · 11月23日 10:32``."""
    when = draft.updated.astimezone()
    parts = (_DRAFTS[draft.kind][1], draft.name)
    return f"{' '.join(part for part in parts if part)} · {when.month}月{when.day}日 {when:%H:%M}"


def weekday_words(day: date) -> str:
    """``11月23日 星期一``."""
    return f"{day.month}月{day.day}日 星期{_WEEKDAYS[day.weekday()]}"


def blanks_words(out: LongOut) -> str:
    """``3 份空白表从10月20日起还在外面，超过 30 天：请记下落``."""
    since = f"{out.since.month}月{out.since.day}日"
    return f"{out.count} 份空白表从{since}起还在外面，超过 {out.days} 天：请到“空白表”里记编号的下落"
