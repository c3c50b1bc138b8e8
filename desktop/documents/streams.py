"""Streams of a PDF: compressed as well as can be, and ended as archives ask for."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

from reportlab.pdfbase import pdfdoc

_END = b"endstream\n"
_STRATEGIES = (zlib.Z_DEFAULT_STRATEGY, zlib.Z_FILTERED)
"""Outlines have few repetitions that are worth their place, text has many: the shorter of both is kept."""


class _Stream(pdfdoc.PDFStream):
    """A line end stands before ``endstream``, which reportlab leaves out (ISO 19005-2, 6.1.7.1)."""

    def format(self, document: Any) -> bytes:
        written: bytes = super().format(document)
        return written.removesuffix(_END) + b"\n" + _END


class _Deflate:
    pdfname = "FlateDecode"

    def encode(self, data: bytes) -> bytes:
        return min((_compressed(data, strategy) for strategy in _STRATEGIES), key=len)


def _compressed(data: bytes, strategy: int) -> bytes:
    deflate = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, strategy)
    return deflate.compress(data) + deflate.flush()


def deflated(content: bytes, entries: Mapping[str, Any] | None = None) -> Any:
    """A compressed stream with the entries of its dictionary."""
    return _Stream(pdfdoc.PDFDictionary(dict(entries or {})), content, [_Deflate()])


def plain(content: bytes, entries: Mapping[str, Any]) -> Any:
    """A stream that any program can read as it is."""
    return _Stream(pdfdoc.PDFDictionary(dict(entries)), content, [])
