"""Made-up people by the hundred thousand, written straight into the records and the search index."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from sqlalchemy import Connection

from desktop.services.application import Application
from desktop.storage import records
from tests.county_issued import DIVISION
from tests.people import made_up_id

SURNAMES = "陈林黄张吴李郑王刘苏蔡杨谢许洪曾叶邱单𠮷"
GIVEN = "秀英建国丽珠志强小梅金水阿妹文辉永福月娥美玲子墨㛃䶮德海桂花春生玉兰水木"
MEMBERS = 4


def fill(application: Application, residents: int, seed: int) -> None:
    """Households of four in the villages of 莒口镇, in transactions of a hundred households."""
    chooser = random.Random(seed)
    codes = [village["code"] for village in DIVISION["villages"]]
    numbers = iter(range(residents * 2))

    def write(connection: Connection) -> None:
        for _ in range(100):
            _household(connection, chooser, chooser.choice(codes), numbers)

    for _ in range(residents // (100 * MEMBERS)):
        application.store.write(write)


def _household(connection: Connection, chooser: random.Random, code: str, numbers: Iterator[int]) -> None:
    household = uuid.UUID(int=chooser.getrandbits(128)).hex
    head = uuid.UUID(int=chooser.getrandbits(128)).hex
    groups = {"address": {"division": code, "text": f"{chooser.randrange(200)}号"}, "head": {"resident": head}}
    records.save(connection, household, "household.described", _state(groups), "2026-11-01T00:00:00Z")
    for index in range(MEMBERS):
        resident = head if index == 0 else uuid.UUID(int=chooser.getrandbits(128)).hex
        number = next(numbers)
        born = date(1930, 1, 1) + timedelta(days=(number // 900) % 32_000)
        name = chooser.choice(SURNAMES) + "".join(chooser.sample(GIVEN, chooser.choice((1, 2, 2))))
        described = {
            "name": {"name": name},
            "document": {"type": "resident-id", "number": made_up_id("350703", born, number % 900 + 1)},
            "birth": {"day": born.isoformat(), "sex": "male"},
            "membership": {"household": household, "relation": "0" if index == 0 else "99"},
            "phones": {"numbers": [f"139{chooser.randrange(10**8):08}"]},
        }
        records.save(connection, resident, "resident.described", _state(described), "2026-11-01T00:00:00Z")


def _state(groups: Mapping[str, object]) -> dict[str, object]:
    entries = {
        name: {"value": value, "by": "v/e/1", "same": [], "time": "", "worker": "w"} for name, value in groups.items()
    }
    return {"groups": entries, "conflicts": {}}
