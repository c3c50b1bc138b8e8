"""Renews the tables in `LICENCES.md` from what the installed parts say of themselves.

    .venv/bin/python -m installer.licences

Run it after `installer.lock`, in an environment made by `installer test`. What stands outside the two marks in the file
is kept by hand.
"""

import re
import sys
from importlib import metadata
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
FILE = PROJECT / "installer" / "LICENCES.md"
BEGIN = "<!-- made by installer/licences.py: begin -->"
END = "<!-- made by installer/licences.py: end -->"

PURPOSES = {
    "alembic": "changes of the store's tables between versions",
    "cryptography": "signatures (Ed25519), password stretching (Argon2id), AES-GCM",
    "fastapi": "the county's HTTP interface",
    "http-message-signatures": "signed requests to the county (RFC 9421)",
    "httpx": "talking to the county",
    "hypothesis": "tests by generated examples",
    "jinja2": "the county's web pages",
    "keyring": "the device secret in the operating system's keyring",
    "mypy": "checks of types",
    "openpyxl": "Excel in and out",
    "pillow": "scans and photos",
    "platformdirs": "where the system wants data to lie",
    "psycopg": "the county's PostgreSQL",
    "psycopg-binary": "the county's PostgreSQL, the compiled part",
    "pypdfium2": "pages of scanned PDFs",
    "pypdf": "tests read our PDFs back",
    "pypinyin": "search by pinyin and initials",
    "pyrage": "sealing of batches and attachments (age)",
    "pyside6-addons": "Qt: PDF preview",
    "pyside6-essentials": "Qt: the window, printing",
    "pytest": "tests",
    "pytest-archon": "tests of who may import whom",
    "pytest-qt": "tests of the window",
    "pytest-timeout": "a test that hangs ends alone",
    "pytest-xdist": "tests on all processors at once",
    "reportlab": "PDFs",
    "ruff": "checks of style",
    "schemathesis": "tests of the county's interface",
    "segno": "QR codes on forms",
    "sqlalchemy": "SQL",
    "sqlcipher3": "the encrypted store (SQLCipher)",
    "types-openpyxl": "types for mypy",
    "types-reportlab": "types for mypy",
    "uvicorn": "the county's HTTP server",
    "zstandard": "smaller batches",
    "zxing-cpp": "reading QR codes on scans",
}
# Parts whose metadata name no licence, or not clearly; read from the licence file each carries.
# The last three are for Windows only and are not installed here.
KNOWN = {
    "pypdfium2": "BSD-3-Clause OR Apache-2.0; in it PDFium (BSD-3-Clause, Apache-2.0)",
    "pypinyin": "MIT",
    "pyrage": "MIT",
    "pyside6-addons": "LGPL-3.0-only",
    "pyside6-essentials": "LGPL-3.0-only",
    "reportlab": "BSD-3-Clause",
    "shiboken6": "LGPL-3.0-only",
    "sqlcipher3": "Zlib; in it SQLCipher (BSD-3-Clause), SQLite (public domain), OpenSSL (Apache-2.0)",
    "colorama": "BSD-3-Clause",
    "pywin32-ctypes": "BSD-3-Clause",
    "tzdata": "Apache-2.0",
}


def licence_of(name: str) -> str:
    """The licence of an installed part; `LookupError` where it does not say, to be looked up and put into `KNOWN`."""
    if name in KNOWN:
        return KNOWN[name]
    about = metadata.metadata(name)
    if expression := about.get_all("License-Expression"):
        return str(expression[0])
    kinds = [value.rpartition(" :: ")[2] for value in about.get_all("Classifier") or [] if value.startswith("License")]
    stated = str((kinds or about.get_all("License") or [""])[0]).strip()
    if not stated or "\n" in stated:
        raise LookupError(f"{name} does not say under which licence it is")
    return stated


def pinned(list_name: str) -> dict[str, str]:
    """Names and versions on a list."""
    text = (PROJECT / "installer" / list_name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", text, flags=re.MULTILINE))


def needed_by(names: dict[str, str]) -> dict[str, set[str]]:
    """For each part, the parts that ask for it."""
    reasons: dict[str, set[str]] = {name: set() for name in names}
    for name in names:
        try:
            requirements = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        for requirement in requirements:
            if "extra ==" in requirement:
                continue
            wanted = re.sub(r"[-_.]+", "-", re.split(r"[\s;<>=!~\[(]", requirement)[0]).lower()
            if wanted in reasons:
                reasons[wanted].add(name)
    return reasons


def table(names: dict[str, str], everything: dict[str, str]) -> str:
    """One row for each of `names`; `everything` is what may need them."""
    reasons = needed_by(everything)
    rows = ["| part | version | licence | what for |", "|---|---|---|---|"]
    for name, version in sorted(names.items()):
        purpose = PURPOSES.get(name) or "needed by " + ", ".join(sorted(reasons[name]))
        rows.append(f"| {name} | {version} | {licence_of(name)} | {purpose} |")
    return "\n".join(rows)


def main() -> int:
    """Writes the tables between the marks."""
    program, everything = pinned("lock.txt"), pinned("lock-dev.txt")
    tools = {name: version for name, version in everything.items() if name not in program}
    made = "\n\n".join(
        [
            BEGIN,
            "## Parts of the program (`lock.txt`)",
            table(program, program),
            "## Tools of the tests (`lock-dev.txt`), not delivered",
            table(tools, everything),
            END,
        ]
    )
    before, _, rest = FILE.read_text(encoding="utf-8").partition(BEGIN)
    FILE.write_text(before + made + rest.partition(END)[2], encoding="utf-8")
    print(f"{FILE.relative_to(PROJECT)}: {len(everything)} parts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
