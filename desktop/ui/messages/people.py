"""Households, residents and their documents. Document codes are also shown as hints while a number is typed."""

from __future__ import annotations

from desktop.ui.messages.message import Message

MESSAGES = {
    "document.missing": Message("还没有填证件号码。", "", "没有证件就选“无证件”，不影响走访和救助。"),
    "document.number-not-expected": Message("这类证件没有号码。", "", "请清空号码，或改选证件类型。"),
    "document.length": Message("身份证号应是 18 位。", "", "请对照证件再数一遍。"),
    "document.characters": Message("号码里有不该有的字符。", "", "只有最后一位可以是 X。"),
    "document.checksum": Message("号码的校验位不对，可能有一位打错了。", "", "请对照证件逐位核对。"),
    "document.birth-invalid": Message("号码里的出生日期不是一个日子。", "", "请核对第 7 到 14 位。"),
    "document.birth-future": Message("号码里的出生日期在今天以后。", "", "请核对第 7 到 14 位。"),
    "document.birth-too-early": Message("号码里的出生日期早于 1900 年。", "", "请核对第 7 到 14 位。"),
    "document.not-residence-permit": Message("这不是港澳台居民居住证的号码。", "", "居住证号以 81、82 或 83 开头。"),
    "document.looks-like-residence-permit": Message("这个号码像是港澳台居民居住证。", "", "请看一下证件类型。"),
    "document.format": Message("号码的写法和这类证件不一样。", "", "请核对证件类型和号码。"),
    "document.area-unknown": Message("号码开头的地区代码没有查到。", "", "老的代码终身有效，对照证件无误即可。"),
    "document.old-15-digits": Message("这是 15 位的老号码。", "", "有新证件请改填 18 位。"),
    "document.digits-lost": Message("号码在表格里丢了末尾几位。", "", "请对照证件补全。"),
    "document.ends-in-zeros": Message("号码末尾都是 0，可能在表格里丢了数字。", "", "请对照证件核对。"),
    "document.wrong": Message(
        "{name}的证件号码有问题：{reason}。", "这一户还没有保存，填的内容都在。", "请核对号码；没有证件请选“无证件”。"
    ),
    "household.no-members": Message("这一户还没有成员。", "还没有保存，填的内容都在。", "请至少填一个人的姓名。"),
    "household.no-name": Message("有一位成员还没有姓名。", "还没有保存，填的内容都在。", "请填姓名，问不到可填称呼。"),
    "resident.no-age": Message("没有填出生日期，也没有选多大。", "什么也没有改。", "请填一样，问不到生日的选多大。"),
    "resident.already-known": Message(
        "{name}的证件号已经在本机登记过。", "没有重复登记，原来的记录没有变。", "请打开已有的那一户接着记。"
    ),
}
