"""What became of the pictures that came back, and what has to be said of a sheet's pages, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from desktop.services import consent, publicity, scan_filing, signed_papers, withdrawals
from desktop.services.application import Application
from desktop.services.scan_facts import ScanLack
from desktop.services.scan_intake import Filed, Intake
from desktop.services.scan_prints import Note, Why
from desktop.services.scan_tray import Waiting
from desktop.services.scans import SheetPages

WHY: Mapping[Why, str] = {
    Why.NO_CODE: "图上没有认出二维码。看清楚是哪一份、编号对得上，再说是第几页；看不清请重拍。",
    Why.NOT_LOOKED_AT: "这张图还没有认过：轮到它以前锁屏或者断电了。看清楚是哪一份、第几页，再收；看不清请重拍。",
    Why.SEVERAL: "一张图里有两页以上的纸。请一页一张，重新拍。",
    Why.UNKNOWN: "本机没有这张纸的打印记录，可能是别的电脑打印的。请先同步一次再收，或者请打印它的人收。",
    Why.OTHER_FORM: "这一页不是同意书，是转介单一类。请放回它自己的档案。",
    Why.CHILDRENS_RULES: "这一页是给监护人留着的儿童个人信息规则，不用收回来，也不算缺页；这张图请丢弃。",
    Why.ROUND_SHEET: "这一页不是同意书，是下村走访单，不用收回来。上面有好几户的信息：用完请照规定销毁，这张图请丢弃。",
    Why.IDENTITY: "这一页不是同意书，是救助身份确认单。它是给本人拿着的，不用收回来，请还给本人；这张图请丢弃。",
    Why.CHANGED: "这张纸和打印记录对不上：打印以后记录又改过，或者这一次打印没有记下。请核对纸上的编号。",
    Why.NOT_SIGNED: "这份同意书还没有记下签字的结果。先把签字记下来，再收这一页。",
    Why.VOID: "这份同意书已经作废，不再收影像。",
    Why.FINGERPRINT: "县里规定指印不留影像，这一页没有存。",
    Why.BLANK: "这是空白表，编号还没有绑定给人：空白表待绑定。按“绑定这张空白表”，说是谁签的，这一页就归到他名下。",
    Why.BLANK_COLLEAGUES: "这是空白表，编号在同事手上。是您用的，请先在“空白表”里转给自己，再绑定；不是的，请交给他。",
    Why.BLANK_USED: (
        "这是空白表，它的编号已经作废、交回，或者那一叠没有打印成，不能再绑定。请核对纸上的编号；要用请重新签一份新的。"
    ),
    Why.PAGE_HERE: "这一页已经收过一张。这一张更清楚的话也可以收，不然丢弃。",
}

NOTES: Mapping[Note, str] = {
    Note.PERSON_CHANGED: (
        "打印以后，本人或监护人的信息改过：纸上的和现在记的不完全一样。请对着纸核对；差别要紧的，重新打印再请本人签。"
    ),
    Note.OFFICE_CHANGED: (
        "打印以后，本单位的登记（名称、电话、负责人或期限）改过，本人的信息没有因此变。请看纸上写的还找不找得到我们。"
    ),
    Note.RECIPIENTS_CHANGED: (
        "打印以后，名录里接收方的登记改过。请看是不是还是那一家、还做那件事；不是的，要重新征求同意。"
    ),
    Note.HOUSEHOLD_CHANGED: (
        "打印以后，这一户的登记（户主、住址、成员、电话或类别）改过：纸上的和现在记的不完全一样。请对着纸看是哪一处；"
        "差别要紧的，重新打印再请本人签。"
    ),
    Note.SUBJECT_CHANGED: (
        "打印以后，这张单子说的事改过（走访更正了，或者需求、心愿、转介变了）：纸上的和现在记的不完全一样。"
        "请对着纸核对；差别要紧的，重新打印再请本人签。"
    ),
    Note.RECORD_CHANGED: (
        "打印以后，记录又改过：纸上的和现在记的不完全一样。请对着纸核对；差别要紧的，重新打印再请本人签。"
    ),
    Note.OLDER_PRINT: "收进来的页里有较早一次打印的，后来又按改过的记录打印过。请确认本人签的是哪一次的纸。",
    Note.OLDER_WORDING: "纸上的告知书是旧版，县里已经换了新版。",
    Note.NEWER_PAPER: "这一张以后，又打印过新的一张。请确认本人签的是哪一张，以哪一张为准。",
    Note.BY_HAND: "有的页没有认出二维码，是人工确认的。",
    Note.TWICE: "有的页收了两张。",
}


LACKS: Mapping[ScanLack, str] = {
    ScanLack.NONE_TAKEN: "没有收过扫描件，只能对照纸质原件。",
    ScanLack.INCOMPLETE: "扫描件没有收齐，只能对照纸质原件；收齐以后可以对照扫描件。",
    ScanLack.ELSEWHERE: "扫描件不全在这台电脑上，看不到就不能对照；请对照纸质原件，或者等传过来。",
}
"""Why 扫描件 is not offered as what a check compares with."""


def pages_words(pages: Iterable[int]) -> str:
    """``第 1、2、4 页``."""
    return f"第 {'、'.join(map(str, sorted(pages)))} 页"


def standing_words(pages: SheetPages) -> str:
    """Which pages of a sheet are here and which are missing."""
    if not pages.here:
        return f"还没有收进影像，一共 {pages.pages} 页。" if pages.pages else ""
    if not pages.missing:
        return f"{len(pages.here)} 页都收齐了。"
    text = f"收到 {len(pages.here)} 页，还差{pages_words(pages.missing)}。"
    if pages.to_sign:
        return text + f"{pages_words(pages.to_sign)}有打勾或签字的地方，收到才算收回；可以以后再补。"
    return text + "有打勾和签字的页都在，差的只是正文，可以以后再补。"


def note_words(pages: SheetPages) -> tuple[str, ...]:
    """What whoever checks has to know, one sentence each."""
    return tuple(NOTES[one] for one in pages.notes)


@dataclass(frozen=True, slots=True)
class _Named:
    """A paper: what it is, its number, and whose (``resident`` "" where it is about a whole household or nobody)."""

    what: str
    number: str
    household: str = ""
    resident: str = ""
    name: str = ""


def paper_name(application: Application, paper_id: str, open_paper: str = "") -> str:
    """A paper in words, as another than the one that is open: whose it is, and its number."""
    other = _named(application, paper_id)
    here = _named(application, open_paper) if open_paper else None
    number = f"（编号 {other.number}）"
    if not other.household:
        return f"一张{other.what}{number}"
    if here is not None and other.household == here.household:
        if other.resident and other.resident == here.resident:
            return f"本人{'另一份' if other.what == here.what else '的'}{other.what}{number}"
        whose = f"同一户里{other.name}的" if other.resident else "同一户的另一张"
        return f"{whose}{other.what}{number}"
    if here is not None and here.household:
        who = f"另一个人（{other.name}）" if other.resident else f"另一户（{other.name}家）"
        return f"{who}的{other.what}{number}"
    return f"{other.name}{'' if other.resident else '家'}的{other.what}{number}"


def _named(application: Application, paper_id: str) -> _Named:
    """Raises UserFacingError ``record.unknown``."""
    match application.read(lambda connection: scan_filing.kind_of(connection, paper_id)):
        case "withdrawal":
            back = withdrawals.withdrawal(application, paper_id)
            return _Named("撤回书", back.made.number, back.household, back.resident, back.name)
        case "publicity":
            asked = publicity.publicity(application, paper_id)
            return _Named("宣传同意书", asked.number, asked.household, asked.resident, asked.name)
        case "print":
            made = application.read(lambda connection: signed_papers.paper_for_pages(connection, paper_id))
            name = signed_papers.head_name_of(application, made)
            return _Named(made.form.words, made.number, made.household, name=name)
        case _:
            sheet = consent.sheet(application, paper_id)
            return _Named("同意书", sheet.number, sheet.household, sheet.resident, sheet.name)


def other_papers(application: Application, intake: Intake, open_paper: str) -> dict[str, tuple[str, str]]:
    """Of each other paper to which pages were filed: whose it is, and what has to be said of it ("" where nothing)."""
    found = {}
    for other in {one.sheet for one in intake.filed} - {open_paper}:
        pages = scan_filing.standing(application, other)
        said = (standing_words(pages) if pages.missing else "", *note_words(pages))
        found[other] = (paper_name(application, other, open_paper), "".join(said))
    return found


def intake_words(
    intake: Intake, open_sheet: str, others: Mapping[str, tuple[str, str]], *, name: str = "这份同意书"
) -> str:
    """What became of one file: filed here, to another paper (``others``: ``other_papers``), waiting and why."""
    said = []
    own = [one for one in intake.filed if one.sheet == open_sheet]
    if own:
        pages = pages_words(one.page for one in own)
        said.append(f"认出来了：{name}的{pages}（共 {own[0].pages} 页），已收好。")
    for sheet, filed in _by_sheet(one for one in intake.filed if one.sheet != open_sheet).items():
        pages = pages_words(one.page for one in filed)
        whose, noted = others.get(sheet, ("另一份纸", ""))
        said.append(f"有 {len(filed)} 张是{whose}的{pages}，已收到那一份，不在这一份里。")
        said += [f"那一份：{noted}"] if noted else []
    if intake.let_go:
        said.append(
            f"有 {intake.let_go} 张是按指印、或者可能有指印的：县里规定指印不留影像，没有存。"
            "请没参与的同事对着纸核对，手机里的原图请删掉。"
        )
    if intake.waiting:
        said.append(f"有 {len(intake.waiting)} 张没有归档，先放在待认盘。")
        said += dict.fromkeys(why_words(one, open_sheet) for one in intake.waiting)
    return "".join(said)


def why_words(waiting: Waiting, open_sheet: str = "") -> str:
    """Why a picture waits, and that it is another sheet's where it is."""
    is_other = bool(open_sheet and waiting.sheet and waiting.sheet != open_sheet)
    return ("这张图是另一份纸的。" if is_other else "") + WHY[waiting.why]


def _by_sheet(filed: Iterable[Filed]) -> dict[str, list[Filed]]:
    found: dict[str, list[Filed]] = {}
    for one in filed:
        found.setdefault(one.sheet, []).append(one)
    return found
