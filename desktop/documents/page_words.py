"""A drawn page in fewer words of PDF: what reportlab writes in long is as long, compressed too, as the text it moves.

Lines are told apart by their ends: text stands in them as digits (``font_embedding``), so none of it is touched.
"""

from __future__ import annotations

import re

_CELL = re.compile(
    r"^q\n1 0 0 1 (?P<x>-?[\d.]+) (?P<y>-?[\d.]+) cm\nq\n0 g\n0 G\n"
    r"BT (?P<dx>-?[\d.]+) (?P<dy>-?[\d.]+) Td (?P<rest>.*) ET\nQ\nQ$",
    re.MULTILINE,
)
"""One block of text that was moved to its place, and stands in it by itself."""
_RULE = re.compile(r"^n .* (?:S|f\*)$", re.MULTILINE)
"""A rule or a shaded area of a table."""
_LONG = re.compile(r"-?\d+\.\d{3,}")


def in_fewer_words(page: str) -> str:
    """The same page: text moved once instead of twice, rules and areas to a hundredth of a point."""
    return _RULE.sub(_rounded, _CELL.sub(_moved_once, page))


def number(value: float) -> str:
    """A length to a hundredth of a point."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _moved_once(found: re.Match[str]) -> str:
    x, y, dx, dy = (float(found[name]) for name in ("x", "y", "dx", "dy"))
    return f"q\n0 g\n0 G\nBT {number(x + dx)} {number(y + dy)} Td {found['rest']} ET\nQ"


def _rounded(rule: re.Match[str]) -> str:
    return _LONG.sub(lambda one: number(float(one[0])), rule[0])
