"""``zoucun-county wording …``: check, issue, withdraw, list and show the wordings of forms."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from county.command_parts import add_command, opened, print_line
from desktop.domain.errors import UserFacingError

MAX_BYTES: Final = 64 * 1024


def add_wording_commands(commands: Any) -> None:
    """The group and its commands."""
    summary = "表单文本:检查、下发、收回、列出、查签的是哪一版"
    group = commands.add_parser("wording", help=summary, description=summary + "。")
    wording = group.add_subparsers(dest="part", required=True, metavar="命令")
    sample = "照程序自带的 resources/forms/*.json 改字,条目、用语、要填的空一样不能少;改 version,如 2026.2。"
    check = add_command(wording, "check", "只检查一份文本能不能下发,不写入", _check, sample)
    check.add_argument("--file", type=Path, required=True, metavar="FILE", help="文本文件,JSON")
    kept = "下发以后不能改字,要改就出新的版本。已经印好、签好的纸仍按印的那一版算,旧文本永久保存。"
    issue = add_command(wording, "issue", "检查一份文本,签名下发给全县的笔记本", _issue, kept)
    issue.add_argument("--file", type=Path, required=True, metavar="FILE", help="文本文件,JSON")
    issue.add_argument("--from", dest="start", required=True, metavar="日期", help="启用日期,如 2026-12-01,不早于今天")
    gone = "收回以后,笔记本改用下发过的上一版,没有就用程序自带的;照它签过的仍然有效,文本永久保存。"
    withdraw = add_command(wording, "withdraw", "收回一版文本", _withdraw, gone)
    _name(withdraw, required=True)
    withdraw.add_argument("--reason", required=True, help="事由,各笔记本会看到,不要写个人信息")
    listed = "每种表单一行。to-come 未到启用日期,superseded 已有新版,withdrawn 已收回,bundled 程序自带。"
    add_command(wording, "list", "列出各种表单现用哪一版", _list, listed)
    show = add_command(
        wording,
        "show",
        "打印一版文本的全文;用 --sheet 则是某份同意书签的那一版",
        _show,
        "--sheet 按打印时记下的校验码找,能说明本人签的是哪些字;只打印文本,不打印个人信息。",
    )
    show.add_argument("--sheet", metavar="ID", help="同意书的记录编号")
    _name(show, required=False)


def _name(command: argparse.ArgumentParser, *, required: bool) -> None:
    command.add_argument("--form", required=required, help="表单,如 consent-self")
    command.add_argument("--version", required=required, help="版本,如 2026.2")


def _check(options: argparse.Namespace) -> None:
    from county.wordings import check_wording

    data = _file(options.file)
    with opened(options) as county:
        checked = check_wording(county, data)
    print_line({"ok": True, **_checked(checked)})


def _issue(options: argparse.Namespace) -> None:
    from county.wordings import issue_wording

    start, data = _day(options.start), _file(options.file)
    with opened(options) as county:
        checked, done = issue_wording(county, data, start)
    print_line({"id": done.id, **_checked(checked), "from": start.isoformat(), "written": done.written})


def _checked(checked: Any) -> dict[str, Any]:
    told = {name: getattr(checked, name) for name in ("form", "number", "version", "sha256")}
    if checked.differ:
        told["differ"] = checked.differ
        told["note"] = "说同样内容的表单还是别的版本,请看看要不要一起改"
    return told


def _withdraw(options: argparse.Namespace) -> None:
    from county.wordings import withdraw_wording

    with opened(options) as county:
        now, done = withdraw_wording(county, options.form, options.version, options.reason)
    print_line({"id": done.id, "form": options.form, "withdrawn": options.version, "in_force": _text(now)})


def _list(options: argparse.Namespace) -> None:
    from county.clock import today
    from county.wordings import standings

    with opened(options) as county:
        found = standings(county)
    for one in found:
        others = [{**_text(text), "state": _state(text, today())} for text in one.others]
        print_line({"form": one.form, "title": one.title, **_text(one.text), "others": others})


def _state(text: Any, day: date) -> str:
    if text.withdrawn is not None:
        return "withdrawn"
    if text.start is None:
        return "bundled"
    return "to-come" if text.start > day else "superseded"


def _show(options: argparse.Namespace) -> None:
    from county.wordings import signed_wording, wording_text

    if not options.sheet and not (options.form and options.version):
        raise UserFacingError("wording.which")
    with opened(options) as county:
        if not options.sheet:
            for text, raw in wording_text(county, options.form, options.version):
                _print_text({**_text(text)}, raw)
            return
        signed = signed_wording(county, options.sheet)
    about = {"sheet": signed.sheet, "number": signed.number, "version": signed.version, "sha256": signed.sha256}
    if signed.text is None or signed.wording is None:
        print_line({**about, "found": False})
        return
    _print_text({**about, "found": True, "form": signed.text.form, "origin": signed.text.origin}, signed.wording)


def _print_text(about: Mapping[str, Any], raw: Mapping[str, Any]) -> None:
    print_line(about)
    print(json.dumps(raw, ensure_ascii=False, indent=2), flush=True)


def _text(text: Any) -> dict[str, Any]:
    told = {"number": text.number, "version": text.version, "sha256": text.sha256, "origin": text.origin}
    if text.start is not None:
        told["from"] = text.start.isoformat()
    if text.withdrawn is not None:
        told |= {"withdrawn": text.withdrawn.isoformat(), "reason": text.reason}
    return told


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UserFacingError("wording.from-malformed") from None


def _file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError:
        raise UserFacingError("wording.file-unreadable") from None
    if len(data) > MAX_BYTES:
        raise UserFacingError("wording.malformed")
    return data
