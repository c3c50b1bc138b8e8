"""The answer letter (答复书, GR-01) of a rights request."""

from __future__ import annotations

from desktop.documents.form_content import FormResident, chinese_date
from desktop.documents.rights_answer import ClassRow, RightsAnswerContent, rights_answer
from desktop.domain.aid import SHORT_CATEGORY_NAMES, Category
from desktop.domain.breach import CATEGORIES
from desktop.domain.errors import UserFacingError
from desktop.domain.households import category_group
from desktop.domain.rights import (
    ANSWERS,
    ASKER_NAMES,
    IDENTITY_NAMES,
    REASON_NAMES,
    RIGHT_ARTICLES,
    RIGHT_NAMES,
    WAY_NAMES,
    Asker,
    ClassAnswer,
    RightKind,
    RightsRequestFields,
)
from desktop.services import readings, rights
from desktop.services.application import Application
from desktop.services.finished_paper import Paper, finished
from desktop.services.minors_gate import require_open
from desktop.services.paper import form_resident, office_of
from desktop.services.permission import Capability, require
from desktop.services.prints import is_large
from desktop.services.retention_review import read_schedule
from desktop.services.wordings import wording_for

_KINDS = {
    **CATEGORIES,
    "resident": "姓名、证件、电话等个人基本情况",
    "household": "住址等家庭情况",
    "grant": "同意事项",
    "check": "核对记录",
    "print": "打印记录",
}
_GROUPS = {
    **CATEGORIES,
    "address": "住址",
    "registered_address": "户籍地址",
    "head": "户主",
    "number": "户号",
    "near_relative": "近亲属申报",
    **{category_group(one): SHORT_CATEGORY_NAMES[one] for one in Category},
}


def answer_letter_for(
    application: Application, request_id: str, *, person: FormResident | None = None, large_type: bool | None = None
) -> Paper:
    """The letter of an answered request, for whoever asked; its years are those of the retention schedule in force.

    ``person`` names them where their record has just been erased (``rights_acts.Erased``); later the name is left to
    be written by hand. ``large_type`` as for ``prints.is_large``.

    Raises:
        UserFacingError: ``record.unknown``; ``rights.no-answer``; ``minors.closed`` as ``data_copy.data_copy_for``;
            ``directory.no-office``.
    """
    require(application, Capability.ANSWER_REQUEST)
    found = rights.request_as_recorded(application, request_id)
    fields = found.fields
    if found.state not in ANSWERS or fields.answered_on is None:
        raise UserFacingError("rights.no-answer", number=fields.number)
    require_open(application, fields.resident, "print")
    schedule = application.read(read_schedule)
    named = person or (form_resident(application, fields.resident) if found.name else None)
    print_id = f"{found.id[:24]}-answer"
    content = RightsAnswerContent(
        print_id=print_id,
        number=fields.number,
        handler=office_of(application),
        resident=named,
        kind=fields.kind,
        kind_name=RIGHT_NAMES[fields.kind],
        article=_article(fields),
        words=fields.words,
        received=fields.received,
        due=fields.due,
        way=WAY_NAMES[fields.way],
        asker=_asker(fields, "" if named is None else named.name),
        is_person=fields.asker is Asker.PERSON,
        identity=IDENTITY_NAMES[fields.identity],
        outcome=found.state,
        answered_on=fields.answered_on,
        worker=fields.answered_by,
        proof=fields.proof,
        answer=fields.answer,
        reasons=tuple(REASON_NAMES[one] for one in fields.reasons),
        classes=tuple(_class_row(one) for one in fields.classes),
        corrected=corrected_words(fields.corrected),
        withdrawal=fields.withdrawal,
        readings=_readings(application, fields),
        visit_years=schedule["visit"].years,
        aid_years=schedule["aid"].years,
        retention_years=schedule["sheet"].years,
        large_type=is_large(application, large_type, print_id, fields.household),
    )
    choice = wording_for(application, "rights-answer", print_id=content.print_id, household=fields.household)
    return finished(application, rights_answer, content, choice)


def _readings(application: Application, fields: RightsRequestFields) -> tuple[tuple[str, str], ...]:
    """Of an explanation: the very scripts that were read before somebody signed, up to the day of the answer."""
    if fields.kind is not RightKind.EXPLAIN:
        return ()
    told = readings.readings_of(application, fields.resident, fields.answered_on)
    return tuple((f"{one.paper}（{one.number}）", f"{chinese_date(one.day)}签；{one.words}") for one in told)


def corrected_words(groups: tuple[str, ...]) -> tuple[str, ...]:
    """The groups of a record that were corrected, in the words of a letter, each once."""
    return tuple(dict.fromkeys(_GROUPS.get(one, "其他内容") for one in groups))


def asker_words(fields: RightsRequestFields) -> str:
    """Who asked: ``本人``, or ``监护人 林某（祖父）``."""
    who = ASKER_NAMES[fields.asker]
    if fields.asker is Asker.PERSON:
        return who
    return f"{who} {fields.asker_name}" + (f"（{fields.relation}）" if fields.relation else "")


def _asker(fields: RightsRequestFields, name: str) -> str:
    return (name or ASKER_NAMES[Asker.PERSON]) if fields.asker is Asker.PERSON else asker_words(fields)


def _article(fields: RightsRequestFields) -> str:
    article = RIGHT_ARTICLES[fields.kind]
    return f"{article}、第四十九条" if fields.asker is Asker.NEAR_RELATIVE else article


def _class_row(one: ClassAnswer) -> ClassRow:
    return ClassRow(_KINDS.get(one.kind, one.kind), f"{one.count} 份", one.gone, one.until, one.ground)
