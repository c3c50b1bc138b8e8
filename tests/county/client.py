"""The laptop's side of HTTP, plain: each function is one request."""

from __future__ import annotations

from pathlib import Path

import httpx

from county.enrolment import add_worker
from desktop.sync.envelope import content_digest, digest, sign_request
from desktop.sync.protocol import (
    ENROLMENTS_PATH,
    FeedItem,
    Receipt,
    attachment_path,
    batch_path,
    feed_path,
    receipt_path,
)
from tests.county.conftest import Server, beside
from tests.county.laptop import Laptop

TOWNSHIP = "350703104"


def new_code(folder: Path, role: str = "caseworker") -> str:
    """A one-time code, as the operator gets it."""
    with beside(folder) as county:
        return str(add_worker(county, "林试验", role, "莒口镇民政办", [TOWNSHIP]).code)


def enrol(server: Server, laptop: Laptop | None = None, code: str | None = None) -> Laptop:
    """Enrol a laptop over the socket."""
    laptop, code = laptop or Laptop(), code or new_code(server.folder)
    answer = httpx.post(server.url + ENROLMENTS_PATH, content=laptop.request(code))
    assert answer.status_code in {200, 201}, answer.text
    laptop.take_answer(code, answer.content)
    return laptop


def put(server: Server, laptop: Laptop, number: int, container: bytes) -> httpx.Response:
    """Send a batch."""
    return httpx.put(server.url + batch_path(laptop.vault, laptop.epoch, number), content=container)


def ask_receipt(server: Server, laptop: Laptop, number: int, *, key: Laptop | None = None) -> httpx.Response:
    """Ask for the newest receipt of a batch, signed by the laptop or by another's key, and wait for the applied one."""
    url = f"{server.url}{receipt_path(laptop.vault, laptop.epoch, number)}?wait=10"
    return httpx.get(url, headers=sign_request("GET", url, {}, (key or laptop).signing, laptop.vault), timeout=30)


def applied(server: Server, laptop: Laptop, number: int) -> Receipt:
    """The applied receipt of a batch, waited for by long poll."""
    for _ in range(6):
        receipt = laptop.receipt(ask_receipt(server, laptop, number).content)
        if receipt.stage == "applied":
            return receipt
    raise AssertionError("never applied")


def signed_get(server: Server, laptop: Laptop, cursor: int, *, key: Laptop | None = None) -> httpx.Response:
    """Ask for a page of the feed, signed by the laptop or by another's key."""
    url = f"{server.url}{feed_path(laptop.vault)}?cursor={cursor}"
    return httpx.get(url, headers=sign_request("GET", url, {}, (key or laptop).signing, laptop.vault))


def pull(server: Server, laptop: Laptop) -> list[FeedItem]:
    """All of the feed."""
    items: list[FeedItem] = []
    cursor = 0
    while True:
        page = laptop.page(signed_get(server, laptop, cursor).content)
        items += page.items
        if not page.more:
            return items
        cursor = page.upto


def put_attachment(server: Server, laptop: Laptop, body: bytes, *, name: str | None = None) -> httpx.Response:
    """Send an attachment under its digest."""
    url = server.url + attachment_path(laptop.vault, name or digest(body))
    headers = sign_request("PUT", url, {"Content-Digest": content_digest(body)}, laptop.signing, laptop.vault)
    return httpx.put(url, headers=headers, content=body)


def has_attachment(server: Server, laptop: Laptop, name: str) -> httpx.Response:
    """Ask whether an attachment is safely there."""
    url = server.url + attachment_path(laptop.vault, name)
    return httpx.head(url, headers=sign_request("HEAD", url, {}, laptop.signing, laptop.vault))
