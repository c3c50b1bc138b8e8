"""Enrolling by files on a stick: laptop and county as processes, and every file that is not the right one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.domain.errors import UserFacingError
from desktop.services import enrolment_files
from desktop.services.application import Application
from desktop.services.sync import set_county_url, sync, sync_state
from desktop.sync.envelope import SigningKey, sign_document
from desktop.sync.protocol import Enrolment, EnrolmentRequest
from desktop.ui.messages import word
from tests.command_line import answers, with_vault
from tests.county_process import CountyProcess, made_county
from tests.sync.journals import synced
from tests.vaults import closed_vault, opened


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CountyProcess]:
    """A county whose server never runs but where a test starts it."""
    made = made_county(tmp_path_factory.mktemp("county") / "data")
    yield made
    made.stop()


def answered(county: CountyProcess, stick: Path, request: enrolment_files.RequestFile, name: str = "答复.json") -> Path:
    """What the county says to a request, as a file on the stick."""
    (stick / request.name).write_bytes(request.content)
    county.run("enrol", "--request", str(stick / request.name), "--response", str(stick / name))
    return stick / name


def refusal(application: Application, answer: bytes) -> str:
    """Why an answer is not taken; it changes nothing and is worded."""
    with pytest.raises(UserFacingError) as refused:
        enrolment_files.take_answer(application, answer)
    assert application.enrolment is None
    assert refused.value.code not in word(refused.value).sentence()
    return refused.value.code


def test_two_files_and_two_command_lines_enrol_a_vault(tmp_path: Path, county: CountyProcess) -> None:
    """Request out, answer in; the same request again gets the same bytes; nothing else lies on the stick."""
    closed = closed_vault(tmp_path / "home")
    stick = tmp_path / "stick"
    stick.mkdir()
    code = county.code_for("林晓梅")
    (asked,) = answers(with_vault(closed, "vault", "enrol", "--request-to", stick, "--json", code=code))
    request = Path(asked["request"])
    assert request.parent == stick
    assert request.name == f"走村开通申请-{closed.vault[:8]}.json"
    assert [one.name for one in stick.iterdir()] == [request.name]
    for number, fresh in (("1", True), ("2", False)):
        (line,) = county.run("enrol", "--request", str(request), "--response", str(stick / f"{number}.json"))
        assert json.loads(line)["fresh"] is fresh
    assert (stick / "1.json").read_bytes() == (stick / "2.json").read_bytes()
    (worker,) = answers(with_vault(closed, "vault", "enrol", "--response", stick / "1.json", "--json"))
    assert (worker["name"], worker["role"]) == ("林晓梅", "caseworker")
    again = with_vault(closed, "vault", "enrol", "--response", stick / "2.json", "--json")
    assert json.loads(again.stderr)["error"] == "sync.already-enrolled"


def test_the_request_survives_closing_the_program(tmp_path: Path, county: CountyProcess) -> None:
    """Asked today, answered another day; the address can come later too, and then it syncs."""
    closed = closed_vault(tmp_path / "home")
    with opened(closed) as application:
        request = enrolment_files.ask_by_file(application, county.code_for("赵小兰"))
    with opened(closed) as application:
        assert enrolment_files.asked_by_file(application) == request
        answer = answered(county, tmp_path, request)
        assert enrolment_files.take_answer(application, enrolment_files.read_answer(answer)).value.name == "赵小兰"
        assert enrolment_files.asked_by_file(application) is None
        with pytest.raises(UserFacingError, match=r"sync\.county-unknown"):
            sync(application)
        county.start()
        set_county_url(application, county.url)
        report = synced(application)
        assert (report.stopped, sync_state(application).waiting) == (None, 0)
        county.stop()


def test_wrong_old_foreign_and_edited_answers_are_refused_in_words(tmp_path: Path, county: CountyProcess) -> None:
    """Each names what is wrong; the right one works afterwards."""
    with opened(closed_vault(tmp_path / "one")) as application, opened(closed_vault(tmp_path / "two")) as other:
        assert refusal(application, b"{}") == "enrolment.not-asked"
        with pytest.raises(UserFacingError, match=r"sync\.code-mistyped"):
            enrolment_files.ask_by_file(application, "AAAAA-BBBBB")
        request = enrolment_files.ask_by_file(application, county.code_for("林晓梅"))
        right = answered(county, tmp_path, request).read_bytes()
        for_other = answered(county, tmp_path, enrolment_files.ask_by_file(other, county.code_for("孙文")), "b.json")
        assert refusal(application, request.content) == "enrolment.own-request"
        assert refusal(application, for_other.read_bytes()) == "enrolment.other-vault"
        for broken in (b"", b"{}", b"PK\x03\x04", right[:-40], b"[" * 5000, "答复".encode()):
            assert refusal(application, broken) == "enrolment.not-an-answer"
        assert refusal(application, right.replace(b"caseworker", b"reviewer12")) == "enrolment.answer-changed"
        # Another county, or somebody who plays one: signed well, by a key whose fingerprint the code does not carry.
        given = Enrolment.decode(json.loads(right)["signed"].encode())
        false = SigningKey.generate()
        forged = Enrolment(**{**{name: getattr(given, name) for name in given.__slots__}, "signing_key": false.public})
        assert refusal(application, sign_document(forged.encode(), false).encode()) == "sync.wrong-county"
        assert refusal(application, sign_document(given.encode(), false).encode()) == "enrolment.answer-changed"
        assert enrolment_files.take_answer(application, right).value.name == "林晓梅"


def test_an_answer_that_cannot_be_read_or_a_request_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """A stick that is gone or too large a file; nothing half-written stays."""
    with opened(closed_vault(tmp_path / "home")) as application:
        request = enrolment_files.RequestFile("走村开通申请-1.json", b"{}")
        with pytest.raises(UserFacingError, match=r"enrolment\.file-unwritable"):
            enrolment_files.save_request(tmp_path / "gone" / "a.json", request)
        (tmp_path / "large").write_bytes(b" " * 70_000)
        for path, code in (("gone", "file-unreadable"), ("large", "not-an-answer")):
            with pytest.raises(UserFacingError) as refused:
                enrolment_files.read_answer(tmp_path / path)
            assert refused.value.code == f"enrolment.{code}"
        assert enrolment_files.save_request(tmp_path, request).read_bytes() == b"{}"
        assert not list(tmp_path.glob("*.new"))
        assert application.enrolment is None


def test_the_county_refuses_in_words_and_registers_nothing(tmp_path: Path, county: CountyProcess) -> None:
    """Foreign code, used code, edited file, no request at all: the same refusals as over the network."""
    from county.enrolment_files import answer_file
    from county.opening import open_county

    beside = open_county(county.folder, "县里试验用的口令")
    try:
        with opened(closed_vault(tmp_path / "one")) as application, opened(closed_vault(tmp_path / "two")) as other:
            code = county.code_for("周明")
            request = enrolment_files.ask_by_file(application, code)
            used = enrolment_files.ask_by_file(other, code)
            key = SigningKey.generate()
            foreign = EnrolmentRequest("00" * 16, "made-up", "1", key.public, other.sealing_key.recipient)
            before = county.status()
            cases = {
                b"{}": "not-a-request",
                b" " * 70_000: "not-a-request",
                request.content.replace(b"enrolment-request", b"enrolment-requesT"): "not-a-request",
                request.content.replace(application.identity.vault.encode(), b"f" * 32): "request-changed",
                sign_document(foreign.encode(), key).encode(): "token-unknown",
            }
            for content, code in cases.items():
                (tmp_path / "request").write_bytes(content)
                with pytest.raises(UserFacingError) as refused:
                    answer_file(beside, tmp_path / "request", tmp_path / "response")
                assert refused.value.code == f"enrolment.{code}"
            assert county.status() == before
            assert not (tmp_path / "response").exists()
            answered(county, tmp_path, request)
            (tmp_path / "request").write_bytes(used.content)
            with pytest.raises(UserFacingError, match=r"enrolment\.token-used"):
                answer_file(beside, tmp_path / "request", tmp_path / "response")
    finally:
        beside.close()
