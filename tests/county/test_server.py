"""The server as a process of its own, over a real socket."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable

import httpx

from county.status import status
from desktop.sync.envelope import Signed, digest, pack_container, seal, sign_document, unpack_container
from desktop.sync.protocol import (
    ENROLMENTS_PATH,
    MAX_ATTACHMENT_BYTES,
    EnrolmentCode,
    EnrolmentRequest,
    batch_path,
    receipt_path,
)
from tests.county.client import (
    TOWNSHIP,
    applied,
    ask_receipt,
    enrol,
    has_attachment,
    new_code,
    pull,
    put,
    put_attachment,
    signed_get,
)
from tests.county.conftest import Server, beside
from tests.county.laptop import Laptop, copy_of, household, states_from_feed

NUMBER = "11010519491231002X"


def household_batch(laptop: Laptop, name: str = "林阿婆") -> bytes:
    """A batch with one household."""
    return laptop.batch(laptop.action(*household(TOWNSHIP + "209", name, "")[2]))


def test_two_vaults_of_one_township_converge_through_the_county(server: Server) -> None:
    """Enrolled, sent, received, pulled: both end with the same records, made by the same fold."""
    one, two = enrol(server), enrol(server)
    for laptop in (one, two):
        answer = put(server, laptop, 1, laptop.batch(laptop.action(*household(TOWNSHIP + "209", "林阿婆", NUMBER)[2])))
        assert answer.status_code == 201
        stored = laptop.receipt(answer.content)
        assert (stored.stage, stored.verdicts) == ("stored", ())
        assert [one.result for one in applied(server, laptop, 1).verdicts] == ["ok", "ok"]
    assert states_from_feed(one, pull(server, one)) == states_from_feed(two, pull(server, two))
    with beside(server.folder) as county:
        figures = status(county)
    assert figures["aliases"] == 2
    assert figures["receipts"] == {"stored": 2, "applied": 2}


def test_the_same_batch_three_times_gets_the_same_receipt(server: Server) -> None:
    """A repeated send is harmless: the same bytes back, no second entry, also after it was applied."""
    laptop = enrol(server)
    container = household_batch(laptop)
    answers = [put(server, laptop, 1, container)]
    applied(server, laptop, 1)
    answers += [put(server, laptop, 1, container) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200, 200]
    assert len({answer.content for answer in answers}) == 1
    with beside(server.folder) as county:
        figures = status(county)
    assert figures["entries"]["from_vaults"] == 2


def test_other_bytes_under_the_same_name_are_a_fork_and_both_are_kept(server: Server) -> None:
    """A cloned laptop is noticed at the first clash; nothing of it is merged and nothing is lost."""
    laptop = enrol(server)
    clone = copy_of(laptop)
    assert put(server, laptop, 1, household_batch(laptop)).status_code == 201
    forked = put(server, clone, 1, household_batch(clone, "别人"))
    assert (forked.status_code, forked.json()) == (409, {"code": "fork"})
    with beside(server.folder) as county:
        figures = status(county)
    assert figures["quarantined"] == 1


def test_a_batch_with_a_wrong_signature_is_refused(server: Server) -> None:
    """Only the vault's own key can send under its name."""
    laptop, other = enrol(server), enrol(server)
    signed, sealed = unpack_container(household_batch(laptop))
    forged = sign_document(signed.document, other.signing)
    answer = put(server, laptop, 1, pack_container(forged, sealed))
    assert (answer.status_code, answer.json()) == (401, {"code": "signature-wrong"})


def test_an_altered_ciphertext_is_refused(server: Server) -> None:
    """One flipped bit of the sealed bytes does not match what was signed."""
    laptop = enrol(server)
    container = bytearray(household_batch(laptop))
    container[-1] ^= 1
    answer = put(server, laptop, 1, bytes(container))
    assert (answer.status_code, answer.json()) == (400, {"code": "digest-wrong"})


def test_a_batch_under_another_name_is_refused(server: Server) -> None:
    """The name in the path, in the signature and inside the sealed content must be one."""
    laptop, other = enrol(server), enrol(server)
    container = household_batch(laptop)
    assert put(server, laptop, 2, container).json() == {"code": "batch-renamed"}
    assert put(server, other, 1, container).json() == {"code": "signature-wrong"}
    stranger = Laptop()
    stranger.enrolment = laptop.enrolment
    answer = put(server, stranger, 1, household_batch(stranger))
    assert (answer.status_code, answer.json()) == (404, {"code": "vault-unknown"})


