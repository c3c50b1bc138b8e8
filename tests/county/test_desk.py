"""The duty officer's desk over a real socket and a real county: what is seen and decided, and whose look it was."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from county import minors, tables
from county.desk.serving import serve_desk
from county.enrolment import add_worker
from county.issuing import Item, issue
from county.opening import County
from desktop.domain import consent as rules
from desktop.domain.consent import Basis, Disclosure
from desktop.domain.errors import UserFacingError
from desktop.domain.journal import Header, decode_body
from tests.county.desk_sitting import boxes_of, hidden, page_picture, scanned, signed_sheet, sitting, words
from tests.county.laptop import described, household, moved, send
from tests.county.test_gate import CHARITY, Case, made_case
from tests.entry_bodies import FIELDS

HOSTILE = "林<script>alert(1)</script>&\"阿婆'"


@pytest.fixture
def case(county: County, township: str) -> Case:
    """A person whose sheet waits with its picture."""
    made = made_case(county, township)
    signed_sheet(made)
    return made


def own_entries(county: County, kind: str) -> list[tuple[Header, dict[str, Any]]]:
    """The county's own entries of a kind."""
    with county.store.read() as connection:
        rows = connection.execute(
            select(tables.entry)
            .where(tables.entry.c.county == county.code, tables.entry.c.vault == county.vault)
            .where(tables.entry.c.kind == kind)
            .order_by(tables.entry.c.seq)
        ).all()
    return [(Header.decode(bytes(row.header)), decode_body(bytes(row.payload))) for row in rows]


def test_a_sheet_is_compared_with_its_picture_and_its_grants_come_into_force(case: Case) -> None:
    """From the start page to the list to the sheet; box by box; the record says by whom and against what."""
    scan = scanned(case)
    with sitting(case.county, case.officer) as at:
        assert "1 份同意书等核对" in at.text("/")
        listed = at.text("/sheets")
        assert "TY-350703104-261120-AB12" in listed
        assert "林阿婆" not in listed
        assert own_entries(case.county, "view.opened") == []
        assert at.get("/picture", sheet=case.sheet, record=scan).status_code == 404, "before a look was noted"
        page = at.get("/sheet", id=case.sheet).text
        said = at.text("/sheet", id=case.sheet)
        for part in (
            "林阿婆",
            "证件尾号 002X",
            "试验红十字会 · 扶老",
            "A1 姓名、性别、出生年月 ☑ 同意",
            "周婶",
            "按指印",
        ):
            assert part in said
        assert "B2 疾病与治疗 ☒ 不同意" in said
        assert "没有问：A3 村（社区）及住址、A4 家庭人口与关系" in said
        picture = at.get("/picture", sheet=case.sheet, record=scan)
        assert (picture.headers["content-type"], picture.content) == ("image/jpeg", page_picture())
        form = {"id": case.sheet, "seen": hidden(page, "seen"), "against": "scan", "compared": boxes_of(page)}
        assert at.post("/sheet/check", form).status_code == 303
        assert "核对通过，2 项同意已生效" in at.text("/sheets")
        again = at.post("/sheet/check", form)
        assert (again.status_code, "已经有人办过" in words(again)) == (409, True)
    assert [case.state(case.grants[one])["state"] for one in ("A1", "A2", "B2")] == ["in-force", "in-force", "refused"]
    fields = case.state(case.sheet)["fields"]
    assert (fields["checked_by"], fields["checked_against"]) == ("值班员", "scan")
    looks = own_entries(case.county, "view.opened")
    assert {(header.record, header.worker, header.role) for header, _ in looks} == {
        (case.person, case.officer, "duty-officer")
    }
    assert looks[0][1]["groups"] == ["sheet", "scan", "signature"]


