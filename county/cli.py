"""The commands of ``zoucun-county``; each one opens the county, calls one function, prints JSON."""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from county import rights_command
from county.blank_commands import add_blanks
from county.command_parts import add_command as _command
from county.command_parts import answer_lines as _answer_lines
from county.command_parts import opened as _opened
from county.command_parts import print_line as _print
from county.desk.command import add_desk
from county.escrow_commands import add_escrow_commands
from county.journal_faults_command import add_journal_faults
from county.messages import sentence
from county.passphrase import read_passphrase
from county.withdrawn_ahead_command import add_withdrawn_ahead
from county.wording_commands import add_wording_commands
from desktop.bug_reference import reference, summary
from desktop.domain.errors import UserFacingError
from desktop.exit_codes import ExitCode
from desktop.hardening import forbid_memory_dumps

INTERRUPTED: Final = 130
"""As shells have it: ended by SIGINT."""


def build_parser() -> argparse.ArgumentParser:
    """All commands with their help."""
    parser = argparse.ArgumentParser(
        prog="zoucun-county",
        description="走村县级服务:接收乡镇笔记本上报的批次,返回签名回执,核验放行,下发名录和答复。",
        epilog="口令取自标准输入第一行;在终端上则提示输入;服务可用 --key-file。"
        "口令和个人信息不得写在命令行或环境变量里。"
        "退出码:0 完成;1 需要人处理,原因见标准错误;2 命令写错了;70 程序出错;130 被中断。",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    init = _command(commands, "init", "建立一个县:数据库、密钥、县级日志", _init)
    init.add_argument("--code", required=True, help="县级区划代码,六位,如 350703")
    init.add_argument("--name", required=True, help="县(市、区)名称,如 建阳区")
    init.add_argument("--database", help="PostgreSQL 地址(postgresql://主机/库名);不写则用加密的 SQLite 文件")
    serve = _command(commands, "serve", "运行服务;就绪后在标准输出打印一行 JSON,含实际地址", _serve)
    serve.add_argument("--host", default="127.0.0.1", help="监听地址,默认 127.0.0.1")
    serve.add_argument("--port", type=int, default=8710, help="端口,默认 8710;0 表示由系统分配")
    _command(
        commands,
        "enrol-code",
        "登记人员并发放一次性开通码,七天有效",
        _enrol_code,
        '标准输入每行一个 JSON:{"name","role","office","townships":[九位代码]},或 {"worker":"W-0001"} 补发开通码。\n'
        "role:caseworker、social-worker、reviewer 发开通码;duty-officer、county-approver、charity-contact、auditor "
        "只登记。\ncharity-contact 的 office 写组织编号。",
    )
    enrolled = _command(
        commands,
        "enrol",
        "答复 U 盘带来的开通申请",
        _enrol,
        "与联网开通相同:同一份申请再答一次,答复不变。答复文件存回 U 盘,由经办人带回笔记本。",
    )
    enrolled.add_argument("--request", type=Path, required=True, metavar="FILE", help="申请文件")
    enrolled.add_argument("--response", type=Path, required=True, metavar="FILE", help="答复文件存到哪里")
    _command(
        commands,
        "worker",
        "改人员的角色、单位或乡镇",
        _worker,
        '标准输入每行一个 JSON:{"worker":"W-0001","role","office","townships":[九位代码],"at_once":true},不改的不写。\n'
        "改动随下次同步到达本人的笔记本;改动以前写的内容 90 天内仍按原来的角色和乡镇判断,写 at_once 的除外。\n"
        "答复里 left 是离开的乡镇:那里的人的资料还加密存在 still_on 各库所在的电脑上,"
        "本人不再需要的,用 revoke --wipe 清除后重新开通。",
    )
    issue = _command(
        commands,
        "issue",
        "发布名录、区划、标准、办公地点、保存年限;内容未变的不重复发布",
        _issue,
        '标准输入每行一个 JSON:{"kind":"organisation|division|standard|office|retention","id","township":"",'
        '"body":{…}}\n字段见 county/issuing.py。',
    )
    issue.add_argument(
        "--divisions", type=Path, metavar="CSV", help="区划文件(code,name,parent,level),发布本县各乡镇及村"
    )
    _command(
        commands,
        "answer",
        "代值班员或慈善组织联系人办理,供脚本使用",
        _answer,
        "标准输入每行一个 JSON,逐行回答:\n"
        '  {"do":"check","sheet","officer"}\n  {"do":"reject-sheet","sheet","officer","reason"}\n'
        '  {"do":"check-publicity","publicity","officer"}\n'
        '  {"do":"reject-publicity","publicity","officer","reason"}\n'
        '  {"do":"release","referral","officer"}\n  {"do":"refuse","referral","officer","reason"}\n'
        '  {"do":"receive|accept|waitlist","referral","officer"}\n  {"do":"decline","referral","officer","reason"}\n'
        '  {"do":"deliver","referral","officer","what","amount":分,"date"}\n  {"do":"list"}',
    )
    add_blanks(commands, _command, _opened, _print)
    add_desk(commands, _command, _opened, _print)
    _command(
        commands,
        "minors",
        "未成年人信息查阅:批准、答复申请、看紧急打开、收回",
        _minors,
        '标准输入每行一个 JSON:{"do":"give|approve|refuse|look|end|waiting|list",…},字段见 county/minors_lines.py。',
    )
    audit = _command(
        commands,
        "minors-audit",
        "年度合规审计清单:谁、什么时候、凭哪个批准查阅了未成年人信息(未成年人网络保护条例第三十七条)",
        _minors_audit,
        "只列编号,不列姓名。第一行是概况(JSON),其余每行一次查阅;--csv 打印可存档的表格。",
    )
    audit.add_argument("--year", default="", help="年份,不写则今年")
    audit.add_argument("--csv", action="store_true", help="打印 CSV 表格")
    status = _command(commands, "status", "以 JSON 打印数据库中的各项数量", _status)
    status.add_argument("--hashes", action="store_true", help="另列出已收条目的哈希,每行一个")
    status.add_argument("--records", action="store_true", help="另列出各记录的编号和状态摘要,每行一个")
    add_escrow_commands(commands)
    revoke = _command(
        commands,
        "revoke",
        "停用一台笔记本的加密库;加 --wipe 则在它下次联系、报完没报的内容之后清除钥匙",
        _revoke,
        "停用后不再下发任何内容;它报上来的内容收存待审,--accept 审过后入库,--reinstate 恢复使用。",
    )
    revoke.add_argument("--vault", required=True, metavar="ID", help="加密库编号")
    revoke.add_argument("--reason", required=True, help="事由,经办人会看到,不要写个人信息")
    revoke.add_argument("--ask", default="", help="请经办人找谁,如 县民政局 0599-…")
    which = revoke.add_mutually_exclusive_group()
    which.add_argument("--wipe", action="store_true", help="下次联系时清除钥匙,不能撤销")
    which.add_argument("--accept", action="store_true", help="停用不变,审过的内容入库")
    which.add_argument("--reinstate", action="store_true", help="恢复使用")
    lost = _command(
        commands,
        "lost",
        "笔记本丢失:上面有谁的哪些信息,截止到何时,哪些没报,该给谁写信(个人信息保护法第五十七条)",
        _lost,
        "第一行是概况(JSON),其余每行一人;--csv 打印可存档的表格。含个人信息,只在县里的加密环境中保存。",
    )
    lost.add_argument("--vault", required=True, metavar="ID", help="加密库编号")
    lost.add_argument("--reason", required=True, help="事由,记入县级日志")
    lost.add_argument("--csv", action="store_true", help="打印 CSV 表格")
    add_journal_faults(commands, _command, _opened, _print)
    add_withdrawn_ahead(commands, _command, _opened, _print)
    rights_command.add(commands, _command, _opened, _print)
    code = _command(commands, "lease-code", "给久未联系的笔记本一个主管码,电话里念给经办人", _lease_code)
    code.add_argument("--vault", required=True, metavar="ID", help="加密库编号")
    add_wording_commands(commands)
    described = commands.add_parser("openapi", help="打印接口说明(OpenAPI)", description="打印接口说明(OpenAPI)。")
    described.set_defaults(run=_openapi)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run a command; answers an ``ExitCode``, 130 after Ctrl-C. What was refused or went wrong is said in a sentence on
    standard error."""
    options = build_parser().parse_args(arguments)
    forbid_memory_dumps()
    try:
        options.run(options)
        sys.stdout.flush()
    except UserFacingError as error:
        print(sentence(error), file=sys.stderr)
        return ExitCode.PROBLEM
    except KeyboardInterrupt:
        print("已中断。做完的都已写入,没做完的一步没有写入。", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader (`| head`) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:  # noqa: BLE001 - a traceback's text may name a person; this says where it was instead
        told = f"程序出了一个问题,参考号 {reference(error)}。此前写入的内容不受影响。请把参考号告诉技术人员。"
        print(told, summary(error), sep="\n", file=sys.stderr)
        return ExitCode.BUG
    return ExitCode.OK


def _init(options: argparse.Namespace) -> None:
    from county.opening import create_county

    passphrase = read_passphrase(options.key_file)
    county = create_county(options.data, options.code, options.name, passphrase, options.database)
    _print({"county": county.code, "name": county.name, "dataset": county.dataset, "key": county.signing.public})
    county.close()


def _serve(options: argparse.Namespace) -> None:
    from county.serving import serve

    with _opened(options) as county:
        serve(county, options.host, options.port)


def _enrol_code(options: argparse.Namespace) -> None:
    from county.enrolment import add_worker, renew_code

    def enrol(fields: Mapping[str, Any]) -> dict[str, Any]:
        if "worker" in fields:
            new = renew_code(county, str(fields["worker"]))
        else:
            townships = fields.get("townships", [])
            if not isinstance(townships, list):
                raise UserFacingError("worker.malformed", field="townships")
            texts = [str(fields.get(name, "")) for name in ("name", "role", "office")]
            new = add_worker(county, texts[0], texts[1], texts[2], [str(one) for one in townships])
        return {"worker": new.worker.id, "role": new.worker.role, "code": new.code, "expires": new.expires}

    with _opened(options) as county:
        _answer_lines(enrol)


def _enrol(options: argparse.Namespace) -> None:
    from county.enrolment_files import answer_file

    with _opened(options) as county:
        fresh = answer_file(county, options.request, options.response)
    _print({"response": str(options.response), "fresh": fresh})


def _worker(options: argparse.Namespace) -> None:
    from county.roster import change_worker

    def change(fields: Mapping[str, Any]) -> dict[str, Any]:
        for name, kind in (("worker", str), ("role", str), ("office", str), ("townships", list), ("at_once", bool)):
            if name in fields and not isinstance(fields[name], kind):
                raise UserFacingError("worker.malformed", field=name)
        changed = change_worker(
            county,
            fields.get("worker", ""),
            role=fields.get("role"),
            office=fields.get("office"),
            townships=fields.get("townships"),
            at_once=fields.get("at_once", False),
        )
        worker = changed.worker
        answer = {"worker": worker.id, "role": worker.role, "office": worker.office, "townships": worker.townships}
        return {**answer, "left": changed.left, "still_on": changed.vaults} if changed.left else answer

    with _opened(options) as county:
        _answer_lines(change)


def _issue(options: argparse.Namespace) -> None:
    from county.fingerprints import let_go
    from county.issuing import divisions_from_csv, issue, read_item

    def issue_one(fields: Mapping[str, Any]) -> dict[str, Any]:
        (done,) = issue(county, [read_item(fields)])
        return {"id": done.id, "version": done.version, "written": done.written}

    with _opened(options) as county:
        if options.divisions is not None:
            for done in issue(county, divisions_from_csv(options.divisions, county.code)):
                _print({"ok": True, "id": done.id, "version": done.version, "written": done.written})
        if not sys.stdin.isatty():
            _answer_lines(issue_one)
        if done_with := let_go(county):
            _print({"ok": True, "fingerprints_let_go": done_with})


def _answer(options: argparse.Namespace) -> None:
    from county.answer_lines import answer

    with _opened(options) as county:
        _answer_lines(lambda fields: answer(county, fields))


def _minors(options: argparse.Namespace) -> None:
    from county.minors_lines import act

    with _opened(options) as county:
        _answer_lines(lambda fields: act(county, fields))


def _minors_audit(options: argparse.Namespace) -> None:
    from county.minors import audit, year_of
    from county.minors_lines import audit_lines, audit_table

    with _opened(options) as county:
        found = audit(county, year_of(options.year))
    if options.csv:
        csv.writer(sys.stdout).writerows(audit_table(found))
        return
    for line in audit_lines(found):
        _print(line)


def _status(options: argparse.Namespace) -> None:
    from county.status import entry_hashes, record_digests, status

    with _opened(options) as county:
        _print(status(county))
        if options.hashes:
            for one in entry_hashes(county):
                print(one)
        if options.records:
            for record, digest in record_digests(county):
                print(record, digest)


def _revoke(options: argparse.Namespace) -> None:
    from county.revocation import accept_batches, reinstate, revoke

    with _opened(options) as county:
        if options.accept:
            done = accept_batches(county, options.vault, options.reason)
        elif options.reinstate:
            done = reinstate(county, options.vault, options.reason)
        else:
            done = revoke(county, options.vault, options.reason, wipe=options.wipe, ask=options.ask)
        _print(asdict(done))


def _lost(options: argparse.Namespace) -> None:
    from county.lost import lost
    from desktop.domain.breach import CATEGORIES

    with _opened(options) as county:
        found = lost(county, options.vault, options.reason)
    if options.csv:
        writer = csv.writer(sys.stdout)
        writer.writerow(("成员编号", "姓名", "住址", "未成年", "含敏感信息", "信息种类"))
        for one in found.people:
            words = "、".join(CATEGORIES[key] for key in one.categories)
            marks = ("是" if one.minor else "否", "是" if one.sensitive else "否")
            writer.writerow((one.resident, one.name, one.address, *marks, words))
        return
    summary = {name: value for name, value in asdict(found).items() if name != "people"}
    _print({**summary, "letters": len(found.people), "minors": sum(one.minor for one in found.people)})
    for one in found.people:
        _print({**asdict(one), "sensitive": one.sensitive})


def _lease_code(options: argparse.Namespace) -> None:
    from county.revocation import lease_code

    with _opened(options) as county:
        _print(lease_code(county, options.vault))


def _openapi(_options: argparse.Namespace) -> None:
    from county.api import create_app

    print(json.dumps(create_app().openapi(), ensure_ascii=False, indent=2))
