"""What was typed into a field: money, dates, phones. Shown under the field, so they are short."""

from __future__ import annotations

from desktop.ui.messages.message import Message

MESSAGES = {
    "money.missing": Message("还没有填金额。"),
    "money.unclear": Message("看不懂这个金额。", "", "可以写 1200、1,200.50 或一千二。"),
    "money.too-precise": Message("金额最小到分。", "", "请去掉多余的小数。"),
    "money.negative": Message("金额不能小于 0。"),
    "money.too-large": Message("金额太大。", "", "请看看是不是多打了几个 0。"),
    "date.missing": Message("还没有填日期。"),
    "date.unclear": Message("看不懂这个日期。", "", "可以写 2026.3.5、3月5日或昨天。"),
    "date.two-digit-year": Message("年份要写四位。", "", "如 2026.3.5。"),
    "date.lunar": Message("请换算成公历日期再填。"),
    "date.no-day": Message("还差“日”。", "", "如 2026.3.5。"),
    "date.not-a-day": Message("没有这一天。", "", "请核对月份和日子。"),
    "time.missing": Message("还没有填时刻。"),
    "time.unclear": Message("看不懂这个时刻。", "", "可以写 9:30、下午3点半。"),
    "phone.missing": Message("还没有填电话。"),
    "phone.no-area-code": Message("座机请带上区号。", "", "如 0599-5800000。"),
    "phone.several": Message("一格只填一个号码。"),
    "phone.unclear": Message("看不懂这个号码。", "", "请核对位数。"),
}
