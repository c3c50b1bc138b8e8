"""同意书: whom to ask, what they agreed to, what is still missing, and taking consent step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property, partial

from PySide6.QtWidgets import QWidget

from desktop.domain.consent import SheetState
from desktop.domain.journal import ERASED
from desktop.services import people
from desktop.services.application import Application
from desktop.services.beside_checks import Word
from desktop.services.paper import COPIES
from desktop.services.permission import Capability, may
from desktop.ui.pages.consent.opening import (
    UNFINISHED,
    Opening,
    Person,
    SheetOpening,
    load_opening,
    load_person,
    load_sheet,
)
from desktop.ui.pages.consent.overview import Overview
from desktop.ui.pages.consent.person_view import PersonView
from desktop.ui.pages.consent.sheet_view import SheetStanding
from desktop.ui.pages.consent.taking_parts import TakingParts
from desktop.ui.pages.consent.taking_view import TakingView
from desktop.ui.pages.consent.tray_view import TrayOpening, TrayView, load_tray
from desktop.ui.pages.consent.withdrawal_view import WithdrawalOpening, WithdrawalStanding, load_withdrawal
from desktop.ui.pages.page import Changes
from desktop.ui.pages.page_of_views import PageOfViews
from desktop.ui.printing import PrintPdf, print_pdf
from desktop.ui.slices import at_once, in_the_background
from desktop.ui.tasks import Tasks

_CONCERNED = frozenset({"sheet", "grant", "publicity", "scan", "signature", "withdrawal", "resident", "organisation"})


class ConsentPage(PageOfViews):
    """``record`` is a resident's id, ``resident:``, ``new:`` or ``list:<id>``, ``sheet:<id>``, ``paper:<id>``,
    ``withdrawal:<id>`` or ``tray:``; none: all.

    A resident with sheets is shown with what they agreed to (``list:`` always is); ``new:`` goes straight to taking
    consent, and so does a resident without any sheet or with something begun. ``paper:`` asks a colleague to check a
    signed sheet by its paper, without a picture.
    """

    def __init__(
        self,
        tasks: Tasks,
        application: Application,
        print_with: PrintPdf | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(tasks, parent)
        self._application = application
        print_with = print_with or partial(print_pdf, copies=COPIES)
        self._person: Person | None = None
        self.overview = Overview(self, application)
        self._print_with = print_with
        self._taking_parts = TakingParts(application.today, application.clock, tasks)
        self.body.addWidget(self.overview, 1)
        self.overview.opened.connect(self._open_listed)
        self.overview.tray_asked.connect(lambda: self._go_to("tray:waiting"))
        self._asks = may(application, Capability.TAKE_CONSENT)
        self._show_overview()

    # --- the views, each made when it is first needed

    @cached_property
    def _taking(self) -> tuple[TakingView, Iterator[None]]:
        """``taking`` as it begins, and the steps by which it is built."""
        view = self._add(TakingView(self, self._application, self._print_with, self._taking_parts))
        view.finished.connect(lambda sheet: self._go_to(f"sheet:{sheet}"))
        view.withdrawal_asked.connect(self._withdraw_instead)
        view.paper_check_asked.connect(lambda sheet: self._go_to(f"paper:{sheet}"))
        view.primary_changed.connect(self._offer)
        return view, view.build()

    @property
    def taking(self) -> TakingView:
        """Asking, printing, signing, taking in."""
        view, steps = self._taking
        at_once(steps)
        return view

    @cached_property
    def _person_view(self) -> tuple[PersonView, Iterator[None]]:
        """``person`` as it begins, and the steps by which it is built."""
        view = self._add(PersonView(self, self._application))
        view.sheet_asked.connect(lambda sheet: self._go_to(f"sheet:{sheet}"))
        view.withdrawal_asked.connect(lambda one: self._go_to(f"withdrawal:{one}"))
        return view, view.build()

    @property
    def person(self) -> PersonView:
        """What somebody agreed to, and taking it back."""
        view, steps = self._person_view
        at_once(steps)
        return view

    @cached_property
    def _withdrawal(self) -> tuple[WithdrawalStanding, Iterator[None]]:
        view = self._add(WithdrawalStanding(self, self._application, self._print_with))
        view.person_asked.connect(lambda resident: self._go_to(f"list:{resident}"))
        view.reopened.connect(lambda one: self.show_record(f"withdrawal:{one}"))
        view.primary_changed.connect(self._offer)
        return view, view.build()

    @property
    def withdrawal(self) -> WithdrawalStanding:
        """One withdrawal: its record, what it stopped, its paper."""
        view, steps = self._withdrawal
        at_once(steps)
        return view

    @cached_property
    def _sheet(self) -> tuple[SheetStanding, Iterator[None]]:
        view = self._add(SheetStanding(self, self._application, self._print_with))
        view.person_asked.connect(lambda resident: self._go_to(f"list:{resident}"))
        view.checked.connect(lambda sheet: self.show_record(f"sheet:{sheet}"))
        view.rescan_asked.connect(self._rescan)
        view.primary_changed.connect(self._offer)
        return view, view.build()

    @property
    def sheet(self) -> SheetStanding:
        """One sheet, to read or to check."""
        view, steps = self._sheet
        at_once(steps)
        return view

    @cached_property
    def tray(self) -> TrayView:
        """Pictures that wait for a person; made when it is first asked for, which is seldom."""
        view = self._add(TrayView(self, self._application))
        view.closed.connect(self._on_tray_empty)
        return view

    def prepare(self) -> Iterator[object]:
        yield from self._make_parts()
        yield from self._person_view[1]
        yield from self._sheet[1]

    # --- what the window asks

    def show_start(self) -> None:
        self.leave()
        self._show_overview()

    def show_record(self, record: str) -> None:
        kind, _, name = record.partition(":") if ":" in record else ("resident", "", record)
        self.leave()
        if not name:
            self._show_overview()
        elif kind == "tray":
            self._load(partial(load_tray, self._application), self._show_tray)
        elif kind == "withdrawal":
            self._load(partial(load_withdrawal, self._application, name), self._show_withdrawn)
        elif kind in ("sheet", "paper"):
            show = partial(self._show_sheet, is_for_paper=kind == "paper")
            self._load(partial(load_sheet, self._application, name), show)
        else:
            self._open_person(name, is_new=kind == "new", is_list=kind == "list")

    def refresh(self, changes: Changes) -> None:
        if changes and not changes & _CONCERNED:
            return
        # Never the other views: what is being typed there must not be pulled away.
        if self._current is self.overview:
            self.overview.refresh()
        elif self._person is not None and ERASED in changes:
            self._leave_if_erased(self._person.id)

    def _leave_if_erased(self, resident: str) -> None:
        def leave(is_erased: bool) -> None:
            if not is_erased or self._person is None or self._person.id != resident:
                return
            if isinstance(self._current, TakingView):
                self._current.keeper.drop()
            self._person = None
            self.gone.emit()

        self.run(lambda: people.is_erased(self._application, resident), leave)

    def leave(self) -> None:
        if isinstance(self._current, TakingView):
            self._current.leave()

    def focus_first(self) -> None:
        view = self._current
        if isinstance(view, Overview | TakingView | PersonView | SheetStanding | WithdrawalStanding | TrayView):
            view.focus_first()

    # --- views

    def _go_to(self, record: str) -> None:
        """Through the window, so that going back leads here again."""
        self.go("consent", record)

    def _open_listed(self, record: str) -> None:
        """Consent to publicity has a page of its own."""
        kind, _, name = record.partition(":")
        if kind == "publicity":
            self.go("publicity", f"one:{name}")
        else:
            self._go_to(record)

    def _show_overview(self) -> None:
        self._turn += 1
        self._bring_overview()

    def _bring_overview(self) -> None:
        self._show_view(self.overview)
        self.set_title(self.tr("同意书"), self.tr("谁同意把什么告诉谁"))
        self.set_help(_HELP_LIST)
        self._offer("")
        self.overview.refresh()

    def _open_person(self, resident: str, *, is_new: bool = False, is_list: bool = False) -> None:
        def show(person: Person) -> None:
            self._person = person
            begun = person.draft is not None or any(one.state in UNFINISHED[:2] for one in person.sheets)
            if is_list or not self._asks or (person.sheets and not is_new and not begun):
                self._show_person(person)
            else:
                self._begin(person)

        self._load(partial(load_person, self._application, resident), show)

    def _begin(self, person: Person, sheet: str = "") -> None:
        self._load(partial(load_opening, self._application, person, sheet), self._make_taking)

    def _make_taking(self, opening: Opening) -> None:
        """Make a choice for each recipient before the view is shown with them."""
        resident = opening.person.resident

        def then() -> None:
            self.set_title(self.tr("征求同意"), f"{resident.name} · {resident.village_path}")
            self.set_help(_HELP_TAKING)
            self.focus_first()
            # While they are being read: what opens when a recipient is chosen.
            in_the_background(self.taking, self.taking.recipients.prepare())

        self._show_filled(lambda: self.taking, lambda view: view.begin(opening), then, self._make_parts())

    def _make_parts(self) -> Iterator[object]:
        if "_taking" not in vars(self):
            yield from self._taking_parts.prepare()
        view, steps = self._taking
        yield view
        yield from steps

    def _show_person(self, person: Person, and_then: Callable[[], None] = lambda: None) -> None:
        def then() -> None:
            self.set_title(person.resident.name, self.tr("同意书 · {place}").format(place=person.resident.village_path))
            self.set_help(_HELP_PERSON)
            self._offer(self.tr("征求新的同意") if self._asks else "")
            self.focus_first()
            and_then()

        self._show_filled(lambda: self.person, lambda view: view.begin(person), then, self._person_view[1])

    def _show_sheet(self, opening: SheetOpening, *, is_for_paper: bool = False) -> None:
        self._person = opening.person
        is_to_check = self._is_for_checking(opening) or (is_for_paper and opening.is_waiting)
        if self._asks and opening.sheet.state in UNFINISHED and not is_to_check:
            self._begin(opening.person, opening.sheet.id)
            return

        def then() -> None:
            self.set_title(opening.sheet.name, self.tr("同意书 {number}").format(number=opening.sheet.number))
            self.set_help(_HELP_SHEET)
            if is_for_paper:
                self.sheet.ask_colleague()
            self.focus_first()

        self._show_filled(lambda: self.sheet, lambda view: view.begin(opening), then, self._sheet[1])

    def _show_withdrawn(self, opening: WithdrawalOpening) -> None:
        self._person = opening.person

        def then() -> None:
            self.set_title(opening.view.name, self.tr("撤回同意 {number}").format(number=opening.view.made.number))
            self.set_help(_HELP_WITHDRAWAL)
            self.focus_first()

        self._show_filled(lambda: self.withdrawal, lambda view: view.begin(opening), then, self._withdrawal[1])

    def _show_tray(self, opening: TrayOpening) -> None:
        self.set_title(self.tr("待认盘"), self.tr("收回来、还不知道是哪一份的影像"))
        self.set_help(_HELP_TRAY)
        self._offer("")
        self.tray.begin(opening)
        self._show_view(self.tray)
        self.focus_first()

    def _on_tray_empty(self) -> None:
        self.overview.show_tray(0)  # before the list is there anew
        self.go("consent")

    def _rescan(self, sheet: str) -> None:
        if self._person is not None:
            self._begin(self._person, sheet)

    def _is_for_checking(self, opening: SheetOpening) -> bool:
        """A signed sheet without a picture: the one who took it takes the picture in, another may check the paper.
        Where no picture may be kept there is nothing left but the check, and where a colleague has checked the paper
        here, nothing but the county's word."""
        is_checked = opening.beside is not None and opening.beside.word is not Word.NOT_ACCEPTED
        is_to_check = not opening.problem or opening.sheet.stays_on_paper or is_checked
        return opening.sheet.state is SheetState.SIGNED and is_to_check

    def _withdraw_instead(self) -> None:
        if self._person is not None:
            self._load(partial(load_person, self._application, self._person.id), self._show_withdrawal)

    def _show_withdrawal(self, person: Person) -> None:
        self._show_person(person, self.person.begin_withdrawal)

    # --- the one primary action

    def _go_on(self) -> None:
        view = self._current
        if isinstance(view, TakingView):
            view.go_on()
        elif isinstance(view, PersonView) and self._person is not None:
            self._go_to(f"new:{self._person.id}")
        elif isinstance(view, SheetStanding):
            view.confirm()
        elif isinstance(view, WithdrawalStanding):
            view.print_paper()


