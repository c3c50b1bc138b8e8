"""Sync in words: what it is doing, what it came to, what needs a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from desktop.domain.consent import SHEET_STATE_NAMES, SheetState
from desktop.domain.errors import UserFacingError
from desktop.domain.publicity import PUBLICITY_STATE_NAMES, PublicityState
from desktop.domain.referrals import REFERRAL_STATE_NAMES, ReferralState
from desktop.domain.roles import ROLE_NAMES
from desktop.services.application import Worker
from desktop.services.journal_faults import JournalFault
from desktop.services.sync import NotDone, SyncReport, SyncState
from desktop.services.sync_attention import HalfAction, Sort
from desktop.services.sync_overview import AttentionLine, DealtLine, News, PastBatch, SyncProgress
from desktop.ui.description_words import group_name
from desktop.ui.former_store_words import state_words as former_state_words
from desktop.ui.former_store_words import why_words
from desktop.ui.icons import Icon
from desktop.ui.messages import word, word_reason
from desktop.ui.messages.journal_words import half_message, journal_message
from desktop.ui.messages.kind_words import KIND_NAMES
from desktop.ui.messages.sync_steps import progress_sentence
from desktop.ui.models.rows import ListRow
from desktop.ui.models.table import TableRow
from desktop.ui.pages.page import Target
from desktop.ui.tasks import Progress
from desktop.ui.tokens import Tone
from desktop.ui.widgets.banner import Notice, notice_of
from desktop.ui.widgets.chips import Chip
from desktop.ui.wording_words import unfit_words

_SORTS: Mapping[Sort, Chip] = {
    Sort.REJECTED: Chip("县里没有接收", Tone.BAD, Icon.REFUSED),
    Sort.HELD: Chip("县里暂存", Tone.WARN, Icon.PENDING),
    Sort.CONFLICT: Chip("需决定", Tone.INFO, Icon.CONFLICT),
    Sort.DIVERGED: Chip("两边都改了", Tone.INFO, Icon.CONFLICT),
    Sort.UNFIT: Chip("新版用不了", Tone.WARN, Icon.WARNING),
    Sort.HALF: Chip("一步不完整", Tone.BAD, Icon.WARNING),
    Sort.FORMER: Chip("要您决定", Tone.WARN, Icon.WARNING),
    Sort.JOURNAL: Chip("日志对不上", Tone.BAD, Icon.WARNING),
}
_LEFT_ASIDE: Mapping[str, str] = {
    "batch": "有一批没有报上去",
    "receipt": "有一批报上去了，还没等到县里的处理结果",
    "attachment": "有一张扫描件没有传上去",
    "feed": "县里下发的内容没有全部取回",
}
CANCELLED = "sync.cancelled"
_ROAD = frozenset(f"sync.county-{trouble}" for trouble in ("away", "silent", "slow", "fault", "nonsense"))
"""Troubles that mean that the county was not reached."""


def progress_words(shown: SyncProgress) -> Progress:
    """What the progress panel shows."""
    return Progress(min(shown.done, shown.total) if shown.total else 0, shown.total, progress_sentence(shown))


def moment_words(moment: datetime) -> str:
    """``11月20日 17:42``."""
    local = moment.astimezone()
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def state_words(state: SyncState) -> str:
    """What has not been reported, in one sentence."""
    parts = []
    if state.waiting:
        parts.append(f"{state.waiting:,} 项未上报")
    if state.waiting_attachments:
        parts.append(f"{state.waiting_attachments:,} 张扫描件未上传")
    if parts:
        unnamed = f"；其中 {state.unnamed:,} 项要请县里看，见“要您看一下”" if state.unnamed else ""
        return "、".join(parts) + "，已安全保存在本机" + unnamed
    return "全部已上报县里" if state.last_sync is not None else "还没有同步过"


def was_reached(report: SyncReport) -> bool:
    """Whether the county answered."""
    return report.stopped is None or report.stopped.code not in _ROAD


def outcome_words(report: SyncReport) -> tuple[str, str, Tone]:
    """How a sync ended: what happened, what it means and what to do, and how good that is."""
    journal = None if report.journal is None else journal_message(report.journal)
    if report.stopped is not None:
        message = word(report.stopped)
        tone = Tone.WARN if report.stopped.code == CANCELLED else Tone.BAD
        also = "" if journal is None else f"另外，{journal.what}{journal.action}"
        return message.what, message.meaning + message.action + also, tone
    if journal is not None:
        return journal.what, journal.meaning + journal.action, Tone.BAD
    if report.not_done:
        words = "；".join(dict.fromkeys(not_done_words(one) for one in report.not_done))
        return "同步完成，有几样下次再办。", f"{words}。都还在本机，下次同步会接着办。", Tone.WARN
    if report.attention:
        return "同步完成，有几处要您看一下。", "在下面“要您看一下”里。", Tone.WARN
    return "同步完成。", "", Tone.GOOD


def not_done_words(left: NotDone) -> str:
    """One thing that was left aside, with its reason."""
    words = _LEFT_ASIDE[left.what]
    return words if left.what == "receipt" else f"{words}：{_reason(left.error)}"


def _reason(error: UserFacingError) -> str:
    return word(error).what.rstrip("。")


def report_facts(report: SyncReport) -> list[tuple[str, str, str]]:
    """The figures of a sync as ``(name, value, remark)``."""
    results = report.results
    remarks = [
        words.format(count=results[name])
        for name, words in (
            ("merged", "{count} 项和已有内容合并"),
            ("duplicate", "{count} 项县里已经有"),
            ("conflict", "{count} 项两地不一致"),
            ("held", "{count} 项暂存"),
            ("rejected", "{count} 项没有接收"),
        )
        if results.get(name)
    ]
    facts = [
        ("上报", f"{report.entries_sent:,} 项", f"分 {report.batches_sent} 批" if report.batches_sent > 1 else ""),
        ("回执", f"核对无误 {report.receipts_verified:,} 份", "，".join(remarks)),
        ("收到", f"{report.entries_received:,} 条", f"其中答复 {len(report.answers)} 条" if report.answers else ""),
    ]
    if report.entries_returned:
        facts.append(("拿回", f"{report.entries_returned:,} 条", "您报过县里、这台电脑上没有的"))
    if report.entries_set_aside:
        remark = "另一台电脑用同一个加密库写了别的内容，没有合并；在“要您看一下”里"
        facts.append(("另放", f"{report.entries_set_aside:,} 条", remark))
    if report.attachments_sent:
        let_go = report.attachments_not_kept
        why = "县里规定指印不留影像，或同事已经删除；有指印的两人对纸核对，纸质原件请收好"
        remark = f"其中 {let_go} 张没有存：{why}" if let_go else ""
        facts.append(("扫描件", f"上传 {report.attachments_sent} 张", remark))
    return facts


def attention_key(line: AttentionLine) -> str:
    """What tells one line from the others in a list."""
    one = line.attention
    return one.entry or f"{one.record}:{one.group}"


def attention_row(line: AttentionLine) -> ListRow:
    """One thing for a person: about whom, what, and why in words."""
    one = line.attention
    kind = KIND_NAMES.get(one.kind, "其他")
    if one.unfit is not None:
        name = f"{one.unfit.title} {one.unfit.number}"
        return ListRow(attention_key(line), name, kind, unfit_words(one.unfit), (_SORTS[one.sort],))
    if one.journal is not None:
        subject = journal_message(one.journal).what
    elif one.former is not None:
        subject = f"{why_words(one.former)}，{former_state_words(one.former)}"
    elif one.half is not None:
        subject = half_message(one.half).what
    elif one.sort is Sort.CONFLICT:
        subject = f"{group_name(one.group or '')}：两边记的不一样，请选定"
    else:
        subject = word_reason(one.reason)
    return ListRow(attention_key(line), line.name or kind, kind if line.name else "", subject, (_SORTS[one.sort],))


def dealt_key(line: DealtLine) -> str:
    """What tells one line from the others in a list."""
    return f"dealt:{line.dealt.entry}"


def dealt_row(line: DealtLine) -> ListRow:
    """One thing that was dealt with: about whom, how and when."""
    one = line.dealt
    kind = KIND_NAMES.get(one.kind, "其他")
    when = moment_words(datetime.fromisoformat(one.time))
    chip = Chip("已处理", Tone.GOOD, Icon.DONE)
    return ListRow(dealt_key(line), line.name or kind, kind if line.name else "", f"{when} {one.how}", (chip,))


def attention_target(line: AttentionLine | DealtLine) -> Target | None:
    """Where it can be seen to; None where no page shows it."""
    one = line.attention if isinstance(line, AttentionLine) else line.dealt
    if one.kind == "former-store":
        return Target("settings")
    resident = one.record if one.kind == "resident" else one.resident
    if one.kind == "sheet" and one.record:
        return Target("consent", f"sheet:{one.record}")
    if one.kind == "publicity" and one.record:
        return Target("publicity", f"one:{one.record}")
    if one.kind == "referral" and one.record:
        return Target("referral", f"referral:{one.record}")
    if one.kind in ("grant", "scan", "signature", "check", "withdrawal") and resident:
        return Target("consent", f"list:{resident}")
    household = one.record if one.kind == "household" else one.household
    return Target("household", household) if household else None


def journal_notice(fault: JournalFault) -> Notice:
    """What is wrong with the journal, and what to do; it stays until it is closed."""
    return notice_of(journal_message(fault))


def half_notice(line: AttentionLine, half: HalfAction) -> Notice:
    """What is only half there, and the way out; it stays until it is closed."""
    return notice_of(half_message(half, line.name))


def news_target(one: News) -> Target:
    """Where an answer is seen whole."""
    if one.kind == "publicity":
        return Target("publicity", f"one:{one.record}")
    return Target("referral" if one.kind == "referral" else "consent", f"{one.kind}:{one.record}")


def news_row(one: News) -> ListRow:
    """An answer as a row."""
    if one.kind == "referral":
        state = REFERRAL_STATE_NAMES[ReferralState(one.to)]
        is_bad = one.to in (ReferralState.REFUSED, ReferralState.DECLINED)
    elif one.kind == "publicity":
        state = PUBLICITY_STATE_NAMES[PublicityState(one.to)]
        is_bad = one.to in (PublicityState.VOID, PublicityState.EXPIRED)
    else:
        state = SHEET_STATE_NAMES[SheetState(one.to)]
        is_bad = one.to == SheetState.VOID
    chip = Chip(state, Tone.BAD if is_bad else Tone.GOOD)
    return ListRow(one.record, one.name, KIND_NAMES[one.kind], one.number, (chip,))


def batch_key(one: PastBatch) -> str:
    """What tells one batch from the others."""
    return f"{one.epoch}/{one.number}"


def batch_row(one: PastBatch) -> TableRow:
    """A batch as a line of the table: when, how much, how far."""
    if one.applied:
        state = Chip("县里已入库", Tone.GOOD, Icon.CHECKED)
    elif one.stored:
        state = Chip("县里已收存", Tone.INFO, Icon.PENDING)
    else:
        state = Chip("还没报上去", Tone.WARN, Icon.SAVED_HERE)
    return TableRow(batch_key(one), (moment_words(datetime.fromisoformat(one.sealed)), f"{one.entries:,}", state))


def roster_notice(worker: Worker) -> Notice:
    """The county changed what this worker is or where: what holds now, and how the pages follow."""
    return Notice(
        f"县里改了您的身份或乡镇：现在是{ROLE_NAMES[worker.role]}，{worker.office}。",
        Tone.WARN,
        "从现在起，各页都按新的身份来；以前保存的内容不受影响。",
        stays=True,
    )
