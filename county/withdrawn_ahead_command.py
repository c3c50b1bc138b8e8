"""``zoucun-county withdrawn-ahead``: withdrawals that laptops told of before their batches came, and lifting one."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import Any


def add_withdrawn_ahead(
    commands: Any,
    command: Callable[..., argparse.ArgumentParser],
    opened: Callable[[argparse.Namespace], AbstractContextManager[Any]],
    write: Callable[[dict[str, Any]], None],
) -> None:
    """Add the command; ``command`` makes it in the manner of its neighbours, ``write`` prints a line of JSON."""

    def run(options: argparse.Namespace) -> None:
        from county.withdrawn_ahead import lift, named_ahead

        with opened(options) as county:
            done = lift(county, options.lift, options.reason) if options.lift else named_ahead(county)
        for one in done:
            write(asdict(one))

    made = command(
        commands,
        "withdrawn-ahead",
        "撤回先报:笔记本已报告撤回、条目还没有到的同意,这些同意不放行;--lift 解除其中一项",
        run,
        "每项一行 JSON,最早的在前;不含居民信息。撤回的条目到了自动解除;"
        "只有那台笔记本再也不会联系、又查实没有撤回时才用 --lift,记入县级日志。它再报一次,就再停一次。",
    )
    made.add_argument("--lift", default="", metavar="GRANT", help="同意编号(grant)")
    made.add_argument("--reason", default="", help="解除的事由,记入县级日志,不要写个人信息")
