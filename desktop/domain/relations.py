"""Family relations to the head of a household (GB/T 4761-2008)."""

from __future__ import annotations

import re
from collections.abc import Mapping

SELF = "01"
HEAD = "02"
NOT_RELATED = "99"

RELATION_NAMES: Mapping[str, str] = {
    SELF: "本人",
    HEAD: "户主",
    "10": "配偶",
    "11": "夫",
    "12": "妻",
    "20": "子",
    "21": "独生子",
    "22": "长子",
    "23": "次子",
    "24": "三子",
    "25": "四子",
    "26": "五子",
    "27": "养子或继子",
    "28": "女婿",
    "29": "其他儿子",
    "30": "女",
    "31": "独生女",
    "32": "长女",
    "33": "次女",
    "34": "三女",
    "35": "四女",
    "36": "五女",
    "37": "养女或继女",
    "38": "儿媳",
    "39": "其他女儿",
    "40": "孙子女或外孙子女",
    "41": "孙子",
    "42": "孙女",
    "43": "外孙子",
    "44": "外孙女",
    "45": "孙媳妇或外孙媳妇",
    "46": "孙女婿或外孙女婿",
    "47": "曾孙子或外曾孙子",
    "48": "曾孙女或外曾孙女",
    "49": "其他孙辈",
    "50": "父母",
    "51": "父亲",
    "52": "母亲",
    "53": "公公",
    "54": "婆婆",
    "55": "岳父",
    "56": "岳母",
    "57": "继父或养父",
    "58": "继母或养母",
    "59": "其他父母关系",
    "60": "祖父母或外祖父母",
    "61": "祖父",
    "62": "祖母",
    "63": "外祖父",
    "64": "外祖母",
    "65": "配偶的祖父母或外祖父母",
    "66": "曾祖父",
    "67": "曾祖母",
    "70": "兄弟姐妹",
    "71": "兄",
    "72": "嫂",
    "73": "弟",
    "74": "弟媳",
    "75": "姐",
    "76": "姐夫",
    "77": "妹",
    "78": "妹夫",
    "81": "伯父",
    "82": "伯母",
    "83": "叔父",
    "84": "婶母",
    "85": "舅父",
    "86": "舅母",
    "87": "姨父",
    "88": "姨母",
    "89": "姑父",
    "90": "姑母",
    "91": "堂兄弟姐妹",
    "92": "表兄弟姐妹",
    "93": "侄子",
    "94": "侄女",
    "95": "外甥",
    "96": "外甥女",
    "97": "其他亲属",
    NOT_RELATED: "非亲属",
}

# What offices and families write for the names of the standard.
_OTHER_WORDS: Mapping[str, str] = {
    SELF: "申请人 持证人",
    HEAD: "户主本人 本人户主 户主(本人) 本人(户主)",
    "10": "夫妻 爱人",
    "11": "丈夫 夫亲 老公",
    "12": "妻子 老婆",
    "20": "儿子 儿 之子",
    "22": "大儿子 大儿",
    "23": "二儿子 二儿 次儿 二子",
    "24": "三儿子 三儿",
    "27": "养子 继子 养子继子",
    "30": "女儿 之女",
    "32": "大女儿 大女",
    "33": "二女儿 二女",
    "34": "三女儿",
    "37": "养女 继女 养女继女",
    "38": "媳妇 儿媳妇 媳",
    "40": "孙子女 孙辈 外孙子女",
    "41": "孙 长孙 之孙",
    "42": "长孙女",
    "43": "外孙",
    "51": "父 爸爸",
    "52": "母 妈妈",
    "53": "家公",
    "54": "家婆",
    "57": "养父 继父",
    "58": "养母 继母",
    "61": "爷爷",
    "62": "奶奶",
    "63": "外公 姥爷",
    "64": "外婆 姥姥",
    "71": "哥哥 哥 兄长",
    "72": "嫂子",
    "73": "弟弟",
    "74": "弟媳妇 弟妹",
    "75": "姐姐",
    "77": "妹妹",
    "83": "叔叔 叔",
    "85": "舅舅",
    "93": "侄儿 侄",
    "97": "其他 亲属",
    "99": "无亲属关系",
}
_CODE_OF: Mapping[str, str] = {
    **{name: code for code, names in _OTHER_WORDS.items() for name in names.split()},
    **{name: code for code, name in RELATION_NAMES.items()},
}


def relation_code(text: str) -> str | None:
    """The two-digit code of a relation as written (儿子, 之妻, 02), or None where its meaning is not certain."""
    written = re.sub(r"\s", "", text)
    if re.fullmatch(r"\d{1,2}", written, re.ASCII):
        code = written.zfill(2)
        return code if code in RELATION_NAMES else None
    return _CODE_OF.get(written) or _CODE_OF.get(written.removeprefix("户主").removeprefix("的").removeprefix("之"))


def is_head(code: str | None) -> bool:
    """Whether a relation code is that of the head: 本人 and 户主 mean the same in a ledger."""
    return code in (SELF, HEAD)
