"""Kinds of records in words, for the window and the command line. Without Qt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

KIND_NAMES: Final[Mapping[str, str]] = {
    "household": "家庭",
    "resident": "成员",
    "visit": "走访",
    "need": "需求",
    "wish": "微心愿",
    "publicity": "宣传同意",
    "aid": "救助",
    "sheet": "同意书",
    "grant": "同意",
    "stock": "空白表",
    "blank": "空白表的编号",
    "referral": "转介",
    "rights-request": "权利请求",
    "help": "慈善帮扶",
    "print": "打印",
    "scan": "扫描件",
    "signature": "屏幕签名",
    "check": "核对记录",
    "withdrawal": "撤回",
    "approval": "未成年人信息查阅批准",
    "import": "导入",
    "worker": "花名册",
    "wording": "表单文本",
    "journal": "日志",
    "former-store": "停用的旧库",
}
