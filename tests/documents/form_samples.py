"""Forms about made-up people in real villages, with characters that older programs lose."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from desktop.documents.consent_content import ConsentFormContent, GuardianPart, ReadingMode, RecipientRow, SignerKind
from desktop.documents.form_content import CompatriotPart, FormResident, Handler
from desktop.documents.identity_confirmation import CategoryRow, IdentityConfirmationContent
from desktop.documents.referral_slip import DisclosedField, NeedLine, ReferralSlipContent, Release
from desktop.documents.round_sheet import RoundSheetContent, RoundStop, RoundVillage
from desktop.documents.visit_record import AidRow, AmountRow, MemberRow, NeedRow, VisitRecordContent
from desktop.documents.withdrawal_form import (
    HandedOverRow,
    WithdrawalFormContent,
    WithdrawalRow,
)
from desktop.domain.compatriots import CompatriotDocument, Origin
from desktop.domain.consent import DataClass, WithdrawalMode
from desktop.domain.guardian_order import Standing
from desktop.domain.needs import NeedCode
from desktop.domain.referrals import Trigger
from desktop.domain.signing import Capacity, GuardianBasis, Incapacity, SignedBy
from desktop.domain.withdrawals import Delivery, WithdrawalRequest

VILLAGE = "福建省南平市建阳区莒口镇上㘵村"
HARD_NAMES = ("𠮷建国", "吉㛃䶮", "王𨭎")

HANDLER = Handler(
    name="南平市建阳区莒口镇人民政府",
    address="南平市建阳区莒口镇莒口街1号",
    phone="0599-5550101",
    contact_person="陈晓燕",
    county_name="建阳区民政局",
    county_phone="0599-5550100",
    complaint_phone="0599-5550109",
)

RESIDENT = FormResident(
    name="𠮷建国",
    original_name="吉㛃䶮",
    birth=date(1951, 3, 5),
    document="居民身份证 3507**********1234",
    village_path=VILLAGE,
    household_number="JK-0012",
)

CHARITY = RecipientRow(
    name="福建省慈善总会",
    credit_code="51350000500000000X",
    contact="林志强",
    phone="0591-85550001",
    address="福州市鼓楼区湖东路1号",
    purpose="助残：轮椅与康复",
    method="按项目审核，登记、发放、回访",
    security="专人保管，加密存放，用完销毁",
    agreement_number="JY-2026-007",
    asks=(DataClass.A1, DataClass.A2, DataClass.A3, DataClass.A5, DataClass.B3, DataClass.B5),
)

RED_CROSS = RecipientRow(
    name="南平市红十字会",
    credit_code="13350700500000001X",
    contact="黄美玲",
    phone="0599-85550002",
    address="南平市延平区府前路2号",
    purpose="助医：门诊费用补助",
    method="核对票据，直接汇款",
    security="账户信息单独加密",
    agreement_number="JY-2026-011",
    asks=(DataClass.A1, DataClass.A2, DataClass.A5, DataClass.B1, DataClass.B2, DataClass.B4),
)

CONSENT = ConsentFormContent(
    print_id="01JD9Z6Q5R",
    sheet_number="JK2026-000123",
    handler=HANDLER,
    resident=RESIDENT,
    recipients=(CHARITY, RED_CROSS),
    workers=("陈晓燕", "王𨭎"),
    reading_mode=ReadingMode.READ_ALOUD,
    dialect="闽北方言",
    signer=SignerKind.MARK_WITH_WITNESS,
    near_relative=False,
)

CHILD = replace(
    CONSENT,
    resident=replace(RESIDENT, name="𠮷小燕", birth=date(2021, 5, 1), document="居民身份证 3507**********4321"),
    guardian=GuardianPart(
        name="𠮷建国",
        relation="祖父",
        document="居民身份证 3507**********1234",
        phone="139-5550-0001",
        basis=GuardianBasis.DESIGNATED,
        proof="莒政监〔2026〕3号",
        carer="吉㛃䶮（祖母）",
        capacity=Capacity.NONE,
        ground=Incapacity.UNDER_EIGHT,
        signed_by=SignedBy.GUARDIAN,
        wards_view="想要一辆小车",
        county_check=False,
        has_order=False,
    ),
)
"""Under eight: the guardian signs alone."""

MINOR = replace(
    CHILD,
    resident=replace(CHILD.resident, birth=date(2010, 5, 1)),
    guardian=GuardianPart(
        name="建阳区民政局",
        relation="监护机构",
        basis=GuardianBasis.CIVIL_AFFAIRS,
        capacity=Capacity.LIMITED,
        ground=Incapacity.FOURTEEN_TO_SEVENTEEN,
        signed_by=SignedBy.BOTH,
        is_child=False,
        county_check=True,
        passed_over="父母没有或已去世（吉建设已去世），祖父母、外祖父母没有监护能力，兄、姐没有或已去世",
        is_minor=True,
    ),
)
"""Sixteen, and civil affairs is the guardian: both sign, and the county too."""

ADULT = replace(
    CHILD,
    resident=replace(CHILD.resident, birth=date(1951, 3, 2)),
    guardian=GuardianPart(
        name="𠮷小山",
        relation="侄子",
        phone="139-5550-0001",
        basis=GuardianBasis.ORDER,
        standing=Standing.OTHER,
        passed_over="配偶没有或已去世，父母、子女没有监护能力，其他近亲属没有或已去世",
        consent_of="上㘵村委会，2026年3月2日",
        proof="户口簿",
        capacity=Capacity.NONE,
        ground=Incapacity.COURT,
        signed_by=SignedBy.GUARDIAN,
        is_child=False,
        county_check=False,
        is_minor=False,
    ),
)
"""An adult whom a nephew represents, the last in the order of 民法典 28."""

COMPATRIOT = replace(
    CONSENT,
    resident=replace(
        RESIDENT,
        original_name="龔𠮷祥",
        document="台湾居民来往大陆通行证 0123****",
        compatriot=CompatriotPart(Origin.TAIWAN, CompatriotDocument.TRAVEL_PASS),
    ),
    dialect="闽南话",
)

WITHDRAWAL = WithdrawalFormContent(
    print_id="01JD9Z6Q5S",
    sheet_number="CH2026-000007",
    consent_number="JK2026-000123",
    handler=HANDLER,
    resident=RESIDENT,
    rows=(
        WithdrawalRow(CHARITY.name, (DataClass.A1, DataClass.B3), withdrawn=(DataClass.B3,)),
        WithdrawalRow(RED_CROSS.name, (DataClass.A1, DataClass.B2)),
    ),
    workers=("陈晓燕", "王𨭎"),
    requests=(WithdrawalRequest.STOP, WithdrawalRequest.DELETE),
    mode=WithdrawalMode.IN_PERSON,
    identity_check="当面核对居民身份证原件",
    received_at=datetime(2026, 11, 23, 9, 5),  # noqa: DTZ001 (what stands on paper has no zone)
    receipt_number="CH2026-000007",
    reply_by=date(2026, 12, 14),
    delivery=Delivery.TELEPHONE,
    handed_over=(
        HandedOverRow(
            CHARITY.name,
            "ZJ2026-000031",
            (DataClass.B3,),
            date(2026, 11, 10),
            "对方已受理（2026年11月12日）",
        ),
    ),
    as_of=date(2026, 11, 23),
)

REFERRAL = ReferralSlipContent(
    print_id="01JD9Z6Q5T",
    referral_number="ZJ2026-000031",
    referral_date=date(2026, 11, 23),
    office=HANDLER.name,
    office_phone=HANDLER.phone,
    worker="陈晓燕",
    reviewer="王𨭎",
    trigger=Trigger.T2,
    recipient=CHARITY.name,
    recipient_credit_code=CHARITY.credit_code,
    purpose=CHARITY.purpose,
    sheet_number="JK2026-000123",
    sheet_check="二人核对通过",
    disclosed=(
        DisclosedField(DataClass.A1, "姓名", "𠮷建国"),
        DisclosedField(DataClass.A1, "证件原文姓名", "吉㛃䶮"),
        DisclosedField(DataClass.A3, "住址", VILLAGE),
        DisclosedField(DataClass.B3, "残疾类别等级", "肢体二级"),
    ),
    needs=(NeedLine(NeedCode.N2, "轮椅一辆、上门康复指导"),),
    urgency="一个月内",
    reply_by=date(2026, 11, 30),
    category="最低生活保障对象",
    focus="老、残",
    aid_received=("农村低保金 每月620元 2019年4月起", "残疾人两项补贴 每月208元 2021年1月起"),
    remaining_gap="轮椅及康复费用约6800元不足以支付",
    summary="独居老人，出门靠邻居搀扶。旧轮椅已坏，复诊不便。",
    near_relative=False,
)

RELEASE = Release(
    number="FX2026-000009",
    date=date(2026, 11, 24),
    consent_version="2026.1",
    classes=(DataClass.A1, DataClass.A2, DataClass.A3, DataClass.A5, DataClass.B3, DataClass.B5),
    expiry=date(2027, 11, 23),
)

VISIT = VisitRecordContent(
    print_id="01JD9Z6Q5U",
    visit_number="ZF2026-000210",
    visit_type="摸排",
    started_at=datetime(2026, 11, 20, 9, 5),  # noqa: DTZ001
    ended_at=datetime(2026, 11, 20, 9, 50),  # noqa: DTZ001
    village_path=VILLAGE,
    workers=("陈晓燕", "王𨭎"),
    respondent="𠮷建国",
    respondent_relation="户主本人",
    notice_given=True,
    household_number="JK-0012",
    head="𠮷建国",
    contact="入户",
    residence=VILLAGE,
    categories=("最低生活保障对象",),
    near_relative=False,
    members=(MemberRow("𠮷建国", "户主", date(1951, 3, 5), "肢体二级残疾"), MemberRow("吉㛃䶮", "女")),
    economy=(AmountRow("转移净收入（近12月）", "7,440.00", "申报、核对"),),
    housing=(("房屋安全", "B级"), ("照料人", "妻")),
    aid=(AidRow("政府救助", "农村低保金", "每月620元", "2019年4月起"),),
    needs=(NeedRow("N2 医疗、康复、辅具", "一个月内", "轮椅损坏"),),
    wish="想换一辆轮椅",
    conclusion="T2 政府救助后生活仍有困难",
    review_date=date(2027, 5, 20),
)

ROUND = RoundSheetContent(
    print_id="01JD9Z6Q5V",
    sheet_number="XC-261123-01JD9Z",
    office=HANDLER.name,
    office_phone=HANDLER.phone,
    worker="陈晓燕",
    day=date(2026, 11, 23),
    villages=(
        RoundVillage(
            "上㘵村",
            (
                RoundStop("JK-0012", "𠮷建国", "大樟树旁边第二座", "定期走访"),
                RoundStop("", "王𨭎", "12号", "首次走访"),
            ),
        ),
        RoundVillage("中㘵村", (RoundStop("JK-0107", "吉㛃䶮", "水尾3号", "复查、办手续"),)),
    ),
)

IDENTITY = IdentityConfirmationContent(
    print_id="01JD9Z6Q5W",
    sheet_number="QR-261123-01JD9Z",
    handler=HANDLER,
    resident=RESIDENT,
    categories=(
        CategoryRow("最低生活保障对象", date(2019, 4, 1)),
        CategoryRow("在闽台港澳同胞", None, date(2027, 3, 31)),
    ),
    worker="陈晓燕",
    day=date(2026, 11, 23),
    valid_until=date(2027, 2, 23),
)
