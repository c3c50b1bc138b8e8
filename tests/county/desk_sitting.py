"""A desk that is really served, a browser at it, and a sheet with a picture of real paper to look at."""

from __future__ import annotations

import queue
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from html import unescape
from io import BytesIO
from typing import Any

import httpx
import pypdfium2

from county.attachments import store_attachment
from county.desk.serving import serve_desk
from county.desk.sitting import Desk
from county.opening import County
from desktop.documents.consent_form import consent_form
from desktop.sync.envelope import digest, seal
from tests.county.laptop import Draft, moved
from tests.county.test_gate import CHARITY, Case
from tests.documents.form_samples import CONSENT
from tests.entry_bodies import FIELDS

ASKED = ("A1", "A2", "B2")


@dataclass
class Sitting:
    """An officer's browser at the desk: it keeps the cookie and sends a form as a browser does."""

    desk: Desk
    browser: httpx.Client

    @property
    def room(self) -> str:
        return f"/{self.desk.room}"

    def get(self, path: str, **query: str) -> httpx.Response:
        """A page."""
        return self.browser.get(self.room + path, params=query)

    def text(self, path: str, **query: str) -> str:
        """What a page says, as a person reads it."""
        answer = self.get(path, **query)
        assert answer.status_code == 200, (answer.status_code, words(answer))
        return words(answer)

    def post(self, path: str, fields: Mapping[str, Any], **headers: str) -> httpx.Response:
        """Send a form of this sitting's own page."""
        data = {"token": self.desk.token, **fields}
        sent = {"Origin": self.desk.origin, "Sec-Fetch-Site": "same-origin", **headers}
        return self.browser.post(self.room + path, data=data, headers=sent)


def words(answer: httpx.Response) -> str:
    """A page without its tags."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", answer.text)))


def hidden(page: str, name: str) -> str:
    """A hidden field of a page's forms."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return unescape(found[1])


def boxes_of(page: str) -> list[str]:
    """The boxes of a page that have to be ticked."""
    return re.findall(r'name="compared" value="([^"]*)"', page)


@contextmanager
def sitting(county: County, officer: str, *, idle_seconds: float = 600) -> Iterator[Sitting]:
    """A desk over this county, entered."""
    with unentered(county, officer, idle_seconds=idle_seconds) as desk, httpx.Client(base_url=desk.origin) as browser:
        answer = browser.get(desk.entrance, follow_redirects=True)
        assert answer.status_code == 200
        yield Sitting(desk, browser)


@contextmanager
def unentered(county: County, officer: str, *, idle_seconds: float = 600) -> Iterator[Desk]:
    """A desk over this county that nobody has entered; ended afterwards."""
    told: queue.Queue[Desk] = queue.Queue()
    options = {"idle_seconds": idle_seconds, "ready": told.put}
    thread = threading.Thread(target=serve_desk, args=(county, officer), kwargs=options)
    thread.start()
    desk = told.get(timeout=30)
    try:
        yield desk
    finally:
        desk.end()
        thread.join(30)
    assert not thread.is_alive()


@cache
def page_picture() -> bytes:
    """The second page of a consent form as a scanner sees it, a JPEG."""
    page = pypdfium2.PdfDocument(consent_form(CONSENT))[1]
    output = BytesIO()
    page.render(scale=110 / 72).to_pil().convert("RGB").save(output, "JPEG", quality=60)
    return output.getvalue()


def signed_sheet(case: Case, *, refused: tuple[str, ...] = ("B2",), **changes: Any) -> None:
    """A sheet that was printed, signed and taken in: what is asked, what was said to it, and its one page."""
    who = {"household": case.home, "resident": case.person}
    asks = [{"recipient": CHARITY, "purpose": "elderly", "classes": list(ASKED)}]
    worker = {"worker": case.laptop.county.worker, "worker_name": "林晓梅", "second_worker_name": "何金水"}
    paper = {**FIELDS["sheet"], **who, **worker, "asks": asks, "form": "TY-01", "form_version": "2026.1", **changes}
    sent = case.send(
        moved("sheet", case.sheet, None, "drafted", **paper),
        moved("sheet", case.sheet, "drafted", "printed"),
        moved("sheet", case.sheet, "printed", "signed"),
        *(_grant(case, who, one, "refused" if one in refused else "agreed") for one in ASKED),
    )
    assert {verdict for verdict, _ in sent} == {"ok"}, sent


def _grant(case: Case, who: Mapping[str, str], one: str, said: str) -> Draft:
    case.grants[one] = f"grant-{one}-{case.sheet}"
    asked = {"recipient": CHARITY, "purpose": "elderly", "data_class": one, "sheet": case.sheet, "until": None}
    return moved("grant", case.grants[one], None, said, **{**FIELDS["grant"], **who, **asked})


def scanned(case: Case, *, page: int = 1, **changes: Any) -> str:
    """A picture of the sheet's page, recorded and sent; ``changes`` are what its record says otherwise."""
    sealed = seal(page_picture(), [case.county.recipient])
    store_attachment(case.county, case.laptop.vault, digest(sealed), sealed)
    who = {"household": case.home, "resident": case.person, "sheet": case.sheet}
    fact = {**who, "attachment": digest(sealed), "page": page, "recognised": True, "media": "image/jpeg", **changes}
    record = f"scan-{page}-{case.sheet}"
    assert case.send(("scan.recorded", record, fact)) == [("ok", "")]
    return record
