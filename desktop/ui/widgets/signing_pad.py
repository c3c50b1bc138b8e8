"""A surface on which somebody writes their name: with a pen (pressure), a finger or the mouse."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import QElapsedTimer, QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QTabletEvent,
    QTouchEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.documents.signature_picture import line_width
from desktop.domain.strokes import MAX_POINTS, Device, Point, Stroke, Strokes, smooth
from desktop.ui.tokens import tokens

_TENTHS = 10
_NO_PRESSURE = 500
"""Of a thousand: where the device does not say how hard it presses."""


class SigningPad(QWidget):
    """What is written stays in memory alone until somebody takes it with ``strokes``."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._strokes: list[Stroke] = []
        self._points: list[Point] = []
        self._device: Device | None = None
        self._time = QElapsedTimer()
        self.hint = ""
        """Said in the middle while nothing is written."""
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setMinimumSize(360, 150)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("签名框：用笔、手指或鼠标在这里写名字"))

    def sizeHint(self) -> QSize:
        return QSize(900, 300)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written."""
        return not self._strokes and not self._points

    def strokes(self) -> Strokes:
        """What is written, with the size of the pad."""
        return Strokes(self.width() * _TENTHS, self.height() * _TENTHS, tuple(self._strokes))

    def undo(self) -> None:
        """Take the last stroke back."""
        if self._strokes:
            self._strokes.pop()
            self._on_changed()

    def clear(self) -> None:
        """Take everything back."""
        self._strokes, self._points, self._device = [], [], None
        self._time.invalidate()
        self._on_changed()

    # --- what is written with: one device per stroke, so that a pen's echo as a mouse writes nothing

    def tabletEvent(self, event: QTabletEvent) -> None:
        pressure = max(1, round(event.pressure() * 1000))
        match event.type():
            case QEvent.Type.TabletPress:
                self._begin(Device.PEN, event.position(), pressure)
            case QEvent.Type.TabletMove if event.buttons() != Qt.MouseButton.NoButton:
                self._go_on(Device.PEN, event.position(), pressure)
            case QEvent.Type.TabletRelease:
                self._end(Device.PEN)
            case _:
                pass
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QTouchEvent):
            point = event.points()[0] if event.points() else None
            pressure = round(point.pressure() * 1000) if point is not None else 0
            if point is not None and event.type() == QEvent.Type.TouchBegin:
                self._begin(Device.TOUCH, point.position(), pressure or _NO_PRESSURE)
            elif point is not None and event.type() == QEvent.Type.TouchUpdate:
                self._go_on(Device.TOUCH, point.position(), pressure or _NO_PRESSURE)
            else:
                self._end(Device.TOUCH)
            event.accept()
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not _is_echo(event):
            self._begin(_device_of(event), event.position(), _NO_PRESSURE)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and not _is_echo(event):
            self._go_on(_device_of(event), event.position(), _NO_PRESSURE)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not _is_echo(event):
            self._end(_device_of(event))

    def _begin(self, device: Device, at: QPointF, pressure: int) -> None:
        if self._device is not None:
            return
        if not self._time.isValid():
            self._time.start()
        self._device, self._points = device, []
        self._add(at, pressure)

    def _go_on(self, device: Device, at: QPointF, pressure: int) -> None:
        if device is self._device:
            self._add(at, pressure)

    def _end(self, device: Device) -> None:
        if device is self._device:
            self._strokes.append(Stroke(device, tuple(self._points)))
            self._device, self._points = None, []
            self._on_changed()

    def _add(self, at: QPointF, pressure: int) -> None:
        if sum(len(one.points) for one in self._strokes) + len(self._points) >= MAX_POINTS:
            return
        x = round(min(max(at.x(), 0.0), float(self.width())) * _TENTHS)
        y = round(min(max(at.y(), 0.0), float(self.height())) * _TENTHS)
        self._points.append(Point(x, y, self._time.elapsed(), min(pressure, 1000)))
        self.update()

    def _on_changed(self) -> None:
        self.update()
        self.changed.emit()

    # --- drawing: black on white, whatever the theme, as on paper

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor("white"))
        painter.setPen(QPen(QColor(tokens().field_line), 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        base = self.height() * 0.78
        painter.setPen(QPen(QColor("#8a8a8a"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(self.width() * 0.05, base), QPointF(self.width() * 0.95, base))
        if self.is_empty and self.hint:
            painter.setPen(QColor("#5a5a5a"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.hint)
        for stroke in self._shown():
            _draw(painter, stroke, float(self.width()))
        painter.end()

    def _shown(self) -> Iterator[Stroke]:
        yield from self._strokes
        if self._device is not None and self._points:
            yield Stroke(self._device, tuple(self._points))


def _draw(painter: QPainter, stroke: Stroke, width: float) -> None:
    line = smooth(stroke)
    black = QColor("black")
    if stroke.device is Device.PEN and len(line) > 1:
        # Each part as thick as it was pressed.
        for (x0, y0, before), (x1, y1, after) in pairwise(line):
            thick = line_width((before + after) / 2, width)
            painter.setPen(QPen(black, thick, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(QPointF(x0 / _TENTHS, y0 / _TENTHS), QPointF(x1 / _TENTHS, y1 / _TENTHS))
        return
    thick = line_width(line[0][2], width)
    path = QPainterPath(QPointF(line[0][0] / _TENTHS, line[0][1] / _TENTHS))
    for x, y, _ in line[1:]:
        path.lineTo(x / _TENTHS, y / _TENTHS)
    if len(line) == 1:
        path.lineTo(line[0][0] / _TENTHS + 0.1, line[0][1] / _TENTHS)
    cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    painter.setPen(QPen(black, thick, Qt.PenStyle.SolidLine, cap, join))
    painter.drawPath(path)


def _is_echo(event: QMouseEvent) -> bool:
    """What Qt makes of a touch or a pen that it has told already."""
    return event.source() in (
        Qt.MouseEventSource.MouseEventSynthesizedByQt,
        Qt.MouseEventSource.MouseEventSynthesizedByApplication,
    )


def _device_of(event: QMouseEvent) -> Device:
    """Some systems tell of a touch as of a mouse."""
    is_touch = event.source() == Qt.MouseEventSource.MouseEventSynthesizedBySystem
    return Device.TOUCH if is_touch else Device.MOUSE
