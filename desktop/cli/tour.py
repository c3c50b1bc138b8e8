"""``zoucun tour``: the whole job in pictures, with made-up people."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def add_commands(commands: Any) -> None:
    """Add this module's commands to the parser."""
    tour = commands.add_parser(
        "tour",
        help="把整个流程走一遍,留下图片 | walk through the whole job, leaving pictures",
        description="用编造的人、真实的村名,把整个流程走一遍:真窗口、真加密库、真县级服务。\n"
        "图片、纸页、回执和 summary.json 放进 --out;别处写下的都查一遍有没有个人信息,查完删掉。\n"
        "Drives the real window against a real county server that it starts; asks for nothing.",
    )
    tour.add_argument("--out", type=Path, required=True, metavar="DIR", help="图片和纸页放在哪里 | where pictures go")
    tour.add_argument("--seed", type=int, metavar="N", help="编造的号码由它决定 | decides the made-up numbers")
    tour.add_argument("--keep", action="store_true", help="留下演示用的数据 | keep the data of the tour")
    tour.set_defaults(run=_tour)


def _tour(options: argparse.Namespace) -> int:
    from desktop.tour import DEFAULT_SEED, run_tour

    seed = DEFAULT_SEED if options.seed is None else options.seed
    return run_tour(options.out, seed=seed, keep=options.keep)
