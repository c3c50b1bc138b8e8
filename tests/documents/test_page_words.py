"""A page in fewer words is the same page."""

from __future__ import annotations

from desktop.documents.page_words import in_fewer_words, number

CELL = "q\n1 0 0 1 4.54 80.83 cm\nq\n0 g\n0 G\nBT 0 4.64 Td /F1 16 Tf (S.12345m) Tj -2 -3.5 Td (n 1.2345 S) Tj ET\nQ\nQ"


def test_text_is_moved_once_and_its_codes_are_left_alone() -> None:
    """What looks like a rule or a long number inside a string is text."""
    once = "q\n0 g\n0 G\nBT 4.54 85.47 Td /F1 16 Tf (S.12345m) Tj -2 -3.5 Td (n 1.2345 S) Tj ET\nQ"
    assert in_fewer_words(f"q\n{CELL}\n{CELL}\nQ") == f"q\n{once}\n{once}\nQ"


def test_rules_and_areas_stand_to_a_hundredth_of_a_point_and_nothing_else_is_rounded() -> None:
    """A scale with more digits (a code's) keeps them."""
    page = "n 0 154.2803 75.33858 -154.2803 re f*\nn 0 28.17008 m 481.8898 28.17008 l S\n2.150362 0 0 2.150362 0 0 cm"
    shorter = "n 0 154.28 75.34 -154.28 re f*\nn 0 28.17 m 481.89 28.17 l S\n2.150362 0 0 2.150362 0 0 cm"
    assert in_fewer_words(page) == shorter
    assert [number(one) for one in (-0.001, 2.0, 1.005)] == ["0", "2", "1"]
