"""The county server's own command line."""

from __future__ import annotations

from desktop.ui.messages.message import Message

MESSAGES = {
    "county.exists": Message("这里已经有一个县级库。", "没有改动它。", "请换一个文件夹，或直接启动已有的库。"),
    "county.unfinished": Message("上一次建库没有做完。", "没有改动已有的文件。", "请换一个空文件夹重新建库。"),
    "county.code-malformed": Message("县代码的写法不对。", "什么也没有建立。", "应是六位数字，如 350703。"),
    "county.passphrase-empty": Message("口令是空的。", "什么也没有建立。", "请输入口令。"),
    "county.wrong-passphrase": Message("口令不对，没有打开。", "县级库没有被改动。", "请再试一次。"),
    "county.key-missing": Message("县级密钥文件不见了。", "县级库没有被改动。", "请从备份取回密钥文件，不要新建。"),
    "county.key-damaged": Message("县级密钥文件已损坏。", "县级库没有被改动。", "请从备份取回密钥文件，不要新建。"),
    "county.keys-unreadable": Message("县级密钥读不出来。", "县级库没有被改动。", "请核对密钥文件和口令。"),
    "county.no-cipher": Message("程序缺少加密部件。", "没有写入任何内容。", "请重新安装程序。"),
    "county.store-away": Message("连不上数据库。", "没有写入任何内容。", "请检查数据库是否已启动、地址是否正确。"),
    "county.store-missing": Message("没有找到县级库。", "没有新建任何文件。", "请核对文件夹；新建请用建库命令。"),
    "county.store-newer": Message("县级库是更新版本的程序写的。", "没有改动它。", "请先升级程序。"),
    "county.store-settings": Message("县级库的设置不对（{setting}）。", "没有改动它。", "请把这句话告诉维护人员。"),
    "county.store-unencrypted": Message("这个县级库没有加密，程序不打开它。", "没有改动它。", "请联系维护人员。"),
    "county.store-unreadable": Message("县级库读不出来。", "没有改动它。", "请核对口令；还不行请从备份恢复。"),
    "county.url-malformed": Message("数据库地址的写法不对。", "没有写入任何内容。", "请核对地址。"),
    "county.url-with-password": Message("数据库地址里不能写密码。", "没有连接。", "请把密码放进数据库的密码文件。"),
    "answer.malformed": Message("答复的格式不对。", "没有写入。", "请看帮助里的例子。"),
    "answer.reason-missing": Message("没有写原因。", "没有写入。", "退回或拒绝要写明原因。"),
    "answer.refused": Message("这个答复不能做：{reason}。", "没有写入。", "请先看一下当前状态。"),
    "enrolment.not-a-request": Message("这个文件不是开通申请。", "没有登记。", "请向经办人要开通申请文件。"),
    "issue.malformed": Message("下发的内容有一项写法不对（{field}）。", "没有下发。", "请核对这一项。"),
    "wording.file-unreadable": Message("文本文件读不出来。", "没有下发。", "请核对文件位置和权限。"),
    "wording.malformed": Message("这不是表单文本文件。", "没有下发。", "请照程序自带的文本改。"),
    "wording.form-unknown": Message("没有这种表单。", "没有下发。", "表单应是其中之一：{forms}。"),
    "wording.refused": Message("这份文本不能用：{faults}。", "没有下发。", "请照着改好，再检查一遍。"),
    "wording.not-newer": Message("版本 {version} 不比已有的 {newest} 新。", "没有下发。", "请用更新的版本。"),
    "wording.from-malformed": Message("启用日期的写法不对。", "没有下发。", "应写成 2026-12-01 这样。"),
    "wording.from-past": Message("启用日期 {day} 已经过去。", "没有下发。", "请写今天或者以后的日期。"),
    "wording.unknown": Message("没有下发过 {form} 的 {version} 版。", "没有改动。", "请先列出各版，核对表单和版本。"),
    "wording.withdrawn": Message("{form} 的 {version} 版已经收回过。", "没有改动。", "不用再收一次。"),
    "wording.reason-missing": Message("没有写收回的事由。", "没有收回。", "请写明事由。"),
    "wording.which": Message("没有写要看哪一版。", "没有改动。", "请写同意书的编号，或者表单和版本。"),
    "wording.not-printed": Message("这份同意书没有记下文本的校验码。", "没有改动。", "请核对编号；没有打印过的没有。"),
    "officer.unknown": Message("没有这个人，或者没有这个权限。", "没有写入。", "请核对工号。"),
    "passphrase.file-open-to-others": Message("口令文件别人也能读。", "没有使用它。", "请把文件权限改成只有自己能读。"),
    "passphrase.file-unreadable": Message("口令文件读不出来。", "没有启动。", "请核对文件位置和权限。"),
    "server.address-taken": Message(
        "地址 {host}:{port} 已被占用。", "没有启动。", "请换一个端口，或先停掉占用它的程序。"
    ),
    "worker.malformed": Message("人员资料有一项写法不对（{field}）。", "没有写入。", "请核对这一项。"),
    "worker.township-unknown": Message("没有 {township} 这个乡镇。", "没有写入。", "请先下发区划，或核对代码。"),
    "revocation.none": Message("加密库 {vault} 没有停用。", "没有改动。", "不用恢复。"),
    "revocation.in-force": Message("加密库 {vault} 已停用。", "没有给出主管码。", "要继续使用，请先恢复。"),
    "worker.unknown": Message("没有 {worker} 这个人。", "没有写入。", "请核对工号。"),
    "worker.without-laptop": Message("{worker} 还没有开通电脑。", "没有写入。", "请先发开通码。"),
}
