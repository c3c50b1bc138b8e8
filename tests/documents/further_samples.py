"""Samples of the forms beside consent and the slip outward: of the same made-up people as ``form_samples``."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from desktop.documents.need_registration import NeedAsked, NeedRegistrationContent
from desktop.documents.publicity_consent import PublicityConsentContent, PublicityGuardian
from desktop.documents.referral_answers import InwardReceiptContent, ReferralAnswerContent
from desktop.documents.referral_inward import Informant, InwardSlipContent
from desktop.documents.wish_card import WishCardContent
from desktop.domain.needs import NeedCode, Urgency
from desktop.domain.publicity import Channel, Material, Naming
from desktop.domain.signing import GuardianBasis, SignedBy
from desktop.domain.wishes import WishAge, WishDelivery, WishGroup, WishKind
from tests.documents.form_samples import CHARITY, HANDLER, RESIDENT, VILLAGE

NEEDS = NeedRegistrationContent(
    print_id="01JD9Z6Q5X",
    sheet_number="XQ-261123-01JD9Z",
    handler=HANDLER,
    household_number="JK-0012",
    applicant="𠮷建国",
    address=VILLAGE,
    visit_number="ZF-261120-01JD9Z",
    visit_day=date(2026, 11, 20),
    needs=(
        NeedAsked(
            NeedCode.N2,
            Urgency.MONTH,
            "轮椅坏了，想换一辆",
            ("福建省慈善总会“行走的力量”：帮扶领域是助残，服务范围包括本县",),
        ),
    ),
    asked_elsewhere="南平市红十字会（去年）",
    worker="陈晓燕",
    day=date(2026, 11, 23),
)

WISH = WishCardContent(
    print_id="01JD9Z6Q5Y",
    sheet_number="XY-261123-01JD9Z",
    public_name="林奶奶",
    group=WishGroup.OLD,
    age=WishAge.FROM_EIGHTY,
    kind=WishKind.GOODS,
    words="想要一台能听戏的收音机，字要大，声音要响。",
    budget="200元",
    by=date(2027, 2, 5),
    delivery=WishDelivery.STATION,
    visit_number="ZF-261120-01JD9Z",
    public_agreed=True,
    station="莒口镇民政服务站",
    station_phone="0599-5550101",
)

CHILDS_WISH = replace(
    WISH, public_name="小海", group=WishGroup.CHILD, age=WishAge.TO_THIRTEEN, words="想要一个新书包和一盒水彩笔。"
)

INWARD_BLANK = InwardSlipContent(print_id="01JD9Z6Q5Z", sheet_number="ZR-261123-01JD9Z", handler=HANDLER)

INWARD_HEARD = replace(
    INWARD_BLANK,
    informant=Informant(CHARITY.name, CHARITY.credit_code, CHARITY.contact, CHARITY.phone),
    received_by="王𨭎",
    received_at=datetime(2026, 11, 23, 9, 5),  # noqa: DTZ001 (what stands on paper has no zone)
    verify_by=date(2026, 12, 3),
)

ANSWER = ReferralAnswerContent(
    print_id="01JD9Z6Q60",
    referral_number="ZJ2026-000031",
    recipient=CHARITY.name,
    office=HANDLER.name,
    office_phone=HANDLER.phone,
    office_address=HANDLER.address,
    reply_by=date(2026, 11, 30),
)

INWARD_RECEIPT = InwardReceiptContent(
    print_id="01JD9Z6Q61",
    sheet_number="HZ-261123-01JD9Z",
    office=HANDLER.name,
    office_phone=HANDLER.phone,
    slip_number="ZR-261123-01JD9Z",
    informant=CHARITY.name,
)

PUBLICITY = PublicityConsentContent(
    print_id="01JD9Z6Q62",
    sheet_number="TY-350703-261123-01JD",
    handler=HANDLER,
    resident=RESIDENT,
    materials=(Material.STORY, Material.ALIAS, Material.PORTRAIT),
    channels=(Channel.PROVINCE, Channel.WEBSITE, Channel.NEW_MEDIA),
    publisher="建阳区民政局",
    use="典型案例征集",
    naming=Naming.ALIAS,
    valid_until=date(2027, 11, 23),
    workers=("陈晓燕", "王𨭎"),
    dialect="闽北方言",
)

CHILDS_PUBLICITY = replace(
    PUBLICITY,
    resident=replace(RESIDENT, name="𠮷小燕", birth=date(2010, 5, 1)),
    materials=(*PUBLICITY.materials, Material.CHILD_IMAGE),
    guardian=PublicityGuardian(
        name="𠮷建国",
        relation="祖父",
        document="居民身份证 3507**********1234",
        basis=GuardianBasis.DESIGNATED,
        proof="莒政监〔2026〕3号",
        signed_by=SignedBy.BOTH,
    ),
)
