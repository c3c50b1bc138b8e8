"""The forms of a forgotten password at the locked door: ask, wait for the county, finish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.domain.errors import UserFacingError
from desktop.domain.escrow import OFFICE_NAMES, EscrowOffice, Holders
from desktop.ui.file_choice import choose_files, choose_folder
from desktop.ui.icons import Icon
from desktop.ui.login_form import PasswordEdit
from desktop.ui.messages import word
from desktop.ui.tokens import TARGET
from desktop.ui.widgets.buttons import button, link_button, primary_button
from desktop.ui.widgets.choices import MultiChoice
from desktop.ui.widgets.enter import EnterSubmits
from desktop.ui.widgets.fields import TextField
from desktop.ui.widgets.form import Form
from desktop.ui.widgets.labels import label


def whom_to_call(holders: Holders) -> str:
    """Both offices with their holders and phones, one line each."""
    separator = QCoreApplication.translate("RecoveryForm", "、")
    lines = []
    for office in EscrowOffice:
        people = [f"{one.name} {one.phone}".strip() for one in holders.of(office)]
        lines.append(
            QCoreApplication.translate("RecoveryForm", "{office}：{people}").format(
                office=OFFICE_NAMES[office], people=separator.join(people)
            )
        )
    return "\n".join(lines)


class RecoveryForm(QWidget):
    """What the forms share: a problem under the fields, a row of buttons, and letting go of what was typed."""

    back_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(10)
        self.problem = label(kind="problem", wrap=True)
        self.problem.hide()
        self.back = button(self.tr("返回"), self.back_asked.emit, Icon.BACK, parent=self)

    def say(self, problem: str) -> None:
        """Show a problem; empty takes it away."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def show_error(self, error: UserFacingError) -> None:
        """It did not work, and why."""
        self.set_busy(False)
        self.say(word(error).sentence())

    def set_busy(self, is_busy: bool) -> None:
        """Bar everything while something is done."""
        for one in self.findChildren(QWidget):
            if isinstance(one, QLineEdit | QPushButton):
                one.setEnabled(not is_busy)

    def forget(self) -> None:
        """Let go of the passwords."""
        for one in self.findChildren(QLineEdit):
            one.clear()

    def row(self, *widgets: QWidget) -> None:
        """The buttons: the way back on the left, the others on the right."""
        row = QHBoxLayout()
        row.addWidget(self.back)
        row.addStretch(1)
        for widget in widgets:
            row.addWidget(widget)
        self.column.addLayout(row)


@dataclass(frozen=True)
class RequestAnswers:
    """What was typed."""

    reason: str
    password: str

    def __repr__(self) -> str:
        # A password must not appear in a traceback or a log.
        return "RequestAnswers()"


