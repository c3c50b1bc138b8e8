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
    "scan.not-an-image": Message(
        "这个文件不是照片或扫描件。", "没有收进来，原来的记录没有变。", "请选 JPG 或 PNG 图片。"
    ),
    "scan.too-large": Message("图片太大。", "没有收进来，原来的记录没有变。", "请把分辨率调低一些，重新拍或扫。"),
}
