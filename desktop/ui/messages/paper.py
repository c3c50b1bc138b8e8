"""Forms, printing, and signed paper that comes back."""

from __future__ import annotations

from desktop.ui.messages.message import Message

MESSAGES = {
    "print.missing-characters": Message(
        "有的字打印不出来：{characters}。", "记录里的字没有变，已保存在本机。", "请把这个字告诉县里，先手写在纸上。"
    ),
    "form.unknown-wording": Message(
        "本机没有这张表单（{form}，{version} 版）。", "记录没有变。", "请先同步一次，再打印。"
    ),
    "round.nobody": Message("选的村里，现在没有要去的人家。", "没有打印。", "请选别的村，或者到“家庭”里找要去的一户。"),
    "identity.no-category": Message(
        "{name}没有现在有效的救助身份。",
        "没有开确认单，记录没有变。",
        "身份有变的，先在“改这一户”里改好；只是临时救助、防返贫监测的，不开这张单。",
    ),
    "identity.has-left": Message("{name}已经离开这一户。", "没有开确认单，记录没有变。", "请在他现在的那一户里开。"),
    "scan.not-an-image": Message(
        "这个文件不是照片或扫描件。", "没有收进来，原来的记录没有变。", "请选 JPG 或 PNG 图片。"
    ),
    "scan.too-large": Message("图片太大。", "没有收进来，原来的记录没有变。", "请把分辨率调低一些，重新拍或扫。"),
}