def test_bytes_that_are_no_batch_are_refused(server: Server) -> None:
    """Anything malformed gets a code, and the server lives."""
    laptop = enrol(server)
    hostile = (b"", b"ZC1E", b"ZC1E\xff\xff\xff\xff", b"ZC1E\x00\x00\x00\x02{}", b"<xml/>", bytes(999))
    answers = [put(server, laptop, 1, body) for body in hostile]
    assert [answer.status_code for answer in answers] == [400] * len(hostile)
    assert all(set(answer.json()) == {"code"} for answer in answers)
    assert put(server, laptop, 1, household_batch(laptop)).status_code == 201


def test_an_absurd_size_is_refused_before_it_is_read(server: Server) -> None:
    """By its announced length, and while streaming where none is announced."""
    laptop = enrol(server)
    url = server.url + batch_path(laptop.vault, laptop.epoch, 1)
    request = f"PUT {httpx.URL(url).path} HTTP/1.1\r\nHost: county\r\nContent-Length: 99999999999\r\n\r\n".encode()
    assert b" 413 " in raw_exchange(server, [request])
    head = f"PUT {httpx.URL(url).path} HTTP/1.1\r\nHost: county\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    chunk = b"100000\r\n" + bytes(0x100000) + b"\r\n"
    assert b" 413 " in raw_exchange(server, [head, *[chunk] * 8])
    assert put(server, laptop, 1, household_batch(laptop)).status_code == 201


def raw_exchange(server: Server, parts: list[bytes]) -> bytes:
    """Send raw bytes and read the first of the answer, also where the server stops listening midway."""
    url = httpx.URL(server.url)
    with socket.create_connection((url.host, url.port or 0), timeout=30) as connection:
        try:
            for part in parts:
                connection.sendall(part)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return connection.recv(4096)


def test_the_feed_is_given_to_the_vault_that_signs_for_it(server: Server) -> None:
    """Unsigned, or signed by another's key, there is no feed; a copied request is only good for itself."""
    laptop, other = enrol(server), enrol(server)
    assert signed_get(server, laptop, 0).status_code == 200
    answer = signed_get(server, laptop, 0, key=other)
    assert (answer.status_code, answer.json()) == (401, {"code": "signature-wrong"})
    answer = httpx.get(f"{server.url}/v1/vaults/{laptop.vault}/feed")
    assert (answer.status_code, answer.json()) == (401, {"code": "signature-missing"})
    answer = signed_get(server, laptop, 10**9)
    assert (answer.status_code, answer.json()) == (409, {"code": "cursor-ahead"})


def test_a_receipt_of_an_unknown_batch_is_not_waited_for(server: Server) -> None:
    """404 at once."""
    laptop = enrol(server)
    answer = ask_receipt(server, laptop, 7)
    assert (answer.status_code, answer.json()) == (404, {"code": "batch-unknown"})


def test_a_receipt_is_given_to_the_vault_alone_whose_batch_it_is(server: Server) -> None:
    """What became of each entry is nobody else's to know, who may have read the batch's name on the line."""
    laptop, other = enrol(server), enrol(server)
    assert put(server, laptop, 1, household_batch(laptop)).status_code == 201
    answer = httpx.get(server.url + receipt_path(laptop.vault, laptop.epoch, 1))
    assert (answer.status_code, answer.json()) == (401, {"code": "signature-missing"})
    answer = ask_receipt(server, laptop, 1, key=other)
    assert (answer.status_code, answer.json()) == (401, {"code": "signature-wrong"})
    assert ask_receipt(server, laptop, 1).status_code == 200


def test_attachments_are_kept_sealed_under_their_digest(server: Server) -> None:
    """Put twice, there once; unsealed, mislabelled, unsigned or too large: refused."""
    laptop = enrol(server)
    body = seal(b"a scanned sheet", [laptop.county.recipient, laptop.sealing.recipient])
    name = digest(body)
    assert has_attachment(server, laptop, name).status_code == 404
    assert [put_attachment(server, laptop, body).status_code for _ in range(2)] == [201, 200]
    there = has_attachment(server, laptop, name)
    assert (there.status_code, there.headers["attachment-size"]) == (200, str(len(body)))
    assert put_attachment(server, laptop, b"plain picture").json() == {"code": "attachment-not-sealed"}
    assert put_attachment(server, laptop, body, name="0" * 64).json() == {"code": "digest-wrong"}
    assert httpx.put(f"{server.url}/v1/vaults/{laptop.vault}/attachments/{name}", content=body).status_code == 401
    too_large = b"age-encryption.org/v1\n" + bytes(MAX_ATTACHMENT_BYTES)
    assert put_attachment(server, laptop, too_large).json() == {"code": "body-too-large"}


