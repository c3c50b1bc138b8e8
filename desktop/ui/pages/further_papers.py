"""The papers of needs and referrals that a worker prints from a page of their own."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from desktop.services import directory, need_paper, notice_paper, referral_answer_papers
from desktop.services.application import Application
from desktop.services.permission import Capability
from desktop.ui.pages.record_paper_page import Back, OfferedPaper, RecordPaperPage
from desktop.ui.printing import PrintPdf
from desktop.ui.tasks import Tasks
from desktop.ui.widgets.choices import ChoiceCombo


class NeedPaperPage(RecordPaperPage):
    """慈善帮扶需求登记表 of the household in ``show_record``."""

    def __init__(self, tasks: Tasks, application: Application, print_pdf: PrintPdf) -> None:
        registration = OfferedPaper(
            self.tr("慈善帮扶需求登记表"),
            lambda record, large: need_paper.need_paper_for(application, record, large_type=bool(large)),
            self.tr("写的是走访时记下、还没有解决的需求。数量、估价、期限和处理方式请和本人商量后手写，再请本人签字。"),
            returns=True,
        )
        back = Back("household", self.tr("回到这一户"))
        super().__init__(tasks, application, print_pdf, (registration,), back)
        self.set_title(self.tr("需求登记表"))
        self.set_help(
            self.tr(
                "把这一户还没有解决的需求打印成一张表，带去请本人看、请本人签。\n\n"
                "登记不等于同意把信息给慈善组织：选“转介”的，另办同意书。“可对接项目”只是提示，合不合适由人判断。"
            )
        )


class NoticePaperPage(RecordPaperPage):
    """个人信息处理告知书 for the household in ``show_record``, on the way to or from its visit."""

    def __init__(self, tasks: Tasks, application: Application, print_pdf: PrintPdf) -> None:
        notice = OfferedPaper(
            self.tr("个人信息处理告知书"),
            lambda record, large: notice_paper.notice_paper_for(application, record, large_type=bool(large)),
            self.tr("留给这一户，不用签字，不用收回来。上面没有这一户的名字。交了以后，在走访表里勾“交了告知书”。"),
        )
        super().__init__(tasks, application, print_pdf, (notice,), Back("visit", self.tr("回到走访")))
        self.set_title(self.tr("告知书"))
        self.set_help(
            self.tr(
                "走访是依法办事，不用征求同意，但要告诉对方：谁在收、收什么、做什么用、存多久、有什么权利。\n\n"
                "打印出来交给对方，或者照走访表上的几句话念给他听；两样都做更好。怎么告知的，记在走访里。"
            )
        )


class ReferralAnswersPage(RecordPaperPage):
    """转介回执 and 帮扶反馈表 for the recipient of the referral in ``show_record``."""

    def __init__(self, tasks: Tasks, application: Application, print_pdf: PrintPdf) -> None:
        receipt = OfferedPaper(
            self.tr("转介回执"),
            lambda record, large: referral_answer_papers.receipt_paper(application, record, large_type=large),
            self.tr("和给对方的一联一起交给接收方，由接收方填好交回。上面只有转介单号，没有本人的信息。"),
            Capability.HAND_OVER_SLIP,
            returns=True,
        )
        feedback = OfferedPaper(
            self.tr("帮扶反馈表"),
            lambda record, large: referral_answer_papers.feedback_paper(application, record, large_type=large),
            self.tr("帮扶到位以后由接收方填写、受助人签收，交回后由民政回访。上面只有转介单号，没有本人的信息。"),
            Capability.HAND_OVER_SLIP,
            returns=True,
        )
        back = Back("referral", self.tr("回到这张转介单"), "referral:{}".format)
        super().__init__(tasks, application, print_pdf, (receipt, feedback), back)
        self.set_title(self.tr("回执和反馈表"))
        self.set_help(
            self.tr(
                "县里放行以后，这两张和给对方的一联一起交给接收方。\n\n"
                "纸上只写转介单号、接收方和答复期限。县里没有放行、本人已撤回的，打印不出来。"
            )
        )


class InwardPage(RecordPaperPage):
    """转入联 as a numbered blank or to be written in at the telephone, and the 转入回执; ``show_start`` is enough."""

    def __init__(self, tasks: Tasks, application: Application, print_pdf: PrintPdf) -> None:
        self._directory = application
        blank = OfferedPaper(
            self.tr("转入联（空白）"),
            lambda body, large: referral_answer_papers.inward_slip_paper(application, body, large_type=bool(large)),
            self.tr("带编号的空白单，交给慈善组织填写。每打印一次换一个编号。"),
            returns=True,
        )
        heard = OfferedPaper(
            self.tr("转入联（接电话）"),
            lambda body, large: referral_answer_papers.inward_slip_paper(
                application, body, by_telephone=True, large_type=bool(large)
            ),
            self.tr(
                "先打印再接着听，听到的写在纸上。接收时刻和接收人已经填好。系统还不存转入的内容，只记这次打印和编号。"
            ),
            returns=True,
        )
        receipt = OfferedPaper(
            self.tr("转入回执"),
            lambda body, large: referral_answer_papers.inward_receipt_paper(application, body, large_type=bool(large)),
            self.tr("答复告知单位用。只勾状态，不写待遇和金额；转入单编号请照转入联抄上。"),
            returns=True,
        )
        back = Back("referral", self.tr("回到转介"))
        super().__init__(tasks, application, print_pdf, (blank, heard, receipt), back)
        self.set_title(self.tr("转入"), self.tr("慈善组织告诉我们的困难群众"))
        self.set_help(
            self.tr(
                "慈善组织发现可能符合政府救助条件的人，用“转入联”告诉我们；我们用“转入回执”答复，只写状态。\n\n"
                "转入联带编号，打印会记下来。转入的内容现在只在纸上，还不能录入系统。"
            )
        )

    def more_choices(self) -> Sequence[tuple[str, QWidget]]:
        self.informant = ChoiceCombo()
        self.informant.addItem(self.tr("手写"), "")
        self.informant.activated.connect(lambda _: self.ask())
        return ((self.tr("告知单位"), self.informant),)

    def show_record(self, record: str) -> None:
        super().show_record("")
        self.run(lambda: directory.organisations(self._directory), self._offer_informants)

    def wanted(self) -> str:
        return str(self.informant.currentData() or "")

    def _offer_informants(self, bodies: Sequence[directory.Organisation]) -> None:
        chosen = self.wanted()
        self.informant.clear()
        for body, name in (("", self.tr("手写")), *((one.id, one.name) for one in bodies)):
            self.informant.addItem(name, body)
        self.informant.setCurrentIndex(max(self.informant.findData(chosen), 0))
