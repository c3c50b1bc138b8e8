"""People are visited offline: one on no list, one who is not at home, one whose visit is interrupted by a lock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from desktop.domain.identity import DocumentType, Sex
from desktop.domain.needs import NeedCode, Urgency
from desktop.domain.visits import Conclusion, Evidence, HealthState, HousingSafety, NoticeWay, VisitResult
from desktop.tour.cast import COLLEAGUE, WORKER
from desktop.tour.failure import TourFailure
from desktop.tour.stage import Stage
from desktop.ui.pages.household_page import HouseholdPage
from desktop.ui.pages.households_page import HouseholdsPage
from desktop.ui.pages.new_household_page import NewHouseholdPage
from desktop.ui.pages.today_page import TodayPage
from desktop.ui.pages.visit.form import VisitForm
from desktop.ui.pages.visit.section import Section
from desktop.ui.pages.visit_page import VisitPage


@dataclass(frozen=True)
class Findings:
    """What is found in one home. Money as people say it."""

    income: Mapping[str, str]
    spending: Mapping[str, str]
    needs: Mapping[NeedCode, str]
    own_words: str
    conclusion: Conclusion
    gap: str = ""
    review: str = ""
    aid: tuple[str, str, str] | None = None
    illness: str = ""
    pictures: frozenset[str] = field(default_factory=frozenset)


WHEELCHAIR = Findings(
    income={"wages": "0", "business": "6000", "transfers": "四千八"},
    spending={"medical": "1.4万", "living": "１２０００"},
    needs={NeedCode.N2: "要一台轮椅，老伴出不了门"},
    own_words="她腿不好，想到门口晒晒太阳",
    conclusion=Conclusion.T2,
    gap="轮椅一千多，药费自付一年一万四，低保金不够",
    pictures=frozenset({"visit", "members", "income", "needs", "assessment"}),
)
ALONE = Findings(
    income={"wages": "0", "business": "1.2万", "transfers": "2160"},
    spending={"living": "8000", "medical": "3000"},
    needs={NeedCode.N6: "买米买药要走四里路", NeedCode.N7: "一个人住，想有人来坐坐"},
    own_words="政府的钱我不要，有人来看看就好",
    conclusion=Conclusion.T1,
    review="12月20日",
    illness="白内障",
)
SCHOOL = Findings(
    income={"wages": "38000", "business": "0"},
    spending={"education": "16000", "rehabilitation": "8000", "living": "24000"},
    needs={NeedCode.N3: "老大上高中，学费和住宿费"},
    own_words="孩子要读书，别的先不说",
    conclusion=Conclusion.T2,
    gap="学费和女儿的康复费一年两万四",
    aid=("残疾人两项补贴", "110", "2024年3月"),
)


def visit_listed(stage: Stage) -> None:
    """The couple of the ledger: T2, a wheelchair is needed; the visit record is printed."""
    form = open_visit(stage, stage.cast.ledger[0].head.name)
    fill(stage, form, WHEELCHAIR)
    page = save(stage)
    stage.hands.picture("visit-saved")
    stage.notes["resident"] = _person(page)
    _print_record(stage, page, "走访记录表.pdf")


def nobody_at_home(stage: Stage) -> None:
    """Two presses and a word about where he went."""
    form = open_visit(stage, stage.cast.ledger[1].head.name)
    stage.hands.choose(form.sections.visit.result, VisitResult.NOBODY_HOME)
    _two_workers(stage, form)
    stage.hands.type_in(form.sections.visit.note, "邻居说去女儿家了，下周回来")
    stage.hands.picture("visit-nobody-at-home")
    _print_record(stage, save(stage), "走访记录表-家中无人.pdf")


def visit_unlisted(stage: Stage) -> None:
    """Somebody on no list, without a document: registered by hand, and visited: T1."""
    hands, life, family = stage.hands, stage.life, stage.cast.unlisted
    life.section("households", HouseholdsPage)
    life.press_primary()
    page = life.page(NewHouseholdPage)
    hands.type_in(page.household.village, "上㘵")
    hands.until(lambda: page.household.village.is_open, "村名的名单")
    hands.picture("new-household-village")
    hands.key(page.household.village, Qt.Key.Key_Return)
    hands.type_in(page.household.address, family.address)
    hands.type_in(page.head.name, family.head.name)
    page.head.identity.kind.setCurrentIndex(list(DocumentType).index(DocumentType.NONE))
    hands.type_in(page.head.birth, f"{family.head.birth:%Y.%m.%d}")
    hands.choose(page.head.sex, Sex.MALE)
    hands.type_in(page.head.phone, family.head.phone)
    hands.key(page.head.phone, Qt.Key.Key_Return)
    hands.picture("new-household")
    life.press_primary()
    life.page(HouseholdPage)
    hands.until(lambda: hands.reads(f"{family.head.name} 户"), "新登记的家庭")
    hands.picture("household-just-registered")
    life.press_primary()
    form = _form(stage, life.page(VisitPage))
    fill(stage, form, ALONE)
    stage.notes["unlisted"] = _person(save(stage))


def begin_before_lock(stage: Stage) -> None:
    """Half a visit is typed when the laptop is locked; the draft is there after the next login."""
    hands, name = stage.hands, stage.cast.ledger[2].head.name
    form = open_visit(stage, name)
    _first_groups(stage, form)
    form.show_section("income")
    _money(stage, form.sections.income, SCHOOL.income)
    hands.picture("visit-before-the-lock")
    stage.life.lock()
    life = stage.open_door()
    hands.picture("locked-door")
    key = stage.keys[WORKER]
    life.unlock(WORKER, key.password, key.card)
    life.page(TodayPage)
    hands.until(lambda: hands.reads("接着做"), "没填完的走访")
    hands.picture("today-with-the-draft")
    page = life.section("visit", VisitPage)
    _open_named(stage, page, name)
    form = _form(stage, page)
    kept = form.sections.income.wages.text()
    if not kept.startswith("38,000"):
        raise TourFailure(f"锁定以前填的收入没有留住:{kept}")
    form.show_section("income")
    hands.picture("visit-draft-is-back")
    form.show_section("visit")
    fill(stage, form, SCHOOL)
    stage.notes["refusing"] = _person(save(stage))


def look_at_household(stage: Stage) -> None:
    """One household, one timeline; found by the initials of a name."""
    hands, life = stage.hands, stage.life
    page = life.section("households", HouseholdsPage)
    hands.type_in(page.term, "cjs")
    hands.until(lambda: "1 户" in hands.words(), "按拼音首字母找到一户")
    hands.picture("households-found-by-initials")
    hands.key(page.term, Qt.Key.Key_Return)
    hands.key(page.pane.view, Qt.Key.Key_Return)
    household = life.page(HouseholdPage)
    hands.until(household.members.isVisible, "家庭页")
    hands.picture("household")


# --- parts


def open_visit(stage: Stage, name: str) -> VisitForm:
    """Go to 走访, find a household by its head's name, and begin."""
    page = stage.life.section("visit", VisitPage)
    if page.start is None:
        stage.life.press_primary()
    _open_named(stage, page, name)
    return _form(stage, page)


