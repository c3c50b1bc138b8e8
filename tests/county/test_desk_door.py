"""Who gets in at the desk: one browser by an address that works once; and when it ends."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import httpx
import pytest

from county.desk.door import COOKIE, HEADERS
from county.desk.sitting import Desk
from county.opening import County, create_county
from tests.county.conftest import PASSPHRASE, command
from tests.county.desk_sitting import hidden, signed_sheet, sitting, unentered, words
from tests.county.test_gate import Case, made_case


@pytest.fixture
def case(county: County, township: str) -> Case:
    """A sheet that waits, so that there is something to keep from others."""
    made = made_case(county, township)
    signed_sheet(made)
    return made


def test_the_address_works_once_and_gives_a_cookie_for_one_room(case: Case) -> None:
    """HttpOnly, strict, and sent to this desk's own path alone."""
    with unentered(case.county, case.officer) as desk, httpx.Client(base_url=desk.origin) as browser:
        assert browser.get("/open/" + "x" * 43).status_code == 403
        assert browser.get(f"/{desk.room}/").status_code == 403, "without the cookie"
        opened = browser.get(desk.entrance)
        assert (opened.status_code, opened.headers["location"]) == (303, f"/{desk.room}/")
        cookie = opened.headers["set-cookie"]
        assert cookie.startswith(f"{COOKIE}={desk.cookie};")
        assert {f"Path=/{desk.room}/", "HttpOnly", "SameSite=strict"} <= set(cookie.split("; "))
        assert browser.get(f"/{desk.room}/").status_code == 200
        again = httpx.get(desk.entrance)
        assert (again.status_code, "set-cookie" in again.headers, "已经用过一次" in words(again)) == (403, False, True)
        wrong = httpx.get(f"{desk.origin}/{desk.room}/", cookies={COOKIE: desk.cookie[:-1] + "!"})
        assert wrong.status_code == 403


