"""``zoucun vault salvage``: what of a damaged vault can be read, and, on a second run, the new store."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from desktop.cli import opening, terminal
from desktop.exit_codes import ExitCode
from desktop.hardening import forbid_memory_dumps


def add_command(parts: Any) -> None:
    """Add ``salvage`` to the commands of ``vault``."""
    salvage = parts.add_parser(
        "salvage",
        help="抢救损坏的加密库 | salvage a damaged vault",
        description="先列出还能读的、丢失的、备份和县里有的;不改动任何东西。\n"
        "看过清单、同意了,再加 --accept 和清单编号运行一次,新库才启用;损坏的旧库原样留着。\n"
        "Lists what can be read, what is lost, what a backup and the county have; changes nothing.\n"
        "Run again with --accept and the list's digest to bring the new store into use; the old one stays as it is.\n"
        'Standard input: {"password": "…", "card": "…"}.',
    )
    salvage.add_argument(
        "--from",
        dest="sources",
        type=Path,
        action="append",
        metavar="DIR",
        help="备份所在文件夹,可写多次,新的在前 | a folder with a backup's store.db; may be repeated, newest first",
    )
    salvage.add_argument("--accept", metavar="DIGEST", help="同意这份清单,启用新库 | bring the new store into use")
    opening.add_choice(salvage)
    salvage.set_defaults(run=_salvage)


def _salvage(options: argparse.Namespace) -> int:
    from desktop.services import door
    from desktop.services.salvage import backups_of, salvaging
    from desktop.ui.messages.salvage_words import ORIGINS_TITLE, list_words, origin_words, summary_words

    answers = terminal.Answers()
    chosen, home = opening.vault_id(options), opening.home(options)
    header = next(one for one in door.list_vaults(home) if one.vault == chosen)
    terminal.refuse_file(practice=header.practice)
    password, card = answers.need(terminal.PASSWORD), answers.get("card") or door.practice_card_of(home, chosen)
    forbid_memory_dumps()
    sources = [*(options.sources or ()), *backups_of(home / "vaults" / chosen)]
    with salvaging(home, chosen, password, card, sources=sources) as found:
        store = "" if options.accept is None else found.accept(options.accept)
        result = {
            "lines": [line.plain() for line in found.lines],
            "origins": [one.plain() for one in found.origins],
            "digest": found.digest,
            "entries": found.entries,
            "store": store,
        }

    def words() -> str:
        parts = [summary_words(found.lines, found.entries)]
        parts += ["", ORIGINS_TITLE, *(f"  {line}" for line in origin_words(found.origins))]
        for title, lines in list_words(found.lines):
            parts += ["", title, *(f"  {line}" for line in lines)]
        parts.append("")
        if store:
            parts.append(f"新库 {store} 已启用,损坏的旧库原样留在旁边。请尽快同步。")
        else:
            parts.append(f"还没有改动任何东西。同意这份清单,请运行 zoucun vault salvage --accept {found.digest}")
        return "\n".join(parts)

    terminal.answer(options, result, words)
    return ExitCode.OK
