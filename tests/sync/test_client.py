"""The county is away, slow, or answers nonsense: each has its sentence, and nothing is believed."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest

from desktop.domain.errors import UserFacingError
from desktop.domain.journal import encode_json
from desktop.sync.client import MAX_SMALL_BYTES, CountyClient, Timeouts, check_url
from desktop.sync.envelope import SigningKey, verify_request
from desktop.sync.protocol import PROTOCOL, ProtocolError
from tests.sync.http_stub import Reply, capabilities, closed_port_url, stub

KEY = SigningKey.generate()
VAULT = "vault-of-a-test"


def client(url: str, timeouts: Timeouts | None = None) -> CountyClient:
    return CountyClient(url, VAULT, KEY, timeouts or Timeouts(connect=5, silence=5))


def code_of(reply: Reply, timeouts: Timeouts | None = None) -> str:
    """The code of the error that asking for capabilities ends with."""
    with stub(lambda _asked: reply) as county, client(county.url, timeouts) as asking:
        with pytest.raises(UserFacingError) as caught:
            asking.check_capabilities()
        return caught.value.code


def test_nobody_listens() -> None:
    """A refused connection is a county that is away."""
    with client(closed_port_url()) as asking, pytest.raises(UserFacingError, match=r"sync\.county-away"):
        asking.check_capabilities()


def test_a_county_that_never_answers_is_silent() -> None:
    """Silence ends after the time for silence."""
    assert code_of(Reply(silent=True), Timeouts(silence=0.1)) == "sync.county-silent"


def test_an_answer_that_takes_too_long_as_a_whole_is_slow() -> None:
    """Bytes that trickle in for ever do not hold a sync for ever."""
    assert code_of(capabilities(), Timeouts(whole=-1.0)) == "sync.county-slow"


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(raw=b""), "sync.county-away"),
        (Reply(body=b"{", length=1000), "sync.county-away"),
        (Reply(raw=b"\x16\x03\x01 this is not HTTP\r\n\r\n"), "sync.county-nonsense"),
        (Reply(body=b"<html>login</html>"), "sync.county-nonsense"),
        (Reply(body=encode_json({"protocol": "one"})), "sync.county-nonsense"),
        (Reply(302, headers={"Location": "http://127.0.0.1:9/"}), "sync.county-nonsense"),
        (Reply(body=b" " * (MAX_SMALL_BYTES + 1)), "sync.county-nonsense"),
        (Reply(404, b"<html>not found</html>"), "sync.county-nonsense"),
        (Reply(400, encode_json({"code": "x" * 1000})), "sync.county-nonsense"),
        (Reply(500, encode_json({"code": "fault"})), "sync.county-fault"),
        (Reply(503, encode_json({"code": "store-away"})), "sync.county-slow"),
        (Reply(429), "sync.county-slow"),
        (Reply(403, encode_json({"code": "vault-revoked"})), "sync.revoked"),
    ],
)
def test_an_answer_that_breaks_the_contract_has_its_code(reply: Reply, code: str) -> None:
    """Cut, foreign, redirected, too large, faulty: each is told apart as far as a worker can act on it."""
    assert code_of(reply) == code


def test_a_refusal_carries_the_county_s_reason() -> None:
    """The county's own code is kept as the reason."""
    with (
        stub(lambda _asked: Reply(409, encode_json({"code": "fork"}))) as county,
        client(county.url) as asking,
        pytest.raises(UserFacingError, match=r"sync\.refused") as caught,
    ):
        asking.put_batch("epoch", 1, b"container")
    assert caught.value.values == {"reason": "fork"}


def test_an_answer_that_never_ends_is_dropped_at_the_limit() -> None:
    """Not more than the limit is ever kept, whatever length was announced."""
    with (
        stub(lambda _asked: Reply(body=b"x" * 5_000_000)) as county,
        client(county.url) as asking,
        pytest.raises(UserFacingError, match=r"sync\.county-nonsense"),
    ):
        asking.put_attachment("0" * 64, b"sealed")


def test_a_compressed_answer_is_refused() -> None:
    """What the laptop did not ask to be packed it does not unpack."""
    bomb = gzip.compress(b" " * 10_000_000)
    assert code_of(Reply(body=bomb, headers={"Content-Encoding": "gzip"})) == "sync.county-nonsense"


@pytest.mark.parametrize(("oldest", "newest", "newer"), [(PROTOCOL + 1, PROTOCOL + 2, "county"), (0, 0, "laptop")])
def test_versions_without_overlap_say_which_side_is_newer(oldest: int, newest: int, newer: str) -> None:
    """A laptop and a county too far apart do not guess."""
    with (
        stub(lambda _asked: capabilities(oldest, newest)) as county,
        client(county.url) as asking,
        pytest.raises(UserFacingError, match=r"sync\.version") as caught,
    ):
        asking.check_capabilities()
    assert caught.value.values == {"newer": newer}


def test_a_newer_county_that_still_speaks_our_version_is_fine() -> None:
    """An old laptop may talk to a newer county."""
    with stub(lambda _asked: capabilities(PROTOCOL, PROTOCOL + 5)) as county, client(county.url) as asking:
        asking.check_capabilities()


def test_every_request_is_signed_over_method_path_query_and_body() -> None:
    """A request holds under the vault's key, and under no other method, path, query or body."""
    with stub(lambda _asked: Reply(404, encode_json({"code": "x"}))) as county, client(county.url) as asking:
        questions: tuple[Callable[[], object], ...] = (
            lambda: asking.put_batch("epoch", 1, b"container"),
            lambda: asking.get_receipt("epoch", 1, 5),
            lambda: asking.get_feed(7),
            lambda: asking.put_attachment("0" * 64, b"sealed"),
        )
        for ask in questions:
            with pytest.raises(UserFacingError):
                ask()
        for asked in county.asked:
            url, body = county.url + asked.path, asked.body if asked.method == "PUT" else None
            verify_request(asked.method, url, asked.headers, KEY.public, VAULT, body=body)
            with pytest.raises(ProtocolError):
                verify_request("POST", url, asked.headers, KEY.public, VAULT, body=body)
            with pytest.raises(ProtocolError):
                verify_request(asked.method, url + "0", asked.headers, KEY.public, VAULT, body=body)
            with pytest.raises(ProtocolError):
                verify_request(asked.method, url, asked.headers, SigningKey.generate().public, VAULT, body=body)
            if body is not None:
                with pytest.raises(ProtocolError):
                    verify_request(asked.method, url, asked.headers, KEY.public, VAULT, body=body + b".")
        assert [asked.method for asked in county.asked] == ["PUT", "GET", "GET", "PUT"]


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """The laptop speaks with its county and with nobody in between that an environment variable names."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, closed_port_url())
    with stub(lambda _asked: capabilities()) as county, client(county.url) as asking:
        asking.check_capabilities()
        assert len(county.asked) == 1


@pytest.mark.parametrize(
    "address",
    ["", "county", "ftp://county", "http://", "http://user:word@county", "http://county/path", "http://county/?a=1"],
)
def test_an_address_that_is_none_is_refused_before_anything_is_sent(address: str) -> None:
    """Only ``http(s)://host[:port]`` is an address of a county."""
    with pytest.raises(UserFacingError, match=r"sync\.county-address"):
        check_url(address)


def test_an_address_is_kept_in_one_form() -> None:
    """Spaces and a slash at the end are how people type; they change nothing."""
    assert check_url("  https://county.example:8443/ ") == "https://county.example:8443"
