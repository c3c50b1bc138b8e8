"""Consent to publicity (典型案例宣传): of whom it is asked, and for what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.domain.aid import Category
from desktop.domain.publicity import (
    PUBLICITY,
    Channel,
    Material,
    Naming,
    PublicityAsk,
    PublicityState,
    publicity_problem,
)
from desktop.domain.roles import Role

ASK = PublicityAsk((Material.STORY, Material.ALIAS), (Channel.WEBSITE,), "建阳区民政局", Naming.ALIAS)


def test_a_child_whom_nobody_looks_after_is_never_shown() -> None:
    """事实无人抚养儿童: whoever would sign, and whatever is asked."""
    held = {Category.SUBSISTENCE, Category.UNATTENDED_CHILD}
    assert publicity_problem(ASK, held, is_minor=True) == "unattended-child"
    assert publicity_problem(ASK, {Category.SUBSISTENCE}, is_minor=True) == ""


def test_a_grown_up_of_such_a_household_is_not_shown_either() -> None:
    """Whoever reads of them knows which child it is (``domain.posting``)."""
    assert publicity_problem(ASK, {Category.UNATTENDED_CHILD}, is_minor=False) == "unattended-child"


@pytest.mark.parametrize(
    ("role", "basis", "reason"),
    [
        (Role.REVIEWER, "civil-affairs", "county-check"),
        (Role.DUTY_OFFICER, "civil-affairs", ""),
        (Role.REVIEWER, "parents", ""),
    ],
)
def test_where_a_body_is_the_guardian_the_county_checks(role: Role, basis: str, reason: str) -> None:
    """The office that asks must not consent as well."""
    guardian = {"name": "建阳区民政局", "relation": "监护机构", "basis": basis}
    signing = {"band": "8-13", "guardian": guardian}
    fields = {"worker": "lin", "second_worker": "wang", "signing": signing}
    state = {"fields": fields, "history": [{"worker": "lin"}]}
    step = (PublicityState.SIGNED, PublicityState.SIGNED, PublicityState.IN_FORCE)
    assert PUBLICITY.problem(*step, role, "he", state, fields) == reason


@pytest.mark.parametrize(
    ("ask", "reason"),
    [
        (ASK, ""),
        (replace(ASK, materials=()), "nothing-asked"),
        (replace(ASK, channels=()), "nothing-asked"),
        (replace(ASK, publisher=" "), "no-publisher"),
        (replace(ASK, naming=Naming.REAL_NAME), "name-not-asked"),
        (replace(ASK, materials=(Material.STORY,)), "name-not-asked"),
        (replace(ASK, materials=(*ASK.materials, Material.CHILD_IMAGE)), "no-child"),
    ],
)
def test_what_is_asked_fits_together(ask: PublicityAsk, reason: str) -> None:
    """A name is asked for before it is used, and a picture of a child is asked of a child's."""
    assert publicity_problem(ask, (), is_minor=False) == reason
