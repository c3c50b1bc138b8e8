"""What the commands of ``zoucun-county`` have in common: opening the county, lines of JSON in and out."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from county.messages import sentence
from county.passphrase import read_passphrase
from desktop.domain.errors import UserFacingError


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


def print_line(fields: Mapping[str, Any]) -> None:
    """One answer, at once: whoever asked waits for the line."""
    sys.stdout.write(json.dumps(fields, ensure_ascii=False) + "\n")
    sys.stdout.flush()
