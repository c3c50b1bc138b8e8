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
    "passphrase.differs": "两次输入的口令不一样,没有写入。",
    "escrow.office-unknown": "托管单位应写 information(县信息中心)或 civil-affairs(县民政局)。",
    "escrow.key-exists": "这个文件已经有了,没有改动。请换一个文件名。",
    "escrow.key-unreadable": "托管人钥匙文件读不出来。请核对文件;确实丢失或损坏时,停用这位托管人,另做一把。",
    "escrow.key-locked": "口令不对,或不是托管人钥匙文件。没有打开任何内容。",
    "escrow.passphrase-short": "口令太短,至少 {minimum} 个字符,可以用一句好记的话。没有写入。",
    "escrow.holder-malformed": "托管人信息不完整或不对:{field}。",
    "escrow.holder-known": "这把钥匙已经登记过,或同一个人已在另一个单位登记。两个单位的托管人不能是同一人。没有写入。",
    "escrow.holder-unknown": "名单上没有这位托管人。",
    "escrow.holders-many": "一个单位最多 {most} 位托管人。没有写入。",
    "escrow.holders-few": "每个单位至少要有 {least} 位托管人。请先登记接替的人,再停用这一位。没有写入。",
    "escrow.holders-unreadable": "托管人名单不完整或读不出来。",
    "escrow.request-unreadable": "这不是恢复申请,或已损坏,或不是给这位托管人的。没有打开任何内容。",
    "escrow.response-unreadable": "这不是托管人的答复文件,或已损坏。没有写入。",
    "escrow.response-unsigned": "这份答复不是本县托管人签的。没有写入。",
    "escrow.vault-unknown": "本县没有开通过这个加密库。没有写入。",
    "escrow.other-office": "这把钥匙是另一个单位的。没有打开任何内容。",
    "escrow.case-missing": "请用 --case 写明事由或编号。没有打开任何内容。",
    "escrow.number-wrong": "核对数不对。请打花名册上的电话找本人,让他把屏幕上的核对数念一遍。没有打开任何内容。",
    "escrow.half-sealed-to-others": "这一半不是封给这位托管人的。请由当时名单上的人来开。没有打开任何内容。",
    "escrow.half-damaged": "托管的这一半已损坏,打不开。",
    "escrow.half-of-other-vault": "这一半是另一个加密库的,与申请不符,已拒绝。",
    "escrow.half-of-other-office": "这一半是另一个单位的,与申请不符,已拒绝。",
    "escrow.half-of-other-slot": "这一半是以前的,已经作废,已拒绝。",
    "escrow.terms-changed": "申请里的托管名单被改动过,已拒绝。请查明这台笔记本的来历。",
    "escrow.slot-damaged": "申请里的托管内容已损坏。",
    "escrow.file-unwritable": "答复文件写不出去。请换一个位置再试。",
    "escrow.file-unreadable": "读不到这个文件。",
}


def sentence(error: UserFacingError) -> str:
    """What happened and what to do, in Chinese."""
    return MESSAGES[error.code].format(**error.values)
