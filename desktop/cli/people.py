"""``zoucun search`` and ``zoucun show``: finding people and opening a household's page."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from desktop.cli import opening, terminal
from desktop.exit_codes import ExitCode

if TYPE_CHECKING:
    from desktop.services.people import HouseholdPage
    from desktop.services.timeline import TimelineEvent


def add_commands(commands: Any) -> None:
    """Add this module's commands to the parser."""
    search = commands.add_parser(
        "search",
        help="找人 | find people",
        description="按姓名、拼音、首字母、证件尾号、电话、村名找人,可几个词一起;每行找一次。\n"
        "Finds people by name, pinyin, initials, ID tail, phone or village; one search per line.\n"
        'Standard input: {"password": "…", "card": "…"}, then the terms. Not into a file.',
    )
    opening.add_choice(search)
    search.set_defaults(run=_search)
    show = commands.add_parser(
        "show",
        help="打开一户 | open a household",
        description="打开一户:成员、类别和往来记录。打开会记入日志。\n"
        "Opens a household, members and timeline; that is noted in the journal.\n"
        'Standard input: {"password": "…", "card": "…"}. Not into a file.',
    )
    show.add_argument("household", metavar="ID", help="家庭编号,见 search 的结果 | the household's id, from search")
    opening.add_choice(show)
    show.set_defaults(run=_show)


def _search(options: argparse.Namespace) -> int:
    from desktop.services.people import find_people

    with opening.opened(options, terminal.Answers()) as application:
        terminal.refuse_file(practice=application.practice)
        for term in terminal.further_lines("找谁"):
            lines = find_people(application, term)
            if options.json:
                terminal.write_json({"found": lines})
                continue
            for line in lines:
                year = f"{line.birth_year}年生" if line.birth_year else ""
                terminal.write("  ".join((line.name, line.masked_number, year, line.place, line.household or "")))
            if not lines:
                terminal.write("没有找到。")
    return ExitCode.OK


def _show(options: argparse.Namespace) -> int:
    from desktop.services.people import household_page
    from desktop.services.timeline import timeline

    with opening.opened(options, terminal.Answers()) as application:
        terminal.refuse_file(practice=application.practice)
        page = household_page(application, options.household)
        events = timeline(application, options.household)
        terminal.answer(options, {"household": page, "timeline": events}, lambda: _words(page, events))
    return ExitCode.OK


def _words(page: HouseholdPage, events: tuple[TimelineEvent, ...]) -> str:
    from desktop.domain.aid import SHORT_CATEGORY_NAMES

    lines = [f"{page.head_name}户  {page.place}{page.address}"]
    if page.categories:
        lines.append("、".join(SHORT_CATEGORY_NAMES[one.category] for one in page.categories))
    for one in page.members:
        age = "" if one.age is None else f"{one.age}岁"
        lines.append(f"{one.relation_name}  {one.name.name}  {one.masked_number}  {age}")
    lines += [f"{event.day}  {event.title}  {event.detail}" for event in events]
    return "\n".join(line.rstrip() for line in lines)