def fill(stage: Stage, form: VisitForm, found: Findings) -> None:
    """Fill in group after group, as the paper form goes."""
    sections, hands = form.sections, stage.hands
    _first_groups(stage, form, picture="visit" in found.pictures)
    form.show_section("members")
    for number, member in enumerate(sections.members.members.values()):
        if number == 0 and found.illness:
            hands.choose(member.health, HealthState.CHRONIC)
            hands.type_in(member.illness, found.illness)
        elif member.health.value() is None:
            hands.choose(member.health, HealthState.HEALTHY if number else HealthState.CHRONIC)
    _show(stage, found, "members")
    _confirm(stage, sections.members)
    form.show_section("income")
    _money(stage, sections.income, found.income)
    hands.choose(sections.income.evidence, Evidence.DECLARED)
    _show(stage, found, "income")
    form.show_section("spending")
    _money(stage, sections.spending, found.spending)
    hands.choose(sections.spending.receipts, "seen")
    form.show_section("housing")
    hands.choose(sections.housing.safety, HousingSafety.SAFE)
    _aid(stage, form, found)
    form.show_section("needs")
    hands.tick(sections.needs.codes, list(found.needs))
    for code, words in found.needs.items():
        hands.choose(sections.needs.urgencies[code], Urgency.MONTH)
        hands.type_in(sections.needs.words[code], words)
    hands.type_in(sections.needs.own_words, found.own_words)
    _show(stage, found, "needs")
    _assess(stage, form, found)


