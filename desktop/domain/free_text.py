"""What a free text gives away: words and numbers of data classes that the person did not agree to.

The slip's 困难概述 must not name sensitive data that was not agreed to (``reference.md`` §5(c)), and no more may any
other text that reaches a recipient. Laptop and county ask here, each with what it knows of the person.

A rule, not an understanding: it finds numbers by their shape, and illness, disability and standing in social assistance
by the words of the trade and by what is recorded of the person. It errs towards silence with words of everyday use
(看病, 药费, 腿脚不便, 残联), since a warning that is mostly wrong is soon read over.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from desktop.domain.aid import CATEGORY_NAMES, OF_CHILDREN, SHORT_CATEGORY_NAMES, Category
from desktop.domain.consent import DataClass
from desktop.domain.minors import is_minor, is_under_fourteen
from desktop.domain.typed import normalise_digits

# --- numbers, by their shape ------------------------------------------------------------------------

_GAPS: Final = re.compile(r"(?<=\d)[ \u3000\-–—_·](?=[\dXx])")
_DATES: Final = re.compile(r"(?<!\d)(?:19|20)\d\d[-./年]\d{1,2}(?:[-./月]\d{1,2}日?)?(?!\d)")
_CHINESE_DIGITS: Final = str.maketrans("〇零一二三四五六七八九幺", "001234567891")
_IN_CHINESE: Final = re.compile(r"[\d〇零一二三四五六七八九幺]{7,}")
_DAY: Final = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_IDENTITY: Final = re.compile(
    rf"(?<!\d)(?:[1-9]\d{{5}}(?:18|19|20)\d\d{_DAY}\d{{3}}[\dXx](?:\d\d)?|[1-9]\d{{7}}{_DAY}\d{{3}})(?!\d)"
    r"|(?<![A-Za-z\d])(?:[HMhm]\d{8}(?:\d\d)?|[EGPSDegpsd][A-Za-z]?\d{7,8})(?!\d)"
)
"""Citizens' numbers and residence permits of 18 and 15 digits, the disability certificate's 20, and travel papers."""
_IDENTITY_NAMED: Final = re.compile(r"(?:身份证|证件)[^\d，。；、]{0,6}\d{4,}+(?!\s*[年月元块./-])")
_ACCOUNT: Final = re.compile(r"(?<!\d)[1-9]\d{11,}(?!\d)")
_ACCOUNT_IN_GROUPS: Final = re.compile(
    r"(?<!\d)(?:6[02]|955|4\d|5[1-5])\d{10,17}(?!\d)|卡尾号\D?\d{4}"
    r"|(?:账号|帐号|账户|帐户|卡号|存折|银行卡)[^\d，。；、]{0,6}\d{6,}+(?!\s*[元块万多])"
)
"""Figures in a row may be sums and years: joined, they are an account where they begin as a card or are named one."""
_PHONE: Final = re.compile(
    r"(?<!\d)(?:(?:86)?1[3-9]\d{9}|0\d{9,11})(?!\d)"
    r"|(?:电话|手机|微信|[Qq]{2})[^\d，。；、]{0,6}\d{5,}+(?!\s*[元块万多])"
)

# --- words, by the trade ----------------------------------------------------------------------------

_ILLNESS: Final = re.compile(
    r"癌|瘤|白血病|艾滋|HIV|梅毒|结核|尿毒|透析|[化放]疗|肾衰|心衰|衰竭|心梗|心肌梗|脑梗|脑溢血|脑出血|脑卒中|中风(?![险景光力向尚貌俗格波])"
    r"|肝硬化|肝腹水|[乙丙]肝|尘肺|矽肺|肺气肿|慢阻肺|哮喘|癫痫|帕金森|阿尔茨海默|痴呆|渐冻|红斑狼疮|痛风|风湿"
    r"|白内障|青光眼|高血压|高血脂|高血糖|[低贫]血|血友|糖尿|冠心|先心|精神分裂|精神障碍|精神失常|抑郁|躁狂|自闭|孤独症"
    r"|脑瘫|唐氏|侏儒|唇腭裂|兔唇|麻风|骨折|骨质[增疏]|股骨头|腰椎间盘|静脉曲张|溃疡|结石|囊肿|息肉|肌无力|肌萎缩|褥疮"
    r"|(?:器官|肾|肝|骨髓|干细胞|角膜)移植|(?:后遗|并发|综合|焦虑|恐惧|强迫|多动|败血|硬化)[症征]"
    r"|(?:肝|肺|肾|胃|肠|关节|气管|脑|胰腺|阑尾|中耳|鼻|盆腔|骨髓|心肌|胆囊|前列腺|膀胱)炎"
    r"|(?:心脏|肾|肝|肺|胃|肠|眼|皮肤|精神|传染|慢性|老年|职业|遗传|地方|妇科|血液|血管|脑|基础|罕见|癔|痨)病"
    r"|重病(?!虫)|大病(?!保险|救助|医疗|报销|补助)|绝症|顽疾|病重|病危|确诊|患[有上了]",
    re.IGNORECASE,
)
"""After the 30 illnesses of 大病专项救治, the chronic ones of 门诊慢特病, and ``HEALTH_NAMES``."""
_DISABILITY: Final = re.compile(
    r"残疾(?!人(?:联合会|福利|基金|服务|康复中心|协会|之家|事业|就业))|残障|伤残|致残|[听视智]障|弱智|聋|哑[巴人]|失聪|失明|盲人"
    r"|截肢|断肢|截瘫|偏瘫|瘫|失能|卧床|(?:不能|无法|不会|难以|不)自理"
    r"|[一二三四1-4]级残|(?:视力|听力|言语|肢体|智力|精神|多重)[一二三四1-4]级"
)
"""After ``DISABILITY_NAMES`` and ``LEVEL_NAMES``, and 自理能力."""
_NOT_TELLING: Final = frozenset({SHORT_CATEGORY_NAMES[Category.OTHER]})
"""其他困难: nobody reads a standing out of it."""
_LONGER_WORDS: Final = {"低保": "(?!障|费|证金|护|养)", "特困": "(?!难)"}
"""最低保障, 降低保费, 特困难 are other words."""
_STANDING: Final = re.compile(
    "|".join(
        name + _LONGER_WORDS.get(name, "")
        for name in sorted(
            {*CATEGORY_NAMES.values(), *SHORT_CATEGORY_NAMES.values(), "五保", "建档立卡"} - _NOT_TELLING
        )
    )
)
_WORDS: Final[Mapping[DataClass, re.Pattern[str]]] = MappingProxyType(
    {DataClass.B2: _ILLNESS, DataClass.B3: _DISABILITY, DataClass.B5: _STANDING}
)

# --- what is known of the person --------------------------------------------------------------------

_SHORTEST_WORD: Final = 2
_SAYS_NOTHING: Final = frozenset({"健康", "良好", "正常", "没有", "一般", "不详", "身体", "其他"})
_BETWEEN_ILLNESSES: Final = re.compile(r"[,，、;；。\s]+")

Known = Mapping[DataClass, Collection[str]]


@dataclass(frozen=True, slots=True)
class Leak:
    """A piece of a text and the data class it belongs to."""

    data_class: DataClass
    text: str


def known_words(
    *,
    phones: Iterable[str] = (),
    document: str = "",
    illnesses: Iterable[str] = (),
    children: Iterable[str] = (),
    is_child: bool = False,
) -> Known:
    """What is recorded that a text could name.

    Args:
        illnesses: as they were typed.
        children: names of children under fourteen who are not the person themself.
        is_child: the person is a minor; of whoever is not, the standing of a child tells of somebody else.
    """
    of_children = () if is_child else tuple(SHORT_CATEGORY_NAMES[one] for one in sorted(OF_CHILDREN))
    ill = (word for one in illnesses for word in _BETWEEN_ILLNESSES.split(one) if word not in _SAYS_NOTHING)
    found = {
        DataClass.A2: phones,
        DataClass.B1: (document,),
        DataClass.B2: ill,
        DataClass.B7: (*children, *of_children),
    }
    return {one: tuple(word for word in words if len(word) >= _SHORTEST_WORD) for one, words in found.items()}


def known_of(
    person: Mapping[str, Any], others: Iterable[Mapping[str, Any]], illnesses: Iterable[str], on: date
) -> Known:
    """The same from records: the groups of the person and of those of the household."""
    children = [_said(one, "name", "name") for one in others if is_under_fourteen(one, on)]
    return known_words(
        phones=_said(person, "phones", "numbers") or (),
        document=_said(person, "document", "number") or "",
        illnesses=(_said(person, "health", "illness") or "", *illnesses),
        children=[one for one in children if one],
        is_child=is_minor(person, on),
    )


def _said(groups: Mapping[str, Any], group: str, name: str) -> Any:
    return (groups.get(group, {}).get("value") or {}).get(name)


def leaks(text: str, agreed: Collection[str], known: Known) -> tuple[Leak, ...]:
    """What a text says of classes that are not among ``agreed``, one each, in the form's order of classes."""
    plain = _IN_CHINESE.sub(lambda run: run.group().translate(_CHINESE_DIGITS), normalise_digits(text))
    found = dict(_numbers(plain))
    for data_class, pattern in _WORDS.items():
        hit = pattern.search(plain)
        if hit:
            found[data_class] = hit.group()
    searched = (plain.casefold(), _joined(plain).casefold())
    for data_class, words in known.items():
        word = next((one for one in words if any(one.casefold() in each for each in searched)), "")
        if word:
            found[data_class] = word
    return tuple(Leak(one, found[one]) for one in DataClass if one in found and one not in agreed)


