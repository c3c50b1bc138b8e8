"""What a compatriot's form (台港澳同胞版, ``reference.md`` §5(a)-3) asks beside the boxes, and what stands on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Origin(StrEnum):
    """Where a compatriot (同胞) comes from."""

    TAIWAN = "taiwan"
    HONG_KONG = "hong-kong"
    MACAO = "macao"


ORIGIN_NAMES: Mapping[Origin, str] = {Origin.TAIWAN: "台湾", Origin.HONG_KONG: "香港", Origin.MACAO: "澳门"}


class CompatriotDocument(StrEnum):
    """The kinds of document that the compatriot's form names."""

    PERMIT = "permit"
    """港澳台居民居住证."""
    TRAVEL_PASS = "travel-pass"  # noqa: S105 a travel document, not a password
    """港澳居民来往内地通行证, 台湾居民来往大陆通行证."""
    OTHER = "other"


COMPATRIOT_DOCUMENT_NAMES: Mapping[CompatriotDocument, str] = {
    CompatriotDocument.PERMIT: "居住证",
    CompatriotDocument.TRAVEL_PASS: "来往通行证",
    CompatriotDocument.OTHER: "其他证件",
}


class Difficulty(StrEnum):
    """困难类型, each ticked by itself."""

    MEDICAL = "medical"
    SCHOOLING = "schooling"
    UNEMPLOYMENT = "unemployment"
    OLD_AGE = "old-age"
    SUDDEN = "sudden"


DIFFICULTY_NAMES: Mapping[Difficulty, str] = {
    Difficulty.MEDICAL: "就医",
    Difficulty.SCHOOLING: "就学",
    Difficulty.UNEMPLOYMENT: "失业",
    Difficulty.OLD_AGE: "老年",
    Difficulty.SUDDEN: "突发",
}


class CompatriotOffice(StrEnum):
    """Whom a compatriot may have asked for help (台办、侨联、台联), each ticked by itself on their form."""

    TAIWAN_AFFAIRS = "taiwan-affairs"
    OVERSEAS_CHINESE = "overseas-chinese"
    TAIWAN_COMPATRIOTS = "taiwan-compatriots"
    OTHER = "other"


COMPATRIOT_OFFICE_NAMES: Mapping[CompatriotOffice, str] = {
    CompatriotOffice.TAIWAN_AFFAIRS: "台办",
    CompatriotOffice.OVERSEAS_CHINESE: "侨联",
    CompatriotOffice.TAIWAN_COMPATRIOTS: "台联",
    CompatriotOffice.OTHER: "其他单位",
}


@dataclass(frozen=True, slots=True)
class CompatriotSaid:
    """What stands on the signed paper, as it is written there; None and "" where nothing does."""

    origin: Origin | None = None
    document: CompatriotDocument | None = None
    other_document: str = ""
    renewals: str = ""
    """How often the document was renewed (换证次数)."""
    since: str = ""
    """Since when they live in Fujian (在闽居住起始时间): 2019年3月."""
    difficulties: tuple[Difficulty, ...] = ()
    other_office: str = ""
    """Whom else they asked to be put in touch with (其他________)."""

    def words(self) -> str:
        """``台湾，来往通行证，换证 2 次，2019年3月起在闽，困难：就医、老年``; "" where nothing was written down."""
        document = COMPATRIOT_DOCUMENT_NAMES[self.document] if self.document is not None else ""
        parts = (
            ORIGIN_NAMES[self.origin] if self.origin is not None else "",
            f"{document}（{self.other_document}）" if self.other_document else document,
            f"换证 {self.renewals} 次" if self.renewals else "",
            f"{self.since}起在闽" if self.since else "",
            f"困难：{'、'.join(DIFFICULTY_NAMES[one] for one in self.difficulties)}" if self.difficulties else "",
            f"其他单位：{self.other_office}" if self.other_office else "",
        )
        return "，".join(part for part in parts if part)
