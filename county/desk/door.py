"""Who gets in: one browser of this computer, by an address that works once; everything else is refused.

The outermost layer, so that what is refused, what fails and what is answered leave with the same headers. Against
DNS rebinding the ``Host`` has to be the very address that is listened on; against other sites the cookie is
``SameSite=Strict``, ``Sec-Fetch-Site`` and ``Origin`` are looked at, and each form carries a token (``pages.posted``).
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from county.desk.rendering import refusal, style
from county.desk.sitting import Desk, is_same

COOKIE: Final = "zoucun-desk"
STYLE: Final = "/style.css"
AWAY: Final = "/away"
_OPEN: Final = "/open/"
_OWN: Final = ("none", "same-origin")
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Not "no-referrer": a form's Origin would be "null" then, and could not be looked at.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Door:
    """The desk's application behind its door."""

    def __init__(self, desk: Desk, inside: ASGIApp) -> None:
        self._desk = desk
        self._inside = inside

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on."""
        if scope["type"] == "lifespan":
            await self._inside(scope, receive, send)
            return
        if scope["type"] != "http":
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(message)
            await send(message)

        answer = self._own_answer(Request(scope))
        await (self._inside if answer is None else answer)(scope, receive, with_headers)

    def _own_answer(self, request: Request) -> Response | None:
        """What the door itself says; None where the request may pass."""
        desk, path = self._desk, request.url.path
        if request.headers.getlist("host") != [desk.host]:
            return refusal(403, "host")
        if request.headers.get("sec-fetch-site", "none") not in _OWN:
            return refusal(403, "elsewhere")
        if path == STYLE and request.method == "GET":
            return style()
        if path.startswith(_OPEN) and request.method == "GET":
            return self._enter(path.removeprefix(_OPEN))
        if not is_same(request.cookies.get(COOKIE, ""), desk.cookie) or not desk.is_entered:
            return refusal(403, "unknown")
        if not path.startswith(f"/{desk.room}/"):
            return refusal(404, "nothing")
        if request.method not in ("GET", "POST"):
            return refusal(405, "nothing")
        if request.method == "POST" and request.headers.getlist("origin") != [desk.origin]:
            return refusal(403, "elsewhere")
        if path != f"/{desk.room}{AWAY}":
            desk.touch()
        return None

    def _enter(self, secret: str) -> Response:
        desk = self._desk
        if not desk.enter(secret):
            return refusal(403, "used" if is_same(secret, desk.secret) else "unknown")
        answer = RedirectResponse(f"/{desk.room}/", 303)
        answer.set_cookie(COOKIE, desk.cookie, path=f"/{desk.room}/", httponly=True, samesite="strict")
        return answer


def _add_headers(message: MutableMapping[str, Any]) -> None:
    headers = MutableHeaders(scope=message)
    for name, value in HEADERS.items():
        headers[name] = value
