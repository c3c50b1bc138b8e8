"""What the commands of ``zoucun-county`` have in common: their options, the open county, JSON out."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from county.passphrase import read_passphrase

Run = Callable[[argparse.Namespace], None]


def add_command(commands: Any, name: str, summary: str, run: Run, more: str = "") -> argparse.ArgumentParser:
    """A command on a county's folder."""
    command: argparse.ArgumentParser = commands.add_parser(name, help=summary, description=summary + "。", epilog=more)
    command.add_argument("--data", type=Path, required=True, metavar="DIR", help="县级数据文件夹")
    command.add_argument("--key-file", type=Path, metavar="FILE", help="口令文件(仅本人可读),供系统服务使用")
    command.set_defaults(run=run)
    return command


@contextmanager
def opened(options: argparse.Namespace) -> Iterator[Any]:
    """The county of a command, closed when it is done."""
    from county.opening import open_county

    county = open_county(options.data, read_passphrase(options.key_file))
    try:
        yield county
    finally:
        county.close()


def print_line(fields: Any) -> None:
    """One line of JSON."""
    print(json.dumps(fields, ensure_ascii=False), flush=True)