def save(stage: Stage) -> VisitPage:
    """Press 保存走访 and wait for the saved visit."""
    page = stage.life.page(VisitPage)
    stage.life.press_primary()
    stage.hands.until(lambda: page.saved is not None, "走访已保存")
    stage.hands.settle()
    return page


def _person(page: VisitPage) -> str:
    """Who was met, as the saved visit proposes for what comes next."""
    member = page.saved.member if page.saved is not None else None
    chosen = member.value() if member is not None else None
    if chosen is None:
        raise TourFailure("走访保存以后没有看到记录")
    return chosen


def _print_record(stage: Stage, page: VisitPage, name: str) -> None:
    if page.saved is None:
        raise TourFailure("走访保存以后没有看到记录")
    with stage.hands.printing():
        stage.hands.press(page.saved.print_button)
    stage.save(name, stage.printed[-1])


def _open_named(stage: Stage, page: VisitPage, name: str) -> None:
    hands = stage.hands
    start = hands.find(lambda: page.start, "走访的开始")
    hands.type_in(start.search, name)
    hands.until(lambda: len(start.row_ids()) == 1, f"找到{name}")
    hands.key(start.search, Qt.Key.Key_Return)


def _form(stage: Stage, page: VisitPage) -> VisitForm:
    return stage.hands.find(lambda: page.form if page.form is not None and page.form.isVisible() else None, "走访表")


def _first_groups(stage: Stage, form: VisitForm, *, picture: bool = False) -> None:
    sections, hands = form.sections, stage.hands
    _two_workers(stage, form)
    hands.choose(sections.visit.respondent, form.opening.members[0].resident)
    if not sections.visit.notice.value():
        hands.tick(sections.visit.notice, [NoticeWay.ALOUD])
    if picture:
        hands.picture("visit-first-group")
    form.show_section("household")
    hands.choose(sections.household.near_relative, "no")


def _two_workers(stage: Stage, form: VisitForm) -> None:
    stage.hands.type_in(form.sections.visit.second_worker, COLLEAGUE)


def _money(stage: Stage, section: Section, amounts: Mapping[str, str]) -> None:
    for name, typed in amounts.items():
        edit = getattr(section, name)
        stage.hands.type_in(edit, typed)
        stage.hands.key(edit, Qt.Key.Key_Return)


def _aid(stage: Stage, form: VisitForm, found: Findings) -> None:
    section, hands = form.sections.aid, stage.hands
    form.show_section("aid")
    if found.aid is not None:
        hands.press(section.add_button)
        row = section.rows[max(section.rows)]
        fields: tuple[QLineEdit, ...] = (row.scheme, row.monthly, row.since)
        for edit, text in zip(fields, found.aid, strict=True):
            hands.type_in(edit, text)
            hands.key(edit, Qt.Key.Key_Return)
    _confirm(stage, section)


def _confirm(stage: Stage, section: Section) -> None:
    """What the ledger or the last visit said, and was asked about, holds."""
    if section.is_unconfirmed():
        stage.hands.press(section.last_time.same)


def _assess(stage: Stage, form: VisitForm, found: Findings) -> None:
    section, hands = form.sections.assessment, stage.hands
    form.show_section("assessment")
    hands.choose(section.conclusion, found.conclusion)
    if found.gap:
        hands.type_in(section.remaining_gap, found.gap)
    if found.review:
        hands.type_in(section.review_date, found.review)
        hands.key(section.review_date, Qt.Key.Key_Return)
    if found.pictures:
        hands.until(lambda: section.hint_words, "按标准算的提示")
    _show(stage, found, "assessment")


def _show(stage: Stage, found: Findings, key: str) -> None:
    if key in found.pictures:
        stage.hands.picture(f"visit-{key}")
