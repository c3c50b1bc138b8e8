"""Nothing of what is sent to the county comes back in an error, or stands in what the server writes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from desktop.sync.envelope import pack_container, sign_document
from desktop.sync.protocol import ENROLMENTS_PATH, batch_path
from tests.county.client import enrol, put
from tests.county.conftest import Server

CANARY = "吉䶮穗350703195203120011"
ROOT = Path(__file__).parents[2]


def wrong_requests(server: Server) -> Iterator[httpx.Response]:
    """A person where none belongs: body, path, query, header, container; malformed, unsigned, too deep."""
    laptop = enrol(server)
    url = server.url
    body = json.dumps({"name": CANARY, "code": [CANARY]}, ensure_ascii=False).encode()
    with httpx.Client(base_url=url) as client:
        for content in (body, CANARY.encode(), b'{"' + CANARY.encode(), b"[" * 5000 + CANARY.encode()):
            yield client.post(ENROLMENTS_PATH, content=content)
            yield client.post(ENROLMENTS_PATH, content=content, headers={"content-type": "application/json"})
            yield client.put(batch_path(laptop.vault, laptop.epoch, 1), content=content)
            yield put(server, laptop, 1, content)
        for path in (f"/{CANARY}", f"/v1/batches/{CANARY}/{CANARY}/x", f"{ENROLMENTS_PATH}?name={CANARY}"):
            for method in ("GET", "PUT", "POST", "DELETE"):
                yield client.request(method, path, content=body)
        yield client.get("/", headers=[(b"x-name", CANARY.encode())])
    yield put(server, laptop, 1, pack_container(sign_document(body, laptop.signing), CANARY.encode()))


def test_no_error_says_what_was_sent_and_the_log_knows_nobody(server: Server) -> None:
    """Every answer is refused with a code; neither answers nor the server's output hold the name or the number."""
    answers = list(wrong_requests(server))
    assert {answer.status_code // 100 for answer in answers} == {4}
    said = b"\n".join(answer.content + str(answer.headers).encode() for answer in answers)
    written = server.stop()
    for part in ("吉䶮穗", "350703195203120011", "\\u5409", "%E5%90%89"):
        assert part.encode() not in said
        assert part not in written


DUMPABLE = """
import ctypes, resource, sys
from county import cli
resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
cli.main(["status", "--data", sys.argv[1]])
print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), *resource.getrlimit(resource.RLIMIT_CORE))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="PR_GET_DUMPABLE is Linux's")
def test_the_county_leaves_no_core_file_either(tmp_path: Path) -> None:
    """Whatever its command line does, it does after it has forbidden dumps."""
    answer = subprocess.run(
        [sys.executable, "-c", DUMPABLE, str(tmp_path / "nowhere")],
        input="口令\n",
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert answer.stdout.split() == ["0", "0", "0"]
