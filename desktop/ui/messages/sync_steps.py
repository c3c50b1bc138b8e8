"""What a sync is doing, one line per step, for the window and the command line. Without Qt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from desktop.services.sync_overview import FIRST_WORD_SECONDS, Stage, SyncProgress

_STEPS: Final[Mapping[Stage, str]] = {
    Stage.CHECKING: "正在核对本机的日志",
    Stage.JOURNAL_FAULT: "本机的日志对不上，先告诉县里",
    Stage.CONTACTING: f"正在联系县里，没有答复最多等 {FIRST_WORD_SECONDS} 秒",
    Stage.RETRYING: "这一次没有成，稍等再试；内容都在本机",
    Stage.SENDING: "正在上报",
    Stage.CONFIRMING: "正在核对县里的回执",
    Stage.ATTACHMENTS: "正在上传扫描件",
    Stage.RECEIVING: "正在接收县里下发的内容",
}


def step_words(stage: Stage) -> str:
    """The step in words."""
    return _STEPS[stage]


def progress_sentence(shown: SyncProgress) -> str:
    """The step, and how much has come so far where that has no known end."""
    words = step_words(shown.stage)
    return f"{words}，已收到 {shown.done:,} 条" if shown.stage is Stage.RECEIVING and shown.done else words
