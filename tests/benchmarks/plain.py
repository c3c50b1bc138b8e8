"""The peer of the encrypted search: the same program on a copy that is not encrypted, in a process of its own.

It runs the very same build of SQLite, only without a key. In a process of its own, because SQLCipher's memory security
(every block locked and wiped) holds for a whole process and cannot be switched off again: beside the open vault a plain
database would pay for it too, and Python's own sqlite3 is another version with other options.

``python -m tests.benchmarks.plain FILE`` does one round per line it reads, and answers with the seconds as JSON.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection

from desktop.storage import cipher, search

TERMS = ("秀英", "陈", "林秀英", "lxy", "linxiu", "chen", "1234", "13900", "上㘵 lin", "𠮷", "㛃", "xy", "0011", "l")


def one_round(connection: Connection, *, cold: bool) -> list[float]:
    """Every term once, in seconds of the processor; ``cold`` forgets all pages first, as a reader does after a save."""
    seconds = []
    for term in TERMS:
        if cold:
            connection.exec_driver_sql("PRAGMA shrink_memory")
        places = ["上㘵=350703104209"] if "上㘵" in term else []
        # Nothing here waits for a disk, and on a busy machine the clock on the wall would measure the neighbours.
        start = time.thread_time()
        search.find(connection, term, places)
        seconds.append(time.thread_time() - start)
    return seconds


@contextlib.contextmanager
def other_process(path: Path) -> Iterator[Callable[[bool], list[float]]]:
    """Rounds on the plain copy, one at a time, so that both sides meet the same load of the machine."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.plain", str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        asked, answered = process.stdin, process.stdout
        assert asked is not None
        assert answered is not None

        def ask(cold: bool) -> list[float]:
            asked.write(b"cold\n" if cold else b"warm\n")
            asked.flush()
            answer: list[float] = json.loads(answered.readline())
            return answer

        yield ask
        asked.close()


def _connect(path: Path) -> sqlcipher.Connection:
    connection = sqlcipher.connect(path, isolation_level=None)
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


def main() -> None:
    """Answer one round per line."""
    engine = cipher.engine(lambda: _connect(Path(sys.argv[1])), read_only=True)
    with engine.connect() as connection:
        for line in sys.stdin:
            with connection.begin():
                seconds = one_round(connection, cold=line.strip() == "cold")
            print(json.dumps(seconds), flush=True)


if __name__ == "__main__":
    main()
