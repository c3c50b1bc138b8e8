"""What a row or a household of an office ledger needs somebody to look at; shown in the preview of an import."""

from __future__ import annotations

from desktop.ui.messages.message import Message

MESSAGES = {
    "amount.several": Message("这一户有几行写了金额。", "金额没有采用。", "请在台账里只留一个全户的月金额。"),
    "birth.differs-from-document": Message("出生日期和证件号码对不上。", "按证件号码采用。", "请核对这一栏。"),
    "birth.future": Message("出生日期在今天以后。", "没有采用。", "请核对。"),
    "category.differs": Message("同一户写了不同的类别。", "按第一行采用。", "请核对。"),
    "category.missing": Message("没有写类别。", "金额没有采用。", "请在台账里补上，或导入后在这一户里改。"),
    "category.no-column": Message(
        "没有“类别”这一列，标题也没有写是哪一类。",
        "金额没有采用，也看不出哪些户不在台账里了。",
        "请在台账里加一列“保障类别”，再导入一次。",
    ),
    "category.of-title": Message("没有“类别”这一列。", "按标题都算作“{name}”。", "请核对。"),
    "category.unknown": Message("看不懂类别“{text}”。", "这一户先不记类别。", "请核对写法，或导入后在这一户里改。"),
    "cell.error": Message("单元格是公式错误。", "这一格没有采用。", "请在表格里改正。"),
    "date.january-or-october": Message(
        "分不清是 1 月还是 10 月。", "没有采用。", "请在台账里写成 2023年1月或 2023年10月。"
    ),
    "division.missing": Message("没有写村（居）。", "", "请在台账里补上，或在预览里选一个。"),
    "household.head-missing": Message("没有标明谁是户主。", "按第一个人算户主。", "请核对。"),
    "household.two-heads": Message("这一户有两个户主。", "按第一个采用。", "请核对是不是两户。"),
    "name.missing": Message("没有姓名。", "这一行没有采用。", "请在台账里补上。"),
    "name.private-use": Message("姓名里有老系统造的字，别的电脑显示不出来。", "", "请对照证件改成标准的字。"),
    "name.unreadable": Message("姓名里有显示不出来的字。", "", "请对照证件改正。"),
    "relation.missing": Message("没有写和户主的关系。", "先记成“非亲属”。", "请在台账里补上，或导入后修改。"),
    "relation.unknown": Message("看不懂关系“{text}”。", "先记成“非亲属”。", "请核对写法，或导入后修改。"),
    "resident.duplicate": Message(
        "和“{sheet}”表第 {row} 行是同一个证件号。", "只按前面那一行采用。", "请核对是不是重复登记。"
    ),
    "row.hidden": Message("这一行在表格里是隐藏的。", "也读进来了。", "不要的话请在表格里删掉。"),
    "sex.differs-from-document": Message("性别和证件号码对不上。", "按证件号码采用。", "请核对。"),
    "sex.unclear": Message("看不懂性别。", "没有采用。", "请写“男”或“女”。"),
    "sheet.hidden": Message("这张表是隐藏的。", "也读进来了。", "不要的话请在表格里删掉。"),
    "import.village-missing": Message("没有写村（居）。", "这一户不会写入。", "请在下面选一个村。"),
    "import.village-unknown": Message("本镇没有叫这个名字的村。", "这一户不会写入。", "请在下面选是哪个村。"),
    "import.village-ambiguous": Message("有几个村叫这个名字。", "这一户不会写入。", "请在下面选是哪个村。"),
    "import.head-twice": Message("户主在前面已经登记过一次。", "这一户不会写入。", "请在台账里核对是不是重复的一户。"),
    "import.head-contradicts": Message(
        "和已登记的一户户号、户主姓名相同，但证件号或出生日期不同。",
        "这一户不会写入。",
        "请在“家庭”里找到那一户核对：是同一人就先改对，不是就核对户号。",
    ),
    "import.household-ambiguous": Message(
        "这个户号登记过不止一户。", "这一户不会写入。", "请在“家庭”里按户主姓名找到它们，是同一户的先合并。"
    ),
    "import.member-ambiguous": Message(
        "这一户里有几个同名的成员，分不清是哪一个。", "这一户不会写入。", "请在台账里补上出生日期或证件号，再导入。"
    ),
}
