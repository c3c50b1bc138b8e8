"""How figures are put: percentiles of times, in milliseconds."""

from __future__ import annotations


def percentile(seconds: list[float], share: float) -> float:
    """In milliseconds."""
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * share))] * 1000


def middle_and_slow(seconds: list[float], digits: int = 0) -> str:
    """The median and the 95th percentile."""
    return f"{percentile(seconds, 0.5):.{digits}f} / {percentile(seconds, 0.95):.{digits}f} ms"
