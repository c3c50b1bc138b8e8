"""Renews `lock.txt` (laptop and county) and `lock-dev.txt` (these and the tools of `installer test`).

    python -m pip install uv packaging
    python -m installer.lock

A list names one version of each part and the SHA-256 of every wheel that Linux x86-64 or Windows x86-64 may need on
the Pythons we support, and no address: pip asks whichever package index the computer is set up for, and takes nothing
but these bytes. A part without a wheel for each of these computers is refused here rather than in the field.
"""

import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.markers import Marker
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import parse_wheel_filename

PROJECT = Path(__file__).resolve().parent.parent
PYTHONS = ((3, 11), (3, 12), (3, 13))
OLDEST_GLIBC_MINOR = 28  # of glibc 2: UOS 20 and Kylin V10
NEWEST_GLIBC_MINOR = 60
HEADER = "# Made by `python -m installer.lock` from pyproject.toml; see there. Not for editing by hand.\n"


@dataclass(frozen=True)
class Computer:
    """One combination that every part must have a wheel for.

    `required` are the wheel tags that do for the oldest system; `useful` those that pip may prefer on a newer one.
    """

    name: str
    environment: dict[str, str]
    required: frozenset[Tag]
    useful: frozenset[Tag]


@dataclass(frozen=True)
class Part:
    """One pinned package: its marker (empty where it is always needed) and the SHA-256 of its wheels by file name."""

    name: str
    version: str
    marker: str
    wheels: dict[str, str]


def _manylinux(newest_minor: int) -> list[str]:
    modern = [f"manylinux_2_{minor}_x86_64" for minor in range(newest_minor, 4, -1)]
    return [*modern, "manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64"]


def _tags(python: tuple[int, int], platforms: list[str]) -> frozenset[Tag]:
    interpreter = f"cp{python[0]}{python[1]}"
    return frozenset(cpython_tags(python, platforms=platforms)) | frozenset(
        compatible_tags(python, interpreter=interpreter, platforms=platforms)
    )


def computers() -> Iterator[Computer]:
    """Every Python we support, on each system we deliver to."""
    for python in PYTHONS:
        version = f"{python[0]}.{python[1]}"
        common = {
            "python_version": version,
            "python_full_version": f"{version}.0",
            "implementation_name": "cpython",
            "platform_python_implementation": "CPython",
        }
        yield Computer(
            f"Linux, Python {version}",
            {**common, "sys_platform": "linux", "platform_system": "Linux", "platform_machine": "x86_64"},
            _tags(python, _manylinux(OLDEST_GLIBC_MINOR)),
            _tags(python, _manylinux(NEWEST_GLIBC_MINOR)),
        )
        windows = _tags(python, ["win_amd64"])
        yield Computer(
            f"Windows, Python {version}",
            {**common, "sys_platform": "win32", "platform_system": "Windows", "platform_machine": "AMD64"},
            windows,
            windows,
        )


def read_pylock(text: str) -> list[Part]:
    """Reads the standard lock format (PEP 751), in which uv answers."""
    return [
        Part(
            name=package["name"],
            version=package["version"],
            marker=package.get("marker", ""),
            wheels={_file_name(wheel): wheel["hashes"]["sha256"] for wheel in package.get("wheels", [])},
        )
        for package in tomllib.loads(text)["packages"]
    ]


def _file_name(wheel: dict[str, Any]) -> str:
    return str(wheel.get("name") or wheel["url"].rpartition("/")[2])


def needed_hashes(part: Part, targets: Iterable[Computer]) -> list[str]:
    """The SHA-256 of each wheel that one of `targets` may choose; `LookupError` where one has none it can use."""
    chosen: set[str] = set()
    for computer in targets:
        if part.marker and not Marker(part.marker).evaluate(dict(computer.environment)):
            continue
        tags = {name: parse_wheel_filename(name)[3] for name in part.wheels}
        if not any(tags[name] & computer.required for name in part.wheels):
            raise LookupError(f"{part.name} {part.version} has no wheel for {computer.name}")
        chosen |= {digest for name, digest in part.wheels.items() if tags[name] & computer.useful}
    return sorted(chosen)


def render(parts: Iterable[Part]) -> str:
    """The list as `pip install --require-hashes -r` reads it."""
    targets = list(computers())
    blocks = []
    for part in parts:
        hashes = needed_hashes(part, targets)
        if not hashes:
            continue  # a part that only other systems need
        requirement = f"{part.name}=={part.version}" + (f" ; {part.marker}" if part.marker else "")
        blocks.append(" \\\n    ".join([requirement, *(f"--hash=sha256:{digest}" for digest in hashes)]))
    return HEADER + "\n".join(blocks) + "\n"


def _resolve(extras: list[str], constraints: str) -> list[Part]:
    with tempfile.TemporaryDirectory() as directory:
        pins, answer = Path(directory, "pins.txt"), Path(directory, "pylock.toml")
        pins.write_text(constraints, encoding="utf-8")
        command = ["uv", "pip", "compile", "pyproject.toml", "--quiet", "--universal", "--python-version", "3.11"]
        command += [f"--extra={extra}" for extra in extras]
        command += ["--only-binary=:all:", "--format=pylock.toml", f"--constraint={pins}", f"--output-file={answer}"]
        subprocess.run(command, cwd=PROJECT, check=True, stdout=subprocess.DEVNULL)
        return read_pylock(answer.read_text(encoding="utf-8"))


def main() -> int:
    """Writes both lists; the smaller one is held to the versions of the larger."""
    everything = _resolve(["county", "dev"], "")
    pins = "".join(f"{part.name}=={part.version}\n" for part in everything)
    program = _resolve(["county"], pins)
    for name, parts in (("lock-dev.txt", everything), ("lock.txt", program)):
        (PROJECT / "installer" / name).write_text(render(parts), encoding="utf-8")
        print(f"installer/{name}: {len(parts)} parts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
