"""The device card (设备卡) on paper: the secret that opens a vault together with its password.

Made once, when the vault is made; it goes into the township's safe (``design.md`` §5).
"""

from __future__ import annotations

from datetime import date
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from desktop.documents.archive import Description
from desktop.documents.fonts import load_text_face, require_printable, split_by_font, text_width
from desktop.documents.page_canvas import PageCanvas, one_at_a_time
from desktop.documents.qr_drawing import draw_qr
from desktop.documents.text_drawing import draw_text

GROUPS_IN_A_ROW = 4
_LEFT = 30 * mm
_STEP = 38 * mm
_TOP = A4[1] - 28 * mm
_QR_SIZE = 36 * mm
"""33 modules of 1.1 mm, coarse enough for a hand scanner on a worn card."""
_QR_LEFT = A4[0] - _LEFT - _QR_SIZE
_QR_QUIET = 6 * mm
"""Four modules of white belong to a code (ISO/IEC 18004, 6.3.8)."""
_LINE_SIZE = 13


def card_rows(card: str) -> tuple[tuple[str, ...], ...]:
    """The card's groups of letters as they are shown and printed, row by row."""
    groups = card.split("-")
    return tuple(tuple(groups[start : start + GROUPS_IN_A_ROW]) for start in range(0, len(groups), GROUPS_IN_A_ROW))


def device_card(card: str, worker_name: str, office: str, made: date) -> bytes:
    """One A4 page, from memory. Raises UserFacingError ``print.missing-characters`` for a name no font can print."""
    require_printable((worker_name, office))
    output = BytesIO()
    with one_at_a_time:
        load_text_face()
        canvas = PageCanvas(output, Description("走村设备卡", "设备卡"))
        y = A4[1] - 40 * mm
        draw_text(canvas, _LEFT, y, "走村 · 设备卡", 24, bold=True)
        for line in (f"经办人 {worker_name}", f"单位 {office}", f"制卡 {made.year}年{made.month}月{made.day}日"):
            y -= 9 * mm
            draw_text(canvas, _LEFT, y, line, _size_beside_code(line))
        draw_qr(canvas, card, _QR_LEFT, _TOP - _QR_QUIET - _QR_SIZE, _QR_SIZE)
        y -= 8 * mm
        for row in card_rows(card):
            y -= 14 * mm
            for column, group in enumerate(row):
                draw_text(canvas, _LEFT + column * _STEP, y, group, 22, bold=True)
        y -= 12 * mm
        for line in (
            "只有字母和数字 2 到 7,没有数字 0 和 1。",
            "方码里就是这些字:可以照着输入,也可以用接在电脑上的扫码枪扫。不要用手机扫。",
            "换电脑、重装系统、系统不记得设备密钥时,用这张卡和密码一起打开加密库。",
            "这张卡锁进单位保险柜,不要拍照,不要和电脑放在一起,不要把密码写在上面。",
        ):
            y -= 8 * mm
            draw_text(canvas, _LEFT, y, line, 12)
        canvas.rect(_LEFT - 8 * mm, y - 8 * mm, A4[0] - 2 * _LEFT + 16 * mm, _TOP - y + 8 * mm)
        canvas.showPage()
        canvas.save()
    return output.getvalue()


def _size_beside_code(line: str) -> float:
    """The size in points at which a line ends before the code's quiet zone."""
    width = sum(text_width(part, font, _LINE_SIZE) for font, part in split_by_font(line))
    return min(_LINE_SIZE, _LINE_SIZE * (_QR_LEFT - _QR_QUIET - _LEFT) / width)
