"""Visits, consent and referrals: what is still missing, and what may not be done."""

from __future__ import annotations

from desktop.ui.messages.message import Message

_DRAFT = "填的内容都在，已存为草稿。"

MESSAGES = {
    "join.different-documents": Message(
        "两边的证件号码不同，是两个人，不能合并。", "记录没有变。", "请对着证件核对；哪一边写错了，先改正，再合并。"
    ),
    "join.nothing-in-common": Message(
        "这两户的户主不是同一个名字，也没有共同的成员，不能合并。", "记录没有变。", "请核对姓名；写错的先改正。"
    ),
    "join.other-township": Message("这两边不在同一个乡镇，不能合并。", "记录没有变。", "请告诉县里。"),
    "join.same": Message("两边已经是同一条记录。", "记录没有变。", "不用再做什么。"),
    "join.practice": Message("练习库不和县里同步，合并要由县里来做。", "记录没有变。", "正式的库里才能合并。"),
    "visit.incomplete": Message("走访记录还差几项：{problems}。", _DRAFT, "补上以后再保存。"),
    "visit.in-future": Message("走访日期在今天以后。"),
    "visit.second-worker": Message("缺第二走访人，或一人走访的原因。"),
    "visit.notice": Message("没有记下是否告知了个人信息的用途。"),
    "visit.conclusion": Message("没有选研判结论。"),
    "visit.aid-received": Message("T2 要写明已享受的救助。"),
    "visit.remaining-gap": Message("T2 要写明还差什么。"),
    "visit.scheme": Message("没有选可能符合的救助。"),
    "visit.review-date": Message("T1 要定一个复查日期。"),
    "consent.answers-missing": Message("有的格子还没有回答。", "填的内容都在。", "每一格请选“同意”或“不同意”。"),
    "consent.asked-lately": Message(
        "{name}这一项在最近 {months} 个月里已经拒绝或撤回过。",
        "没有重新登记。",
        "到期以前不再询问；本人主动提出的除外。",
    ),
    "consent.copy-needed": Message(
        "还没有把一份同意书交给本人（监护人）。", "填的内容都在。", "交给他们以后请打勾，再保存。"
    ),
    "consent.no-scan": Message(
        "这份同意书的扫描件没有收齐，或者还不在这台电脑上。",
        "没有核对，什么也没有记下。",
        "请对着纸核对，选“纸质原件”；或者等扫描件收齐、传到这里再核对。",
    ),
    "consent.no-since": Message(
        "{name} {day} 撤回过其中的一项，这份同意书在那以前就起草了，这一项不能再算同意。",
        "没有记为已签，他说过的“不”照旧算数。",
        "请作废这一份；他现在又愿意的，请用新的同意书重新征求。",
    ),
    "consent.near-relative-unnamed": Message(
        "近亲属申报没有填完整：有的，要写明是谁、和本人是什么关系。", "填的内容都在。", "请填上，或者改选“没有”。"
    ),
    "consent.nothing-asked": Message("还没有选接收方和信息项。", "填的内容都在。", "请至少选一个接收方和一项信息。"),
    "consent.nothing-to-withdraw": Message(
        "没有可以撤回的同意。", "记录没有变。", "请看看是不是已经撤回或到期；这台电脑上没有的，请选接收方。"
    ),
    "consent.recipient": Message("不能向这个接收方提供：{reason}。", "没有登记。", "请另选一个接收方。"),
    "consent.second-needed": Message(
        "这份同意书没有第二位经办人。",
        "填的内容都在，没有记为已签。",
        "征求同意要两个人在场：请作废这一份，写上同事的名字另拟一份；本人不同意的，请按“他不同意”。",
    ),
    "referral.incomplete": Message("转介单还差一项：{problem}。", _DRAFT, "补上以后再提交。"),
    "referral.may-not-disclose": Message(
        "不能把这些信息交给对方（{classes}）：{reason}。", _DRAFT, "请先征求本人同意，或去掉这几项。"
    ),
    "referral.not-released": Message(
        "县里还没有放行这张转介单。", "现在只能打印本单位留存的一份。", "等县里放行并同步以后，再打印给对方。"
    ),
    "referral.reason-needed": Message("请写明原因。", "转介单没有变。", "写几个字就可以。"),
    "referral.over": Message("对方已经退回，或者这件事已经办完。", "不能再交给对方。", "需要时请另开一张转介单。"),
    "referral.recalled": Message("这张转介单已经撤回或取消。", "不能再交给对方。", "需要时请另开一张。"),
    "referral.tells-too-much": Message(
        "概述、差额或已获救助里写了没有勾选的信息：{classes}。",
        _DRAFT,
        "请把它删掉；确实需要的，先征求本人同意，再勾选这一项。",
    ),
    "referral.told-too-much": Message(
        "这张转介单的概述、差额或已获救助里写了没有同意提供的信息：{classes}。",
        "不能提交，也不能交给对方；记录没有变。",
        "写好的不能再改：请把这一张取消，另开一张，不写这些；确实需要的，先征求本人同意。",
    ),
    "referral.release-expired": Message("县里的放行已经过期。", "不能再交给对方。", "请同步一次，或请县里重新放行。"),
    "publicity.no-scan": Message(
        "这份宣传同意的扫描件没有收齐，或者还不在这台电脑上。",
        "没有核对，什么也没有记下。",
        "请对着纸核对，选“纸质原件”；或者等扫描件收齐、传到这里再核对。",
    ),
    "publicity.refused": Message("不能征求这项宣传同意：{problem}。", "填的内容都在，没有登记。", "改好以后再做。"),
    "publicity.unattended-child": Message("这一户有事实无人抚养儿童：情况不公开，不作宣传，也不征求同意。"),
    "publicity.not-shown": Message(
        "这份宣传同意不能再用：{problem}。",
        "没有打印，也没有生效，记录没有变。",
        "请作废或者撤回，已经登出去的收回来。",
    ),
    "publicity.nothing-asked": Message("至少要选一样素材和一个渠道。"),
    "publicity.no-publisher": Message("没有写发布单位。"),
    "publicity.no-child": Message("儿童影像只能向儿童本人的监护人征求。"),
    "publicity.name-not-asked": Message("署名要用的名字，没有列在素材里征求。"),
    "publicity.no-second": Message("没有写第二经办人。"),
    "publicity.asked-lately": Message("他半年内对这个发布单位说过不同意或者撤回过，只有他自己提出才能再问。"),
    "publicity.answers": Message("每一样都要选“同意”或“不同意”。"),
    "publicity.nothing-agreed": Message("没有同意任何素材或者渠道，请记成“不同意”。"),
    "publicity.incomplete": Message(
        "签字结果还差一项：{problem}。", "填的内容都在，没有记为已签。", "照纸上补全，再记下。"
    ),
    "publicity.no-witness": Message("按指印要有见证人。"),
    "publicity.no-view": Message("没有记孩子自己怎么说。"),
    "publicity.not-read": Message("没有记下怎样讲解的：念给他听的，要选用什么话念；他自己看的，选“他自己看”。"),
    "publicity.items-unread": Message("讲解词还有没念的，一条一条念完打勾。"),
    "publicity.other-form": Message(
        "打印以后，他的年龄、行为能力或者监护情况改过，该签字的人和纸上的不一样；请作废，重新征求。"
    ),
    "publicity.expired": Message("这份宣传同意已经到期。"),
    "publicity.no-copy": Message("还没有把一份交给本人（监护人）。"),
    "wish.refused": Message("这张微心愿卡还不能登记：{problem}。", "填的内容都在，没有登记。", "改好以后再登记。"),
    "wish.no-public-name": Message("没有写公开称呼。"),
    "wish.public-name-too-long": Message("公开称呼最多十个字。"),
    "wish.no-words": Message("没有写心愿内容。"),
    "wish.words-too-long": Message("心愿内容最多六十个字。"),
    "wish.no-budget": Message("没有写预算上限。"),
    "wish.not-agreed": Message("本人还没有同意公开这张卡。"),
    "wish.number": Message("里面有像电话或者证件的长号码，卡要公开张贴，不能写。"),
    "wish.past": Message("期限要在今天以后。"),
    "wish.unattended-child": Message("这一户有事实无人抚养儿童：情况不公开，不做微心愿卡。"),
    "wish.not-shown": Message(
        "这张微心愿卡不能打印：{problem}。", "没有打印，记录没有变。", "请按“不再征集”，已经贴出去的卡收回来。"
    ),
    "wish.real-name": Message("里面有这一家人的真名，请改用公开称呼，如“林奶奶”。"),
    "wish.name-and-place": Message("名字和村名、学校写在了一起，别人认得出是谁，请删去一样。"),
    "wish.place-and-school": Message("村名和学校写在了一起，别人认得出是谁，请删去一样。"),
    "wish.child-school": Message("儿童的心愿不能写学校。"),
    "wish.no-visit": Message("这一户还没有走访记录。", "没有登记。", "微心愿要经走访核实：先走访并保存，再登记心愿。"),
    "wish.dropped": Message("这个心愿已经不再征集。", "没有打印，记录没有变。", "需要时请重新登记一个。"),
    "scan.file-unreadable": Message(
        "这个文件读不出来。", "没有收进来，原来的记录没有变。", "请看看 U 盘或手机是否接好，再选一次。"
    ),
    "scan.changed": Message(
        "这张纸打印以后，记录又改过。", "没有收进来，原来的记录没有变。", "请按新内容重新打印，再请本人签字。"
    ),
    "scan.other-sheet": Message(
        "这张图是另一份同意书。", "没有收进来，原来的记录没有变。", "请核对纸上的编号，选对那一份再收。"
    ),
    "scan.unknown-print": Message("本机没有这张纸的打印记录。", "没有收进来。", "可能是同事打印的，请先同步一次再收。"),
    "print.text-too-long": Message("文字太长，纸上放不下。", "记录没有变。", "请删短一些再打印。"),
    "import.cancelled": Message("导入已停下。", "停下以前写入的都已保存在本机，再导入一次会接着做，不会重复。"),
    "import.preview-outdated": Message(
        "预览以后本机的记录又变了。", "这一户没有写入，其他已写入的都在。", "请重新打开这个文件，看新的预览。"
    ),
}
