"""The parser of ``zoucun`` and what happens to errors."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from desktop.bug_reference import reference, summary
from desktop.cli import acting, county, journal, ledger, people, terminal, tour, vault
from desktop.domain.errors import UserFacingError
from desktop.exit_codes import ExitCode

DESCRIPTION = """\
走村:乡镇民政经办人员的离线加密工作本。不带命令时打开窗口。
Zoucun: the offline, encrypted laptop application of a township caseworker. Without a command it opens the window."""

EPILOG = """\
密码、设备卡、开通码、姓名、查找的字词和要做的事一律从标准输入读取,不写在命令里:
第一行是一个 JSON 对象,如 {"password": "…", "card": "…"},后面每行一项;在终端里则逐项询问。
Passwords, cards, codes, names, search terms and actions come on standard input: one JSON object on the first line,
then one item per line; at a terminal they are asked for.

退出码 exit codes: 0 完成 done · 1 需要人处理,原因见标准错误 something to act on · 2 命令写错了 usage ·
3 发现数据损坏 damage found · 70 程序出错 bug"""


_DAMAGE = frozenset({"vault.store-damaged", "vault.store-unreadable", "vault.slots-damaged", "vault.not-encrypted"})


class _Parser(argparse.ArgumentParser):
    """Help in Chinese, paragraphs as written."""

    def __init__(self, **settings: object) -> None:
        super().__init__(**{"formatter_class": argparse.RawDescriptionHelpFormatter, "add_help": False, **settings})  # type: ignore[arg-type]
        self.add_argument("-h", "--help", action="help", help="显示这段说明 | show this help")

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(ExitCode.USAGE, f"命令没有看懂:{message}\n可用 {self.prog} --help 查看说明。\n")


def build_parser() -> argparse.ArgumentParser:
    """The whole command line, with its help."""
    parser = _Parser(prog="zoucun", description=DESCRIPTION, epilog=EPILOG)
    parser.add_argument("--home", type=Path, metavar="DIR", help="加密库所在文件夹 | folder of the vaults")
    parser.set_defaults(run=_open_window, json=False)
    commands = parser.add_subparsers(title="命令 commands", metavar="COMMAND", parser_class=_Parser)
    for module in (vault, ledger, people, acting, journal, county, tour):
        module.add_commands(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command, or the window. Answers an ``ExitCode``."""
    terminal.use_utf8()
    options = build_parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except UserFacingError as error:
        terminal.complain(error, as_json=options.json)
        return ExitCode.DAMAGE if error.code in _DAMAGE else ExitCode.PROBLEM
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader (`| head`) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.OK
    except Exception as error:  # noqa: BLE001 - a traceback's text may name a person; this says where it was instead
        sys.stderr.write(
            f"程序出了一个问题,参考号 {reference(error)}。此前已保存的内容不受影响。请把参考号告诉县里。\n"
            f"{summary(error)}\n"
        )
        return ExitCode.BUG


def _open_window(options: argparse.Namespace) -> int:
    from desktop.supervisor import supervise, workspace_command

    return supervise(workspace_command([] if options.home is None else ["--home", str(options.home)]))
