"""``zoucun vault create|status|password|rekey|enrol|verify|recover|salvage``, backups: the stores of this laptop."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from desktop.cli import backups, journal, opening, recovery, salvage, terminal
from desktop.domain.errors import UserFacingError
from desktop.exit_codes import ExitCode
from desktop.hardening import forbid_memory_dumps


def add_commands(commands: Any) -> None:
    """Add this module's commands to the parser."""
    group = commands.add_parser("vault", help="加密库:新建、查看、检查 | make, list and check vaults")
    parts = group.add_subparsers(title="命令 commands", metavar="COMMAND", required=True)
    create = parts.add_parser(
        "create",
        help="新建一个加密库 | make a vault",
        description="新建一个加密库,并输出设备卡。设备卡只显示这一次,请抄好锁进保险柜。\n"
        'Makes a vault. Standard input: {"password": "…", "worker_name": "…", "office": "…"}.',
    )
    create.add_argument("--practice", action="store_true", help="练习用,不放真人资料 | for practice, nobody real")
    opening.add_place(create)
    create.set_defaults(run=_create)
    status = parts.add_parser(
        "status",
        help="列出本机的加密库 | list the vaults",
        description="列出本机的加密库,不需要密码。\nLists the vaults of this laptop; asks for no password.",
    )
    opening.add_choice(status)
    status.set_defaults(run=_status)
    password = parts.add_parser(
        "password",
        help="改密码 | give a vault another password",
        description="改密码;没上报的内容不受影响。\nGives a vault another password; nothing unsent is touched. "
        'Standard input: {"password": "…", "card": "…", "new_password": "…"}.',
    )
    opening.add_choice(password)
    password.set_defaults(run=_password)
    rekey = parts.add_parser(
        "rekey",
        help="换数据钥匙 | give a vault a new data key",
        description="数据钥匙可能被人知道时(如县里恢复过密码、电脑丢过又找回)用:"
        "先备份,再把整个库用新钥匙重写一遍,密码和设备卡不变。\n"
        "硬盘要有两倍于库的空位。中途断电也不丢东西。\n"
        "For a data key that somebody may know: after a backup the store is written anew under another key; password "
        "and card stay.\n"
        'Standard input: {"password": "…", "card": "…"}.',
    )
    opening.add_choice(rekey)
    rekey.set_defaults(run=_rekey)
    enrol = parts.add_parser(
        "enrol",
        help="用 U 盘上的文件在县里开通 | enrol by files on a USB stick",
        description="没有网络时开通:先存出申请文件,带到县里;再读县里的答复文件。\n"
        "Enrols without a network: saves the request file for the county, later reads the county's answer.\n"
        'Standard input: {"password": "…", "card": "…", "code": "…"}; the code for --request-to alone.',
    )
    road = enrol.add_mutually_exclusive_group(required=True)
    road.add_argument("--request-to", type=Path, metavar="FILE", help="申请文件存到哪里 | where to save the request")
    road.add_argument("--response", type=Path, metavar="FILE", help="县里的答复文件 | the county's answer")
    enrol.add_argument("--county", default="", metavar="URL", help="县级服务器地址,知道才写 | the county's address")
    opening.add_choice(enrol)
    enrol.set_defaults(run=_enrol)
    verify = parts.add_parser(
        "verify",
        help="检查一个加密库的每一页和日志 | check every page and the journal",
        description="逐页检查加密库,并核对日志。\n"
        'Checks every page of a vault and its journal. Standard input: {"password": "…", "card": "…"}.',
    )
    opening.add_choice(verify)
    verify.set_defaults(run=_verify)
    recovery.add_commands(parts)
    salvage.add_command(parts)
    lease = parts.add_parser(
        "lease",
        help="多久没和县里联系;输入主管码 | days without the county; take a supervisor code",
        description="看多久没有和县里联系;--code 时输入县里电话里念的主管码。\n"
        'Says how long the county was not met. Standard input: {"password": "…", "card": "…", "lease_code": "…"}.',
    )
    lease.add_argument("--code", action="store_true", help="输入主管码 | take a supervisor code")
    opening.add_choice(lease)
    lease.set_defaults(run=_lease)
    backups.add_commands(parts)


