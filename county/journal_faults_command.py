"""``zoucun-county journal-faults``: vaults whose journal is not what the county has of it, and seeing to one."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import Any


def add_journal_faults(
    commands: Any,
    command: Callable[..., argparse.ArgumentParser],
    opened: Callable[[argparse.Namespace], AbstractContextManager[Any]],
    write: Callable[[dict[str, Any]], None],
) -> None:
    """Add the command; ``command`` makes it in the manner of its neighbours, ``write`` prints a line of JSON."""

    def run(options: argparse.Namespace) -> None:
        from county.journal_faults import journal_faults, settle

        with opened(options) as county:
            if options.settle:
                done = settle(county, options.settle, options.reason)
            else:
                with county.store.read() as connection:
                    done = journal_faults(connection, county)
        for one in done:
            write(asdict(one))

    made = command(
        commands,
        "journal-faults",
        "日志核对:笔记本上的日志和县里收到的对不上的加密库;--settle 查明后办结其中一个",
        run,
        "每项一行 JSON,最早的在前;不含居民信息。fault:shorter 比县里收到的短,differs 县里收过的被改、删或调换,"
        "set-back 比它上次自己报的短,not-sound 本机检查不通过。"
        "now:open 还对不上,agrees 已重新对上,accepted 已查明接受。"
        "open 且为 shorter 或 differs 的,新报来的批次只收存、不入库(waiting),不会丢。"
        "先请经办人从备份恢复:恢复后会自动对上,等着的批次自动入库。"
        "确实恢复不了的才用 --settle 接受,等着的随即逐条审核入库。",
    )
    made.add_argument("--settle", default="", metavar="VAULT", help="加密库编号")
    made.add_argument("--reason", default="", help="怎么查明、怎么处理的,记入县级日志,不要写个人信息")
