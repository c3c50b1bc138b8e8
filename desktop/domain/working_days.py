"""Deadlines in working days (工作日)."""

from __future__ import annotations

from datetime import date, timedelta

_SATURDAY = 5


def working_days_after(day: date, count: int) -> date:
    """The day ``count`` working days after ``day``.

    Saturdays and Sundays are left out; public holidays are not known here, so that the day may come sooner than the
    office's calendar says. A person sees the day and may change it.
    """
    while count > 0:
        day += timedelta(days=1)
        if day.weekday() < _SATURDAY:
            count -= 1
    return day


def working_days_left(today: date, due: date) -> int:
    """Working days from today until ``due``: 0 on the day itself, below 0 once it is over."""
    if due < today:
        return -working_days_left(due, today)
    count, day = 0, today
    while day < due:
        day += timedelta(days=1)
        count += day.weekday() < _SATURDAY
    return count