def _create(options: argparse.Namespace) -> int:
    from desktop.services.practice import create_practice_vault
    from desktop.services.vaults import create_vault

    terminal.refuse_file(practice=options.practice)
    answers = terminal.Answers()
    worker_name = answers.need("worker_name")
    office = "" if options.practice else answers.need("office")
    password = answers.need(terminal.NEW_PASSWORD)
    forbid_memory_dumps()
    if options.practice:
        made = create_practice_vault(opening.home(options), password, worker_name=worker_name)
    else:
        made = create_vault(opening.home(options), password, worker_name=worker_name, office=office)
    terminal.answer(
        options,
        made,
        lambda: "\n".join(
            (
                f"加密库已建好,编号 {made.vault}",
                f"设备卡:{made.card}",
                "系统已记住设备密钥,平时只要密码;设备卡请锁进保险柜,换电脑或重装系统后要用。"
                if made.in_keyring
                else "这个系统不能安全地记住设备密钥,每次打开都要密码和设备卡。",
            )
        ),
    )
    return ExitCode.OK


def _status(options: argparse.Namespace) -> int:
    from desktop.services.door import list_vaults

    vaults = [one for one in list_vaults(opening.home(options)) if options.vault in (None, one.vault)]
    if options.vault is not None and not vaults:
        raise UserFacingError("vault.unknown", vault=options.vault)
    terminal.answer(
        options,
        {"vaults": vaults},
        lambda: (
            "\n".join(
                "  ".join(
                    (
                        one.vault,
                        one.worker_name,
                        one.office,
                        "密码" if one.keyring else "密码和设备卡",
                        *(["练习用"] if one.practice else []),
                    )
                )
                for one in vaults
            )
            or "本机还没有加密库。可用 zoucun vault create 新建。"
        ),
    )
    return ExitCode.OK


def _password(options: argparse.Namespace) -> int:
    from desktop.services.vaults import change_password

    given = terminal.Answers()
    with opening.opened(options, given) as application:
        # At a terminal the password was asked for and is not kept: typed once more, it is also the old one.
        old = given.need(terminal.PASSWORD)
        change_password(application, old, given.need(terminal.ANOTHER_PASSWORD))
    terminal.answer(options, {"changed": True}, lambda: "密码已经改了,下次打开用新密码。")
    return ExitCode.OK


def _rekey(options: argparse.Namespace) -> int:
    from desktop.services.rekey import rekey

    given = terminal.Answers()
    with opening.opened(options, given) as application:
        # At a terminal the password was asked for and is not kept: whoever asks for this types it once more.
        escrowed = rekey(application, given.need(terminal.PASSWORD)).value
    terminal.answer(
        options,
        {"rekeyed": True, "escrowed": escrowed},
        lambda: (
            "已先备份,数据钥匙已经换了,密码和设备卡不变。"
            + ("县级托管已按新钥匙重做。" if escrowed else "这个库没有县级托管。")
            + "以前的备份仍用旧钥匙,请马上再备份一次。"
        ),
    )
    return ExitCode.OK


def _enrol(options: argparse.Namespace) -> int:
    from desktop.services import enrolment_files

    answers = terminal.Answers()
    code = answers.need("code") if options.request_to is not None else ""
    with opening.opened(options, answers) as application:
        if options.request_to is not None:
            request = enrolment_files.ask_by_file(application, code, url=options.county)
            saved = enrolment_files.save_request(options.request_to, request)
            terminal.answer(options, {"request": str(saved)}, lambda: f"申请已存到 {saved},请带到县里。")
        else:
            worker = enrolment_files.take_answer(application, enrolment_files.read_answer(options.response)).value
            terminal.answer(options, worker, lambda: f"已开通:{worker.name},{worker.office},{worker.county_name}。")
    return ExitCode.OK


def _verify(options: argparse.Namespace) -> int:
    from desktop.services.vault_check import check
    from desktop.ui.messages.check_words import check_sentences

    with opening.opened(options, terminal.Answers()) as application:
        found = check(application)
    result = {
        "damaged": [f"{one.place}: {one.what}" for one in found.damages],
        "entries": found.journal.entries,
        "confirmed": found.journal.confirmed,
        "fault": found.journal.fault,
        "gaps": found.journal.gaps,
        "files": found.files,
        "network": found.network,
    }
    terminal.answer(
        options,
        result,
        lambda: "\n".join((*check_sentences(found), journal.words_of_check(found.journal))),
    )
    return ExitCode.OK if found.is_sound else ExitCode.DAMAGE


def _lease(options: argparse.Namespace) -> int:
    from desktop.services.lease import enter_code, lease

    given = terminal.Answers()
    code = given.need("lease_code") if options.code else None
    with opening.opened(options, given) as application:
        held = lease(application) if code is None else enter_code(application, code).value
    days, state = (0, "good") if held is None else (held.days, held.state.value)
    terminal.answer(options, {"days": days, "state": state}, lambda: f"{days} 天没有和县里联系。")
    return ExitCode.OK