def test_what_is_not_compared_or_has_changed_is_not_brought_into_force(case: Case) -> None:
    """Each refusal in words, and nothing written."""
    with sitting(case.county, case.officer) as at:
        page = at.get("/sheet", id=case.sheet)
        assert "影像还没有到县里" in words(page)
        assert 'value="scan"' not in page.text, "nothing to compare with"
        form = {"id": case.sheet, "seen": hidden(page.text, "seen"), "against": "paper"}
        boxes = boxes_of(page.text)
        assert boxes == ["answers-0", "signature-0", "witness", "near-relative", "staff"]
        for given, told in (
            ({"compared": boxes[1:]}, "还有没对过的"),
            ({"compared": boxes, "against": "scan"}, "请选对照着什么核对的"),
            ({"compared": boxes, "against": ""}, "请选对照着什么核对的"),
            ({"compared": boxes, "seen": ""}, "这份同意书变了"),
        ):
            answer = at.post("/sheet/check", {**form, **given})
            assert (answer.status_code, told in words(answer)) == (409, True)
        scanned(case)
        answer = at.post("/sheet/check", {**form, "compared": boxes})
        assert (answer.status_code, "这份同意书变了" in words(answer)) == (409, True)
        stale = at.post("/sheet/reject", {**form, "reason": "看不清"})
        assert (stale.status_code, "这份同意书变了" in words(stale)) == (409, True)
        no_reason = at.post("/sheet/reject", {**form, "seen": hidden(answer.text, "seen"), "reason": " "})
        assert (no_reason.status_code, "请写明理由" in words(no_reason)) == (409, True)
    assert case.state(case.sheet)["state"] == "signed"
    assert case.state(case.grants["A1"])["state"] == "agreed"


def test_a_sheet_is_sent_back_with_its_reason(case: Case) -> None:
    """It is void, and what was agreed on it permits nothing."""
    with sitting(case.county, case.officer) as at:
        page = at.get("/sheet", id=case.sheet).text
        form = {"id": case.sheet, "seen": hidden(page, "seen"), "reason": "签名不是本人"}
        assert at.post("/sheet/reject", form).status_code == 303
        assert "已退回" in at.text("/sheets")
    state = case.state(case.sheet)
    assert (state["state"], state["history"][-1]["reason"]) == ("void", "签名不是本人")


def test_whoever_took_the_consent_does_not_check_it_at_the_desk_either(county: County, township: str) -> None:
    """A caseworker who became an officer: the page says so, and the rule holds whatever is sent."""
    made = made_case(county, township)
    officer = add_worker(county, "值班员二", "county-approver", "区民政局", []).worker.id
    signed_sheet(made, worker=officer)
    with sitting(county, officer) as at:
        page = at.get("/sheet", id=made.sheet)
        assert "您参与了这份同意书的征求" in words(page)
        form = {
            "id": made.sheet,
            "seen": hidden(page.text, "seen"),
            "against": "paper",
            "compared": boxes_of(page.text),
        }
        answer = at.post("/sheet/check", form)
        assert (answer.status_code, "您参与了这份同意书的征求" in words(answer)) == (409, True)
        refused = at.post("/sheet/reject", {**form, "reason": "看不清"})
        assert "退回同意书要由县级值班员办" in words(refused), "an approver does not void"
    assert made.state(made.sheet)["state"] == "signed"


def test_a_fingerprint_that_is_not_kept_is_said_to_stay_on_paper(case: Case) -> None:
    """The office keeps no pictures of fingerprints: two persons at the paper stand for one."""
    office = {"code": case.township, "name": "莒口镇民政办", "keep_fingerprints": False}
    issue(case.county, [Item("office", f"office-{case.township}", office, case.township)])
    with sitting(case.county, case.officer) as at:
        assert "指印影像不留存，两人对纸核对" in at.text("/sheets")
        said = at.text("/sheet", id=case.sheet)
        assert "由两人核对的记号代替" in said
        assert "我手里的纸质原件" in said
        assert "右边的扫描件" not in said


def test_what_is_odd_about_the_pages_is_said_before_they_are_compared(county: County, township: str) -> None:
    """A page that is not here, one of another printing, one that no code was read on."""
    made = made_case(county, township)
    signed_sheet(made, form_hash="ab" * 32)
    scanned(made, pages=3, short_hash="cdcdcdcd")
    scanned(made, page=2, pages=3, recognised=False)
    with sitting(county, made.officer) as at:
        said = at.text("/sheet", id=made.sheet)
    for part in ("纸页不齐", "有一页不是最后打印的那一份", "有一页没有读出编号"):
        assert part in said


def test_calls_visits_and_what_else_the_paper_shows_stand_beside_the_boxes(county: County, township: str) -> None:
    """What was not written down is said too: the officer holds the paper against it."""
    made = made_case(county, township)
    contact = [{"recipient": CHARITY, "purpose": "elderly", "may_call": None, "may_visit": False}]
    signed_sheet(made, contact=contact, evidence={"copy_given": True, "unable_reason": "手抖"})
    with sitting(county, made.officer) as at:
        said = at.text("/sheet", id=made.sheet)
    for part in ("接收方电话联系 ？ 未答，先不要", "接收方上门探访 ☒ 不同意", "没有记是哪个手指", "手抖", "当时已交给"):
        assert part in said


