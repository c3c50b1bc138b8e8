"""``zoucun-county blanks``: the stocks of blank forms in figures."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import Any


def add_blanks(
    commands: Any,
    command: Callable[..., argparse.ArgumentParser],
    opened: Callable[[argparse.Namespace], AbstractContextManager[Any]],
    write: Callable[[dict[str, Any]], None],
) -> None:
    """Add the command; ``command`` makes it in the manner of its neighbours, ``write`` prints a line of JSON."""

    def run(options: argparse.Namespace) -> None:
        from county.blanks import stock_figures

        with opened(options) as county:
            for one in stock_figures(county, longer_than=options.longer_than):
                write({**asdict(one), "printed": one.printed.isoformat()})

    made = command(
        commands,
        "blanks",
        "空白同意书:每一叠打印多少、绑定、作废、遗失、交回多少,还有多少在外",
        run,
        "每叠一行 JSON,最早打印的在前;不含居民信息。out 是还没有下落的编号数,days 是打印到今天的天数。",
    )
    made.add_argument("--longer-than", type=int, default=0, metavar="天", help="只列在外超过这些天的")
