"""The county's HTTP interface: routes and nothing else; the work is in the modules they call.

Every error is ``{"code": "…"}`` with a status (``errors.py``); no answer and no log ever repeats
what was sent. The paths are those of ``desktop.sync.protocol``.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, FastAPI, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from county import attachments, contacts, enrolment, errors, feed, fingerprints, history, intake
from county.apply import BatchName
from county.clock import now_text
from county.contact_shapes import CONTACT_BODY, STANDING_ANSWER
from county.opening import County
from county.worker import ApplyWorker, Waiters
from desktop.domain.journal import MAX_COUNT
from desktop.sync.envelope import MAX_DOCUMENT_BYTES, verify_request
from desktop.sync.protocol import (
    APPLIED,
    CAPABILITIES_PATH,
    ENROLMENTS_PATH,
    MAX_ATTACHMENT_BYTES,
    MAX_SEALED_BYTES,
    OLDEST_PROTOCOL,
    PROTOCOL,
    ProtocolError,
    attachment_path,
    batch_path,
    contacts_path,
    feed_path,
    history_path,
    receipt_path,
)

MAX_WAIT_SECONDS: Final = 10
JSON: Final = "application/json"
BYTES: Final = "application/octet-stream"

Vault = Annotated[str, Path(pattern=intake.IDENTITY_PATTERN, description="the vault (加密库)")]
Epoch = Annotated[str, Path(pattern=intake.IDENTITY_PATTERN, description="the epoch of its journal")]
Number = Annotated[int, Path(ge=1, le=MAX_COUNT, description="the batch, counted from 1 in each epoch")]
Digest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="SHA-256, hex")]
NUMBER: Final[Any] = "{number}"

router = APIRouter()


class ErrorCode(BaseModel):
    """The body of every error."""

    code: str


class Capabilities(BaseModel):
    """Who the county is and what it speaks."""

    protocol: int
    oldest_protocol: int
    county: str
    county_name: str
    dataset: str
    signing_key: str
    max_sealed_bytes: int
    max_attachment_bytes: int
    time: str


def _errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: {"model": ErrorCode} for status in (*statuses, 422, 500, 503)}


def _body(media: str, description: str) -> dict[str, Any]:
    content = {media: {"schema": {"type": "string", "format": "binary"}}}
    return {"requestBody": {"required": True, "description": description, "content": content}}


def _answer(media: str, description: str) -> dict[str, Any]:
    schema = {"type": "object"} if media == JSON else {"type": "string", "format": "binary"}
    return {"description": description, "content": {media: {"schema": schema}}}


_RECEIPT = _answer(JSON, "signed receipt (回执)")


def _county(request: Request) -> County:
    county: County = request.app.state.county
    return county


OpenCounty = Annotated[County, Depends(_county)]


async def read_body(request: Request, limit: int) -> bytes:
    """The request's body, refused as soon as it proves too large; raises ProtocolError("body-too-large")."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced[:20]) > limit:
        raise ProtocolError("body-too-large")
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise ProtocolError("body-too-large")
        parts.append(part)
    return b"".join(parts)


async def _signed_by(request: Request, county: OpenCounty, vault: Vault) -> feed.Reader:
    """The vault that signed this request; raises Unknown or ProtocolError("signature-…")."""
    reader = await run_in_threadpool(feed.read_vault, county, vault)
    _check_signature(request, reader)
    return reader


SignedBy = Annotated[feed.Reader, Depends(_signed_by)]


def _refuse_revoked(reader: feed.Reader) -> None:
    """Whoever holds a laptop that was taken out of use is given nothing, its own work included."""
    if reader.revoked:
        raise enrolment.Refused("vault-revoked")


def _check_signature(request: Request, reader: feed.Reader, body: bytes | None = None) -> None:
    query = request.scope["query_string"]
    target = request.scope["raw_path"] + (b"?" + query if query else b"")
    url = "http://county.invalid" + target.decode("latin-1")
    headers: Mapping[str, str] = request.headers
    verify_request(request.method, url, headers, reader.signing_key, reader.vault, body=body)


