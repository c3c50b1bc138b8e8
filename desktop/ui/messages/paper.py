"""Forms, printing, and signed paper that comes back."""

from __future__ import annotations

from desktop.ui.messages.message import Message

MESSAGES = {
    "print.missing-characters": Message(
        "有的字打印不出来：{characters}。", "记录里的字没有变，已保存在本机。", "请把这个字告诉县里，先手写在纸上。"
    ),
    "form.unknown-wording": Message(
        "本机没有这张表单（{form}，{version} 版）。",
        "记录没有变。",
        "请先同步一次，再打印；还没打印的同意书，也可以换用现行的一版。",
    ),
    "form.wording-withdrawn": Message(
        "县里收回了 {version} 版告知书：{reason}。这份是按那一版拟的，还没有打印。",
        "没有打印，选好的内容都在。",
        "在“打印”这一步按“换用现行的一版”，再打印。",
    ),
    "round.nobody": Message("选的村里，现在没有要去的人家。", "没有打印。", "请选别的村，或者到“家庭”里找要去的一户。"),
    "round.no-reason": Message("没有写为什么作废。", "什么也没有作废。", "请写几个字，每一份都记这个原因。"),
    "round.none-unsigned": Message(
        "这些村里没有能一次作废的同意书。",
        "什么也没有作废。",
        "打印过的、签了的、收回来还没认的，请到“同意书”里一份一份看。",
    ),
    "round.no-form": Message("没有要打印的同意书。", "没有打印，记录没有变。", "请先选村，再选要打印的同意书。"),
    "identity.no-category": Message(
        "{name}没有现在有效的救助身份。",
        "没有开确认单，记录没有变。",
        "身份有变的，先在“改这一户”里改好；只是临时救助、防返贫监测的，不开这张单。",
    ),
    "identity.has-left": Message("{name}已经离开这一户。", "没有开确认单，记录没有变。", "请在他现在的那一户里开。"),
    "need.none-open": Message(
        "这一户没有还没解决的需求。", "没有打印，记录没有变。", "走访时记下需求并保存以后，再打印登记表。"
    ),
    "need.no-visit": Message("这一户还没有走访记录。", "没有打印，记录没有变。", "先走访，记下需求以后再打印登记表。"),
    "scan.not-an-image": Message(
        "这个文件不是照片或扫描件，或者已经损坏。",
        "没有收进来，原来的记录没有变。",
        "请选照片、扫描件或 PDF，再试一次。",
    ),
    "scan.fingerprint": Message(
        "这份是按指印的，县里规定指印不留影像。",
        "没有收，也没有存；签字的结果已经记好。",
        "请没参与的同事拿着纸核对；这张图请丢弃，手机里的也请删掉。",
    ),
    "scan.pdf-locked": Message(
        "这个 PDF 设了密码，打不开。", "没有收进来，原来的记录没有变。", "请重新扫一份不设密码的。"
    ),
    "scan.too-many-pages": Message(
        "这个文件有 {pages} 页，一次最多收 {most} 页。", "没有收进来，原来的记录没有变。", "请分成几个文件，再收一次。"
    ),
    "scan.several": Message(
        "这个文件里不止一页。", "没有收进来，原来的记录没有变。", "请一页一张，或者用“收回影像”一起收。"
    ),
    "scan.not-in-tray": Message("待认盘里已经没有这张图。", "别的记录没有变。", "请刷新一下再看。"),
    "scan.no-such-page": Message("这份同意书一共 {pages} 页。", "这张图还在待认盘里。", "请重新选是第几页。"),
    "scan.not-signed": Message(
        "这份同意书还没有记下签字的结果。", "没有收进来，原来的记录没有变。", "请先把签字记下来，再收影像。"
    ),
    "scan.sheet-void": Message(
        "这份同意书已经作废，不再收影像。", "没有收进来，原来的记录没有变。", "请核对纸上的编号，选对那一份。"
    ),
    "scan.file-silent": Message(
        "这个文件读不出来：它所在的网络盘、手机或者存储卡没有回应。",
        "没有收进来，原来的记录没有变。",
        "请接好以后再试，或者换个办法把照片拿过来。",
    ),
    "scan.other-form": Message(
        "这一页不是同意书，是别的表单。", "没有收进来，原来的记录没有变。", "请放回它自己的档案。"
    ),
    "scan.too-large": Message("图片太大。", "没有收进来，原来的记录没有变。", "请把分辨率调低一些，重新拍或扫。"),
}
