"""Forms: how large they are and how long they take."""

from __future__ import annotations

import time
from dataclasses import replace

from desktop.documents.consent_content import ConsentFormContent
from desktop.documents.consent_form import consent_form
from tests.benchmarks.figures import middle_and_slow
from tests.documents.form_samples import CONSENT

_FAMILY_NAMES = "陈林黄张吴李王郑蔡刘杨许郭苏谢叶赖曾周詹"
_GIVEN_NAMES = ("秀英", "建国", "美玲", "志强", "丽华", "福生", "金凤", "水根", "𠮷祥", "䶮")


def making_forms(rounds: int, households: int = 50) -> list[tuple[str, str]]:
    """Size and time of a consent form for two recipients, and the forms of a round of households."""
    forms = [
        replace(CONSENT, print_id=f"P{number:04}", resident=replace(CONSENT.resident, name=f"{family}{given}"))
        for number, (family, given) in enumerate((f, g) for g in _GIVEN_NAMES for f in _FAMILY_NAMES)
    ]
    first = _seconds(forms[0])
    warm = [_seconds(form) for form in forms[1 : rounds + 1]]
    start = time.perf_counter()
    sizes = [len(consent_form(form)) for form in forms[:households]]
    all_of_them = time.perf_counter() - start
    large = len(consent_form(replace(CONSENT, large_type=True)))
    return [
        ("consent form, largest in ordinary type (goal ≤ 60 kB)", f"{max(sizes) / 1000:.1f} kB"),
        ("consent form in large type", f"{large / 1000:.1f} kB"),
        ("consent form, the first with its fonts", f"{first * 1000:.0f} ms"),
        ("consent form warm p50 / p95 (goal p50 ≤ 150 ms)", middle_and_slow(warm)),
        (f"consent forms of {households} households (goal ≤ 5 s)", f"{all_of_them:.1f} s"),
    ]


def _seconds(content: ConsentFormContent) -> float:
    start = time.perf_counter()
    consent_form(content)
    return time.perf_counter() - start
