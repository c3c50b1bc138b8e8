"""The county's duty officer sees which vaults it could not open for a forgotten password, over a real socket."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from desktop.domain.escrow import EscrowOffice, Holder
from desktop.domain.plain import to_plain
from desktop.services import escrow
from desktop.storage import slots
from tests.county_process import CountyProcess, serving
from tests.escrow import NAMES, holder_key
from tests.sync.journals import enrolled, synced
from tests.sync.test_escrow_commands import listed
from tests.vaults import opened


def add_holders(county: CountyProcess, *given: Holder) -> None:
    """Register holders by the county's own command."""
    listed(county.folder, "add", "".join(json.dumps(to_plain(one)) + "\n" for one in given))


def names(county: CountyProcess) -> dict[str, Any]:
    """What ``zoucun-county status`` says of escrow, with workers' names alone."""
    said = county.status()["escrow"]
    return {**said, **{key: [one["worker"] for one in said[key]] for key in ("none", "outdated", "unknown")}}


def test_the_county_knows_which_vaults_are_in_escrow_and_with_which_list(tmp_path: Path) -> None:
    """Never met; met before there was a list; in escrow at the end of that very sync; outdated; and renewed."""
    first = [holder_key(office, name).public for office in EscrowOffice for name in NAMES[office][:2]]
    with serving(tmp_path / "county") as county:
        lin = enrolled(tmp_path / "lin", county, "林晓梅")
        chen = enrolled(tmp_path / "chen", county, "陈晓燕")
        off = {"on": False, "version": 0, "current": 0, "none": [], "outdated": []}
        assert {**names(county), "unknown": sorted(names(county)["unknown"])} == {
            **off,
            "unknown": ["林晓梅", "陈晓燕"],
        }
        with opened(chen) as laptop:
            synced(laptop)
        assert names(county) == {**off, "none": ["陈晓燕"], "unknown": ["林晓梅"]}
        add_holders(county, *first)
        with opened(lin) as laptop:
            synced(laptop)
        assert names(county) == {
            "on": True, "version": 4, "current": 1, "none": ["陈晓燕"], "outdated": [], "unknown": [],
        }  # fmt: skip
        add_holders(county, holder_key(EscrowOffice.INFORMATION, NAMES[EscrowOffice.INFORMATION][2]).public)
        assert names(county)["outdated"] == ["林晓梅"]
        (told,) = county.status()["escrow"]["outdated"]
        assert told["version"] == 4
        assert told["time"]
        with opened(lin) as laptop:
            synced(laptop)
            assert names(county)["current"] == 1
            # A slot that was taken out of the file is not told as one, and made anew at the end of that sync.
            found = slots.read(laptop.folder)
            slots.save(
                laptop.folder, replace(found, slots=tuple(one for one in found.slots if one["kind"] != "escrow"))
            )
            assert escrow.escrow_version(laptop) == 0
            synced(laptop)
            assert escrow.escrow_version(laptop) == 5
        assert names(county)["current"] == 1
        assert names(county)["none"] == ["陈晓燕"]
