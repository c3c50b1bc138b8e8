"""Speaking HTTP with the county: one function per path of ``protocol/wire.py``, blocking, on one thread.

Whatever comes back is measured before it is read and believed only as far as its signature is
checked elsewhere. Every failure is a ``UserFacingError``:

* ``sync.county-away``: nobody answers, or the connection broke.
* ``sync.county-silent`` (value ``seconds``): no answer in time.
* ``sync.county-slow``: an answer that does not come to its end in time, or the county says it is busy.
* ``sync.county-fault``: the county itself reports a fault (5xx).
* ``sync.county-nonsense``: an answer that breaks the contract, also a redirect or one that never ends.
* ``sync.refused`` (value ``reason``): the county says no, with a code.
* ``sync.revoked``: this laptop may no longer speak with the county.
* ``sync.version`` (value ``newer``: ``laptop`` or ``county``): no protocol version in common.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final

import httpx

from desktop.domain.errors import UserFacingError
from desktop.domain.journal import EntryFormatError, decode_json
from desktop.sync.envelope import MAX_DOCUMENT_BYTES, SigningKey, content_digest, sign_request
from desktop.sync.protocol import (
    CAPABILITIES_PATH,
    ENROLMENTS_PATH,
    MAX_SEALED_BYTES,
    OLDEST_PROTOCOL,
    PROTOCOL,
    attachment_path,
    batch_path,
    contacts_path,
    feed_path,
    history_path,
    receipt_path,
)

MAX_SIGNED_BYTES: Final = MAX_DOCUMENT_BYTES * 2
MAX_PAGE_BYTES: Final = MAX_SEALED_BYTES + MAX_DOCUMENT_BYTES
MAX_SMALL_BYTES: Final = 64 * 1024
MAX_TIME_CHARACTERS: Final = 64
NO_SUCH_BATCH: Final = "batch-unknown"
CURSOR_AHEAD: Final = "cursor-ahead"
FORK: Final = "fork"
_REVOKED: Final = frozenset({"vault-revoked", "revoked"})
_BUSY: Final = frozenset({408, 425, 429, 502, 503, 504})
_SEALED: Final = "application/octet-stream"
_JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: to connect, for silence while reading or writing, and for one whole answer."""

    connect: float = 10.0
    silence: float = 30.0
    whole: float = 180.0


DEFAULT_TIMEOUTS: Final = Timeouts()
FIRST_WORD_SECONDS: Final = round(DEFAULT_TIMEOUTS.connect + DEFAULT_TIMEOUTS.silence)
"""After so long without a word from the county a sync ends; it asks once."""


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    body: bytes