class RecoveryRequestForm(RecoveryForm):
    """What will happen and whom to call; the reason and the new password, typed twice."""

    answered = Signal(object)
    """``RequestAnswers`` that are complete."""

    def __init__(self, holders: Holders, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.reason = TextField(self.tr("如 休产假回来，想不起来了"))
        self.password = PasswordEdit()
        self.again = PasswordEdit()
        for words in (
            self.tr("1. 在这里写原因、设新密码，把申请存到 U 盘，交给县里两个单位。"),
            self.tr("2. 他们会打电话找您本人，请把屏幕上的核对数念给他们听。"),
            self.tr("3. 拿回两份答复，在这台电脑上恢复。资料一样不少，没上报的也都在。"),
        ):
            self.column.addWidget(label(words, wrap=True))
        self.call = label(whom_to_call(holders), "soft", wrap=True)
        self.column.addWidget(self.call)
        form = Form(1)
        form.add(self.tr("为什么要恢复(&W)"), self.reason)
        note = self.tr("至少 8 个字符，一句好记的话最好。恢复好以前还不能用它打开。")
        form.add(self.tr("新密码(&P)"), self.password, note=note)
        form.add(self.tr("再输一遍(&R)"), self.again)
        self.column.addWidget(form)
        self.column.addWidget(self.problem)
        self.go = primary_button(self.tr("提出申请"), self.submit, parent=self)
        self.go.setDefault(True)
        self.row(self.go)
        self.setFocusProxy(self.reason)
        EnterSubmits(self.again, self.submit)

    def submit(self) -> None:
        """Say what is missing, or hand the answers on."""
        if not self.go.isEnabled():
            return
        missing = self._missing()
        self.say(missing)
        if not missing:
            self.set_busy(True)
            self.answered.emit(RequestAnswers(self.reason.value(), self.password.text()))

    def _missing(self) -> str:
        if not self.reason.value():
            return self.tr("请写明为什么要恢复。")
        if not self.password.text():
            return self.tr("请设一个新密码。")
        if self.password.text() != self.again.text():
            return self.tr("两次输入的密码不一样，请重新输入。")
        return ""


class NoEscrowForm(RecoveryForm):
    """The county cannot help with this vault, and what is left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        for words in (
            self.tr("县里还没有托管这个加密库的密钥，所以没有人能替您重设密码。加密库没有被改动，资料都还在。"),
            self.tr("请先再想想：大小写、输入法是不是中文、是不是别的电脑上的密码。想起来了随时可以再试。"),
            self.tr(
                "实在想不起来，请打县里电话：上次同步以前的内容县里都有，可以重新开通后取回。请不要删这台电脑上的文件。"
            ),
        ):
            self.column.addWidget(label(words, wrap=True))
        self.row()
        self.setFocusProxy(self.back)


class RecoveryWaitForm(RecoveryForm):
    """A request is under way: the number to read out, the file for the stick, and on to the answers."""

    stick_chosen = Signal(object)
    """The folder to save the request in."""
    answers_here = Signal()
    withdraw_asked = Signal()
    anew_asked = Signal()

    def __init__(self, number: str, day: str, holders: Holders, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.number = label(number, "figure")
        self.number.setAccessibleName(self.tr("核对数 {number}").format(number=number))
        self.column.addWidget(label(self.tr("核对数"), "field"))
        self.column.addWidget(self.number)
        self.column.addWidget(
            label(self.tr("县里打电话来核实时，请您本人念给对方听。不要告诉别人，也不要写在纸上。"), wrap=True)
        )
        self.column.addWidget(label(whom_to_call(holders), "soft", wrap=True))
        self.column.addWidget(
            label(self.tr("{day} 提出。等答复时可以关机，回来再点“忘了密码”。").format(day=day), "soft", wrap=True)
        )
        self.saved = label(wrap=True)
        self.saved.hide()
        self.save = button(self.tr("把申请存到 U 盘(&S)…"), self._choose, Icon.DOWNLOAD, parent=self)
        self.withdraw = link_button(self.tr("撤回申请"), self.withdraw_asked.emit, parent=self)
        self.anew = link_button(self.tr("新密码也忘了，重新申请"), self.anew_asked.emit, parent=self)
        stick = QHBoxLayout()
        stick.addWidget(self.save)
        stick.addStretch(1)
        links = QHBoxLayout()
        links.addWidget(self.withdraw)
        links.addWidget(self.anew)
        links.addStretch(1)
        self.column.addLayout(stick)
        self.column.addWidget(self.saved)
        self.column.addWidget(self.problem)
        self.go = primary_button(self.tr("两份答复都拿到了"), self.answers_here.emit, parent=self)
        self.row(self.go)
        self.column.addLayout(links)
        self.setFocusProxy(self.save)

    def show_saved(self, path: Path) -> None:
        """The request lies on the stick."""
        self.set_busy(False)
        self.say("")
        self.saved.setText(self.tr("已存好并读回核对过：{path}。请拷给县信息中心和县民政局各一份。").format(path=path))
        self.saved.show()
        self.go.setFocus()

    def _choose(self) -> None:
        chosen = choose_folder(self, self.tr("存到哪里（U 盘）"))
        if chosen is not None:
            self.stick_chosen.emit(chosen)


@dataclass(frozen=True)
class FinishAnswers:
    """What was chosen and typed; ``card`` is None where the computer knows the device secret."""

    password: str
    files: tuple[Path, ...]
    card: str | None
    is_card_lost: bool

    def __repr__(self) -> str:
        return "FinishAnswers()"


class RecoveryFinishForm(RecoveryForm):
    """Both answers, the new password, and the device card where this computer has forgotten the secret."""

    file_chosen = Signal(object)
    """An answer file to look at; ``show_answer`` or ``show_error`` follows."""
    answered = Signal(object)
    """``FinishAnswers`` that are complete."""

    def __init__(self, *, has_device_secret: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._files: dict[EscrowOffice, Path] = {}
        self._has_device_secret = has_device_secret
        self.given: Mapping[EscrowOffice, QLabel] = {office: label(wrap=True) for office in EscrowOffice}
        self.choose = button(self.tr("选答复文件(&F)…"), self._choose, Icon.FROM_FILE, parent=self)
        for office in EscrowOffice:
            self._show(office, self.tr("还没有选"))
            self.column.addWidget(self.given[office])
        row = QHBoxLayout()
        row.addWidget(self.choose)
        row.addStretch(1)
        self.column.addLayout(row)
        self.password = PasswordEdit()
        self.card = QLineEdit()
        self.card.setMinimumHeight(TARGET)
        self.card.setPlaceholderText(self.tr("设备卡上的一行字"))
        self.lost: MultiChoice[bool] = MultiChoice([(True, self.tr("设备卡也找不到了，做一张新的(&L)"))])
        self.lost.changed.connect(self._on_lost)
        form = Form(1)
        form.add(self.tr("申请时设的新密码(&P)"), self.password)
        if not has_device_secret:
            note = self.tr("这台电脑没有记住设备密钥。设备卡在单位保险柜里。")
            form.add(self.tr("设备卡(&D)"), self.card, note=note)
        self.column.addWidget(form)
        if has_device_secret:
            words = self.tr("这台电脑还记得设备密钥，不用设备卡。")
            self.column.addWidget(label(words, "soft", wrap=True))
        else:
            self.column.addWidget(self.lost)
        self.column.addWidget(self.problem)
        self.go = primary_button(self.tr("恢复"), self.submit, parent=self)
        self.go.setDefault(True)
        self.row(self.go)
        self.setFocusProxy(self.choose)
        EnterSubmits(self.password if has_device_secret else self.card, self.submit)

    def submit(self) -> None:
        """Say what is missing, or hand the answers on."""
        if not self.go.isEnabled():
            return
        missing = self._missing()
        self.say(missing)
        if missing:
            return
        is_lost = not self._has_device_secret and bool(self.lost.value())
        card = None if self._has_device_secret or is_lost else self.card.text().strip()
        self.set_busy(True)
        files = tuple(self._files[office] for office in EscrowOffice)
        self.answered.emit(FinishAnswers(self.password.text(), files, card, is_lost))

    def show_answer(self, office: EscrowOffice, holder: str, day: str, file: Path) -> None:
        """An answer that is good for this request."""
        self._files[office] = file
        self._show(office, self.tr("{holder}，{day} 开出").format(holder=holder, day=day))
        (self.password if len(self._files) == len(EscrowOffice) else self.choose).setFocus()

    def set_busy(self, is_busy: bool) -> None:
        super().set_busy(is_busy)
        self.lost.setEnabled(not is_busy)
        self.go.setText(self.tr("正在恢复…") if is_busy else self.tr("恢复"))
        if not is_busy:
            self._on_lost()

    def _on_lost(self) -> None:
        self.card.setEnabled(not self.lost.value())
        if self.lost.value():
            self.card.clear()

    def _choose(self) -> None:
        paths = choose_files(self, self.tr("选县里的答复文件"), "", several=True)
        self.say("")
        for path in paths:
            self.file_chosen.emit(Path(path))

    def _show(self, office: EscrowOffice, words: str) -> None:
        line = self.tr("{office}的答复：{words}").format(office=OFFICE_NAMES[office], words=words)
        self.given[office].setText(line)

    def _missing(self) -> str:
        absent = [OFFICE_NAMES[office] for office in EscrowOffice if office not in self._files]
        if absent:
            return self.tr("还缺{offices}的答复。").format(offices="、".join(absent))
        if not self.password.text():
            return self.tr("请输入申请时设的新密码。")
        if not (self._has_device_secret or self.lost.value() or self.card.text().strip()):
            return self.tr("请输入设备卡上的一行字；卡找不到了，请勾选“做一张新的”。")
        return ""