def _joined(plain: str) -> str:
    """Without the gaps that people type into long numbers; a date is none."""
    return _GAPS.sub("", _DATES.sub("某日", plain))


def _numbers(plain: str) -> Iterable[tuple[DataClass, str]]:
    joined = _joined(plain)
    identity = _IDENTITY.search(plain) or _IDENTITY.search(joined) or _IDENTITY_NAMED.search(joined)
    if identity:
        yield DataClass.B1, identity.group()
    # A number is one thing: what is an identity number or a telephone's is no account.
    rest, rest_joined = (_PHONE.sub("号", _IDENTITY.sub("号", one)) for one in (plain, joined))
    account = _ACCOUNT.search(rest) or _ACCOUNT_IN_GROUPS.search(rest_joined)
    if account:
        yield DataClass.B4, account.group()
    phone = _PHONE.search(_IDENTITY.sub("号", joined))
    if phone:
        yield DataClass.A2, phone.group()


def told_texts(referral: Mapping[str, Any], classes: Collection[str]) -> tuple[str, ...]:
    """The free texts of a referral's fields that its recipient reads, if these classes are told."""
    aid = referral.get("aid_received") if DataClass.B5 in classes else ()
    schemes = [one.get("scheme") for one in aid or () if isinstance(one, Mapping)]
    gap = referral.get("gap") if {DataClass.A5, DataClass.B5} <= set(classes) else ""
    return tuple(one for one in (referral.get("summary"), gap, *schemes) if isinstance(one, str) and one)


def told_too_much(referral: Mapping[str, Any], classes: Collection[str], known: Known) -> tuple[DataClass, ...]:
    """The classes that a referral's texts tell although they are not among ``classes``, those released or asked for."""
    found = {leak.data_class for text in told_texts(referral, classes) for leak in leaks(text, classes, known)}
    return tuple(one for one in DataClass if one in found)
