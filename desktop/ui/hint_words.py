"""What the figures of a visit suggest, in words with its reason. A person decides (PIPL art. 24)."""

from __future__ import annotations

from desktop.domain.typed import format_money
from desktop.domain.visits import Hint

_REASONS = {
    "below-line": "人均月收入 {per_head}，低于低保标准 {line}：可能符合低保。",
    "below-margin": "人均月收入 {per_head}，在低保标准 {line} 和边缘线 {margin} 之间：可能属于低保边缘家庭。",
    "above-lines-but-hardship": (
        "人均月收入 {per_head}，高于边缘线 {margin}，一年刚性支出 {spent}：如果生活有困难，属于转出情形 T1。"
    ),
    "aid-not-enough": "已经享受救助，一年刚性支出 {spent}，占收入 {income} 的 {percent}%：可能属于转出情形 T2。",
}
_PLAIN = frozenset({"percent"})


def hint_words(hint: Hint) -> str:
    """One sentence: the figures, and what they may mean."""
    figures = {name: str(fen) if name in _PLAIN else format_money(fen) for name, fen in hint.figures.items()}
    return _REASONS[hint.reason].format_map(figures)
