"""What comes in on standard input and what may go out on standard output.

Passwords, device cards, codes, names and search terms are never arguments or environment variables: other programs of
this computer can read both. They come as one JSON object on the first line of standard input, or are asked for when a
person sits at the terminal.
"""

from __future__ import annotations

import getpass
import io
import json
import os
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TextIO

from desktop.domain.errors import UserFacingError
from desktop.domain.plain import to_plain

MAX_LINE_CHARACTERS: Final = 4 * 1024 * 1024
"""Longer than any action; a line without an end must not fill the memory."""

PASSWORD: Final = "password"  # noqa: S105 - the name of a field
NEW_PASSWORD: Final = "new password"  # noqa: S105 - likewise
"""Asked for twice at a terminal; in JSON it is ``password`` as well."""
ANOTHER_PASSWORD: Final = "new_password"  # noqa: S105 - likewise
"""In the place of the one there is; asked for twice too."""
_PROMPTS: Final[Mapping[str, str]] = {
    PASSWORD: "密码",
    NEW_PASSWORD: "新密码",
    ANOTHER_PASSWORD: "新密码",
    "card": "设备卡上的字母",
    "code": "县里给的开通码",
    "lease_code": "县里电话里念的主管码",
    "worker_name": "经办人姓名",
    "office": "单位",
    "reason": "原因",
}
_IMPERSONAL: Final = frozenset(
    {
        *("action", "count", "field", "found", "keyring_before", "keyring_now", "known", "limit"),
        *("maximum", "minimum", "seconds", "setting", "vault"),
    }
)
_TWICE: Final = frozenset({NEW_PASSWORD, ANOTHER_PASSWORD})
_HIDDEN: Final = frozenset({PASSWORD, *_TWICE, "card", "code"})


def use_utf8() -> None:
    """Whatever the system's locale: names beyond GBK must come through."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace" if stream is sys.stderr else "strict")


# --- in -----------------------------------------------------------------------------------------


class Answers:
    """What this command was told besides its arguments, from the first JSON line or by asking."""

    def __init__(self) -> None:
        self.asking = sys.stdin.isatty()
        self._given: Mapping[str, Any] = {} if self.asking else json_line(_line() or "")

    def need(self, name: str) -> str:
        """A value that must be there; raises UserFacingError("input.missing")."""
        if self.asking:
            return _ask(name)
        value = self.get(name)
        if not value:
            raise UserFacingError("input.missing", field=_key(name))
        return value

    def get(self, name: str) -> str | None:
        """A value of the JSON line, or None; nobody is asked. Raises UserFacingError("input.malformed")."""
        value = self._given.get(_key(name))
        if value is not None and not isinstance(value, str):
            raise UserFacingError("input.malformed")
        return value

    def words(self, name: str) -> dict[str, str]:
        """An object of texts in the JSON line, or an empty one. Raises UserFacingError("input.malformed")."""
        value = self._given.get(name, {})
        if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
            raise UserFacingError("input.malformed")
        return value


def json_line(line: str, code: str = "input.malformed") -> dict[str, Any]:
    """One JSON object; raises UserFacingError(code)."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise UserFacingError(code)
    return value


def further_lines(prompt: str) -> Iterator[str]:
    """The lines after the first, empty ones left out; at a terminal until an empty line or Ctrl+D."""
    while True:
        if sys.stdin.isatty():
            sys.stderr.write(prompt + ": ")
            sys.stderr.flush()
        line = _line()
        if line is None or (sys.stdin.isatty() and not line):
            return
        if line:
            yield line


def _line() -> str | None:
    try:
        line = sys.stdin.readline(MAX_LINE_CHARACTERS + 1)
    except UnicodeDecodeError:
        raise UserFacingError("input.malformed") from None
    if len(line) > MAX_LINE_CHARACTERS:
        raise UserFacingError("input.too-long")
    return line.strip() if line else None


def _ask(name: str) -> str:
    prompt = _PROMPTS[name] + ": "
    if name not in _HIDDEN:
        sys.stderr.write(prompt)
        sys.stderr.flush()
        return _line() or ""
    value = getpass.getpass(prompt)
    if name in _TWICE and getpass.getpass("再输一遍" + prompt) != value:
        raise UserFacingError("input.passwords-differ")
    return value


def _key(name: str) -> str:
    return PASSWORD if name == NEW_PASSWORD else name


# --- out ----------------------------------------------------------------------------------------


def refuse_file(*, practice: bool) -> None:
    """Stop before people's data would go into an ordinary file (``zoucun search … > file``).

    Raises:
        UserFacingError: ``output.to-file``. Practice vaults hold nobody real, so theirs may be kept.
    """
    if not practice and _is_file(sys.stdout):
        raise UserFacingError("output.to-file")


def write(text: str) -> None:
    """One line for people."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def write_json(value: object) -> None:
    """One line of JSON; dataclasses, enums and dates included."""
    write(json.dumps(to_plain(value), ensure_ascii=False))


def answer(options: Any, value: object, words: Callable[[], str]) -> None:
    """The result as JSON where ``--json`` was given, else in words."""
    if options.json:
        write_json(value)
    else:
        write(words())


def complain(error: UserFacingError, *, as_json: bool) -> None:
    """Say on standard error what happened and what to do.

    The values of an error may be personal: they are left out of a file, where standard error often ends.
    """
    from desktop.ui.messages import word

    shown = error
    if _is_file(sys.stderr):
        shown = UserFacingError(error.code, **{key: one for key, one in error.values.items() if key in _IMPERSONAL})
    sentence = word(shown).sentence()
    text = json.dumps({"error": error.code, "message": sentence}, ensure_ascii=False) if as_json else sentence
    sys.stderr.write(text + "\n")


def say_step(step: str, words: str, *, as_json: bool) -> None:
    """Say on standard error what is being done, so that nobody waits before a silent terminal."""
    text = json.dumps({"step": step, "message": words}, ensure_ascii=False) if as_json else words
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def _is_file(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    except (OSError, io.UnsupportedOperation):
        return False
