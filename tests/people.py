"""Made-up people: numbers that can be right and belong to nobody we know of."""

from __future__ import annotations

from datetime import date

from desktop.domain.identity import check_character

JIANYANG = "350703"


def made_up_id(area: str, birth: date, sequence: int) -> str:
    """A citizen number with a right check character; an odd ``sequence`` (0 to 999) is a man's."""
    body = f"{area}{birth:%Y%m%d}{sequence:03}"
    return body + check_character(body)


def made_up_old_id(area: str, birth: date, sequence: int) -> str:
    """A 15-digit number as issued before October 1999."""
    return f"{area}{birth:%y%m%d}{sequence:03}"
