"""Error codes in the words of those who run the county server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from desktop.domain.errors import UserFacingError

MESSAGES: Final[Mapping[str, str]] = {
    "county.exists": "这个文件夹或数据库里已经有县级服务,没有改动。请换一个空文件夹,或直接 serve。",
    "county.code-malformed": "县级区划代码应为六位数字,如 350703。",
    "county.passphrase-empty": "口令不能为空。",
    "county.key-missing": "文件夹里没有 county.key。请确认 --data 是否正确;密钥文件丢失时请从备份取回,不要重建。",
    "county.key-damaged": "county.key 已损坏。请从备份取回,数据库没有改动。",
    "county.wrong-passphrase": "口令不对。",
    "county.keys-unreadable": "数据库里的县级密钥无法解开。请确认 county.key 与数据库是同一套。",
    "county.store-missing": "找不到数据库文件 county.db。请从备份取回,不会自动新建。",
    "county.store-unencrypted": "county.db 是未加密的数据库,已拒绝打开,没有改动。",
    "county.store-unreadable": "county.db 打不开:密钥不符或文件损坏。没有改动,请从备份取回。",
    "county.store-newer": "数据库由更新版本写成,请先升级本程序。没有改动。",
    "county.store-settings": "加密数据库的设置没有生效({setting}),已停止。",
    "county.store-away": "连不上 PostgreSQL,请检查地址和服务。",
    "county.no-cipher": "本机的 SQLCipher 组件缺失,已停止,以免写出未加密的数据。",
    "county.url-malformed": "数据库地址应为 postgresql://主机/库名。",
    "county.url-with-password": "数据库地址里不能写口令,请放进 .pgpass 或服务文件。",
    "county.unfinished": "这个县还没有建完,请用同一口令再运行一次 init。",
    "server.address-taken": "端口 {port} 不能使用,请换一个。",
    "passphrase.file-open-to-others": "口令文件别人也能读,请把权限改为仅本人可读(chmod 600)。",
    "passphrase.file-unreadable": "读不到口令文件。",
    "worker.malformed": "人员信息不完整或不对:{field}。",
    "worker.township-unknown": "乡镇代码 {township} 不属于本县。",
    "worker.unknown": "花名册里没有 {worker}。",
    "worker.without-laptop": "{worker} 的角色不使用走村笔记本,不发开通码。",
    "issue.malformed": "发布内容不完整或不对:{field}。",
    "divisions.unreadable": "区划文件读不出来。应为 UTF-8 的 CSV,含 code,name,parent,level 四列。",
    "divisions.county-missing": "区划文件里没有 {county} 的乡镇。",
    "line.malformed": "这一行不是所要的 JSON。",
    "officer.unknown": "花名册里没有这位人员。",
    "record.unknown": "没有这条记录。",
    "answer.refused": "规则不允许这一步:{reason}。没有写入。",
    "answer.reason-missing": "请写明理由。",
    "answer.malformed": "内容不完整或不对。",
}


def sentence(error: UserFacingError) -> str:
    """What happened and what to do, in Chinese."""
    return MESSAGES[error.code].format(**error.values)
