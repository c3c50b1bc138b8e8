"""Sheets and grants in words: what each state is called, its chip, and who is asked what."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from desktop.domain.consent import DATA_CLASS_NAMES, PURPOSE_NAMES, DataClass, GrantState, SheetState
from desktop.services.consent import Ask, GrantView, SheetView
from desktop.services.directory import Organisation
from desktop.ui.icons import Icon
from desktop.ui.tokens import Tone
from desktop.ui.widgets.chips import Chip

REFUSED = "refused"

AID_UNTOUCHED = "不同意、以后撤回，都不影响政府救助。"

SHEET_CHIPS: Mapping[SheetState, Chip] = {
    SheetState.DRAFTED: Chip("还没打印", Tone.WARN, Icon.PRINT),
    SheetState.PRINTED: Chip("等签", Tone.WARN, Icon.EDIT),
    SheetState.SIGNED: Chip("差影像", Tone.WARN, Icon.SCAN),
    SheetState.SCANNED: Chip("等第二人核对", Tone.INFO, Icon.PENDING),
    SheetState.CHECKED: Chip("已生效", Tone.GOOD, Icon.CHECKED),
    SheetState.VOID: Chip("作废", Tone.NEUTRAL, Icon.CLOSE),
}
BESIDE_CHIP = Chip("同事已核对，等县里", Tone.INFO, Icon.SEND)
"""A colleague has checked it at the worker's own laptop; in force once the county has verified that."""
REFUSED_CHIP = Chip("本人不同意", Tone.NEUTRAL, Icon.REFUSED)
ENDED_CHIP = Chip("已撤回或到期", Tone.NEUTRAL, Icon.UNDO)

GRANT_CHIPS: Mapping[GrantState, Chip] = {
    GrantState.AGREED: Chip("同意，等核对", Tone.INFO, Icon.PENDING),
    GrantState.REFUSED: Chip("不同意", Tone.NEUTRAL, Icon.REFUSED),
    GrantState.IN_FORCE: Chip("同意，已生效", Tone.GOOD, Icon.CHECKED),
    GrantState.WITHDRAWN: Chip("已撤回", Tone.NEUTRAL, Icon.UNDO),
    GrantState.EXPIRED: Chip("已到期", Tone.NEUTRAL, Icon.WAITING),
}

OVERRULED_CHIP = Chip("同意过，后来不同意", Tone.NEUTRAL, Icon.REFUSED)


def sheet_chip(sheet: SheetView, live: Collection[str] = (), checked_beside: Collection[str] = ()) -> Chip:
    """The state of a sheet; ``live`` holds the sheets that still permit something, ``checked_beside`` those that a
    colleague has checked and the county has not."""
    if sheet.id in checked_beside:
        return BESIDE_CHIP
    if sheet.state is SheetState.VOID and sheet.reason == REFUSED:
        return REFUSED_CHIP
    if sheet.state is SheetState.CHECKED and sheet.id not in live:
        return ENDED_CHIP
    if sheet.state is SheetState.SIGNED and sheet.stays_on_paper:
        return SHEET_CHIPS[SheetState.SCANNED]
    return SHEET_CHIPS[sheet.state]


def grant_chip(grant: GrantView) -> Chip:
    """The state of a grant; an agreement that the person has taken back since is shown as that."""
    return OVERRULED_CHIP if grant.overruled else GRANT_CHIPS[grant.state]


def class_words(data_class: DataClass) -> str:
    """``B2 疾病与治疗``."""
    return f"{data_class.value} {DATA_CLASS_NAMES[data_class].replace('(', '（').replace(')', '）')}"


def ask_words(ask: Ask, bodies: Mapping[str, Organisation]) -> str:
    """``福建省慈善总会 · 助残：轮椅与康复``."""
    body = bodies.get(ask.recipient)
    project = next((one.name for one in body.projects if one.id == ask.project), "") if body else ""
    purpose = "：".join(one for one in (PURPOSE_NAMES[ask.purpose], project) if one)
    return f"{body.name if body else '目录里没有的组织'} · {purpose}"


def sheet_line(sheet: SheetView, bodies: Mapping[str, Organisation]) -> str:
    """Who is asked for how much, in one line."""
    return "；".join(f"{ask_words(ask, bodies)}（{len(ask.classes)} 项）" for ask in sheet.asks)


def moment_words(moment: str, today: date) -> str:
    """A journal time as a local day and hour: ``11月23日 09:12``."""
    at = datetime.fromisoformat(moment).astimezone()
    day = f"{at.month}月{at.day}日" if at.year == today.year else f"{at.year}.{at.month}.{at.day}"
    return f"{day} {at:%H:%M}"
