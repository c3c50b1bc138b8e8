"""What the tour came to: every number read from a store, and everything compared that has to be equal."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from desktop.bootstrap import open_application
from desktop.services import figures
from desktop.services.application import Application
from desktop.services.door import list_vaults
from desktop.services.figures import Figures, KeptReceipt
from desktop.services.vaults import verify_journal, verify_store
from desktop.sync.envelope import Signed
from desktop.tour.canaries import Search
from desktop.tour.meter import GapMeter
from desktop.tour.stage import Stage

FROM_VAULTS = ("household", "resident", "visit", "sheet", "grant", "referral", "need", "scan", "help")
"""Kinds of records that are counted one by one."""


@dataclass(frozen=True)
class Vault:
    """One worker's vault, read after the last lock."""

    worker: str
    figures: Figures
    journal_fault: str
    damage: tuple[str, ...]
    hashes: tuple[str, ...]
    digests: Mapping[str, str]
    receipts: tuple[KeptReceipt, ...]
    recipient: str


@dataclass(frozen=True)
class CountySide:
    """The county, by SQL on its own database."""

    status: Mapping[str, Any]
    hashes: tuple[str, ...]
    digests: Mapping[str, str]


def read_vaults(stage: Stage) -> tuple[Vault, ...]:
    """Open every vault once more, as a worker would, and count."""
    return tuple(_vaults(stage))


def _vaults(stage: Stage) -> Iterator[Vault]:
    for header in list_vaults(stage.home):
        key = stage.keys[header.worker_name]
        with ExitStack() as stack:
            application = stack.enter_context(open_application(stage.home, header.vault, key.password, key.card))
            yield _read(application, header.worker_name)


def _read(application: Application, worker: str) -> Vault:
    check = verify_journal(application)
    return Vault(
        worker=worker,
        figures=figures.figures(application),
        journal_fault="" if check.fault is None else f"{check.fault.reference}: {check.fault.code}",
        damage=tuple(f"{one.place}: {one.what}" for one in verify_store(application)),
        hashes=figures.own_hashes(application),
        digests=figures.record_digests(application),
        receipts=figures.receipts(application),
        recipient=application.sealing_key.recipient,
    )


def read_county(stage: Stage) -> CountySide:
    """Ask the county's program; it reads its database."""
    return CountySide(stage.county.status(), tuple(sorted(stage.county.entry_hashes())), stage.county.record_digests())


def save_receipts(out: Path, vaults: Sequence[Vault]) -> int:
    """Every receipt as it came, readable: the signed document and its signature. Answers how many."""
    folder = out / "receipts"
    folder.mkdir(exist_ok=True)
    count = 0
    for number, vault in enumerate(vaults, start=1):
        for one in vault.receipts:
            count += 1
            signed = Signed.decode(one.data)
            shown = {"document": json.loads(signed.document), "signature": signed.signature.hex()}
            name = f"vault-{number}-batch-{one.number:03}.json"
            (folder / name).write_text(json.dumps(shown, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return count


def summary(
    stage: Stage, vaults: Sequence[Vault], county: CountySide, search: Search, meter: GapMeter, *, seed: int
) -> dict[str, Any]:
    """All of it, for ``summary.json``."""
    sent = sorted(one for vault in vaults for one in vault.hashes)
    held = Counter(county.hashes)
    records = Counter[str]()
    for vault in vaults:
        records |= Counter(vault.figures.records)
    receipts = [one for vault in vaults for one in vault.receipts]
    return {
        "seed": seed,
        "counts": {
            **{f"{kind}s": records[kind] for kind in FROM_VAULTS},
            "journal_entries": sum(vault.figures.entries for vault in vaults),
            "changes_applied": sum(_applied(vault) for vault in vaults),
            "receipts_verified": sum(one.is_applied for one in receipts),
            "releases": max((vault.figures.releases for vault in vaults), default=0),
            "aliases": county.status["aliases"],
        },
        "entry_hashes": {
            "sent": len(sent),
            "stored_at_county": len(county.hashes),
            "equal": sent == sorted(county.hashes),
            "twice_at_county": sum(count > 1 for count in held.values()),
        },
        "records": {
            "at_county": len(county.digests),
            "in_vaults": {vault.worker: len(vault.digests) for vault in vaults},
            "equal": all(vault.digests == county.digests for vault in vaults),
        },
        "receipts": {"kept": len(receipts), "applied": sum(one.is_applied for one in receipts)},
        "journals": {vault.worker: vault.journal_fault or "whole" for vault in vaults},
        "stores": {vault.worker: list(vault.damage) or "whole" for vault in vaults},
        "vaults": {
            vault.worker: {
                "entries": vault.figures.entries,
                "judged": dict(vault.figures.judged),
                "records": dict(vault.figures.records),
                "statuses": dict(vault.figures.statuses),
            }
            for vault in vaults
        },
        "county": dict(county.status),
        "refusals": {
            "class_not_agreed": stage.notes.get("refused-reason"),
            "after_withdrawal": stage.notes.get("refusal"),
        },
        "search_for_people": {
            "while_open": _searched(stage.notes["search-while-open"]),
            "at_the_end": _searched(search),
        },
        "event_loop": meter.summary(),
        "seconds": stage.seconds,
    }


def problems(found: Mapping[str, Any], vaults: Sequence[Vault]) -> list[str]:
    """What does not hold, in sentences; none if everything does."""
    hashes, records, searches = found["entry_hashes"], found["records"], found["search_for_people"].values()
    said = [f"没有 {name}:数目是 0。" for name, count in found["counts"].items() if count <= 0]
    checks = (
        (hashes["equal"] and not hashes["twice_at_county"], "上报的条目和县里存的对不上。"),
        (records["equal"], "两个加密库和县里的记录不一样。"),
        (found["receipts"]["kept"] == found["receipts"]["applied"], "有批次还没有收到“已入库”的回执。"),
        (not any(vault.journal_fault for vault in vaults), "有一本日志核对不上。"),
        (not any(vault.damage for vault in vaults), "有一个加密库有损坏。"),
        (all(search["files"] for search in searches), "没有找到写下的文件。"),
        (not any(search["hits"] for search in searches), "写下的文件里找到了个人信息,见 summary.json。"),
        (found["refusals"]["class_not_agreed"] == "refused", "没有同意的一项没有被拦下。"),
    )
    return said + [sentence for holds, sentence in checks if not holds]


def _searched(search: Search) -> dict[str, Any]:
    return {**asdict(search), "hits": list(search.hits)}


def _applied(vault: Vault) -> int:
    return sum(count for word, count in vault.figures.judged.items() if word in ("ok", "merged", "duplicate"))
