"""``zoucun do``: actions from standard input, one per line."""

from __future__ import annotations

import argparse
from typing import Any

from desktop.cli import opening, terminal
from desktop.exit_codes import ExitCode


def add_commands(commands: Any) -> None:
    """Add this module's commands to the parser."""
    do = commands.add_parser(
        "do",
        help="逐行执行要做的事 | perform actions, one line of JSON each",
        description="从标准输入逐行读取要做的事并执行;每做成一件,已经存进加密库之后,输出一行结果。\n"
        "遇到第一件做不成的就停下,前面做成的仍然有效。\n"
        'Standard input: {"password": "…", "card": "…"}, then one action per line, such as\n'
        '  {"do": "add-household", "household": {…}}\n'
        "Each answer comes after the action is on the disk. Stops at the first one that is refused.\n"
        "Households and visits, consent and its withdrawal, blank forms, publicity, approvals to see a minor's data,\n"
        "requests at the rights desk, referrals, erasing: --actions lists each with its fields.",
    )
    do.add_argument("--actions", action="store_true", help="列出能做的事和写法 | list the actions and their fields")
    opening.add_choice(do)
    do.set_defaults(run=_do)


def _do(options: argparse.Namespace) -> int:
    from desktop import actions

    if options.actions:
        for name in actions.ACTIONS:
            terminal.write_json(actions.usage(name))
        return ExitCode.OK
    with opening.opened(options, terminal.Answers()) as application:
        for line in terminal.further_lines("要做的事"):
            terminal.write_json(actions.perform(application, terminal.json_line(line, "line.malformed")))
    return ExitCode.OK
