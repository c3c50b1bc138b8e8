"""A PostgreSQL server of our own for the length of one test run, on this computer only."""

import contextlib
import getpass
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

USER = "zoucun_test"


def find_programs() -> Path | None:
    """The folder of the newest PostgreSQL's programs; Debian keeps them off PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_major)
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def _major(program: Path) -> float:
    try:
        return float(program.parent.parent.name)
    except ValueError:
        return 0.0


@contextlib.contextmanager
def throw_away_server() -> Iterator[dict[str, str] | None]:
    """Starts a server and yields what the tests' environment needs; None where no PostgreSQL is installed.

    ``ZOUCUN_TEST_POSTGRES`` is its address, without the password: that lies in a file that only this user can read,
    named by ``PGPASSFILE``, as the county asks of everybody.

    The server listens on a free loopback port and on a socket in its temporary folder, asks for a password made for
    this run, and is stopped and removed afterwards. `subprocess.CalledProcessError` where it cannot be started.
    """
    programs = find_programs()
    if programs is None:
        yield None
        return
    owner = _owner()
    # Short, because a socket's path may have 107 bytes; readable by another user where we are root.
    with tempfile.TemporaryDirectory(prefix="zoucun-", dir="/tmp", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        password = secrets.token_urlsafe(24)
        password_file = folder / "password"
        password_file.write_text(password, encoding="utf-8")
        for path in (folder, password_file):
            shutil.chown(path, owner)
            path.chmod(0o700)
        data = f"{name}/data"
        create = [f"{programs}/initdb", "-D", data, "-U", USER, f"--pwfile={password_file}", "--auth=scram-sha-256"]
        _run([*create, "--encoding=UTF8", "--locale=C", "--no-sync"], owner, folder)
        port = _free_port()
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c fsync=off"
        control = [f"{programs}/pg_ctl", "-D", data, "-w"]
        _run([*control, "-l", f"{name}/server.log", "-o", options, "start"], owner, folder)
        try:
            with _password_file(port, password) as pass_file:
                address = f"postgresql+psycopg://{USER}@127.0.0.1:{port}/postgres"
                yield {"ZOUCUN_TEST_POSTGRES": address, "PGPASSFILE": pass_file}
        finally:
            _run([*control, "-m", "immediate", "stop"], owner, folder)


@contextlib.contextmanager
def _password_file(port: int, password: str) -> Iterator[str]:
    """A .pgpass of our own; libpq ignores one that others can read."""
    with tempfile.TemporaryDirectory(prefix="zoucun-") as name:
        path = Path(name) / "pgpass"
        path.touch(mode=0o600)
        path.write_text(f"127.0.0.1:{port}:*:{USER}:{password}\n", encoding="utf-8")
        yield str(path)


def _owner() -> str:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return getpass.getuser()
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _run(command: list[str], owner: str, folder: Path) -> None:
    account = pwd.getpwnam(owner) if os.geteuid() == 0 else None
    # Into a file: a server left running would keep a pipe open, and whoever reads it waiting.
    with (folder / "setup.log").open("ab") as output:
        result = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=folder,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            check=False,
        )
    if result.returncode:
        details = "".join(path.read_text(errors="replace") for path in folder.glob("*.log"))
        raise subprocess.CalledProcessError(result.returncode, command[0], details)
