"""``zoucun enrol`` and ``zoucun sync``: the county's server."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from desktop.cli import opening, terminal
from desktop.exit_codes import ExitCode

if TYPE_CHECKING:
    from desktop.services.sync import SyncReport
    from desktop.services.sync_overview import SyncProgress


def add_commands(commands: Any) -> None:
    """Add this module's commands to the parser."""
    enrol = commands.add_parser(
        "enrol",
        help="用开通码在县里开通 | enrol with the county",
        description="用县里给的开通码开通这个加密库。\n"
        'Enrols this vault. Standard input: {"password": "…", "card": "…", "code": "…"}.',
    )
    enrol.add_argument("--county", required=True, metavar="URL", help="县级服务器地址 | the county's address")
    opening.add_choice(enrol)
    enrol.set_defaults(run=_enrol)
    sync = commands.add_parser(
        "sync",
        help="同步 | sync with the county",
        description="上报本机保存的内容,核对县里的回执,取回县里下发的内容。\n"
        "Sends what is waiting, verifies the county's receipts, fetches what the county has.\n"
        "每一步在标准错误里说一行 | each step is said on standard error.\n"
        'Standard input: {"password": "…", "card": "…"}.',
    )
    sync.add_argument("--county", metavar="URL", help="县级服务器地址,默认用开通时的 | default: as enrolled")
    opening.add_choice(sync)
    sync.set_defaults(run=_sync)


def _enrol(options: argparse.Namespace) -> int:
    from desktop.services.sync import enrol

    answers = terminal.Answers()
    code = answers.need("code")
    with opening.opened(options, answers) as application:
        worker = enrol(application, options.county, code).value
        terminal.answer(options, worker, lambda: f"已开通:{worker.name},{worker.office},{worker.county_name}。")
    return ExitCode.OK


def _sync(options: argparse.Namespace) -> int:
    from desktop.services.sync import sync
    from desktop.ui.messages.journal_words import journal_message

    with opening.opened(options, terminal.Answers(), revoked_too=True) as application:
        report = sync(application, url=options.county, progress=_steps(as_json=options.json))
    figures = _figures(report)
    journal = "" if report.journal is None else "\n" + journal_message(report.journal).sentence()
    terminal.answer(options, figures, lambda: _words(figures) + journal)
    troubles = [report.stopped] if report.stopped else [one.error for one in report.not_done]
    for error in troubles:
        terminal.complain(error, as_json=options.json)
    if report.journal is not None and not report.journal.mended:
        return ExitCode.DAMAGE
    return ExitCode.PROBLEM if troubles else ExitCode.OK


def _steps(*, as_json: bool) -> Callable[[SyncProgress], None]:
    """Says each step on standard error as it is begun, once."""
    from desktop.ui.messages.sync_steps import step_words

    said: list[str] = []

    def say(shown: SyncProgress) -> None:
        if said[-1:] != [shown.stage.value]:
            said.append(shown.stage.value)
            terminal.say_step(shown.stage.value, step_words(shown.stage), as_json=as_json)

    return say


def _figures(report: SyncReport) -> dict[str, Any]:
    """Numbers only: what came back is read in the window or with ``show``."""
    return {
        "batches_sent": report.batches_sent,
        "entries_sent": report.entries_sent,
        "receipts_verified": report.receipts_verified,
        "results": dict(report.results),
        "entries_received": report.entries_received,
        "entries_returned": report.entries_returned,
        "entries_set_aside": report.entries_set_aside,
        "attachments_sent": report.attachments_sent,
        "attachments_not_kept": report.attachments_not_kept,
        "answers": len(report.answers),
        "attention": len(report.attention),
        "journal": None if report.journal is None else report.journal.sort.value,
        "seconds": round(report.seconds, 3),
    }


def _words(figures: dict[str, Any]) -> str:
    let_go = figures["attachments_not_kept"]
    pictures = f"{let_go} 张扫描件县里没有存(有指印的按规定不留影像,已删除的不再留存);" if let_go else ""
    return (
        f"上报 {figures['entries_sent']} 条,核对回执 {figures['receipts_verified']} 份,"
        f"收到 {figures['entries_received']} 条,其中答复 {figures['answers']} 条;{pictures}"
        f"有 {figures['attention']} 处需要您处理。"
    )