class CountyClient:
    """A connection to one county, with the vault's own signature on every request."""

    def __init__(self, url: str, vault: str, key: SigningKey, timeouts: Timeouts = DEFAULT_TIMEOUTS) -> None:
        self._url = check_url(url)
        self._vault = vault
        self._key = key
        self._timeouts = timeouts
        # No proxies, certificates or passwords from the environment, and no redirects: the laptop
        # speaks with the county it was enrolled at and with nobody else.
        self._http = httpx.Client(
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(timeouts.silence, connect=timeouts.connect),
            headers={"accept-encoding": "identity", "user-agent": f"zoucun/{PROTOCOL}"},
        )

    def __enter__(self) -> CountyClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    # -- the paths ---------------------------------------------------------------------------------

    def check_capabilities(self) -> str:
        """Ask which protocol versions the county speaks; raises ``sync.version`` if none is ours.

        Answers the county's own time, as it says it (unsigned), or "".
        """
        fields = _json(self._expect(self._send("GET", CAPABILITIES_PATH, limit=MAX_SMALL_BYTES), 200))
        oldest, newest = fields.get("oldest_protocol"), fields.get("protocol")
        if not isinstance(oldest, int) or not isinstance(newest, int):
            raise nonsense()
        if newest < OLDEST_PROTOCOL:
            raise UserFacingError("sync.version", newer="laptop")
        if oldest > PROTOCOL:
            raise UserFacingError("sync.version", newer="county")
        time = fields.get("time")
        return time if isinstance(time, str) and len(time) <= MAX_TIME_CHARACTERS else ""

    def enrol(self, request: bytes) -> bytes:
        """Send a signed enrolment request; answers the county's signed Enrolment."""
        reply = self._send("POST", ENROLMENTS_PATH, request, _JSON, limit=MAX_SIGNED_BYTES)
        return self._expect(reply, 200, 201)

    def ask_standing(self, contact: bytes) -> bytes:
        """Tell how this vault is; answers the county's signed Standing."""
        path = contacts_path(self._vault)
        return self._expect(self._send("POST", path, contact, _JSON, limit=MAX_SIGNED_BYTES), 200)

    def put_batch(self, epoch: str, number: int, container: bytes) -> bytes:
        """Send a batch; answers a signed receipt."""
        path = batch_path(self._vault, epoch, number)
        return self._expect(self._send("PUT", path, container, _SEALED, limit=MAX_SIGNED_BYTES), 200, 201, 202)

    def get_receipt(self, epoch: str, number: int, wait: int = 0) -> bytes | None:
        """The newest signed receipt of a batch, or None if the county knows nothing of it.

        The county may take up to ``wait`` seconds for the *applied* one to be ready.
        """
        path = receipt_path(self._vault, epoch, number)
        query = f"?wait={wait}" if wait else ""
        reply = self._send("GET", path + query, limit=MAX_SIGNED_BYTES)
        if reply.status == 404 and _code(reply.body) == NO_SUCH_BATCH:
            return None
        return self._expect(reply, 200)

    def post_history(self, told: bytes) -> bytes:
        """Tell the vault's epochs; answers the county's signed History."""
        reply = self._send("POST", history_path(self._vault), told, _JSON, limit=MAX_SIGNED_BYTES)
        return self._expect(reply, 200)

    def get_batch(self, epoch: str, number: int) -> bytes:
        """A batch of this vault's own as the county has it, the container it was sent in."""
        return self._expect(self._send("GET", batch_path(self._vault, epoch, number), limit=MAX_PAGE_BYTES), 200)

    def get_feed(self, cursor: int, *, own: bool = False) -> bytes | None:
        """The container of the page after ``cursor``; None if the county's data ends before it.

        ``own`` asks for this vault's own entries too, some of which it lost by damage.
        """
        query = f"?cursor={cursor}&own=true" if own else f"?cursor={cursor}"
        reply = self._send("GET", feed_path(self._vault) + query, limit=MAX_PAGE_BYTES)
        if 400 <= reply.status < 500 and _code(reply.body) == CURSOR_AHEAD:
            return None
        return self._expect(reply, 200)

    def put_attachment(self, digest: str, sealed: bytes) -> bytes:
        """Send a sealed attachment; answers a signed receipt."""
        path = attachment_path(self._vault, digest)
        return self._expect(self._send("PUT", path, sealed, _SEALED, limit=MAX_SMALL_BYTES), 200, 201)

    # -- one exchange ------------------------------------------------------------------------------

    def _send(self, method: str, path: str, body: bytes | None = None, media: str = "", *, limit: int) -> _Reply:
        url = self._url + path
        headers: dict[str, str] = {}
        if body is not None:
            headers = {"Content-Type": media, "Content-Digest": content_digest(body)}
        signed = sign_request(method, url, headers, self._key, self._vault)
        try:
            with self._http.stream(method, url, headers=signed, content=body) as response:
                return _Reply(response.status_code, self._read(response, limit))
        except httpx.TimeoutException as error:
            waited = self._timeouts.connect if isinstance(error, httpx.ConnectTimeout) else self._timeouts.silence
            raise UserFacingError("sync.county-silent", seconds=f"{waited:g}") from None
        except httpx.RemoteProtocolError as error:
            # A connection cut in the middle of an answer, or bytes that are not HTTP at all.
            cut = "disconnected" in str(error) or "closed connection" in str(error)
            raise UserFacingError("sync.county-away" if cut else "sync.county-nonsense") from None
        except (httpx.NetworkError, OSError):
            raise UserFacingError("sync.county-away") from None
        except httpx.HTTPError:
            raise nonsense() from None

    def _read(self, response: httpx.Response, limit: int) -> bytes:
        if response.headers.get("content-encoding", "identity") != "identity":
            raise nonsense()
        end = time.monotonic() + self._timeouts.whole
        body = bytearray()
        for chunk in response.iter_raw():
            body += chunk
            if len(body) > limit:
                raise nonsense()
            if time.monotonic() > end:
                raise UserFacingError("sync.county-slow")
        return bytes(body)

    def _expect(self, reply: _Reply, *statuses: int) -> bytes:
        if reply.status in statuses:
            return reply.body
        if reply.status in _BUSY:
            raise UserFacingError("sync.county-slow")
        if reply.status >= 500:
            raise UserFacingError("sync.county-fault")
        code = _code(reply.body)
        if reply.status < 400 or code is None:
            raise nonsense()
        if code in _REVOKED:
            raise UserFacingError("sync.revoked")
        raise UserFacingError("sync.refused", reason=code)


def check_url(url: str) -> str:
    """The county's address without a slash at its end.

    It has no path of its own: the signature of a request covers the path the county sees.

    Raises:
        UserFacingError: ``sync.county-address`` if it is not ``http(s)://host[:port]``.
    """
    try:
        parsed = httpx.URL(url.strip())
    except httpx.InvalidURL:
        raise UserFacingError("sync.county-address") from None
    bare = parsed.path in ("", "/") and not parsed.query and not parsed.userinfo and not parsed.fragment
    if parsed.scheme not in ("http", "https") or not parsed.host or not bare:
        raise UserFacingError("sync.county-address")
    return str(parsed).rstrip("/")


def nonsense() -> UserFacingError:
    """The county's answer breaks the contract, or its signature does not hold."""
    return UserFacingError("sync.county-nonsense")


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        return decode_json(body)
    except EntryFormatError:
        raise nonsense() from None


def _code(body: bytes) -> str | None:
    """The code of an error's body; None where it is not one of ours."""
    try:
        code = decode_json(body[:MAX_SMALL_BYTES]).get("code")
    except EntryFormatError:
        return None
    return code if isinstance(code, str) and 0 < len(code) <= 64 and code.isascii() and code.isprintable() else None
