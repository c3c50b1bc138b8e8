"""What a free text gives away, and that everyday words give nothing away."""

from __future__ import annotations

from datetime import date

import pytest

from desktop.domain.aid import CATEGORY_NAMES
from desktop.domain.consent import DataClass
from desktop.domain.free_text import known_of, leaks, told_too_much

A2, B1, B2, B3, B4, B5, B7 = (DataClass(one) for one in ("A2", "B1", "B2", "B3", "B4", "B5", "B7"))
KNOWN = {B2: ("心口疼",), B7: ("林小海",)}


@pytest.mark.parametrize(
    ("summary", "found"),
    [
        ("证件 350703195103020179", {B1}),
        ("证件３５０７０３１９５１０３０２０１７９", {B1}),
        ("350703 19510302 0179", {B1}),
        ("三五零七零三一九五一零三零二零一七九", {B1}),
        ("证件35070319510302017X", {B1}),
        ("残疾证35070319510302017922", {B1, B3}),
        ("老身份证350703510302017", {B1}),
        ("通行证H12345678", {B1}),
        ("身份证尾号0179", {B1}),
        ("电话 139-0000-0000", {A2}),
        ("打13900000000", {A2}),
        ("电话0599-5550101", {A2}),
        ("手机一三九零零零零零零零零", {A2}),
        ("卡号6222021402012345678", {B4}),
        ("6222 0214 0201 2345 678", {B4}),
        ("信用社账号 9070 2143 01", {B4}),
        ("肢体二级，出不了门", {B3}),
        ("双眼失明，生活不能自理", {B3}),
        ("肝癌晚期，艾滋病", {B2}),
        ("患有慢性病，做透析", {B2}),
        ("心口疼", {B2}),
        ("低保户，有糖尿病", {B2, B5}),
        ("带着林小海过日子", {B7}),
        *((name, {B5}) for name in CATEGORY_NAMES.values() if name != "其他困难人员"),
    ],
)
def test_what_was_not_agreed_is_noticed(summary: str, found: set[DataClass]) -> None:
    """However the digits are written; and of nothing that was agreed to."""
    assert {leak.data_class for leak in leaks(summary, (DataClass.A1,), KNOWN)} == found
    assert leaks(summary, tuple(DataClass), KNOWN) == ()


HARMLESS = (
    "腿脚不便，欠 1200 元，2026年11月摔的",
    "独居老人，出门靠邻居搀扶。旧轮椅已坏，复诊不便。",
    "老伴行走不便，家中没有轮椅，出不了门；药费重，自己买不起。",
    "住院两次，欠着亲戚的钱，看病一共花了 128000 元",
    "2026-11-20 和 2026-11-25 去过两次，2022 2023 2024 2025 年都没有修过房",
    "药费 1200 800 3000 2600 元，电话费 12000 元，账户里只剩 120000 元",
    "身份证2024年到期，还没有换",
    "县残联、残疾人福利基金会都问过，没有合适的项目",
    "体弱多病，一个人住，买米买药要走四里路，想有人定期上门看看",
    "孩子上大学，学费不够，还有其他困难，生活特困难",
    "达不到最低保障，想降低保费；村里集中风险排查过，稻子有严重病虫害",
    "大病医疗救助以后还差 6800 元",
    "莒民救〔2026〕3号批过，房子是C级危房",
)


@pytest.mark.parametrize("summary", HARMLESS)
def test_everyday_words_raise_no_alarm(summary: str) -> None:
    """A warning that is mostly wrong is soon read over."""
    assert leaks(summary, (), KNOWN) == ()


def test_only_what_the_recipient_reads_is_looked_at() -> None:
    """Aid and the gap are on the slip only where the standing was agreed to; then they tell nothing else either."""
    fields = {"summary": "想要轮椅", "gap": "透析自付", "aid_received": [{"scheme": "残疾人两项补贴"}]}
    assert told_too_much(fields, ("A1", "A5"), {}) == ()
    assert told_too_much(fields, ("A1", "A5", "B5"), {}) == (B2, B3)
    assert told_too_much(fields, ("A1", "A5", "B2", "B3", "B5"), {}) == ()


def test_what_is_recorded_is_known() -> None:
    """Illness, number and phones of the person, and the names of the household's children under fourteen."""
    on = date(2026, 11, 26)

    def groups(name: str, born: str, **more: object) -> dict[str, object]:
        said = {"name": {"name": name}, "birth": {"day": born}, **more}
        return {group: {"value": value} for group, value in said.items()}

    person = groups("林阿公", "1951-03-02", phones={"numbers": ["5550101"]}, health={"illness": "健康、腰疼"})
    others = [groups("林小海", "2018-05-01"), groups("林大海", "1980-05-01")]
    known = known_of(person, others, ("夜里咳血",), on)
    assert known[A2] == ("5550101",)
    assert known[B2] == ("腰疼", "夜里咳血")
    assert known[B7] == ("林小海", "孤儿", "事实无人抚养")
    assert known_of(others[0], [person], (), on)[B7] == ()
