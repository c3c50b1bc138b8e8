"""Finding the heading of an office ledger: which column holds what, in whatever words and order.

Headings stand in one row or in two (a group such as 家庭成员情况 above 姓名, 证件号码). Texts are compared
without spaces, brackets and units, with a list of the names in use; nothing is matched by "contains", since
残疾证号 is no ID number and 人均补差 no monthly amount.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from desktop.documents.ledger_file import SheetRow
from desktop.domain.typed import normalise_digits


class LedgerField(StrEnum):
    """What a column of a ledger can hold."""

    SEQUENCE = "sequence"
    HOUSEHOLD_NUMBER = "household-number"
    HEAD_NAME = "head-name"
    HEAD_DOCUMENT = "head-document"
    NAME = "name"
    DOCUMENT_TYPE = "document-type"
    DOCUMENT = "document"
    SEX = "sex"
    BIRTH = "birth"
    RELATION = "relation"
    PHONE = "phone"
    TOWNSHIP = "township"
    DIVISION = "division"
    GROUP = "group"
    ADDRESS = "address"
    CATEGORY = "category"
    CATEGORY_FROM = "category-from"
    AMOUNT = "amount"
    DISABILITY = "disability"
    DISABILITY_LEVEL = "disability-level"
    HEALTH = "health"


_SYNONYMS: Mapping[LedgerField, str] = {
    LedgerField.SEQUENCE: "序号 编号 序 户序号",
    LedgerField.HOUSEHOLD_NUMBER: (
        "户号 户编号 家庭编号 家庭户号 低保证号 低保证编号 救助证号 保障证号 证书编号 特困证号 档案编号 档案号"
    ),
    LedgerField.HEAD_NAME: (
        "户主 户主姓名 家庭户主 户主名称 申请人 申请人姓名 户主申请人 户主申请人姓名 户主姓名申请人"
    ),
    LedgerField.HEAD_DOCUMENT: (
        "户主身份证号 户主身份证号码 户主身份证 户主证件号码 户主证件号 户主公民身份号码 申请人身份证号 "
        "申请人身份证号码 申请人证件号码"
    ),
    LedgerField.NAME: (
        "姓名 成员姓名 家庭成员姓名 家庭成员 成员 保障对象姓名 救助对象姓名 对象姓名 保障人员姓名 "
        "人员姓名 共同生活家庭成员姓名 共同生活家庭成员 保障对象 救助对象"
    ),
    LedgerField.DOCUMENT_TYPE: "证件类型 证件类别 证件种类 证件名称",
    LedgerField.DOCUMENT: (
        "身份证号 身份证号码 身份证 证件号码 证件号 公民身份号码 公民身份证号码 公民身份证号 "
        "居民身份证号码 居民身份证号 身份号码 成员身份证号 成员身份证号码 家庭成员身份证号 "
        "家庭成员身份证号码 成员证件号码"
    ),
    LedgerField.SEX: "性别",
    LedgerField.BIRTH: "出生日期 出生年月 出生年月日 出生时间 生日",
    LedgerField.RELATION: (
        "与户主关系 与户主的关系 和户主关系 户主关系 与申请人关系 与申请人的关系 家庭关系 成员关系 关系 "
        "称谓 与户主申请人关系 与申请人户主关系"
    ),
    LedgerField.PHONE: "联系电话 电话 手机 手机号 手机号码 联系方式 电话号码 联系电话号码 户主电话 本人联系电话",
    LedgerField.TOWNSHIP: "乡镇 乡镇街道 镇街 镇 街道 所属乡镇 所在乡镇 所属乡镇街道 乡镇名称 镇街道",
    LedgerField.DIVISION: (
        "村居 村社区 村 村名 村别 村委会 村居委会 村居社区 行政村 行政村名称 行政村社区 行政村居 所在村 "
        "所在村居 所在村社区 所属村 所属村居 所属村社区 村民委员会 村居名称 村庄 社区 社区村 居村委会"
    ),
    LedgerField.GROUP: "村民小组 小组 组别 组 自然村 村组 居民小组 村居民小组",
    LedgerField.ADDRESS: (
        "家庭住址 住址 地址 居住地址 居住地 家庭地址 详细地址 详细住址 现住址 现居住地址 现居住地 "
        "户籍地址 家庭详细地址 常住地址 户籍所在地"
    ),
    LedgerField.CATEGORY: (
        "保障类别 救助类别 救助类型 保障类型 对象类别 对象类型 困难类别 困难类型 低保类别 低保类型 "
        "人员类别 人员类型 身份类别 救助对象类别 救助对象类型 低收入类别 低收入人口类别 救助身份 类别 享受类别 "
        "享受类型 享受救助类别 享受保障类别 享受低保类别 保障对象类别 家庭类别 家庭类型 户类别 户类型 困难家庭类型"
    ),
    LedgerField.CATEGORY_FROM: (
        "享受起始 享受起始时间 享受起始日期 起始时间 起始日期 起始年月 享受时间 纳入时间 纳入日期 "
        "纳保时间 批准时间 批准日期 审批时间 审批日期 认定时间 认定日期 保障起始 保障起始时间 "
        "保障起始日期 开始享受时间 救助起始时间 享受低保时间 起保时间 起始享受年月 首次享受时间"
    ),
    LedgerField.AMOUNT: (
        "月保障金额 月保障金 户月保障金额 户月保障金 保障金额 月补助金额 月补助金 月救助金额 月救助金 "
        "救助金额 低保金 低保金额 月低保金 补差金额 月补差金额 户月补差 户补差金额 发放金额 月发放金额 "
        "金额 月金额 每月金额 补助金额"
    ),
    LedgerField.DISABILITY: (
        "残疾类别 残疾类型 残疾情况 残疾 残疾类别等级 残疾类别及等级 残疾类型及等级 残疾种类 残疾状况"
    ),
    LedgerField.DISABILITY_LEVEL: "残疾等级 残疾级别 残疾程度",
    LedgerField.HEALTH: (
        "健康状况 健康情况 身体状况 身体情况 健康 病种 患病情况 患病病种 疾病 疾病名称 所患疾病 患何种疾病"
    ),
}
_FIELD_OF = {name: field for field, names in _SYNONYMS.items() for name in names.split()}
_HEAD_GROUPS = frozenset({"户主", "户主情况", "户主信息", "户主基本情况", "申请人", "申请人情况", "申请人信息"})
_OF_HEAD = {LedgerField.NAME: LedgerField.HEAD_NAME, LedgerField.DOCUMENT: LedgerField.HEAD_DOCUMENT}
_UNIT = re.compile(r"(必填|选填|人民币)?(元每月|元每人每月|元月|元|年月日|年月|月|必填|选填)$")
_LAST_HEADING_ROW = 40
_LEAST_FIELDS = 3


@dataclass(frozen=True, slots=True)
class Headings:
    """The heading of one sheet or part of a sheet.

    ``columns`` say where each field stands, ``texts`` what its heading reads, ``ignored`` the headings of
    columns that are not taken in (accounts, remarks). The heading goes from the row at index ``first`` of the
    sheet's rows to the one at ``last``.
    """

    columns: Mapping[LedgerField, int]
    texts: Mapping[LedgerField, str]
    ignored: tuple[str, ...]
    first: int
    last: int


def find_headings(rows: Sequence[SheetRow]) -> Headings | None:
    """The heading among the first rows of a sheet, or None where the sheet is no ledger."""
    best: Headings | None = None
    for index in range(min(len(rows), _LAST_HEADING_ROW)):
        found = headings_at(rows, index)
        if found is not None and (best is None or len(found.columns) > len(best.columns)):
            best = found
    return best


def headings_at(rows: Sequence[SheetRow], index: int) -> Headings | None:
    """The heading that begins in this row, in one row or in two, or None.

    A heading names a person and at least two more fields. Two rows are taken for one heading only where the
    second adds a field: the first row of people never does.
    """
    best = _read(rows[index], None, index)
    if index + 1 < len(rows):
        double = _read(rows[index], rows[index + 1], index + 1)
        lower = _read(rows[index + 1], None, index + 1)
        if len(double.columns) > max(len(best.columns), len(lower.columns)):
            best = double
    names_a_person = best.columns.keys() & {LedgerField.NAME, LedgerField.HEAD_NAME}
    return best if names_a_person and len(best.columns) >= _LEAST_FIELDS else None


def is_heading_text(value: object) -> bool:
    """Whether a cell in the place of a name holds a heading: the heading is repeated on a printed page."""
    return isinstance(value, str) and _field(value) is not None


def _read(upper: SheetRow, lower: SheetRow | None, last: int) -> Headings:
    columns: dict[LedgerField, int] = {}
    texts: dict[LedgerField, str] = {}
    ignored: list[str] = []
    widths = sorted({*upper.cells, *upper.merged, *(lower.cells if lower else ()), *(lower.merged if lower else ())})
    for column in widths:
        group = _text(upper.value(column))
        leaf = _text(lower.value(column)) if lower is not None else ""
        field = _field_of_column(group, leaf)
        shown = group if leaf in ("", group) else f"{group} {leaf}".strip()
        if field is None or field in columns:
            if shown:
                ignored.append(shown)
            continue
        columns[field] = column
        texts[field] = shown
    return Headings(columns, texts, tuple(dict.fromkeys(ignored)), last if lower is None else last - 1, last)


def _field_of_column(group: str, leaf: str) -> LedgerField | None:
    if not leaf or leaf == group:
        return _field(group)
    field = _field(group + leaf) or _field(leaf)
    if field in _OF_HEAD and _bare(group) in _HEAD_GROUPS:
        return _OF_HEAD[field]
    return field or _field(group)


def _field(text: str) -> LedgerField | None:
    bare = _bare(text)
    return _FIELD_OF.get(bare) or _FIELD_OF.get(_UNIT.sub("", bare))


def _bare(text: str) -> str:
    return re.sub(r"[\s()\[\]【】〔〕/、,:*·.☆★_\-—]", "", normalise_digits(text))


def _text(value: object) -> str:
    return re.sub(r"\s+", "", normalise_digits(value)) if isinstance(value, str) else ""
