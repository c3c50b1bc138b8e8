"""What a check of the vault found, in words, for the window and the command line. Without Qt."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from desktop.ui.messages.journal_words import half_message

if TYPE_CHECKING:  # the services load SQLAlchemy, which the login window must not wait for
    from desktop.services.vault_check import VaultCheck

_PLACES: Final = {
    "store": "库文件有 {count} 处损坏",
    "slots": "钥匙文件读不出来",
    "previous-slots": "上一份钥匙文件读不出来（当前这份完好）",
    "signing": "签名钥匙文件读不出来（下次打开时自动补好）",
    "attachment": "{count} 份扫描件缺失或损坏",
}


def check_sentences(found: VaultCheck) -> list[str]:
    """One sentence per kind of damage, or one that all is well; and what else has to be known."""
    counts = Counter(one.place.value for one in found.damages)
    sentences = [f"{words.format(count=counts[place])}。" for place, words in _PLACES.items() if counts[place]]
    if not sentences:
        sentences = [f"库文件每一页完好，{found.files:,} 份扫描件完好。"]
    if found.network:
        sentences.append(f"加密库放在网络盘上（{found.network}），断线时可能损坏，请移到本机硬盘。")
    return sentences


def advice(found: VaultCheck) -> str:
    """What to do now; empty where nothing is."""
    places = {one.place.value for one in found.damages}
    if "store" in places:
        return "请先按 Ctrl+L 锁定，在登录窗口点“抢救资料”：先看清单，同意了才启用新库，旧库原样留着。"
    if "slots" in places:
        return "请不要关机，马上联系县里。"
    if "attachment" in places:
        return "已上报的扫描件县里有；没上报的请找到纸质件重新扫描。"
    if found.journal.halves:
        return "".join(half_message(half).sentence() for half in found.journal.halves)
    return "请不要重装，马上联系县里恢复，并把这句话告诉县里。" if found.journal.fault else ""