@router.get(CAPABILITIES_PATH, responses=_errors())
def capabilities(county: OpenCounty) -> Capabilities:
    """Who the county is and which protocol versions it speaks."""
    return Capabilities(
        protocol=PROTOCOL,
        oldest_protocol=OLDEST_PROTOCOL,
        county=county.code,
        county_name=county.name,
        dataset=county.dataset,
        signing_key=county.signing.public,
        max_sealed_bytes=MAX_SEALED_BYTES,
        max_attachment_bytes=MAX_ATTACHMENT_BYTES,
        time=now_text(),
    )


@router.post(
    ENROLMENTS_PATH,
    status_code=201,
    response_class=Response,
    responses={
        200: _answer(JSON, "the same answer once more"),
        201: _answer(JSON, "signed enrolment"),
        **_errors(400, 401, 403, 413),
    },
    openapi_extra=_body(JSON, "signed EnrolmentRequest"),
)
async def enrol(request: Request, county: OpenCounty) -> Response:
    """Enrol a vault with its one-time code (开通)."""
    body = await read_body(request, MAX_DOCUMENT_BYTES)
    enrolled = await run_in_threadpool(enrolment.enrol, county, body)
    return Response(enrolled.answer, 201 if enrolled.fresh else 200, media_type=JSON)


@router.put(
    batch_path("{vault}", "{epoch}", NUMBER),
    status_code=201,
    response_class=Response,
    responses={200: _RECEIPT, 201: _RECEIPT, **_errors(400, 401, 404, 409, 413)},
    openapi_extra=_body(BYTES, "container: signed manifest and sealed entries"),
)
async def put_batch(request: Request, county: OpenCounty, vault: Vault, epoch: Epoch, number: Number) -> Response:
    """Store a batch. Its name makes a repeated send harmless: the same bytes get the same receipt."""
    body = await read_body(request, intake.MAX_CONTAINER_BYTES)
    stored = await run_in_threadpool(intake.store_batch, county, vault, epoch, number, body)
    worker: ApplyWorker = request.app.state.worker
    worker.wake()
    return Response(stored.receipt, 201 if stored.fresh else 200, media_type=JSON)


@router.get(
    batch_path("{vault}", "{epoch}", NUMBER),
    response_class=Response,
    responses={200: _answer(BYTES, "container: as the vault sent it"), **_errors(401, 403, 404)},
)
async def get_batch(county: OpenCounty, reader: SignedBy, epoch: Epoch, number: Number) -> Response:
    """A batch given back to the vault that lost it. The request is signed by the vault."""
    _refuse_revoked(reader)
    return Response(await run_in_threadpool(history.read_batch, county, reader.vault, epoch, number), media_type=BYTES)


@router.post(
    history_path("{vault}"),
    response_class=Response,
    responses={200: _answer(JSON, "signed History"), **_errors(400, 401, 403, 404, 413)},
    openapi_extra=_body(JSON, "EpochsTold"),
)
async def compare_history(request: Request, county: OpenCounty, reader: SignedBy) -> Response:
    """What the county has of the vault's epochs (restored, cloned, salvaged). Signed by the vault."""
    body = await read_body(request, MAX_DOCUMENT_BYTES)
    _check_signature(request, reader, body)
    _refuse_revoked(reader)
    return Response(await run_in_threadpool(history.compare, county, reader.vault, body), media_type=JSON)


@router.get(
    receipt_path("{vault}", "{epoch}", NUMBER),
    response_class=Response,
    responses={200: _RECEIPT, **_errors(401, 404)},
)
async def get_receipt(
    request: Request,
    county: OpenCounty,
    reader: SignedBy,
    epoch: Epoch,
    number: Number,
    wait: Annotated[int, Query(ge=0, le=MAX_WAIT_SECONDS, description="seconds to wait for the applied receipt")] = 0,
) -> Response:
    """The newest receipt of a batch; with ``wait`` the answer comes once it was applied. Signed by the vault."""
    vault = reader.vault
    name = BatchName(vault, epoch, number)
    waiters: Waiters = request.app.state.waiters
    event = waiters.watch(name)
    try:
        stage, receipt = await run_in_threadpool(intake.newest_receipt, county, vault, epoch, number)
        if wait and stage != APPLIED:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), wait)
            stage, receipt = await run_in_threadpool(intake.newest_receipt, county, vault, epoch, number)
    finally:
        waiters.forget(name, event)
    return Response(receipt, media_type=JSON)