def test_a_code_enrols_one_vault_once(server: Server) -> None:
    """The same request again gets the same answer; another vault, a wrong or mistyped token, none."""
    code = new_code(server.folder)
    laptop = enrol(server, code=code)
    again = httpx.post(server.url + ENROLMENTS_PATH, content=laptop.request(code))
    assert again.status_code == 200
    assert laptop.take_answer(code, again.content) == laptop.county
    answer = httpx.post(server.url + ENROLMENTS_PATH, content=Laptop().request(code))
    assert (answer.status_code, answer.json()) == (403, {"code": "token-used"})
    strange = EnrolmentCode(bytes(16), EnrolmentCode.decode(code).fingerprint).encode()
    answer = httpx.post(server.url + ENROLMENTS_PATH, content=Laptop().request(strange))
    assert (answer.status_code, answer.json()) == (403, {"code": "token-unknown"})
    other = new_code(server.folder)
    answer = httpx.post(server.url + ENROLMENTS_PATH, content=laptop.request(other))
    assert (answer.status_code, answer.json()) == (403, {"code": "vault-taken"})


def test_an_enrolment_must_be_signed_with_its_own_key(server: Server) -> None:
    """So nobody enrols a key that is not theirs."""
    code, laptop = new_code(server.folder), Laptop()
    token = EnrolmentCode.decode(code).token.hex()
    request = EnrolmentRequest(token, laptop.vault, laptop.epoch, laptop.signing.public, laptop.sealing.recipient)
    forged = Signed(request.encode(), bytes(64)).encode()
    answer = httpx.post(server.url + ENROLMENTS_PATH, content=forged)
    assert (answer.status_code, answer.json()) == (401, {"code": "signature-wrong"})
    enrol(server, laptop, code)


def test_errors_never_repeat_what_was_sent(server: Server) -> None:
    """Neither answers nor the server's own output carry content of a request."""
    canary = "林阿婆11010519491231002X"
    for answer in (
        httpx.post(server.url + ENROLMENTS_PATH, content=json.dumps({"signed": canary, "signature": canary})),
        httpx.get(f"{server.url}/v1/vaults/{canary}/feed"),
        httpx.get(f"{server.url}/{canary}"),
        httpx.put(f"{server.url}/v1/vaults/a/batches/b/{canary}", content=canary.encode()),
    ):
        assert answer.status_code >= 400
        assert set(answer.json()) == {"code"}
        assert canary not in answer.text
    written = server.stop()
    assert canary not in written
    assert "11010519491231002X" not in written


def test_what_was_stored_when_the_server_stopped_is_applied_at_the_next_start(serving: Callable[[], Server]) -> None:
    """Stopped politely or not, the stored batch is applied."""
    first = serving()
    laptop = enrol(first)
    container = household_batch(laptop)
    stored = put(first, laptop, 1, container).content
    first.kill()
    second = serving()
    assert [one.result for one in applied(second, laptop, 1).verdicts] == ["ok", "ok"]
    assert put(second, laptop, 1, container).content == stored


def test_the_interface_describes_itself(server: Server) -> None:
    """OpenAPI is served, and is what the command prints."""
    served = httpx.get(server.url + "/openapi.json").json()
    assert set(served["paths"]) == {
        "/v1/capabilities",
        "/v1/enrolments",
        "/v1/vaults/{vault}/batches/{epoch}/{number}",
        "/v1/vaults/{vault}/batches/{epoch}/{number}/receipt",
        "/v1/vaults/{vault}/feed",
        "/v1/vaults/{vault}/contacts",
        "/v1/vaults/{vault}/history",
        "/v1/vaults/{vault}/attachments/{digest}",
    }
    facts = httpx.get(server.url + "/v1/capabilities").json()
    assert (facts["county"], facts["county_name"], facts["protocol"]) == ("350703", "建阳区", 1)