def test_another_host_another_site_and_another_form_are_refused(case: Case) -> None:
    """DNS rebinding, a page of another site or port, a form without the token: nothing shown, nothing written."""
    with sitting(case.county, case.officer) as at:
        page = at.get("/sheet", id=case.sheet).text
        assert "林阿婆" in page
        form = {"id": case.sheet, "seen": hidden(page, "seen"), "reason": "试一试"}
        port = at.desk.host.partition(":")[2]
        for headers in (
            {"Host": "evil.example"},
            {"Host": f"localhost:{port}"},
            {"Host": f"evil.example:{port}"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
        ):
            answer = at.browser.get(f"{at.room}/sheet", params={"id": case.sheet}, headers=headers)
            assert (answer.status_code, "林阿婆" in answer.text) == (403, False)
        for headers in (
            {"Origin": "http://evil.example"},
            {"Origin": "null"},
            {"Origin": "http://127.0.0.1:1"},
            {"Sec-Fetch-Site": "cross-site"},
        ):
            assert at.post("/sheet/reject", form, **headers).status_code == 403
        unsaid = at.browser.post(f"{at.room}/sheet/reject", data={"token": at.desk.token, **form})
        assert unsaid.status_code == 403, "without an Origin"
        for path in ("/sheet/reject", "/sheet/check", "/lost/laptop", "/minors", "/end"):
            answer = at.post(path, {**form, "token": "other"})
            assert (answer.status_code, "没有写入" in words(answer)) == (403, True)
        other = at.browser.post(
            f"{at.room}/sheet/reject", json={"token": at.desk.token, **form}, headers={"Origin": at.desk.origin}
        )
        assert other.status_code == 415
        large = at.post("/sheet/reject", {**form, "reason": "长" * 40_000})
        assert large.status_code == 413
        assert at.get("/").status_code == 200, "and it still serves its own"
    assert case.state(case.sheet)["state"] == "signed"


def test_whatever_leaves_is_kept_nowhere_and_framed_by_nobody(case: Case) -> None:
    """Pages, pictures, errors and refusals alike; no page asks for anything from elsewhere or runs a script."""
    with sitting(case.county, case.officer) as at:
        answers = [at.get(path, id=case.sheet) for path in ("/", "/sheets", "/sheet", "/lost", "/holds", "/minors")]
        answers += [at.get("/nowhere"), at.get("/sheet", id="nobody"), at.get("/sheet"), httpx.get(at.desk.origin)]
        answers += [at.browser.get("/style.css"), at.get("/away"), httpx.put(at.desk.origin)]
        assert [one.status_code for one in answers] == [200] * 6 + [404, 409, 422, 403, 200, 200, 403]
        for answer in answers:
            assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
            assert "server" not in answer.headers
            assert "<script" not in answer.text
            assert "style=" not in answer.text
            assert "http" not in answer.text.replace("http-equiv", "")


def test_a_fault_says_nothing_of_anybody(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reference, and no word of what was being done."""

    def fail(*_: object) -> None:
        raise ValueError("林阿婆")

    monkeypatch.setattr("county.sheets.compiled", fail)
    with sitting(case.county, case.officer) as at:
        answer = at.get("/sheet", id=case.sheet)
    assert (answer.status_code, "林阿婆" in answer.text, "把编号" in words(answer)) == (500, False, True)
    assert answer.headers["cache-control"] == "no-store"


def test_it_ends_when_nobody_is_there(case: Case) -> None:
    """By its own clock; a page that gave way is nobody."""
    now = [0.0]
    desk = Desk(case.county, None, "127.0.0.1:1", 60, lambda: None, clock=lambda: now[0])  # type: ignore[arg-type]
    now[0] = 59.0
    assert desk.idle_left == 1
    desk.touch()
    assert desk.idle_left == 60
    now[0] = 119.0
    assert desk.idle_left == 0
    with sitting(case.county, case.officer) as at:
        for path, touches in (("/away", False), ("/", True)):
            at.desk.last = 1.0
            assert f'content="600;url={at.room}/away"' in at.get(path).text
            assert (at.desk.last != 1.0) is touches
    with unentered(case.county, case.officer, idle_seconds=0.2) as served:
        for _ in range(600):
            try:
                httpx.get(served.origin)
            except httpx.HTTPError:
                break
        else:
            pytest.fail("it never ended")


def test_it_ends_by_its_own_button(case: Case) -> None:
    """And says so."""
    with sitting(case.county, case.officer) as at:
        assert "值班页已结束" in words(at.post("/end", {}))


def test_the_command_prints_an_address_once_and_ends_by_ctrl_c(tmp_path: Path) -> None:
    """One line of JSON, a sentence for a person, and nothing of whom was looked at in what it wrote."""
    folder = tmp_path / "county"
    county = create_county(folder, "350703", "建阳区", PASSPHRASE)
    made = made_case(county, "350703104")
    signed_sheet(made)
    county.close()
    process = subprocess.Popen(
        command("desk", "--data", str(folder), "--officer", made.officer),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(PASSPHRASE + "\n")
    process.stdin.flush()
    line = json.loads(process.stdout.readline())
    with httpx.Client() as browser:
        page = browser.get(line["url"], follow_redirects=True)
        assert (page.status_code, "今天要办的" in page.text) == (200, True)
        room = str(page.url)
        assert "林阿婆" in browser.get(f"{room}sheet", params={"id": made.sheet}).text
        for asked in (f"{room}林阿婆", f"{room}sheet?id=林阿婆", f"{room}lost/letters?id=林阿婆&batch=林阿婆"):
            assert browser.get(asked).status_code in (404, 409, 422)
            assert browser.post(asked, content="林阿婆").status_code in (403, 404, 405)
    process.send_signal(signal.SIGINT)
    rest, told = process.communicate(timeout=60)
    assert (process.returncode, rest) == (0, "")
    assert "只能用一次" in told
    assert "Traceback" not in told
    assert "林阿婆" not in told
    assert "%E6" not in told
    assert line["url"].startswith("http://127.0.0.1:")