def test_who_was_asked_again_within_six_months_and_how_it_was_read_stand_on_the_sheet(
    county: County, township: str
) -> None:
    """网络数据条例 22(5): a no to the same recipient and purpose is said; one of another purpose is not."""
    made = made_case(county, township)
    who = {"household": made.home, "resident": made.person, "sheet": "an-earlier-sheet"}
    for purpose, cautioned in (("medical", False), ("elderly", True)):
        asked = {"recipient": CHARITY, "purpose": purpose, "data_class": "A1", "until": None}
        said = moved("grant", f"no-{purpose}", None, "refused", **{**FIELDS["grant"], **who, **asked})
        assert made.send(said) == [("ok", "")]
        if not cautioned:
            signed_sheet(made, person_asked=True, read_aloud=True, dialect="闽北话")
        with sitting(county, made.officer) as at:
            text = at.text("/sheet", id=made.sheet)
        assert ("半年内对其中的接收方和用途说过不同意" in text) is cautioned
        assert "谁提出的 本人（监护人）自己提出的" in text
        assert "怎么知道内容的 用闽北话念" in text


def test_a_wards_sheet_is_counted_by_itself_and_checked_by_the_countys_approver(county: County, township: str) -> None:
    """Civil affairs is the guardian: the township may not check it (民法典 32)."""
    made = made_case(county, township)
    nobody = [{"standing": one, "why": "nobody"} for one in ("spouse", "parent-or-child", "near-relative")]
    guardian = {"name": "建阳区民政局", "relation": "监护人", "basis": "civil-affairs", "passed_over": nobody}
    proof = {"capacity": "none", "capacity_proof": "民特1号", "best_interest": True}
    facts = {"band": "adult", "signed_by": "guardian", "guardian": guardian, "guardian_signer": "signature", **proof}
    signed_sheet(made, signed=facts, signing={}, signer=None, witness="")
    approver = add_worker(county, "审批人", "county-approver", "区民政局", []).worker.id
    with sitting(county, approver) as at:
        assert "1 份只能由县里核对" in at.text("/")
        assert "TY-350703104-261120-AB12" in at.text("/sheets", wards="true")
        page = at.get("/sheet", id=made.sheet)
        said = "配偶没有或已去世，父母、子女没有或已去世，其他近亲属没有或已去世"
        assert f"建阳区民政局，监护人，民政部门担任，{said}，签名" in words(page)
        assert "监护人单独的签名" in words(page)
        assert "满十八周岁，无民事行为能力" in words(page)
        assert "监护人的姓名、关系、资格、前面顺位的说明和看过的证明" in words(page)
        seen, boxes = hidden(page.text, "seen"), boxes_of(page.text)
        form = {"id": made.sheet, "seen": seen, "against": "paper", "compared": boxes}
        assert at.post("/sheet/check", form).status_code == 303
    assert made.state(made.grants["A1"])["state"] == "in-force"


def test_everything_that_comes_from_people_is_escaped(county: County, township: str) -> None:
    """Name, witness, reason, and the name of a recipient: text on every page, never a tag or the end of a value."""
    made = made_case(county, township)
    home, person, drafts = household(township + "202", HOSTILE, "2")
    send(county, made.laptop, made.laptop.action(*drafts))
    made = replace(made, home=home, person=person)
    signed_sheet(made, witness=f"周{HOSTILE}", worker_name=HOSTILE, number=HOSTILE)
    with sitting(county, made.officer) as at:
        pages = [at.get(path, id=made.sheet) for path in ("/sheets", "/sheet")]
        form = {"id": made.sheet, "seen": hidden(pages[1].text, "seen"), "reason": HOSTILE, "against": "x"}
        pages.append(at.post("/sheet/check", form))
        vault = made.laptop.vault
        assert at.post("/lost/laptop", {"id": vault, "reason": HOSTILE}).status_code == 303
        pages += [at.get("/lost/laptop", id=vault), at.get("/lost/letters", id=vault, batch="2")]
        for page in pages:
            assert HOSTILE in words(page)
            assert "<script" not in page.text
            assert '"阿婆' not in page.text


