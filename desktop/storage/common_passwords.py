"""Passwords that everybody tries first: the words themselves, and what is made of digits that others know.

Chosen from what lists of leaked Chinese passwords have in common, with the words of this field. Nothing is asked of a
password's composition: a sentence of eight characters passes, whatever it is made of.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from itertools import groupby, pairwise
from typing import Final

_WORDS: Final = frozenset(
    """
    0123456789 0147258369 0192837465 0987654321
    1029384756 10203040 11235813 12301230 12344321 12345678 1234567890 123456789a
    123456789q 123456aa 123456ab 123456abc 123456qq 123454321 1234abcd 1234qwer 123654789 123698745 123789456
    1357924680 13579246 135792468 14725836 147258369 147852369 159357456 159753456 18181818 19491001 1a2b3c4d
    1q2w3e4r 1q2w3e4r5t 1qaz2wsx 1qaz2wsx3edc 1qazxsw2 20082008 24681012 25802580 31415926 314159265 3141592653
    32165498 321654987 36925814 369258147 456789123 520131400 5201314520 5201314a 520520520 521521521 52013140
    55667788 56785678 58585858 584131421 5845201314 584520584 66668888 68686868 741852963 74185296 77585210 7758521a
    7758258a 789456123 78945612 78963214 87654321 88888888 963852741 9876543210 98765432 987654321a 99998888
    a1234567 a12345678 a1b2c3d4 a123123123 a5201314 a7758521 aa112233 aa123123 aaa111222 aaaa1111 aini1314 aini5201314
    abc12345 abcd1234 abcd12345 abcd123456 abcde12345 abcdef123 admin123 admin1234 admin123456 admin888 adminadmin
    administrator as123456 asd12345 asdasdasd asdf1234 asdfasdf asdfghjk asdfghjkl asdfjkl123 baobei520 baobao520
    buzhidao changeme dearbook default1 dragon123 facebook feifei520 football guest123 haohaoxuexi
    helloworld huanying iloveyou iloveyou1 iloveyou1314 iloveyou520 internet kaixin123 kaixin520 kingsoft letmein1
    li123456 liu123456 love1314 love5201314 mima1234 mima123456 mimamima mypassword nihao123 nihao123456 nihaoma123
    p@ssw0rd p@ssword pa$$w0rd pass1234 passw0rd passw0rd1 password password1 password12 password123 princess
    q1234567 q12345678 q1w2e3r4 q1w2e3r4t5 qaz123456 qazwsx123 qazwsxedc qq5201314 qq7758521 qwe12345 qwe123456
    qweasdzxc qweqweqwe qwer1234 qwerasdf qwert123 qwert12345 qwerty12 qwerty123 qwerty123456 qwertyui qwertyuiop
    root1234 shanghai sunshine superman test1234 test123456 tiankong tiantian tianxia123 user1234 wang1234 wang123456
    welcome1 welcome123 windows10 wo123456 woaini11 woaini123 woaini1314 woaini520 woaini521 woaini5201314
    woaiwojia woaizhongguo wodemima wojiushiwo wojiaojia woshishei wpsoffice xiaoming xiexie123 xingfu123
    xuexi123 yangguang zaq12wsx zhang123 zhang123456 zhongguo zhongguo1 zxc123456 zxcvbnm1 zxcvbnm123 zxcvbnmasd
    一二三四五六七八 我爱你一生一世一生一世 为人民服务为人民服务 好好学习天天向上 中华人民共和国万岁
    """.split()  # noqa: SIM905 - a list of a hundred and more is read more easily so
)
_PLACES: Final = frozenset(
    """
    fujian fuzhou xiamen nanping jianyang yanping shaowu wuyishan jianou shunchang pucheng guangze songxi zhenghe
    jukou zhongguo china beijing minzheng minzhengju minzhengban mzj mzb jiuzhu shehuijiuzhu cishan dibao zoucun
    xiangzhen zhenzhengfu
    福建 福州 厦门 南平 建阳 延平 邵武 武夷山 建瓯 顺昌 浦城 光泽 松溪 政和 莒口 民政 民政局 民政办 救助 低保 走村
    """.split()  # noqa: SIM905
)
_PLACE: Final = "(?:" + "|".join(sorted(_PLACES, key=len, reverse=True)) + ")"
_TAIL: Final = r"(?:(?:19|20)\d\d年?|123|1234|12345|123456|12345678|123456789|520|521|1314|5201314|666|888|8888|6666)"
_PLACE_AND_YEAR: Final = re.compile(f"{_PLACE}+{_TAIL}?|{_TAIL}{_PLACE}+")
_REPEATED: Final = re.compile(r"(.{1,4})\1+")
_INITIALS: Final = "[a-z]{0,3}"
_INITIALS_AND_DIGITS: Final = re.compile(rf"{_INITIALS}(\d+){_INITIALS}")
_MOBILE: Final = re.compile(r"(?:86)?1[3-9]\d{9}")
_FEWEST_IN_A_ROW: Final = 5


def is_common(password: str) -> bool:
    """Whether it is one of those: also with other width, case, spaces, or marks between and after."""
    plain = "".join(unicodedata.normalize("NFKC", password).lower().split())
    bare = re.sub(r"[-_./!@#*+?,。，、]", "", plain)
    return any(_is_common(each) for each in (plain, bare))


def _is_common(plain: str) -> bool:
    if len(set(plain)) < 3 or plain in _WORDS or _is_run(plain) or _is_doubled(plain):
        return True
    if any(pattern.fullmatch(plain) for pattern in (_PLACE_AND_YEAR, _REPEATED)):
        return True
    found = _INITIALS_AND_DIGITS.fullmatch(re.sub("[年月日]", "", plain))
    return found is not None and _is_known_number(found[1])


def _is_known_number(digits: str) -> bool:
    """A day, a mobile number, or counting; a few letters beside it, a person's initials, make it no better."""
    counts = len(digits) >= _FEWEST_IN_A_ROW and _is_run(digits.replace("90", "9:"))
    return counts or _MOBILE.fullmatch(digits) is not None or _is_day(digits)


def _is_day(digits: str) -> bool:
    """Eight digits that are a day from 1900 to 2099, as it is written here: year, month, day."""
    if len(digits) != 8 or digits[:2] not in ("19", "20"):
        return False
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def _is_doubled(plain: str) -> bool:
    """Whether it is digits none of which stands alone: 11223344, 111222333."""
    return plain.isdigit() and all(len(list(same)) > 1 for _, same in groupby(plain))


def _is_run(plain: str) -> bool:
    """Whether each character follows the one before it: 12345678, 87654321, abcdefgh."""
    steps = {ord(after) - ord(before) for before, after in pairwise(plain)}
    return steps in ({1}, {-1})
