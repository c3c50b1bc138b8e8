"""``zoucun vault recover request|finish|withdraw``: a forgotten password, with the county's help."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path
from typing import Any

from desktop.cli import opening, terminal
from desktop.domain.escrow import OFFICE_NAMES, EscrowOffice, Holders
from desktop.exit_codes import ExitCode
from desktop.hardening import forbid_memory_dumps


def add_commands(parts: Any) -> None:
    """Add ``recover`` to the commands of ``vault``."""
    recover = parts.add_parser("recover", help="忘了密码:由县里两个单位一起恢复 | a forgotten password")
    steps = recover.add_subparsers(title="命令 commands", metavar="COMMAND", required=True)
    request = steps.add_parser(
        "request",
        help="提出恢复申请 | make a request",
        description="设一个新密码,写出恢复申请文件,显示要在电话里念的核对数。\n"
        'Makes a request. Standard input: {"password": "<the new one>", "reason": "…"}.',
    )
    request.add_argument("--to", type=Path, required=True, metavar="DIR", help="存到哪个文件夹(U 盘) | where to")
    opening.add_choice(request)
    request.set_defaults(run=_request)
    finish = steps.add_parser(
        "finish",
        help="用县里的两份答复恢复 | finish with both answers",
        description="用县信息中心和县民政局的两份答复恢复,密码换成申请时设的新密码。\n"
        'Finishes with both answers. Standard input: {"password": "<the new one>", "card": "…"}; '
        "card only where this computer has forgotten the device secret.",
    )
    finish.add_argument(
        "--response", type=Path, action="append", default=[], metavar="FILE", help="答复文件,写两次 | an answer, twice"
    )
    finish.add_argument(
        "--new-device-card",
        action="store_true",
        help="设备卡也丢了,做一张新的;先显示新卡,旧卡作废 | make a new card, shown first; the old one is void",
    )
    opening.add_choice(finish)
    finish.set_defaults(run=_finish)
    withdraw = steps.add_parser(
        "withdraw",
        help="撤回恢复申请 | withdraw the request",
        description="撤回恢复申请,县里的答复随之作废。\nWithdraws the request; its answers are void.",
    )
    opening.add_choice(withdraw)
    withdraw.set_defaults(run=_withdraw)


def _request(options: argparse.Namespace) -> int:
    from desktop.services import recovery

    home, chosen = opening.home(options), opening.vault_id(options)
    answers = terminal.Answers()
    reason, password = answers.need("reason"), answers.need(terminal.NEW_PASSWORD)
    forbid_memory_dumps()
    pending = recovery.request_recovery(home, chosen, reason, password, datetime.now().astimezone())
    file = recovery.save_request(home, chosen, options.to)
    holders = recovery.recovery_state(home, chosen).holders
    terminal.answer(
        options,
        {"vault": chosen, "number": pending.number, "request": pending.request, "file": str(file)},
        lambda: "\n".join(
            (
                f"申请已存好:{file}",
                f"核对数:{pending.number}。县里打电话来核实时,请您本人念给对方听。",
                *_whom_to_call(holders),
                "两份答复都拿到后,用 zoucun vault recover finish 恢复。电脑可以关机。",
            )
        ),
    )
    return ExitCode.OK


def _whom_to_call(holders: Holders | None) -> list[str]:
    lines = []
    for office in EscrowOffice if holders is not None else ():
        people = [f"{one.name} {one.phone}".strip() for one in holders.of(office)] if holders is not None else []
        lines.append(f"{OFFICE_NAMES[office]}(找其中一位):{'、'.join(people)}")
    return lines


def _finish(options: argparse.Namespace) -> int:
    from desktop.bootstrap import finish_recovery
    from desktop.services import recovery

    home, chosen = opening.home(options), opening.vault_id(options)
    answers = terminal.Answers()
    password, card = answers.need(terminal.PASSWORD), answers.get("card")
    if answers.asking and not options.new_device_card and not recovery.recovery_state(home, chosen).has_device_secret:
        card = answers.need("card")
    forbid_memory_dumps()
    if options.new_device_card:
        card = recovery.new_card()
        recovery.open_halves(home, chosen, password, options.response)
        # Out before it is in force: whatever happens to this process, somebody has seen it.
        terminal.answer(options, {"new_card": card}, lambda: f"新设备卡,请马上抄好锁进保险柜,旧卡作废:\n{card}")
    done = finish_recovery(home, chosen, password, options.response, card, is_new_card=bool(options.new_device_card))
    terminal.answer(
        options,
        done,
        lambda: "\n".join(
            (
                f"已恢复,经手:{'、'.join(done.holders)}。请用新密码打开。",
                "平时只要密码。" if done.in_keyring else "打开时要密码和设备卡。",
            )
        ),
    )
    return ExitCode.OK


def _withdraw(options: argparse.Namespace) -> int:
    from desktop.services import recovery

    home, chosen = opening.home(options), opening.vault_id(options)
    recovery.withdraw_request(home, chosen)
    terminal.answer(options, {"vault": chosen}, lambda: "申请已撤回,加密库没有被改动。")
    return ExitCode.OK
