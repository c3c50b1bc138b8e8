"""``zoucun vault backup|restore|backups``: making backups, listing them, and putting one in place."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.cli import opening, terminal
from desktop.domain.errors import UserFacingError
from desktop.exit_codes import ExitCode
from desktop.hardening import forbid_memory_dumps

if TYPE_CHECKING:
    from desktop.services.restoring import Backup, OpenedBackup


def add_commands(parts: Any) -> None:
    """Add this module's commands to those of ``zoucun vault``."""
    back_up = parts.add_parser(
        "backup",
        help="备份一个加密库 | back a vault up",
        description="备份一个加密库,读回来核对无误才算;不写 --to 就备份在加密库自己的文件夹里,各处保留最近三份。\n"
        'Makes a backup and reads it back. Standard input: {"password": "…", "card": "…"}.',
    )
    back_up.add_argument("--to", type=Path, metavar="DIR", help="U 盘的文件夹 | the stick's folder")
    opening.add_choice(back_up)
    back_up.set_defaults(run=_back_up)
    listing = parts.add_parser(
        "backups",
        help="列出备份 | list backups",
        description="列出本机或 U 盘上的备份,不需要密码。\nLists the backups here or on a stick; asks for no password.",
    )
    listing.add_argument("--in", dest="folder", type=Path, metavar="DIR", help="U 盘的文件夹 | the stick's folder")
    opening.add_choice(listing)
    listing.set_defaults(run=_list)
    restore = parts.add_parser(
        "restore",
        help="从备份恢复一个加密库 | restore a vault from a backup",
        description="从备份恢复一个加密库:先抄到一边核对,再放到位。本机已有且能打开的,要写 --replace 才退回到备份,\n"
        "现在的库文件原样留着。\n"
        'Restores a vault. Standard input: {"password": "…", "card": "…"}.',
    )
    restore.add_argument("--from", dest="folder", type=Path, metavar="DIR", required=True, help="备份在哪里 | where")
    restore.add_argument("--generation", type=int, metavar="N", help="哪一份,不写就用最新的 | which one, by its number")
    restore.add_argument("--replace", action="store_true", help="恢复到这一份,即使本机的库能打开 | even if one opens")
    opening.add_choice(restore)
    restore.set_defaults(run=_restore)


def _back_up(options: argparse.Namespace) -> int:
    from desktop.services.backups import back_up

    with opening.opened(options, terminal.Answers()) as application:
        made = back_up(application, options.to).value
    terminal.answer(
        options,
        made,
        lambda: "\n".join(
            (
                f"已备份 {made.households} 户、{made.visits} 次走访,读回来核对无误,用了 {made.seconds:.1f} 秒。",
                *([f"有 {made.missing} 个影像在本机读不出来,没有备份到。"] if made.missing else []),
                *(["注意:这个文件夹和加密库在同一块硬盘上,硬盘坏了会一起坏。"] if made.same_disk else []),
            )
        ),
    )
    return ExitCode.OK


def _list(options: argparse.Namespace) -> int:
    from desktop.services.restoring import find_backups

    found = [one for one in find_backups(options.folder or opening.home(options)) if _is_chosen(options, one)]
    lines = [
        {
            "vault": one.header.vault,
            "worker_name": one.header.worker_name,
            "generation": generation.number,
            "made": generation.made,
            "folder": str(generation.folder),
        }
        for one in found
        for generation in one.generations
    ]
    terminal.answer(
        options,
        {"backups": [{**line, "made": str(line["made"])} for line in lines]},
        lambda: "\n".join(
            f"{line['vault']}  {line['worker_name']}  第 {line['generation']} 份  {line['made']:%Y-%m-%d %H:%M} UTC"
            for line in lines
        ),
    )
    return ExitCode.OK


def _restore(options: argparse.Namespace) -> int:
    from desktop.services import restoring

    answers = terminal.Answers()
    found = [one for one in restoring.find_backups(options.folder) if _is_chosen(options, one)]
    if not found:
        raise UserFacingError("backup.none")
    if len(found) > 1:
        raise UserFacingError("backup.several", count=len(found))
    password, card = answers.need(terminal.PASSWORD), answers.get("card")
    forbid_memory_dumps()
    home = opening.home(options)
    opened = restoring.open_backup(home, found[0], password, card or (answers.need("card") if answers.asking else None))
    steps = restoring.restoring(home, opened, _content(options, opened), chosen=options.replace)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            done: restoring.RestoreDone = end.value
            break
    terminal.answer(
        options,
        done,
        lambda: "\n".join(
            (
                f"已恢复 {done.worker_name} 的加密库 {done.vault}:{done.households} 户、{done.visits} 次走访。",
                "下次同步时会问县里有什么,备份以后报过的会拿回来。",
                *([f"有 {done.missing} 个影像备份里没有;报过的县里还有。"] if done.missing else []),
                *(["原来的库文件还在加密库的文件夹里,没有动。"] if done.beside else []),
            )
        ),
    )
    return ExitCode.OK


def _content(options: argparse.Namespace, opened: OpenedBackup) -> Any:
    for one in opened.contents:
        if options.generation in (None, one.generation.number):
            return one
    if options.generation in {one.number for one in opened.before_rekey}:
        raise UserFacingError("backup.before-rekey")
    raise UserFacingError("backup.no-such")


def _is_chosen(options: argparse.Namespace, found: Backup) -> bool:
    return options.vault in (None, found.header.vault)
