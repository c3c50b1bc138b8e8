"""Lines break where Chinese lines may."""

from __future__ import annotations

import pytest

from desktop.documents.typesetting import Span, TextStyle, break_lines, marked_up

STYLE = TextStyle(size=12, leading=18)
TEXT = (
    "我们在15个工作日内答复（电话：0599-5550101）；不同意的，书面说明理由。您可以查阅、复制、更正、补充，"
    "也可以“要求删除”《个人信息》——第3条、第12条、2026年3月5日、https://example.org/a-b；□同意　□不同意！"
)


def lines_of(spans: tuple[Span, ...], width: float) -> list[str]:
    return ["".join(piece.text for piece in line) for line in break_lines(spans, STYLE, width)]


@pytest.mark.parametrize("width", range(60, 420, 7))
def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(width: int) -> None:
    """CLREQ prohibition rules, at any width that can hold them."""
    lines = lines_of((Span(TEXT),), width)
    for line in lines[1:]:
        assert line[0] not in "，。、；：？！）”》—"
    for line in lines[:-1]:
        assert line.rstrip()[-1] not in "（“《□"


@pytest.mark.parametrize("width", range(160, 420, 11))
def test_numbers_and_latin_words_stay_whole(width: int) -> None:
    """A phone number on two lines is dialled wrongly."""
    lines = "\n".join(lines_of((Span(TEXT),), width))
    for word in ("0599-5550101", "第12", "2026年", "https://example.org/a-b"):
        assert word in lines


@pytest.mark.parametrize("width", [14, 30, 100, 400])
def test_nothing_is_lost_at_any_width(width: float) -> None:
    """Every character comes out, in order; only spaces at line ends go."""
    assert "".join("".join(lines_of((Span(TEXT),), width)).split()) == "".join(TEXT.split())


def test_lines_are_no_wider_than_the_column() -> None:
    """Nothing is cut off at the margin."""
    for line in break_lines((Span(TEXT * 3),), STYLE, 200):
        assert sum(piece.width for piece in line if not piece.text.isspace()) <= 200.01


def test_an_unbroken_span_stays_on_one_line() -> None:
    """A tick box and its label are not divided."""
    spans = (Span("前面的文字"), Span("□"), Span("残疾类别等级", unbroken=True))
    assert lines_of(spans, 12 * 8.5) == ["前面的文字", "□残疾类别等级"]


def test_mark_up_is_read_in_wordings_and_never_in_values() -> None:
    """What a person is called cannot make text bold or fill a placeholder."""
    assert marked_up("**{name}**，您好", {"name": "王**{other}"}) == (Span("王**{other}", bold=True), Span("，您好"))


def test_a_placeholder_without_a_value_is_a_fault_of_the_program() -> None:
    """Half a sentence must not reach paper."""
    with pytest.raises(KeyError):
        marked_up("电话：{phone}", {})