@router.post(
    contacts_path("{vault}"),
    response_class=Response,
    responses={200: STANDING_ANSWER, **_errors(400, 401, 404, 413)},
    openapi_extra=CONTACT_BODY,
)
async def meet(request: Request, county: OpenCounty, reader: SignedBy) -> Response:
    """Where the vault stands, answered to what it tells of itself. Signed by the vault, with ``Content-Digest``."""
    body = await read_body(request, MAX_DOCUMENT_BYTES)
    _check_signature(request, reader, body)
    answer = await run_in_threadpool(contacts.meet, county, reader, body)
    # What waited for the vault's journal to fit again may be due now.
    worker: ApplyWorker = request.app.state.worker
    worker.wake()
    return Response(answer, media_type=JSON)


@router.get(
    feed_path("{vault}"),
    response_class=Response,
    responses={200: _answer(BYTES, "container: signed page manifest and sealed page"), **_errors(401, 403, 404, 409)},
)
async def get_feed(
    county: OpenCounty,
    reader: SignedBy,
    cursor: Annotated[int, Query(ge=0, le=MAX_COUNT, description="the last position the vault has")] = 0,
    own: Annotated[bool, Query(description="with the vault's own entries whole: it lost some by damage")] = False,
) -> Response:
    """A page of the feed (下行) after ``cursor``. The request is signed by the vault (RFC 9421)."""
    _refuse_revoked(reader)
    return Response(await run_in_threadpool(feed.sealed_page, county, reader, cursor, own=own), media_type=BYTES)


@router.put(
    attachment_path("{vault}", "{digest}"),
    status_code=201,
    response_class=Response,
    responses={
        200: _answer(JSON, "signed receipt; it was here already, or none such is kept"),
        201: _answer(JSON, "signed receipt"),
        **_errors(400, 401, 404, 413),
    },
    openapi_extra=_body(BYTES, "sealed attachment"),
)
async def put_attachment(request: Request, county: OpenCounty, reader: SignedBy, digest: Digest) -> Response:
    """Store a sealed attachment under its SHA-256. Signed by the vault, with ``Content-Digest``."""
    body = await read_body(request, MAX_ATTACHMENT_BYTES)
    _check_signature(request, reader, body)
    kept = await run_in_threadpool(fingerprints.take_attachment, county, reader.vault, digest, body)
    return Response(kept.receipt, 201 if kept.fresh else 200, media_type=JSON)


@router.head(
    attachment_path("{vault}", "{digest}"),
    response_class=Response,
    responses={
        200: {"description": "safely here; Attachment-Size has its bytes"},
        401: {"description": "not signed"},
        404: {"description": "not here"},
        422: {"description": "malformed"},
        500: {"description": "fault"},
        503: {"description": "store away"},
    },
)
async def head_attachment(county: OpenCounty, _reader: SignedBy, digest: Digest) -> Response:
    """Whether an attachment is safely here. Signed by the vault."""
    size = await run_in_threadpool(attachments.attachment_size, county, digest)
    if size is None:
        raise intake.Unknown("attachment-unknown")
    return Response(headers={"Attachment-Size": str(size)})


def create_app() -> FastAPI:
    """The application; ``serving.py`` puts ``county``, ``worker`` and ``waiters`` into its state."""
    app = FastAPI(
        title="走村 Zoucun county server",
        version=str(PROTOCOL),
        docs_url=None,
        redoc_url=None,
        default_response_class=JSONResponse,
    )
    app.include_router(router)
    errors.add_handlers(app)
    return app
