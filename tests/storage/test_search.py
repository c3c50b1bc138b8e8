"""Finding people: what comes first, what narrows, and that a search does no more than it must."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from desktop.domain.households import Address
from desktop.services import households
from desktop.services.application import Application
from desktop.storage import search
from tests.county_issued import SHANGBU, ZHONGBU
from tests.households import made_up_household
from tests.vaults import made_vault


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    """A vault with five people in 上㘵村."""
    with made_vault(tmp_path) as application:
        for name in ("秀英兰", "陈秀英", "林林", "林秀英", "李兰"):
            households.add_household(application, made_up_household(name, phone="13905990000"))
        yield application


def found(application: Application, term: str, *villages: str, limit: int = 50) -> list[str]:
    """Names in the order of the search."""

    def read(connection: Connection) -> list[str]:
        import json

        hits = search.find(connection, term, villages, limit)
        return [json.loads(one.state)["groups"]["name"]["value"]["name"] for one in hits]

    return application.read(read)


def test_whole_names_come_before_names_that_only_begin_so(application: Application) -> None:
    """Whoever types all of a given name means those first."""
    assert found(application, "秀英") == ["陈秀英", "林秀英", "秀英兰"]


def test_a_person_with_several_fitting_tokens_is_found_once_and_takes_one_place(application: Application) -> None:
    """林林 begins with lin twice: where two are asked for, the other is still among them."""
    for term in ("l", "lin", "林", "139"):
        names = found(application, term)
        assert len(names) == len(set(names)), term
    assert found(application, "lin", limit=2) == ["林林", "林秀英"]
    assert len(found(application, "139", limit=3)) == 3


def test_a_village_narrows_beside_any_word_and_follows_a_move(application: Application) -> None:
    """Also where a word is part of a name and of a village at once."""
    moved = households.add_household(application, made_up_household("林秀兰")).value
    assert found(application, "上㘵 秀英", f"上㘵={SHANGBU}") == ["陈秀英", "林秀英", "秀英兰"]
    assert found(application, "中㘵 林", f"中㘵={ZHONGBU}") == []
    households.change_household(application, moved.household, {"address": Address(ZHONGBU, "3号")})
    assert found(application, "中㘵 林", f"中㘵={ZHONGBU}") == ["林秀兰"]
    assert found(application, "上㘵 林", f"上㘵={SHANGBU}") == ["林林", "林秀英"]
    assert found(application, "秀 林", f"林={ZHONGBU}") == ["林秀兰", "林秀英"]


@pytest.mark.parametrize("term", ["林", "lin", "1390599", "林 139", "上㘵 秀", "上㘵"])
def test_a_search_walks_the_index_and_makes_nothing_temporary(application: Application, term: str) -> None:
    """A temporary tree or list of ids costs more than all rows shown, because its memory is locked and wiped."""
    seen: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        if statement != "BEGIN":
            seen.append((statement, parameters))

    engine = application.store._read_engine
    event.listen(engine, "before_cursor_execute", note)
    found(application, term, f"上㘵={SHANGBU}")
    event.remove(engine, "before_cursor_execute", note)

    def explained(connection: Connection) -> set[str]:
        driver = connection.connection.driver_connection
        assert driver is not None
        return {row[3] for text, values in seen for row in driver.execute(f"EXPLAIN QUERY PLAN {text}", values)}

    plan = application.read(explained)
    assert plan
    assert not [step for step in plan if "TEMP" in step or step.startswith("SCAN")], plan
    assert len({text for text, _ in seen}) == len(term.split()), "each text is prepared once, whatever is looked for"
