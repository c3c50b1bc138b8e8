"""The notice of processing on paper (个人信息处理告知书), for a household that is visited."""

from __future__ import annotations

from desktop.documents.processing_notice import ProcessingNoticeContent, processing_notice
from desktop.services import directory, people
from desktop.services.application import Application
from desktop.services.paper import office_of
from desktop.services.permission import Capability, require
from desktop.services.record_paper import RecordPaper, drawn_number, set_paper
from desktop.services.retention_review import read_schedule


def notice_paper_for(application: Application, household_id: str, *, large_type: bool = False) -> RecordPaper:
    """The notice, which names nobody of the household; each printing is a new one with its own number.

    Its years are those of the retention schedule in force. That it was given is recorded with the visit.

    Raises:
        UserFacingError: ``record.unknown``; ``directory.no-office``.
    """
    require(application, Capability.PRINT)
    home = people.household_page(application, household_id, opened=False).household
    form = "processing-notice"
    print_id, number = drawn_number(application, form, "GZ", home, home)
    office, schedule = directory.office(application), application.read(read_schedule)
    content = ProcessingNoticeContent(
        print_id=print_id,
        sheet_number=number,
        handler=office_of(application),
        workers=(application.worker.name,),
        day=application.today(),
        visit_years=schedule["visit"].years,
        aid_years=schedule["aid"].years,
        reply_working_days=office.reply_days if office is not None else 15,
        large_type=large_type,
    )
    return RecordPaper(set_paper(application, processing_notice, content, form), home, home)
