"""Every error that a person can act on has words."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

from county.messages import MESSAGES as COUNTY_MESSAGES
from desktop.domain import screen_signing
from desktop.domain.consent import DATA_CLASS_NAMES
from desktop.domain.errors import UserFacingError
from desktop.domain.guardian_order import CONSENT_MISSING, EARLIER_OPEN, STANDING_OTHER, STANDING_UNKNOWN
from desktop.domain.sheet_signing import GUARDIAN_UNNAMED, OTHER_SIGNER, SIGNS_FOR_THEMSELF, WITNESS_INVOLVED
from desktop.domain.signing import Need, Obstacle
from desktop.ui.messages import MESSAGES, REASONS, word, word_reason
from desktop.ui.messages.reasons import CLASSES

ROOT = Path(__file__).resolve().parents[2]


def raised_codes(*folders: str) -> dict[str, set[str]]:
    """Codes given to UserFacingError in these folders' source, with the names of the values given with them."""
    found: dict[str, set[str]] = {}
    for folder in folders:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _called(node) == "UserFacingError" and node.args:
                    values = {keyword.arg for keyword in node.keywords if keyword.arg}
                    for code in _texts(node.args[0]):
                        found[code] = found.get(code, values) & values
    return found


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def _texts(node: ast.expr) -> set[str]:
    if isinstance(node, ast.IfExp):
        return _texts(node.body) | _texts(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def test_the_search_for_codes_finds_them() -> None:
    """The walk through the source sees plain and conditional codes; else the next test could not fail."""
    codes = raised_codes("desktop")
    assert {"money.unclear", "vault.wrong-password", "ledger.old-format"} <= set(codes)


def test_every_code_that_is_raised_has_words() -> None:
    """A UserFacingError without a sentence would tell a worker, or the county's operator, nothing."""
    assert sorted(set(raised_codes("desktop")) - set(MESSAGES)) == []
    assert sorted(set(raised_codes("county")) - set(COUNTY_MESSAGES)) == []


def test_words_use_only_values_that_are_always_given() -> None:
    """A sentence must not name a value that some place raises the error without."""
    codes = raised_codes("desktop", "county")
    missing = {}
    for code, message in MESSAGES.items():
        used = {name for part in message.parts() for _, name, _, _ in string.Formatter().parse(part) if name}
        if code in codes and used - codes[code]:
            missing[code] = used - codes[code]
    assert missing == {}


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_words_are_plain_chinese_sentences(code: str) -> None:
    """Each part is a Chinese sentence with Chinese punctuation; no part is left half said."""
    message = MESSAGES[code]
    assert message.what.endswith(("。", "？"))
    text = message.sentence()
    assert text.endswith("。")
    for mark in (",", ";", "?", "!"):
        assert mark not in text.replace("1,200.50", "")


def test_an_error_without_words_still_says_what_to_do() -> None:
    """A code from a newer part is shown with its name instead of a second error."""
    assert "some.newer-code" in word(UserFacingError("some.newer-code")).sentence()


def test_values_and_reasons_are_filled_in() -> None:
    """Values stand in the sentence, and a reason's code is said in words."""
    told = word(UserFacingError("document.wrong", name="吉建国", reason="document.checksum")).sentence()
    assert "吉建国" in told
    assert word_reason("document.checksum") in told
    assert word_reason("withdrawn") == REASONS["withdrawn"]
    assert "{" not in told


def test_every_code_with_which_the_county_refuses_has_words() -> None:
    """A broken signature, a split action, an absurd size: the worker reads a sentence, never a code."""
    files = [
        *(ROOT / "county").glob("*.py"),
        *((ROOT / "desktop/sync") / one for one in ("envelope.py", "protocol/wire.py")),
    ]
    call = re.compile(
        r'(?:ProtocolError|Unknown|Refused)\(\s*"([a-z-]+)"'
        r'|Result\.(?:REJECTED|HELD), "([a-z-]+)"'
        r'|^        \("([a-z-]+)", ',
        re.MULTILINE,
    )
    found = {code for file in files for codes in call.findall(file.read_text("utf-8")) for code in codes if code}
    assert {"split-action", "signature-wrong", "body-too-large", "other-township"} <= found
    assert sorted(code for code in found if word_reason(code) == code) == []


def test_every_reason_why_a_sheet_is_not_rightly_signed_has_words() -> None:
    """On the laptop that records it and in a receipt of the county alike."""
    own = {GUARDIAN_UNNAMED, OTHER_SIGNER, SIGNS_FOR_THEMSELF, WITNESS_INVOLVED}
    own |= {STANDING_UNKNOWN, STANDING_OTHER, EARLIER_OPEN, CONSENT_MISSING}
    own |= {value for name, value in vars(screen_signing).items() if name.startswith("SCREEN_")}
    assert "screen-and-paper" in own
    for reason in {*map(str, Obstacle), *map(str, Need), *own}:
        assert f"signing.{reason}" in MESSAGES
        assert word_reason(reason) != reason


def test_the_classes_of_data_are_called_in_reasons_as_everywhere() -> None:
    """They are written out there."""
    assert {one.value: name for one, name in DATA_CLASS_NAMES.items()} == CLASSES
