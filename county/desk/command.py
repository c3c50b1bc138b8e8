"""``zoucun-county desk``: the duty officer's pages, on this computer alone."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from county.desk.sitting import Desk

LONGEST_IDLE_MINUTES: Final = 60


def add_desk(
    commands: Any,
    command: Callable[..., argparse.ArgumentParser],
    opened: Callable[[argparse.Namespace], AbstractContextManager[Any]],
    write: Callable[[dict[str, Any]], None],
) -> None:
    """Add the command; ``command`` makes it in the manner of its neighbours, ``write`` prints a line of JSON."""

    def run(options: argparse.Namespace) -> None:
        from county.desk.serving import serve_desk
        from county.serving import log_handler

        logging.basicConfig(level=logging.WARNING, handlers=[log_handler()], force=True)

        def ready(desk: Desk) -> None:
            write({"url": desk.entrance, "officer": desk.officer.id, "idle_minutes": options.idle_minutes})
            sys.stderr.write("请在这台电脑的浏览器里打开上面的地址，只能用一次。办完按 Ctrl+C 结束。\n")
            sys.stderr.flush()

        with opened(options) as county:
            serve_desk(county, options.officer, idle_seconds=options.idle_minutes * 60, ready=ready, port=options.port)

    made = command(
        commands,
        "desk",
        "值班员办公页:在这台电脑的浏览器里核对同意书、看丢失的笔记本和待办",
        run,
        "只在本机 127.0.0.1 打开,打印的地址只能用一次;按 Ctrl+C 结束,闲置也会自己结束。"
        "每次查看个人信息、每个决定都以这位值班员的名义记入县级日志。",
    )
    made.add_argument("--officer", required=True, metavar="ID", help="值班员或县级审批人在花名册上的编号,如 W-0003")
    made.add_argument("--port", type=int, default=0, help="端口,默认由系统分配")
    made.add_argument(
        "--idle-minutes",
        type=int,
        default=15,
        choices=range(1, LONGEST_IDLE_MINUTES + 1),
        metavar="MINUTES",
        help="闲置多少分钟自己结束,默认 15",
    )
