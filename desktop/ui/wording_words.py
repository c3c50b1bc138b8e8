"""Wordings of forms in words: which cannot be used and why, and what a newer one says otherwise."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.services.finished_paper import Paper
from desktop.services.wordings import Newer, Unfit
from desktop.ui.pages.page import Page
from desktop.ui.tokens import Tone
from desktop.ui.widgets.banner import Notice

_SHOWN_POINTS = 6


def unfit_words(unfit: Unfit) -> str:
    """Why a wording is not used, and which is used instead."""
    return _tr("县里下发的 {version} 版本机用不了（{why}），仍用 {instead} 版。").format(
        version=unfit.version or "？", why=unfit.why, instead=unfit.instead
    )


def unfit_in_short(unfit: Unfit) -> str:
    """For somebody in a doorway: which is used, and where the reason stands."""
    return _tr("县里下发的 {version} 版本机用不了，仍用 {instead} 版；原因在“同步”里。").format(
        version=unfit.version or "？", instead=unfit.instead
    )


def unfit_notice(unfit: Unfit) -> Notice:
    """The same, with what to do."""
    what = f"{unfit.title} {unfit.number}：{unfit_words(unfit)}"
    return Notice(what, Tone.WARN, _tr("打印照常，不影响已有的记录。请把这句话告诉县里；装了新版程序也可能就好。"))


def say_unfit(page: Page, paper: Paper) -> None:
    """Before a form is printed: that it is not in the newest wording, where it is not."""
    if paper.unfit is not None:
        page.tell(unfit_notice(paper.unfit))


def newer_words(newer: Newer) -> str:
    """Which points the wording in force says otherwise than the one a sheet was drafted in."""
    if not newer.is_own_usable:
        return _tr(
            "这份拟的时候用的告知书，本机没有，或者更新程序以后用不了，按那一版不能打印。"
            "现行的是 {version} 版：请换用现行的一版，从头再念一遍。选好的内容不变。"
        ).format(version=newer.version)
    points = [f"“{one}”" for one in newer.changes.sections[:_SHOWN_POINTS]]
    more = len(newer.changes.sections) - len(points)
    told = "、".join(points) + (_tr("等 {count} 条").format(count=len(newer.changes.sections)) if more > 0 else "")
    terms = _tr("另有 {count} 处用语").format(count=len(newer.changes.terms)) if newer.changes.terms else ""
    changed = "，".join(one for one in (told, terms) if one) or _tr("只有标题和版本号")
    if newer.withdrawn is not None:
        words = _tr(
            "县里收回了 {own} 版（{reason}），这份还没打印，不能再用那一版。"
            "现行的是 {version} 版，不同的地方：{points}。"
        )
    else:
        words = _tr(
            "现行的告知书是 {version} 版，这份是按 {own} 版拟的。不同的地方：{points}。"
            "不换就按 {own} 版打印；换了，改过的几条要再念一遍。"
        )
    return words.format(own=newer.own, version=newer.version, points=changed, reason=newer.withdrawn)


def _tr(text: str) -> str:
    return QCoreApplication.translate("wording_words", text)
