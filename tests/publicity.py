"""A consent to publicity (宣传同意) as a test takes it: asked, printed, read aloud, signed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from desktop.documents.wording import bundled_versions, load_wording
from desktop.domain.prints import Came
from desktop.domain.publicity import SCRIPT, Channel, Material, Naming, PublicityAsk
from desktop.domain.readings import ScriptRead
from desktop.domain.signing import Signer
from desktop.services import publicity, publicity_paper
from desktop.services.application import Application
from desktop.services.publicity import PublicitySigned
from desktop.services.reading_script import read_of

ASK = PublicityAsk(
    (Material.STORY, Material.ALIAS), (Channel.WEBSITE, Channel.BOARD), "建阳区民政局", Naming.ALIAS, "典型案例征集"
)
ANSWERS = {"story": True, "alias": True, "website": True, "board": False}
SECOND = "陈晓燕"


def script_read() -> ScriptRead:
    """All of the bundled script, as somebody read it."""
    wording = load_wording(SCRIPT, bundled_versions(SCRIPT)[0])
    return read_of(wording, tuple(one.id for one in wording.sections))


SIGNED = PublicitySigned(
    ANSWERS, Signer.SIGNATURE, copy_given=True, draft_seen=True, dialect="闽北话", script=script_read()
)


def signed_with(**changes: Any) -> PublicitySigned:
    """``SIGNED`` with something else."""
    return replace(SIGNED, **changes)


def printed_publicity(application: Application, resident: str, *, second: str = SECOND) -> str:
    """Asked for and printed; its id."""
    made = publicity.draft_publicity(application, resident, ASK, second).value
    publicity_paper.record_publicity_printed(
        application, publicity_paper.publicity_paper_for(application, made), Came(copies=2)
    )
    return made


def signed_publicity(application: Application, resident: str, signed: PublicitySigned = SIGNED) -> str:
    """As it comes back from the table, not checked yet; its id."""
    made = printed_publicity(application, resident)
    publicity.record_publicity_signed(application, made, signed)
    return made
