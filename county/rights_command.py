"""``zoucun-county rights``: figures of rights requests (个人权利请求) and the list of those that wait."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import Any

Opened = Callable[[argparse.Namespace], AbstractContextManager[Any]]
Say = Callable[[Mapping[str, Any]], None]


def add(
    commands: Any,
    command: Callable[..., argparse.ArgumentParser],
    opened: Opened,
    say: Say,
) -> None:
    """Add the command to the others; ``opened`` opens the county that the options name, ``say`` prints a JSON line."""
    parser = command(
        commands,
        "rights",
        "个人权利请求:件数、办结用了几个工作日、逾期的,和待答复的清单",
        lambda options: _run(options, opened, say),
        "第一行是各项数字(JSON),其余每行一件,不含姓名和本人的话;--all 连已答复的一起列,--csv 打印表格。",
    )
    parser.add_argument("--all", action="store_true", help="连已答复的一起列")
    parser.add_argument("--csv", action="store_true", help="打印 CSV 表格")


def _run(options: argparse.Namespace, opened: Opened, say: Say) -> None:
    from county.rights import figures, request_lines
    from desktop.domain.rights import RIGHT_NAMES, RIGHTS_STATE_NAMES, RightKind, RightsState

    with opened(options) as county:
        lines = request_lines(county)
    shown = [one for one in lines if options.all or one.state == RightsState.RECEIVED]
    if options.csv:
        writer = csv.writer(sys.stdout)
        writer.writerow(("编号", "乡镇", "请求", "状态", "收到", "期限", "答复", "工作日", "逾期"))
        for one in shown:
            words = (RIGHT_NAMES[RightKind(one.kind)], RIGHTS_STATE_NAMES[RightsState(one.state)])
            days = (one.received, one.due, one.answered, one.days, "是" if one.late else "否")
            writer.writerow((one.number, one.township, *words, *days))
        return
    say(asdict(figures(lines)))
    for one in shown:
        say(asdict(one))
