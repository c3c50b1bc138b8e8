"""Rights requests at the county, on both databases: taken in by the same table, counted, and listed without a name."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path

from county.apply import apply_all
from county.opening import County, create_county
from county.rights import figures, request_lines
from desktop.domain.rights import RIGHTS_REQUEST
from tests.county.conftest import PASSPHRASE, run
from tests.county.laptop import enrolled, household, moved, send, verdicts
from tests.entry_bodies import FIELDS

KEYS = {"requests", "open", "overdue", "answered", "days_mean", "days_median", "days_most"}
TAKEN = {name: value for name, value in FIELDS[RIGHTS_REQUEST].items() if name not in ("reasons", "classes")}
ANSWERED = {"answered_on": "2026-11-27", "answered_by": "林晓梅", "reasons": ["retention"]}


def test_the_county_counts_requests_and_how_long_they_took(county: County, township: str) -> None:
    """One answered in time, one late, one waiting, one taken back; what a social worker answered is refused."""
    laptop = enrolled(county, [township])
    station = enrolled(county, [township], "social-worker")
    home, person, drafts = household(township + "201", "甲某", "1")
    send(county, laptop, laptop.action(*drafts))
    fields = {**TAKEN, "resident": person, "household": home}
    for number in range(4):
        body = {"from": None, "to": "received", "fields": {**fields, "number": f"QL-{number}"}}
        send(county, laptop, laptop.action((f"{RIGHTS_REQUEST}.moved", f"q{number}", body)))
    send(county, laptop, laptop.action(moved(RIGHTS_REQUEST, "q0", "received", "answered", **ANSWERED)))
    late = {**ANSWERED, "answered_on": "2026-12-18"}
    send(county, laptop, laptop.action(moved(RIGHTS_REQUEST, "q1", "received", "refused", **late)))
    send(county, laptop, laptop.action(moved(RIGHTS_REQUEST, "q2", "received", "withdrawn")))
    apply_all(county)
    refused = send(county, station, station.action(moved(RIGHTS_REQUEST, "q3", "received", "answered", **ANSWERED)))
    apply_all(county)
    assert verdicts(county, station, refused) == [("rejected", "not-allowed")]
    lines = request_lines(county, date(2026, 12, 21))
    assert [(one.number, one.days, one.late) for one in lines] == [
        ("QL-3", 21, True),
        ("QL-0", 5, False),
        ("QL-1", 20, True),
        ("QL-2", 21, False),
    ]
    counted = figures(lines)
    assert (counted.requests, counted.open, counted.overdue) == (4, 1, 1)
    assert (counted.answered, counted.answered_late, counted.days_mean, counted.days_most) == (2, 1, 12.5, 20)
    assert counted.by_state == {"answered": 1, "received": 1, "refused": 1, "withdrawn": 1}
    said = json.dumps([asdict(one) for one in lines], ensure_ascii=False)
    assert "甲某" not in said
    assert TAKEN["words"] not in said
    assert request_lines(county, date(2026, 11, 24))[0].late is False


def test_the_command_prints_figures_first_and_then_what_waits(tmp_path: Path) -> None:
    """As an operator runs it: one JSON line of figures, then a line for each that waits; or all, on request."""
    folder = tmp_path / "county"
    county = create_county(folder, "350703", "建阳区", PASSPHRASE)
    laptop = enrolled(county, ["350703104"])
    home, person, drafts = household("350703104201", "甲某", "1")
    body = {"from": None, "to": "received", "fields": {**TAKEN, "resident": person, "household": home}}
    send(county, laptop, laptop.action(*drafts))
    for number in range(2):
        send(county, laptop, laptop.action((f"{RIGHTS_REQUEST}.moved", f"q{number}", body)))
    send(county, laptop, laptop.action(moved(RIGHTS_REQUEST, "q1", "received", "answered", **ANSWERED)))
    apply_all(county)
    county.close()
    counted, waiting = run(folder, "rights")
    assert set(counted) >= KEYS
    assert (counted["requests"], counted["open"], counted["days_most"]) == (2, 1, 5)
    assert (waiting["request"], waiting["state"]) == ("q0", "received")
    assert len(run(folder, "rights", "--all")) == 3
