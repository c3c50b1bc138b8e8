"""``zoucun journal verify|erase``: the journal holds, and content can be taken out of it for good."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from desktop.cli import opening, terminal
from desktop.exit_codes import ExitCode
from desktop.ui.messages.journal_words import FAULT_WORDS, half_message

if TYPE_CHECKING:
    from desktop.services.vaults import JournalCheck


def add_commands(commands: Any) -> None:
    """Add this module's commands to the parser."""
    group = commands.add_parser("journal", help="日志:核对、删除内容 | verify the journal, erase content")
    parts = group.add_subparsers(title="命令 commands", metavar="COMMAND", required=True)
    verify = parts.add_parser(
        "verify",
        help="核对整本日志 | walk the whole journal",
        description="从头到尾核对日志,并和县里签名的回执对照;有损坏时指出第一条,退出码为 3。\n"
        "Walks the whole journal and compares it with the county's signed receipts;\n"
        "names the first broken entry and ends with 3 if there is one.\n"
        'Standard input: {"password": "…", "card": "…"}.',
    )
    opening.add_choice(verify)
    verify.set_defaults(run=_verify)
    erase = parts.add_parser(
        "erase",
        help="删除一条的内容,不能恢复 | erase one entry's content for good",
        description="删除一条日志的内容,只留条目本身;不能恢复。日志仍然核对得上。\n"
        "Erases the content of one entry, for good; its header stays and the journal still verifies.\n"
        'Standard input: {"password": "…", "card": "…", "reason": "…"}.',
    )
    erase.add_argument("entry", metavar="ENTRY", help="条目编号,如 vault/epoch/12 | the entry's reference")
    opening.add_choice(erase)
    erase.set_defaults(run=_erase)


def words_of_check(check: JournalCheck) -> str:
    """The result of a check in a sentence, with the gaps a salvage named."""
    fault = check.fault
    if check.unreadable:
        return "日志没有核对:库文件损坏,读不到日志。"
    if fault is None:
        gaps = "".join(
            f"\n日志里登记过的缺口:{one.epoch[:8]} 段第 {one.first}"
            + (f" 至 {one.last}" if one.last > one.first else "")
            + " 条;其余首尾相连。"
            for one in check.gaps
        )
        return f"日志完好,共 {check.entries} 条,其中 {check.confirmed} 条和县里签名的回执对得上。" + gaps
    what = FAULT_WORDS.get(fault.code, fault.code)
    halves = "".join(f"\n{half.reference}:{half_message(half).sentence()}" for half in check.halves)
    return f"日志在 {fault.reference} 处损坏:{what}。请停用这个加密库,联系县里。{halves}"


def _verify(options: argparse.Namespace) -> int:
    from desktop.services.vaults import verify_journal

    with opening.opened(options, terminal.Answers()) as application:
        check = verify_journal(application)
    terminal.answer(options, check, lambda: words_of_check(check))
    return ExitCode.DAMAGE if check.fault else ExitCode.OK


def _erase(options: argparse.Namespace) -> int:
    from desktop.services.vaults import erase_entry

    answers = terminal.Answers()
    reason = answers.need("reason")
    with opening.opened(options, answers) as application:
        erase_entry(application, options.entry, reason)
    terminal.answer(options, {"erased": options.entry}, lambda: f"{options.entry} 的内容已删除。")
    return ExitCode.OK
