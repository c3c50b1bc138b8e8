"""The desk's pages: routes and nothing else; what they show and decide is in the modules they call.

Whatever is asked for by id comes in the query, never in the path: an id may hold any sign. No page needs a script.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final
from urllib.parse import parse_qs, urlencode

from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from county import lost as lost_laptops
from county import lost_letters, minors, sheet_checks, sheets, waiting
from county.api import read_body
from county.clock import now_text
from county.desk import rendering
from county.desk.door import AWAY
from county.desk.sitting import Desk, is_same
from county.desk.words import error_words
from desktop.domain.errors import UserFacingError
from desktop.domain.minors import ApprovalState
from desktop.sync.protocol import ProtocolError

MAX_FORM_BYTES: Final = 64 * 1024
MAX_FIELDS: Final = 200
_FORM: Final = "application/x-www-form-urlencoded"
_MEDIA: Final = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png"}
_APPROVAL_STEPS: Final = {
    "approve": ApprovalState.GIVEN,
    "refuse": ApprovalState.REFUSED,
    "look": ApprovalState.SEEN,
}
log = logging.getLogger("county.desk")
router = APIRouter()


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


AtDesk = Annotated[Desk, Depends(_desk)]
Id = Annotated[str, Query(min_length=1, max_length=128)]


@dataclass(frozen=True)
class Form:
    """What was sent with a form that carried this sitting's token."""

    fields: Mapping[str, Sequence[str]]

    def text(self, name: str) -> str:
        """A field's text, "" where it is not there."""
        return next(iter(self.fields.get(name, ())), "").strip()

    def ticked(self, name: str) -> frozenset[str]:
        """The boxes of a name that were ticked."""
        return frozenset(self.fields.get(name, ()))


async def posted(request: Request, desk: AtDesk) -> Form:
    """The form of a POST; whatever does not carry the token is refused before it is looked at."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != _FORM:
        raise HTTPException(415)
    try:
        body = await read_body(request, MAX_FORM_BYTES)
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except ProtocolError:
        raise HTTPException(413) from None
    except ValueError:
        raise HTTPException(422) from None
    if not is_same(next(iter(fields.get("token", ())), ""), desk.token):
        raise HTTPException(403)
    return Form(fields)


Posted = Annotated[Form, Depends(posted)]


def _page(desk: Desk, template: str, status: int = 200, **values: Any) -> Response:
    given = {
        "room": f"/{desk.room}",
        "token": desk.token,
        "away": f"/{desk.room}{AWAY}",
        "idle_seconds": int(desk.idle_seconds),
        "officer": desk.officer,
        "now": now_text(),
        "county_name": desk.county.name,
        "notice": desk.take_notice(),
        "problem": "",
        **values,
    }
    return rendering.page(template, status, **given)


def _on(desk: Desk, path: str, notice: str = "", **query: str) -> Response:
    """After a form: to the next page, which says what was done."""
    desk.notice = notice
    asked = f"?{urlencode(query)}" if query else ""
    return RedirectResponse(f"/{desk.room}{path}{asked}", 303)


# --- what waits -------------------------------------------------------------------------------------


@router.get("/")
def start(desk: AtDesk) -> Response:
    """What waits, with how much of it."""
    return _page(desk, "start.html", waiting=waiting.waiting(desk.county))


@router.get("/holds")
def holds(desk: AtDesk) -> Response:
    """What the county keeps back, each with what to do about it."""
    return _page(desk, "holds.html", holds=waiting.holds(desk.county))


@router.get(AWAY)
def away(desk: AtDesk) -> Response:
    """What takes the place of a page at which nobody sat any more: nothing of anybody stays on the screen."""
    return _page(desk, "away.html")


@router.post("/end")
def end(desk: AtDesk, _form: Posted) -> Response:
    """Close the desk."""
    desk.end()
    return rendering.page("refused.html", what="值班页已结束，可以关掉这个窗口。要再用，请再运行一次命令。")


# --- sheets -----------------------------------------------------------------------------------------


@router.get("/sheets")
def list_sheets(desk: AtDesk, wards: bool = False) -> Response:
    """The sheets that await their check; ``wards``: only those that nobody but the county may check."""
    found = [one for one in sheets.waiting_sheets(desk.county) if one.is_for_county_alone or not wards]
    return _page(desk, "sheets.html", sheets=found, wards=wards)


@router.get("/sheet")
def one_sheet(desk: AtDesk, id: Id) -> Response:
    """One sheet beside its pictures."""
    return _sheet_page(desk, id)


@router.get("/picture")
def picture(desk: AtDesk, sheet: Id, record: Id, original: bool = False) -> Response:
    """A picture of a sheet that was opened in this sitting."""
    if sheet not in desk.opened:
        raise HTTPException(404)
    content = sheets.picture(desk.county, sheet, record, original=original)
    media = next((name for start, name in _MEDIA.items() if content.startswith(start)), None)
    if media is None:
        raise UserFacingError("attachment.damaged")
    return Response(content, media_type=media)


@router.post("/sheet/check")
def check_sheet(desk: AtDesk, form: Posted) -> Response:
    """核对通过."""
    sheet = form.text("id")
    try:
        done = sheet_checks.check(
            desk.county,
            sheet,
            desk.officer.id,
            against=form.text("against"),
            seen=form.text("seen"),
            compared=form.ticked("compared"),
        )
    except UserFacingError as error:
        return _sheet_page(desk, sheet, error, form)
    return _on(
        desk, "/sheets", f"核对通过，{done.values['grants']} 项同意已生效。已记入县级日志，乡镇下次同步就看得到。"
    )


@router.post("/sheet/reject")
def reject_sheet(desk: AtDesk, form: Posted) -> Response:
    """退回."""
    sheet = form.text("id")
    try:
        sheet_checks.reject(desk.county, sheet, desk.officer.id, seen=form.text("seen"), reason=form.text("reason"))
    except UserFacingError as error:
        return _sheet_page(desk, sheet, error, form)
    return _on(desk, "/sheets", "已退回，这一份作废，理由也记下了。乡镇下次同步就看得到，需要时重新征求一份。")


def _sheet_page(desk: Desk, sheet: str, refused: UserFacingError | None = None, form: Form | None = None) -> Response:
    seen = sheets.open_sheet(desk.county, sheet, desk.officer.id)
    desk.opened.add(sheet)
    return _page(
        desk,
        "sheet.html",
        409 if refused is not None else 200,
        seen=seen,
        boxes=sheet_checks.boxes(seen),
        ways=sheet_checks.ways(seen),
        problem=error_words(refused) if refused is not None else "",
        against=form.text("against") if form is not None else "",
        compared=form.ticked("compared") if form is not None else frozenset(),
        reason=form.text("reason") if form is not None else "",
    )


# --- lost laptops -----------------------------------------------------------------------------------


@router.get("/lost")
def list_lost(desk: AtDesk) -> Response:
    """Every laptop; those out of use or asked for as lost first."""
    return _page(desk, "lost.html", vaults=lost_laptops.listed_vaults(desk.county))


@router.get("/lost/laptop")
def one_laptop(desk: AtDesk, id: Id) -> Response:
    """What was on a laptop, once it was said why it is asked."""
    if id not in desk.reasons:
        return _page(desk, "lost_reason.html", vault=_listed(desk, id), reason="")
    found = lost_laptops.lost(desk.county, id, desk.reasons[id], desk.officer.id)
    batches = lost_letters.batches(desk.county, found.people)
    return _page(desk, "lost_laptop.html", lost=found, batches=batches, reason=desk.reasons[id])


@router.post("/lost/laptop")
def say_why(desk: AtDesk, form: Posted) -> Response:
    """The reason for which a laptop's page is looked at in this sitting."""
    vault = form.text("id")
    if not form.text("reason"):
        words = error_words(UserFacingError("answer.reason-missing"))
        return _page(desk, "lost_reason.html", 409, vault=_listed(desk, vault), reason="", problem=words)
    desk.reasons[_listed(desk, vault).vault] = form.text("reason")
    return _on(desk, "/lost/laptop", id=vault)


