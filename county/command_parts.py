"""What the commands of ``zoucun-county`` have in common: their options, the open county, lines of JSON in and out."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from county.messages import sentence
from county.passphrase import read_passphrase
from desktop.domain.errors import UserFacingError

Run = Callable[[argparse.Namespace], None]


def add_command(commands: Any, name: str, summary: str, run: Run, more: str = "") -> argparse.ArgumentParser:
    """A command on a county's folder. ``more`` is shown line by line as it is: a line of JSON must not be broken."""
    command: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=summary + "。",
        epilog=more,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("--data", type=Path, required=True, metavar="DIR", help="县级数据文件夹")
    command.add_argument("--key-file", type=Path, metavar="FILE", help="口令文件(仅本人可读),供系统服务使用")
    command.set_defaults(run=run)
    return command


@contextmanager
def opened(options: argparse.Namespace) -> Iterator[Any]:
    """The county of ``--data``, by the passphrase of ``--key-file`` or standard input; closed at the end."""
    from county.opening import open_county

    county = open_county(options.data, read_passphrase(options.key_file))
    try:
        yield county
    finally:
        county.close()


def answer_lines(work: Callable[[Mapping[str, Any]], dict[str, Any]]) -> None:
    """One answer line per line of standard input; a refused line does not stop the next."""
    for line in sys.stdin:
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
            if not isinstance(fields, dict):
                raise UserFacingError("line.malformed")
            print_line({"ok": True, **work(fields)})
        except json.JSONDecodeError:
            print_refusal(UserFacingError("line.malformed"))
        except UserFacingError as error:
            print_refusal(error)


def print_refusal(error: UserFacingError) -> None:
    """Why a line was refused: code, values, and a sentence."""
    values = {name: str(value) for name, value in error.values.items()}
    print_line({"ok": False, "code": error.code, **values, "message": sentence(error)})


def print_line(fields: Any) -> None:
    """One line of JSON, at once: whoever asked waits for it."""
    sys.stdout.write(json.dumps(fields, ensure_ascii=False) + "\n")
    sys.stdout.flush()
