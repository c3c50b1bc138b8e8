"""An HTTP server inside the test, for answers no real county would give."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from desktop.domain.journal import encode_json
from desktop.sync.envelope import SigningKey, digest, pack_container, seal, sign_document, unpack_container, unseal
from desktop.sync.protocol import (
    APPLIED,
    GOOD,
    PROTOCOL,
    AttachmentReceipt,
    FeedManifest,
    FeedPage,
    Manifest,
    Receipt,
    Standing,
    Verdict,
    decode_entries,
)
from tests.vaults import COUNTY_SEALING_KEY, COUNTY_SIGNING_KEY

DATASET = "made-up"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What to answer: ``raw`` bytes go out instead of HTTP; ``length`` lies about the body's size;
    ``silent`` never answers."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    length: int | None = None
    silent: bool = False


Answer = Callable[[Asked], Reply]


@dataclass
class Stub:
    """A running stub; ``asked`` has every request so far."""

    url: str
    asked: list[Asked]


@contextlib.contextmanager
def stub(answer: Answer) -> Iterator[Stub]:
    """Serve ``answer`` on a free port until the end."""
    asked: list[Asked] = []
    stopping = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            size = int(self.headers.get("content-length") or 0)
            request = Asked(self.command, self.path, dict(self.headers.items()), self.rfile.read(size))
            asked.append(request)
            reply = answer(request)
            if reply.silent:
                stopping.wait()
                return
            with contextlib.suppress(OSError):
                self._reply(reply)

        def _reply(self, reply: Reply) -> None:
            if reply.raw is not None:
                self.wfile.write(reply.raw)
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            length = len(reply.body) if reply.length is None else reply.length
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(reply.body)
            self.close_connection = length != len(reply.body)

        def do_GET(self) -> None:
            self._serve()

        do_PUT = do_POST = do_GET  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Stub(f"http://127.0.0.1:{server.server_port}", asked)
    finally:
        stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()


def closed_port_url() -> str:
    """An address where nobody listens."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{listening.getsockname()[1]}"


# --- answers that are right ---------------------------------------------------------------------


def capabilities(oldest: int = PROTOCOL, newest: int = PROTOCOL) -> Reply:
    """What a county speaks."""
    return Reply(body=encode_json({"oldest_protocol": oldest, "protocol": newest}))


def applied_receipt(container: bytes) -> Receipt:
    """The right *applied* receipt for a batch sealed to the made-up county."""
    signed, sealed = unpack_container(container)
    manifest = Manifest.decode(signed.document)
    entries = decode_entries(unseal(sealed, COUNTY_SEALING_KEY), manifest)
    verdicts = tuple(
        Verdict(manifest.vault, manifest.epoch, entry.header.seq, entry.hash, "ok", "", entry.header.seq)
        for entry in entries
    )
    return Receipt(
        APPLIED,
        manifest.vault,
        manifest.epoch,
        manifest.number,
        manifest.digest,
        "2026-11-20T17:42:00.000+00:00",
        DATASET,
        verdicts,
    )


def signed(document: bytes) -> Reply:
    """A document under the made-up county's signature."""
    return Reply(body=sign_document(document, COUNTY_SIGNING_KEY).encode())


def attachment_receipt(asked: Asked, key: SigningKey = COUNTY_SIGNING_KEY, **changed: Any) -> Reply:
    """The right receipt for an attachment just PUT; ``changed`` fields make it a wrong one."""
    _, _, _, vault, _, name = asked.path.split("/")
    time = "2026-11-20T17:42:00.000+00:00"
    fields: dict[str, Any] = {"vault": vault, "digest": name, "size": len(asked.body), "time": time, "dataset": DATASET}
    receipt = AttachmentReceipt(**{**fields, **changed})
    return Reply(201, sign_document(receipt.encode(), key).encode())


def good_standing(asked: Asked, recipient: str) -> Reply:
    """The county's word that all is well with the vault that has just made contact."""
    contact = json.loads(asked.body)
    secret = seal(bytes(32), [recipient]).hex()
    time = "2026-11-20T17:42:00.000+00:00"
    return signed(Standing(contact["vault"], contact["nonce"], time, GOOD, 0, "", "", "", secret).encode())


PORTAL_PAGE = "<html><title>镇政府无线网</title><form>手机号登录</form></html>".encode()


def portal(asked: Asked) -> Reply:
    """A captive portal: 200 and its own page to everything."""
    return Reply(200, PORTAL_PAGE, {"Content-Type": "text/html; charset=utf-8"})


def redirecting_portal(asked: Asked) -> Reply:
    """The other sort: everything is elsewhere."""
    return Reply(302, b"", {"Location": "http://login.invalid/portal"})


def page_container(page: FeedPage, recipient: str, **changed: Any) -> bytes:
    """A page as the county would pack it; ``changed`` fields of its manifest contradict it."""
    sealed = seal(page.encode(), [recipient])
    fields: dict[str, Any] = {
        "vault": page.vault,
        "dataset": page.dataset,
        "after": page.after,
        "upto": page.upto,
        "more": page.more,
        "digest": digest(sealed),
        "size": len(sealed),
        **changed,
    }
    return pack_container(sign_document(FeedManifest(**fields).encode(), COUNTY_SIGNING_KEY), sealed)
