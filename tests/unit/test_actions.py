"""Actions by name: lines of JSON become calls of services, and a wrong field is refused before anything is done."""

from __future__ import annotations

import inspect
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop import actions
from desktop.domain.errors import UserFacingError
from desktop.domain.plain import to_plain
from desktop.services.application import Application
from desktop.services.people import find_people, household_page
from desktop.services.vaults import verify_journal
from tests.households import SHANGHU
from tests.vaults import made_vault

HOUSEHOLD = {
    "do": "add-household",
    "household": {
        "address": {"division": SHANGHU, "text": "十八号"},
        "members": [
            {"name": {"name": "练习𠮷户"}, "birth": {"day": "1950-02-03"}, "phones": {"numbers": ["13905990001"]}}
        ],
        "categories": [{"category": "subsistence", "since": "2024-01-01", "monthly": 65000}],
    },
}


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """An enrolled vault."""
    with made_vault(tmp_path_factory.mktemp("home")) as made:
        yield made


def test_an_action_is_performed_and_answers_with_the_ids_it_made(application: Application) -> None:
    """Nested objects, dates, lists and enums become the service's own types."""
    performed = actions.perform(application, HOUSEHOLD)
    assert performed.saved == "add-household"
    assert set(performed.changed) == {"household", "resident"}
    assert set(performed.made) == {"household", "residents"}
    page = household_page(application, performed.made["household"])
    assert page.head_name == "练习𠮷户"
    assert [(held.category, held.monthly) for held in page.categories] == [("subsistence", 65000)]
    assert page.members[0].birth.day is not None
    assert page.members[0].birth.day.isoformat() == "1950-02-03"


def test_a_description_is_changed_group_by_group(application: Application) -> None:
    """The value of each group is read as that group's own type."""
    made = actions.perform(application, HOUSEHOLD).made
    line = {"do": "change-resident", "resident_id": made["residents"][0], "groups": {"name": {"name": "练习改名户"}}}
    assert actions.perform(application, line).made is None
    assert household_page(application, made["household"]).head_name == "练习改名户"


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"do": "add-household"}, "household"),
        ({"do": "add-household", "household": None}, "household"),
        ({"do": "add-household", "household": {"members": []}}, "household.address"),
        ({**HOUSEHOLD, "extra": 1}, "extra"),
        (
            {"do": "add-household", "household": {"address": {"division": 1}, "members": []}},
            "household.address.division",
        ),
        (
            {"do": "add-household", "household": {"address": {"division": "1"}, "members": [{"name": {"nmae": "错"}}]}},
            "household.members[0].name.nmae",
        ),
        ({"do": "settle-change", "entry": "nonsense", "how": "已重新登记"}, "entry"),
        ({"do": "change-household", "household_id": "h", "groups": {"favourite": {}}}, "groups.favourite"),
        ({"do": "change-household", "household_id": "h", "groups": {"head": {"resident": 3}}}, "groups.head.resident"),
        (
            {"do": "record-visit", "visit": {"household": "h", "kind": "walk", "day": "2026-03-05", "result": "met"}},
            "visit.kind",
        ),
        (
            {"do": "record-visit", "visit": {"household": "h", "kind": "survey", "day": "5 March", "result": "met"}},
            "visit.day",
        ),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_written(
    application: Application, line: dict[str, Any], field: str
) -> None:
    """Missing, unknown and mistyped fields alike, by their path."""
    before = verify_journal(application)
    with pytest.raises(UserFacingError) as caught:
        actions.perform(application, line)
    assert caught.value.code == "action.malformed"
    assert caught.value.values == {"field": field}
    assert verify_journal(application) == before


@pytest.mark.parametrize("action", [{"do": "take-scan", "sheet_id": "s"}, {"do": "take-in-scans"}])
def test_a_file_that_is_no_picture_is_refused_before_it_fills_the_memory(
    application: Application, tmp_path: Path, action: dict[str, Any]
) -> None:
    """Not there, without an end, or larger than any picture: words, and no more of it read than a picture may have."""
    pipe, large = tmp_path / "pipe", tmp_path / "large.jpg"
    os.mkfifo(pipe)
    with large.open("wb") as file:
        file.truncate(64 * 1024**3)  # takes no room on the disk, and more in memory than there is
    for file_given, code in (
        ("/no/such/picture", "scan.file-unreadable"),
        (str(pipe), "scan.file-unreadable"),
        ("/dev/zero", "scan.file-unreadable"),
        (str(tmp_path), "scan.file-unreadable"),
        (str(large), "scan.too-large"),
    ):
        with pytest.raises(UserFacingError) as caught:
            actions.perform(application, {**action, "picture_file": file_given})
        assert caught.value.code == code


@pytest.mark.parametrize("name", ["", "fly", "verify_journal", "__class__", 7, None, ["add-household"]])
def test_an_unknown_action_is_refused(application: Application, name: Any) -> None:
    """Only what is in the table can be called."""
    with pytest.raises(UserFacingError, match=r"action\.unknown"):
        actions.perform(application, {"do": name})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)


@settings(max_examples=200)
@given(st.data())
def test_no_argument_is_ever_a_crash(data: st.DataObject) -> None:
    """Whatever is given for an argument is read, or refused with ``action.malformed``."""
    function = actions.ACTIONS[data.draw(st.sampled_from(sorted(actions.ACTIONS)))]
    given_arguments = {name: data.draw(JSON) for name in actions.arguments_of(function)}
    try:
        actions.read_arguments(function, given_arguments)
    except UserFacingError as error:
        assert error.code == "action.malformed"  # noqa: PT017 - it may also be fine


@pytest.mark.parametrize("name", sorted(actions.ACTIONS))
def test_every_action_tells_how_its_line_looks(name: str) -> None:
    """``zoucun do --actions`` prints it: every argument with a type, as JSON."""
    usage = json.loads(json.dumps(actions.usage(name)))
    assert usage.pop("do") == name
    parameters = list(inspect.signature(actions.ACTIONS[name]).parameters)[1:]
    assert [field.rstrip("?") for field in usage] == parameters


def test_ids_and_not_descriptions_are_answered(application: Application) -> None:
    """The answers of ``do`` may be kept in a file, so nothing of a person is in them."""
    performed = actions.perform(application, HOUSEHOLD)
    assert "𠮷" not in json.dumps(to_plain(performed), ensure_ascii=False)
    assert [line.name for line in find_people(application, "练习𠮷户")]


def test_a_person_is_erased_by_a_line_and_no_name_is_answered_or_kept_as_a_reason(application: Application) -> None:
    """A reason that names the person would stay for ever: refused; the answer counts and names nobody."""
    made = actions.perform(application, HOUSEHOLD).made
    line = {"do": "erase-resident", "resident": made["residents"][0], "ground": "mistake"}
    with pytest.raises(UserFacingError, match=r"erasing\.reason-names"):
        actions.perform(application, {**line, "reason": "练习𠮷户不该登记"})
    assert line["resident"] in {one.resident for one in find_people(application, "练习𠮷户")}
    performed = actions.perform(application, {**line, "reason": "登记错了人"})
    assert performed.made["entries"] > 0
    assert "𠮷" not in json.dumps(to_plain(performed), ensure_ascii=False)
    assert line["resident"] not in {one.resident for one in find_people(application, "练习𠮷户")}
