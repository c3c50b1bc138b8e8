"""Reading the office's Excel ledger."""

from __future__ import annotations

from desktop.ui.messages.message import Message

_NOTHING = "什么也没有写入。"

MESSAGES = {
    "ledger.foreign": Message("这不是 Excel 台账文件。", _NOTHING, "请选 .xlsx 文件。"),
    "ledger.damaged": Message("文件已损坏，读不出来。", _NOTHING, "请在 WPS 或 Excel 里打开后另存，再导入一次。"),
    "ledger.unreadable": Message("这个文件打不开。", _NOTHING, "请看看文件是否还在，或正被别的程序占用。"),
    "ledger.encrypted": Message("文件设了打开密码。", _NOTHING, "请在 WPS 或 Excel 里去掉密码另存，再导入。"),
    "ledger.old-format": Message("这是老格式（.xls）的表格。", _NOTHING, "请在 WPS 或 Excel 里另存为 .xlsx，再导入。"),
    "ledger.web-page": Message("这是改了名字的网页，不是表格。", _NOTHING, "请在 WPS 里另存为 .xlsx，再导入。"),
    "ledger.text-file": Message(
        "这是文本文件，不是表格。", _NOTHING, "请在 WPS 或 Excel 里打开，另存为 .xlsx，再导入。"
    ),
    "ledger.empty-file": Message("文件是空的。", _NOTHING, "请看看是不是选错了文件。"),
    "ledger.no-headings": Message("没有找到表头。", _NOTHING, "表里要有“姓名”和“身份证号”这样的一行标题。"),
    "ledger.too-large": Message("文件太大。", _NOTHING, "请按乡镇或村分成几个文件，再分别导入。"),
}
