"""``zoucun-county escrow-holder``, ``escrow-open``, ``escrow-note``, ``recoveries``: recovery on the county's side."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from county.command_parts import add_command, answer_lines, opened, print_line
from county.passphrase import read_new_passphrase, read_passphrase
from desktop.domain.errors import UserFacingError


def add_escrow_commands(commands: Any) -> None:
    """Holders, opening a half, noting it, and the recoveries that nobody noted."""
    group = commands.add_parser("escrow-holder", help="县级托管人:做钥匙、登记、停用、列出")
    holder = group.add_subparsers(dest="part", required=True, metavar="命令")
    new = holder.add_parser(
        "new",
        help="托管人在自己的电脑上做一把钥匙,打印要登记的一行",
        description="托管人在自己的电脑上做一把钥匙;口令取自标准输入。打印的一行交给县里登记,里面没有秘密。",
    )
    new.add_argument("--office", required=True, help="information 县信息中心 | civil-affairs 县民政局")
    new.add_argument("--name", required=True, help="托管人姓名")
    new.add_argument("--phone", default="", help="单位电话,忘了密码的人要打的")
    new.add_argument("--out", type=Path, required=True, metavar="FILE", help="钥匙文件,由本人保管")
    new.set_defaults(run=_escrow_holder_new)
    wanted = "标准输入每行一个 JSON:escrow-holder new 打印的那一行。每个单位满两人后托管才开始。"
    add_command(holder, "add", "登记托管人,并下发给各笔记本", _escrow_holder_add, wanted)
    wanted = '标准输入每行一个 JSON:{"recipient":"age1…"}。各笔记本下次同步时重做托管。'
    add_command(holder, "retire", "停用托管人", _escrow_holder_retire, wanted)
    add_command(holder, "list", "列出托管人", _escrow_holder_list)
    opening = commands.add_parser(
        "escrow-open",
        help="托管人打开本单位的一半,写出答复文件",
        description="托管人核实身份后,打开本单位的一半,重新封给申请的笔记本,写出答复文件。",
        epilog="标准输入第一行是钥匙口令,第二行是本人在电话里念的核对数;在终端上则逐项询问。"
        "请打花名册上的电话找本人,不要打申请里写的电话。",
    )
    opening.add_argument("--office", required=True, help="information 县信息中心 | civil-affairs 县民政局")
    opening.add_argument("--request", type=Path, required=True, metavar="FILE", help="笔记本写出的申请文件")
    opening.add_argument("--holder-key", type=Path, required=True, metavar="FILE", help="托管人钥匙文件")
    opening.add_argument("--case", required=True, help="事由或编号,会记入两边的日志")
    opening.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="答复文件,交还笔记本;没有写 --data 的再交县里登记一份"
    )
    opening.add_argument(
        "--data", type=Path, metavar="DIR", help="在县级服务器上打开时写:先记入县级日志,记不进去就不给答复"
    )
    opening.add_argument("--key-file", type=Path, metavar="FILE", help="县级数据的口令文件;不写则取标准输入第三行")
    opening.set_defaults(run=_escrow_open)
    note = add_command(
        commands,
        "escrow-note",
        "托管人的电脑不是县级服务器时,把他的答复记入县级日志",
        _escrow_note,
        "不登记的,笔记本恢复后第一次联系时自己报告,列入 recoveries,等人查清。",
    )
    note.add_argument("--response", type=Path, required=True, metavar="FILE", help="escrow-open 写出的答复文件")
    settling = add_command(
        commands,
        "recoveries",
        "笔记本报告了、托管人没有登记的密码恢复,要有人查清;--settle 写明查的结果",
        _recoveries,
        "每项一行 JSON,最早的在前;不含居民信息。用 escrow-note 补登记的自动去掉。",
    )
    settling.add_argument("--settle", default="", metavar="REQUEST", help="申请编号(request)")
    settling.add_argument("--reason", default="", help="问了谁、查的结果,记入县级日志,不要写居民信息")


def _escrow_holder_new(options: argparse.Namespace) -> None:
    from county.holder_key import make_holder_key, office_of
    from desktop.domain.plain import to_plain

    office = office_of(options.office)
    made = make_holder_key(options.out, office, options.name, options.phone, read_new_passphrase())
    print_line(to_plain(made.public))


def _escrow_holder_add(options: argparse.Namespace) -> None:
    from county.escrow import add_holder

    with opened(options) as county:
        answer_lines(lambda fields: {"version": add_holder(county, fields).version, **_escrow(county)})


def _escrow_holder_retire(options: argparse.Namespace) -> None:
    from county.escrow import retire_holder

    with opened(options) as county:
        answer_lines(
            lambda fields: {
                "version": retire_holder(county, str(fields.get("recipient", ""))).version,
                **_escrow(county),
            }
        )


def _escrow_holder_list(options: argparse.Namespace) -> None:
    from county.escrow import holders
    from desktop.domain.plain import to_plain

    with opened(options) as county:
        for one in holders(county).holders:
            print_line(to_plain(one))
        print_line(_escrow(county))


def _escrow(county: Any) -> dict[str, Any]:
    from county.escrow import holders

    return {"escrow_on": holders(county).is_complete}


def _escrow_open(options: argparse.Namespace) -> None:
    from county.escrow import note_opening, open_half, read_request
    from county.holder_key import office_of, open_holder_key
    from county.key_file import write_durably

    office = office_of(options.office)
    key = open_holder_key(options.holder_key, read_passphrase(None))
    request = read_request(_file(options.request), key)
    asked = {
        "vault": request.terms.vault,
        "worker": request.worker_name,
        "office": request.office,
        "reason": request.reason,
        "time": request.time,
    }
    # Seen before the number is asked for; by then the holder has to know whom to call.
    _say(json.dumps(asked, ensure_ascii=False, indent=1) + "\n")
    if sys.stdin.isatty():
        _say("请打花名册上的电话找本人核实,再输入他念的核对数:")
    response = open_half(request, key, office, options.case, sys.stdin.readline())
    if options.data is not None:
        # Before the answer leaves: a half that was opened cannot stay unnoted.
        if sys.stdin.isatty():
            _say("县级数据的")
        with opened(options) as county:
            note_opening(county, response)
    try:
        write_durably(options.out, response)
    except OSError:
        raise UserFacingError("escrow.file-unwritable") from None
    if options.data is None:
        _say("还没有记入县级日志:请把答复文件也交县里,用 escrow-note 登记。\n")
    told = {"vault": asked["vault"], "worker": asked["worker"], "holder": key.name, "response": str(options.out)}
    print_line({**told, "noted": options.data is not None})


def _say(words: str) -> None:
    """To the holder, beside the answer on standard output."""
    sys.stderr.write(words)
    sys.stderr.flush()


def _escrow_note(options: argparse.Namespace) -> None:
    from county.escrow import note_opening
    from desktop.domain.plain import to_plain

    with opened(options) as county:
        print_line(to_plain(note_opening(county, _file(options.response))))


def _recoveries(options: argparse.Namespace) -> None:
    from county.recoveries import settle, unnoted

    with opened(options) as county:
        found = settle(county, options.settle, options.reason) if options.settle else unnoted(county)
    for one in found:
        print_line(asdict(one))


def _file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(1024 * 1024)
    except OSError:
        raise UserFacingError("escrow.file-unreadable") from None