@router.get("/lost/letters")
def letters(desk: AtDesk, id: Id, batch: Annotated[int, Query(ge=1)]) -> Response:
    """Whom the letters of one batch are owed to."""
    if id not in desk.reasons:
        return _on(desk, "/lost/laptop", id=id)
    found = lost_laptops.lost(desk.county, id, desk.reasons[id], desk.officer.id)
    batches = lost_letters.batches(desk.county, found.people)
    if batch > len(batches):
        raise HTTPException(404)
    return _page(desk, "letters.html", lost=found, batch=batches[batch - 1], number=batch, batches=len(batches))


def _listed(desk: Desk, vault: str) -> lost_laptops.ListedVault:
    found = next((one for one in lost_laptops.listed_vaults(desk.county) if one.vault == vault), None)
    if found is None:
        raise UserFacingError("vault.unknown", vault=vault)
    return found


# --- approvals to see minors' data ------------------------------------------------------------------


@router.get("/minors")
def list_minors(desk: AtDesk) -> Response:
    """What townships asked for, and what was opened in an emergency and nobody has looked at."""
    return _minors_page(desk)


@router.post("/minors")
def answer_minors(desk: AtDesk, form: Posted) -> Response:
    """Give, refuse, or note an emergency as looked at."""
    target = _APPROVAL_STEPS.get(form.text("do"))
    if target is None:
        raise HTTPException(422)
    try:
        minors.answer(desk.county, desk.officer.id, form.text("id"), target, form.text("reason"))
    except UserFacingError as error:
        return _minors_page(desk, error)
    return _on(desk, "/minors", "已记入县级日志，乡镇下次同步就看得到。")


def _minors_page(desk: Desk, refused: UserFacingError | None = None) -> Response:
    found = minors.listed(desk.county, waiting=True)
    status, problem = (409, error_words(refused)) if refused is not None else (200, "")
    return _page(desk, "minors.html", status, approvals=found, problem=problem)


# --- errors -----------------------------------------------------------------------------------------


def create_app(desk: Desk) -> FastAPI:
    """The desk's application, to be put behind its door; no page describes it."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.desk = desk
    app.include_router(router, prefix=f"/{desk.room}")

    @app.exception_handler(UserFacingError)
    async def _told(_request: Request, error: UserFacingError) -> Response:
        return _page(desk, "message.html", 409, what=error_words(error))

    @app.exception_handler(HTTPException)
    async def _refused(_request: Request, error: HTTPException) -> Response:
        what = {403: "表单不是这一次打开的页面里的，没有办理，也没有写入。请回到起始页再办。", 404: "没有这一页。"}
        words = what.get(error.status_code, "请求的内容不对，没有写入。")
        return _page(desk, "message.html", error.status_code, what=words)

    @app.exception_handler(RequestValidationError)
    async def _malformed(_request: Request, _error: RequestValidationError) -> Response:
        return _page(desk, "message.html", 422, what="请求的内容不对，没有写入。")

    @app.exception_handler(Exception)
    async def _fault(_request: Request, _error: Exception) -> Response:
        reference = secrets.token_hex(4)
        log.error("desk.fault %s", reference)
        what = f"程序出了错，这一步没有写入。请把编号 {reference} 告诉技术人员，里面没有个人信息。"
        return _page(desk, "message.html", 500, what=what)

    return app