_HELP_LIST = """这里是全部同意书，按还差哪一步排。点一份打开，接着做下一步。

要征求新的同意：在右上角的小框里找到这个人；也可以从家庭的页面打开。

“等第二人核对”的，请没参与征求的同事在自己的工作区打开核对；只有一个经办人的乡镇，由县级值班员核对。"""
_HELP_TAKING = """照纸上的顺序走：先和本人商量给谁、给什么，再一条一条念给他听，打印两份，
该签的人在纸上打勾、签名或按指印，最后拍照收回。孩子和不能自己决定的人由监护人签，签字那一步写明由谁签。

电脑有中文语音的，念的那一步可以按“一条条读给他听”，用普通话读固定的话；姓名和选定的内容您来念，念过的还要您打勾。

每一步都可以按“他不同意……”。不同意也是一种答复，照样记好，低保等政府救助不受影响。

填到一半离开也不要紧，内容自动存在加密库里。"""
_HELP_PERSON = """左边是他同意过什么，右边是每一份同意书。

他想反悔，按“撤回……”，选全部或者其中几项，说明怎么提出的，按一下就好。撤回不影响政府救助。"""
_HELP_WITHDRAWAL = """撤回已经生效：正在办的转介召回了，下次同步最先报县里。政府救助不受影响。

打印两份：一份请他签名或按指印，收回作凭证；一份连回执和清单交给他。电话提出的，两个经办人都记下就行，不用他来签。

签好的纸拍照或扫描后按“收签好的纸”，程序认二维码，自己收到这一次；收错了，在图下面按“误存”。"""
_HELP_TRAY = """收影像时认不出、或者对不上打印记录的图都先放在这里，不会丢，也不会猜。

看清纸上的编号，选是哪一份、第几页，再按“收到这一份”；没用的按“丢弃这张图”。"""
_HELP_SHEET = """左边是记录，右边是签好的纸。核对的人一格一格对：同意和不同意、签名或指印、日期、见证人。

都对上了按“核对无误”；有一处不对按“有问题……”，写明原因，这一份作废。征求的人不能核对自己的。

同事就在旁边时，按“请同事在这台电脑上核对……”：他自己看，用自己的密码签名，他的加密库不会打开。
同步以后县里验过签名，同意才生效。"""
