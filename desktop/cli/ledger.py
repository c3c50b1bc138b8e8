"""``zoucun import``: the office's ledger (台账), looked at first and written when confirmed."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.cli import opening, terminal
from desktop.exit_codes import ExitCode

if TYPE_CHECKING:
    from desktop.services.import_plan import ImportPlan


def add_commands(commands: Any) -> None:
    """Add this module's commands to the parser."""
    parser = commands.add_parser(
        "import",
        help="导入台账 | import a ledger",
        description="读一份 Excel 台账,说出会新增、更新哪些户,哪些行有问题。加 --confirm 才写入。\n"
        "Reads an Excel ledger and says what would be new, changed, gone or doubtful; --confirm writes it.\n"
        'Standard input: {"password": "…", "card": "…", "villages": {"name in the ledger": "code"}}. Not into a file.',
    )
    parser.add_argument("ledger", type=Path, metavar="FILE", help="台账文件 .xlsx | the ledger file")
    parser.add_argument("--confirm", action="store_true", help="写入 | write what the preview shows")
    opening.add_choice(parser)
    parser.set_defaults(run=_import)


def _import(options: argparse.Namespace) -> int:
    from desktop.services.import_plan import plan_import, read_file
    from desktop.services.imports import confirm_import

    answers = terminal.Answers()
    data = read_file(options.ledger)
    with opening.opened(options, answers) as application:
        terminal.refuse_file(practice=application.practice)
        plan = plan_import(application, data, villages=answers.words("villages"))
        result: dict[str, Any] = {
            "plan": _figures(plan),
            "problems": plan.problems,
            "gone": plan.gone,
            "skipped": plan.skipped,
            "ignored_headings": plan.ignored_headings,
        }
        if options.confirm:
            result["written"] = confirm_import(application, plan).value
        terminal.answer(options, result, lambda: _words(plan, written=options.confirm))
    return ExitCode.OK


def _figures(plan: ImportPlan) -> dict[str, int]:
    from desktop.services.import_plan import ItemKind

    return {kind.value: plan.count(kind) for kind in ItemKind}


def _words(plan: ImportPlan, *, written: bool) -> str:
    from desktop.documents.ledger import LEDGER_FIELD_NAMES, SKIP_REASON_NAMES
    from desktop.domain.errors import UserFacingError
    from desktop.ui.messages import word, word_reason

    figures = _figures(plan)
    summary = (
        f"新增 {figures['new']} 户,更新 {figures['changed']} 户,没有变化 {figures['same']} 户,"
        f"不能导入 {figures['blocked']} 户,台账里不见了 {len(plan.gone)} 户。"
    )
    blocked = [
        f"第 {item.ledger.first_row} 行 {item.ledger.head.name}:{word_reason(item.problem)}"
        for item in plan.items
        if item.problem
    ]
    doubtful = [
        f"第 {one.place.row} 行 {LEDGER_FIELD_NAMES.get(one.field, '') if one.field else ''}:"
        f"{word(UserFacingError(one.code, **one.values)).sentence()}"
        for one in plan.problems
    ]
    skipped = [f"没读的行:第 {one.place.row} 行 {SKIP_REASON_NAMES[one.reason]} {one.text}" for one in plan.skipped]
    ignored = [f"没有采用的列:{'、'.join(plan.ignored_headings)}"] if plan.ignored_headings else []
    gone = [f"不见了:{one.head_name}" for one in plan.gone]
    if not figures["new"] and not figures["changed"]:
        end = "没有变化,什么也没有写入。"
    else:
        end = "已写入。" if written else "还没有写入;核对后加 --confirm 再运行一次。"
    return "\n".join((summary, *blocked, *doubtful, *gone, *skipped, *ignored, end))
