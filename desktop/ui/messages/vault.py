"""The encrypted store and the ways in. Nothing here is ever repaired by making a new key or a new store."""

from __future__ import annotations

from desktop.ui.messages.message import Message

_UNTOUCHED = "加密库没有被改动，资料都还在。"

MESSAGES = {
    "vault.wrong-password": Message("密码或设备卡不对，没有打开。", _UNTOUCHED, "请再试一次；想不起来请点“忘了密码”。"),
    "vault.password-too-short": Message("密码太短。", "", "至少要 {minimum} 个字符，可以用一句好记的话。"),
    "vault.password-too-long": Message("密码太长。", "", "最多 {maximum} 个字符。"),
    "vault.password-too-common": Message("这个密码太常见。", "", "请换一个别人想不到的，比如一句好记的话。"),
    "vault.wait": Message("密码输错的次数太多。", _UNTOUCHED, "请等 {seconds} 秒再试；想不起来请点“忘了密码”。"),
    "vault.memory-short": Message(
        "电脑的内存不够，打不开。", _UNTOUCHED, "请关掉别的程序，空出 {needed} MB 内存，再试一次；不算输错密码。"
    ),
    "vault.signing-slot-damaged": Message(
        "这位同事的签名钥匙读不出来。",
        "没有签名，什么也没有改动。",
        "请同事先在这台电脑上打开一次自己的加密库，再来核对。",
    ),
    "vault.card-needed": Message("这台电脑没有记住设备密钥。", _UNTOUCHED, "请从保险柜取出设备卡，把上面的字输进来。"),
    "vault.card-mistyped": Message("设备卡上的字有打错的。", _UNTOUCHED, "请对照卡片逐个核对。"),
    "vault.keyring-missing": Message("系统里的设备密钥不见了。", _UNTOUCHED, "请用保险柜里的设备卡打开。"),
    "vault.keyring-changed": Message(
        "系统保存密钥的地方变了。原来：{keyring_before}；现在：{keyring_now}。",
        _UNTOUCHED,
        "请用保险柜里的设备卡打开。",
    ),
    "vault.keyring-unreliable": Message("这个系统不能安全地记住设备密钥。", _UNTOUCHED, "每次打开请用设备卡。"),
    "vault.slots-missing": Message(
        "加密库的钥匙文件不见了。", "程序没有动加密库。", "请不要重装；先用上一份钥匙文件打开，不行就联系县里恢复。"
    ),
    "vault.slots-damaged": Message(
        "加密库的钥匙文件已损坏。", "程序没有动加密库。", "请不要重装；先用上一份钥匙文件打开，不行就联系县里恢复。"
    ),
    "vault.store-missing": Message(
        "没有找到加密库文件。",
        "程序没有新建或替换任何文件。",
        "请不要重装，用“从备份恢复”或“抢救资料”从备份里恢复，或马上联系县里。",
    ),
    "vault.store-unreadable": Message(
        "加密库读不出来。", "程序没有改动它。", "请不要重装，用“抢救资料”从备份里恢复，或马上联系县里。"
    ),
    "vault.store-damaged": Message(
        "加密库有一部分已损坏。",
        "程序已停下，没有再写入；还能读的都可以救出来。",
        "请不要重装，锁定后在登录窗口用“抢救资料”，或马上联系县里。",
    ),
    "vault.salvage-nothing": Message(
        "这个加密库一点也读不出来，也没有它的备份。",
        "程序没有改动它。已同步的资料县里都有。",
        "请插上存备份的 U 盘再试，或联系县里恢复。",
    ),
    "vault.salvage-changed": Message(
        "清单和刚才看到的不一样了。", "新库没有启用，什么也没有改动。", "请重新看一遍清单，再决定。"
    ),
    "vault.log-cut": Message(
        "上次断电时，最后一步没有写完整。",
        "此前保存的都在；没写完的那一步留了一份在库旁边。",
        "请看一下最后登记的那一户，缺了就补记。",
    ),
    "former-store.unknown": Message("没有找到这个停用的旧库。", "什么也没有删。", "请刷新后再看。"),
    "former-store.not-yet": Message(
        "现在还不能删这个旧库。",
        "什么也没有删：正在用的库还没有检查完好，或者还有没上报的。",
        "请先“检查加密库”，再同步一次，都好了再来。",
    ),
    "former-store.in-use": Message(
        "这个库正在用，不能删。", "什么也没有删。", "请锁定后重新打开，再看一次；还不行请联系县里。"
    ),
    "vault.network-disk": Message(
        "加密库放在网络盘上（{kind}）。",
        "网络盘断开时可能损坏正在保存的资料。",
        "请联系县里，把加密库移到这台电脑自己的硬盘。",
    ),
    "vault.clock-doubtful": Message(
        "这台电脑的日期可能不对（{date}）。", "照常可以登记，条目会注明时间存疑。", "请核对电脑右下角的日期。"
    ),
    "vault.store-settings": Message("加密库的设置和这个版本不一样（{setting}）。", _UNTOUCHED, "请把这句话告诉县里。"),
    "vault.not-encrypted": Message("这个文件没有加密，程序不打开它。", "程序没有改动它。", "请马上联系县里。"),
    "vault.no-cipher": Message("程序缺少加密部件。", _UNTOUCHED, "请重新安装程序；重装不会动到资料。"),
    "vault.newer-schema": Message(
        "资料是更新版本的程序写的（{found} 版，本程序只认到 {known} 版）。", _UNTOUCHED, "请先升级程序。"
    ),
    "vault.open-elsewhere": Message("这个加密库已经在另一个窗口打开。", _UNTOUCHED, "请用那个窗口，或先把它关掉。"),
    "vault.cannot-lock": Message(
        "加密库所在的硬盘不能上锁，程序没有打开它。", _UNTOUCHED, "请联系县里，把加密库移到这台电脑自己的硬盘。"
    ),
    "vault.busy": Message("加密库正忙，这一步没有做成。", "还没有保存，填的内容都在。", "请过一会儿再试。"),
    "vault.wiped": Message(
        "县里命令清除这个加密库，钥匙已经清除：{reason}。",
        "本机没报的内容已先报给县里；留在电脑里的文件谁也打不开。",
        "请联系{ask}；要继续工作，请用县里新发的开通码重新开通。",
    ),
    "vault.revoked": Message(
        "县里停用了这个加密库：{reason}。",
        "资料都还在，没有被改动；没报的内容会先报给县里收存。",
        "请联系{ask}，不要删除程序或文件。",
    ),
    "lost.nobody": Message("名单上的人这台电脑上都没有。", "没有做告知书。", "请先同步，再对照县里给的名单。"),
    "lost.too-many": Message("一次最多做 {most} 份告知书。", "没有做告知书。", "请分村、分批来做。"),
    "lost.no-office": Message("县里还没有下发本单位的名称和电话。", "没有做告知书。", "请先同步，或请县里补发。"),
    "erasing.unknown": Message("没有找到这条记录。", "什么也没有清除。", "请刷新后再看。"),
    "erasing.reason-missing": Message("请写明清除的理由。", "什么也没有清除。", ""),
    "erasing.reason-names": Message(
        "理由里写了这个人的姓名或号码。", "什么也没有清除。", "理由会一直留着，请写不带姓名和号码的理由。"
    ),
    "erasing.withdraw-first": Message(
        "这个人的资料已按同意放行给接收方，或者宣传同意还有效。",
        "什么也没有清除。",
        "请先办撤回，让接收方停用并删除、发布单位撤下，再来清除。",
    ),
    "lease.code-needed": Message(
        "已经 {days} 天没有和县里联系，现在只能看和同步。",
        "刚才这一步没有保存，填的内容都在草稿里。",
        "请同步一次；或打电话向县里要主管码，锁定后重新打开，先输主管码，再接着保存。",
    ),
    "lease.code-wrong": Message(
        "主管码不对，或者已经用过。", "什么也没有改动。", "请对照着再输一遍，或再打电话给县里。"
    ),
    "lease.no-secret": Message("这个加密库还没有和县里同步过，用不了主管码。", "", "请先同步一次。"),
    "vault.not-enrolled": Message(
        "这个加密库还没有在县里开通，不能登记或查看任何人的资料。",
        "没有改动任何东西。",
        "请在“同步”里用县里发的开通码开通；没有网络可以用 U 盘。",
    ),
    "disk.full": Message("硬盘满了。", "刚才这一步没有保存，以前保存的都在。", "请清理出一些空间，再保存一次。"),
    "disk.read-only": Message(
        "不能往这个硬盘里写。", "刚才这一步没有保存，以前保存的都在。", "请检查硬盘或文件夹的权限。"
    ),
    "disk.turned-read-only": Message(
        "这块硬盘突然变成只读，写不进去了。",
        "刚才这一步没有保存，填的还在屏幕上；以前保存的都在。",
        "请先别锁定、别关窗口，把填的照屏幕抄在纸上；再请县里看硬盘。能写了，再按一次保存。",
    ),
    "disk.failing": Message("硬盘读写出错。", "刚才这一步没有保存。", "请先别关机，尽快同步或备份，再联系县里。"),
}
