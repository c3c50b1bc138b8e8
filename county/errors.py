"""How errors leave the server: a status and a code, never what was sent and never a stack."""

from __future__ import annotations

import logging
import traceback
from types import TracebackType
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from county.enrolment import Refused
from county.intake import Fork, Unknown
from desktop.sync.protocol import ProtocolError

ExceptionInfo = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]
"""What ``sys.exc_info()`` gives."""
log = logging.getLogger("county")

_STATUS: Final = {
    "signature-missing": 401,
    "signature-wrong": 401,
    "cursor-ahead": 409,
    "body-too-large": 413,
    "container-too-large": 413,
    "document-too-large": 413,
    "batch-too-large": 413,
}


def status_of(error: ProtocolError) -> int:
    """404 unknown, 409 fork or cursor ahead, 403 refused, 401 signature, 413 size, 400 anything else."""
    match error:
        case Unknown():
            return 404
        case Fork():
            return 409
        case Refused():
            return 403
        case _:
            return _STATUS.get(error.code, 400)


def answer(status: int, code: str) -> JSONResponse:
    """An error answer."""
    headers = {"Retry-After": "5"} if status == 503 else None
    return JSONResponse({"code": code}, status_code=status, headers=headers)


def add_handlers(app: FastAPI) -> None:
    """Make every error of the application leave as a code."""

    @app.exception_handler(ProtocolError)
    async def _protocol(_request: Request, error: ProtocolError) -> JSONResponse:
        return answer(status_of(error), error.code)

    @app.exception_handler(RequestValidationError)
    async def _validation(_request: Request, _error: RequestValidationError) -> JSONResponse:
        return answer(422, "request-malformed")

    @app.exception_handler(HTTPException)
    async def _http(_request: Request, error: HTTPException) -> JSONResponse:
        code = {404: "not-found", 405: "method-not-allowed"}.get(error.status_code, "refused")
        made = answer(error.status_code, code)
        made.headers.update(error.headers or {})
        return made

    @app.exception_handler(OperationalError)
    async def _store(_request: Request, _error: OperationalError) -> JSONResponse:
        log.error("store.away")
        return answer(503, "store-away")

    @app.exception_handler(Exception)
    async def _fault(_request: Request, _error: Exception) -> JSONResponse:
        return answer(500, "fault")


class PlacesOnly(logging.Formatter):
    """Log lines without content: of an exception its type and the places it passed, not its words."""

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802 the name is logging's
        """The type and the lines of code; a message or a value could hold personal data."""
        places = (f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(ei[2]))
        return "\n".join((ei[0].__name__ if ei[0] else "-", *places))
