"""Which data classes a kind of help needs (必要性): what is not needed is not asked for.

PIPL art. 6 and 28: the least data that the purpose needs, sensitive data only where it is necessary. The form
says it too (``reference.md`` §5(a)-1 item 5): 不是帮扶必需的，经办人应当划去该项. The table is this project's own
reading; a worker may ask for more where a project demands it, and sees why it is usually not needed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from desktop.domain.consent import DataClass, Purpose
from desktop.domain.needs import NeedCode

ALWAYS = frozenset({DataClass.A1, DataClass.A2, DataClass.A3, DataClass.A5, DataClass.B5})
"""Who it is, how and where to be reached, what is hard, and the status that saves a second investigation (C15)."""

_BY_PURPOSE: Mapping[Purpose, frozenset[DataClass]] = MappingProxyType(
    {
        Purpose.ELDERLY: frozenset({DataClass.A4, DataClass.B3}),
        Purpose.HARDSHIP: frozenset({DataClass.A4, DataClass.A6}),
        Purpose.DISABILITY: frozenset({DataClass.B3}),
        Purpose.CHILDREN: frozenset({DataClass.A4}),
        Purpose.EDUCATION: frozenset({DataClass.A4, DataClass.A6}),
        Purpose.MEDICAL: frozenset({DataClass.A6, DataClass.B2}),
        Purpose.RURAL: frozenset({DataClass.A4}),
    }
)
_BY_NEED: Mapping[NeedCode, frozenset[DataClass]] = MappingProxyType(
    {
        NeedCode.N5: frozenset({DataClass.B3}),
        NeedCode.N11: frozenset({DataClass.B1, DataClass.B4}),
    }
)


def necessary_classes(purpose: Purpose, needs: Collection[str], *, is_child: bool = False) -> frozenset[DataClass]:
    """The classes a project needs, by its purpose and the needs (``NeedCode`` values) it answers.

    Of a child under fourteen children's data (B7) is: nothing else passes without it (``consent.may_disclose``). Of
    anybody else it is not, nor are pictures (B6): they are asked for one by one, with a reason.
    """
    of_child = {DataClass.B7} if is_child else frozenset[DataClass]()
    by_need = (_BY_NEED.get(need, frozenset()) for need in NeedCode if need.value in needs)
    return ALWAYS.union(_BY_PURPOSE[purpose], of_child, *by_need)
