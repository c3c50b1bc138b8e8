"""The script that is read aloud (讲解词): what the form says in plain spoken words, item by item."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from desktop.documents.consent_content import placeholder_values
from desktop.documents.form_content import FormResident
from desktop.documents.typesetting import marked_up
from desktop.documents.wording import Wording
from desktop.domain.consent import DATA_CLASS_NAMES, PURPOSE_NAMES, DataClass
from desktop.domain.readings import ScriptRead
from desktop.services import directory
from desktop.services.application import Application
from desktop.services.consent import Ask, NewSheet
from desktop.services.paper import consent_content
from desktop.services.wordings import wording_for

_OF_THE_OFFICE: Final = frozenset(
    {
        "handler_name",
        "handler_address",
        "handler_phone",
        "county_name",
        "county_phone",
        "complaint_phone",
        "retention_years",
        "recipient_retention_years",
        "reply_working_days",
        "validity_months",
    }
)
"""What the county issued for everybody: the only values a voice is handed."""
_IN_PLACE_OF_NAMES: Final[Mapping[str, str]] = {
    "contact_person": "您面前的工作人员",
    "guardian_name": "乡亲",
    "worker": "",
}
_FOR_THE_READER: Final = re.compile("（[^（）]*）")
"""In round brackets stands what whoever reads is to do."""


@dataclass(frozen=True, slots=True)
class ScriptItem:
    """One item to be read and ticked; ``lines`` are said, ``names`` are what stands on this very sheet.

    ``spoken`` are the sentences for the system's voice (``spoken_words``).
    """

    id: str
    heading: str
    lines: tuple[str, ...]
    names: tuple[str, ...] = ()
    spoken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    """A script as it is read. ``text`` names its very wording, as yet without what was read of it."""

    items: tuple[ScriptItem, ...]
    text: ScriptRead


def read_of(wording: Wording, items: Sequence[str] = ()) -> ScriptRead:
    """What a record says of the reading of a wording."""
    return ScriptRead(wording.form, wording.number, wording.version, wording.sha256, tuple(items))


def script_items(
    wording: Wording,
    values: Mapping[str, str],
    own: Mapping[str, tuple[str, ...]],
    *,
    is_for_guardian: bool = False,
) -> tuple[ScriptItem, ...]:
    """The items of a script's wording, filled in; ``own`` is what this very form asks, by the section's id."""
    return tuple(
        ScriptItem(
            section.id,
            section.heading,
            tuple("".join(span.text for span in marked_up(one, values)) for one in section.paragraphs),
            own.get(section.id, ()),
            tuple(
                words
                for one in section.paragraphs
                if (words := spoken_words(one, values, is_for_guardian=is_for_guardian))
            ),
        )
        for section in wording.sections
    )


def reading_script(application: Application, sheet: NewSheet, resident: FormResident) -> Script:
    """The script of this sheet's form, with the recipients, classes and effects that the sheet asks about.

    A guardian's and a compatriot's form have their own, section by section as on the paper.

    Raises:
        UserFacingError: ``directory.no-office`` before the county has issued the office's names.
    """
    names = directory.worker_names(application)
    workers = (application.worker.name, names.get(sheet.second_worker, sheet.second_worker))
    content = consent_content(application, sheet, resident, workers)
    form = content.form.removesuffix("-hant")  # what is spoken has no characters
    values = placeholder_values(content)
    values["contact_person"] = application.worker.name
    bodies = {one.id: one for one in directory.organisations(application)}
    own: Mapping[str, tuple[str, ...]] = {
        "recipients": tuple(_recipient(bodies[ask.recipient], ask) for ask in sheet.asks),
        "classes": tuple(_classes(bodies[ask.recipient], ask) for ask in sheet.asks),
        "sensitive": tuple(_sensitive(wording_for(application, form).wording.terms, sheet.asks)),
    }
    spoken = wording_for(application, f"{form}-script").wording
    items = script_items(spoken, values, own, is_for_guardian=bool(content.guardian))
    return Script(items, read_of(spoken))


def spoken_words(template: str, values: Mapping[str, str], *, is_for_guardian: bool = False) -> str:
    """A sentence of the script for the system's voice: the wording, with nobody's name in it.

    What is spoken leaves this program: speech-dispatcher is a process of its own, which writes all it says into a log
    file when somebody turns its log up, and Windows hands the text to whatever voice is installed. So no person's name
    or number goes there, nor what was chosen for this person (``ScriptItem.names``): those the worker reads out.
    """
    names = {**_IN_PLACE_OF_NAMES, "resident_name": "他本人" if is_for_guardian else "乡亲"}

    def filled(found: re.Match[str]) -> str:
        name = found.group(1)
        return values[name] if name in _OF_THE_OFFICE else names.get(name, "纸上写的")

    return re.sub(r"\{(\w+)\}", filled, _FOR_THE_READER.sub("", template.replace("**", ""))).strip()


def _recipient(body: directory.Organisation, ask: Ask) -> str:
    project = next((one.name for one in body.projects if one.id == ask.project), "")
    purpose = "，".join(one for one in (PURPOSE_NAMES[ask.purpose], project) if one)
    return f"{body.name}：{purpose}。联系人{body.contact}，电话{body.phone}。"


def _classes(body: directory.Organisation, ask: Ask) -> str:
    named = "；".join(_class_name(one) for one in sorted(ask.classes))
    return f"给{body.name}的：{named}。"


def _class_name(data_class: DataClass) -> str:
    return f"{data_class.value} {DATA_CLASS_NAMES[data_class].replace('(', '（').replace(')', '）')}"


def _sensitive(terms: Mapping[str, str], asks: tuple[Ask, ...]) -> Iterator[str]:
    """Necessity and effect of each sensitive class asked for (PIPL art. 30)."""
    asked = sorted({one for ask in asks for one in ask.classes if one.sensitive})
    if not asked:
        yield terms["sensitive.none"]
    for one in asked:
        yield f"{_class_name(one)}：{terms[f'necessity.{one}']}{terms[f'effect.{one}']}"