def test_what_was_on_a_lost_laptop_and_who_is_owed_a_letter(case: Case) -> None:
    """A reason first; village by village; letters made by a laptop are seen; each look in the officer's name."""
    vault = case.laptop.vault
    division = {
        "code": case.township,
        "name": "莒口镇",
        "villages": [{"code": f"{case.township}201", "name": "上㘵村"}],
    }
    issue(case.county, [Item("division", f"division-{case.township}", division, case.township)])
    _home, child, drafts = household(f"{case.township}201", "林小弟", "3")
    send(
        case.county, case.laptop, case.laptop.action(*drafts, described("resident", child, birth={"day": "2015-05-05"}))
    )
    body = {"letters": 1, "residents": [case.person], "day": "2026-11-20"}
    case.send(("vault.loss-letters-made", None, body))
    with sitting(case.county, case.officer) as at:
        assert "林试验" in at.text("/lost")
        asked = at.text("/lost/laptop", id=vault)
        assert "为什么查看" in asked
        assert "林阿婆" not in asked
        empty = at.post("/lost/laptop", {"id": vault, "reason": ""})
        assert (empty.status_code, "请写明理由" in words(empty)) == (409, True)
        assert at.post("/lost/laptop", {"id": vault, "reason": "下乡途中丢失"}).status_code == 303
        said = at.text("/lost/laptop", id=vault)
        for part in ("2 户、 2 人", "未成年人 1 人", "上㘵村 莒口镇 2 1 2 还差 1 人", "下乡途中丢失"):
            assert part in said, said
        letters = at.text("/lost/letters", id=vault, batch="1")
        assert "还没有做" in letters
        assert "丢失日 2026年11月20日" in letters
        assert "林小弟" in letters
        assert "本人和监护人" in letters
        assert at.get("/lost/letters", id=vault, batch="2").status_code == 404
    looks = own_entries(case.county, "vault.lost")
    assert len(looks) == 3
    assert {(header.worker, body["reason"]) for header, body in looks} == {(case.officer, "下乡途中丢失")}


def test_nothing_is_shown_where_may_disclose_says_no(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk is a road like every other, though inside civil affairs the answer is yes."""
    scan = scanned(case)
    asked = rules.may_disclose
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith(("county", "desktop")):
            for name, value in list(vars(module).items()):
                if value is asked:
                    monkeypatch.setattr(module, name, lambda *_, **__: Disclosure(False, Basis.NONE, "withdrawn"))
    with sitting(case.county, case.officer) as at:
        at.post("/lost/laptop", {"id": case.laptop.vault, "reason": "丢失"})
        for path, query in (("/sheet", {"id": case.sheet}), ("/lost/laptop", {"id": case.laptop.vault})):
            answer = at.get(path, **query)
            assert (answer.status_code, "林阿婆" in answer.text) == (409, False)
        assert at.get("/picture", sheet=case.sheet, record=scan).status_code == 404
    assert own_entries(case.county, "view.opened") == []


def test_a_look_at_a_childs_sheet_stands_in_the_yearly_audit(case: Case) -> None:
    """By the officer's own duty: no approval is named, and the look is not left out for that."""
    case.send(described("resident", case.person, birth={"day": "2015-05-05"}))
    with sitting(case.county, case.officer) as at:
        said = at.text("/sheet", id=case.sheet)
    assert "未成年人" in said
    (look,) = minors.audit(case.county, minors.year_of("")).looks
    assert (look.worker, look.resident, look.approval) == (case.officer, case.person, "")
    assert "minor" in look.groups


def test_an_application_to_see_a_minors_data_is_answered_at_the_desk(case: Case) -> None:
    """The function of the command, with its rules."""
    worker = case.laptop.county.worker
    fields = {"workers": [worker], "ground": "case", "from": "2026-11-20", "until": "2026-12-20", "words": "助学"}
    step = {"from": None, "to": "asked", "fields": {**fields, "resident": case.person, "household": case.home}}
    assert case.send(("approval.moved", "approval-1", step)) == [("ok", "")]
    with sitting(case.county, case.officer) as at:
        assert "1 件查阅未成年人信息的申请" in at.text("/")
        assert "助学" in at.text("/minors")
        refused = at.post("/minors", {"id": "approval-1", "do": "refuse", "reason": ""})
        assert (refused.status_code, "请写明理由" in words(refused)) == (409, True)
        assert at.post("/minors", {"id": "approval-1", "do": "approve"}).status_code == 303
    assert case.state("approval-1")["state"] == "given"


@pytest.mark.parametrize("other", ["contact", "nobody"])
def test_the_desk_is_for_officers_of_the_county_alone(case: Case, other: str) -> None:
    """A charity's contact is told so, and whom the roster does not know."""
    worker, code = (case.contact, "desk.not-an-officer") if other == "contact" else ("W-9999", "officer.unknown")
    with pytest.raises(UserFacingError) as refused:
        serve_desk(case.county, worker, idle_seconds=60, ready=lambda _desk: None)
    assert refused.value.code == code
