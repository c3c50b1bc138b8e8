"""The plane of a photographed sheet: the projective map between two quadrilaterals."""

from __future__ import annotations

from typing import TypeAlias

Point: TypeAlias = tuple[float, float]
Corners: TypeAlias = tuple[Point, Point, Point, Point]
"""Top left, top right, bottom right, bottom left, in pixels from the top left of the picture."""

Transform: TypeAlias = tuple[float, float, float, float, float, float, float, float]
"""(a … h): x' = (a·x + b·y + c) / (g·x + h·y + 1), y' = (d·x + e·y + f) / (g·x + h·y + 1)."""


def transform_between(target: Corners, source: Corners) -> Transform:
    """The transform that takes the corners of ``target`` to those of ``source``, as Pillow's ``PERSPECTIVE`` wants it.

    Pillow asks for every pixel of the result where it comes from, hence the direction.
    Raises ValueError where three of the corners lie on one line.
    """
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    a, b, c, d, e, f, g, h = _solved(rows)
    return a, b, c, d, e, f, g, h


def moved(transform: Transform, point: Point) -> Point:
    """Where a transform takes a point."""
    a, b, c, d, e, f, g, h = transform
    x, y = point
    depth = g * x + h * y + 1
    return (a * x + b * y + c) / depth, (d * x + e * y + f) / depth


def _solved(rows: list[list[float]]) -> list[float]:
    """The solution of eight equations in eight unknowns, by elimination with the largest pivot."""
    count = len(rows)
    for column in range(count):
        pivot = max(range(column, count), key=lambda row: abs(rows[row][column]))
        if abs(rows[pivot][column]) < 1e-9:
            raise ValueError("corners on one line")
        rows[column], rows[pivot] = rows[pivot], rows[column]
        lead = rows[column][column]
        rows[column] = [value / lead for value in rows[column]]
        for row in range(count):
            factor = rows[row][column]
            if row != column and factor:
                rows[row] = [value - factor * top for value, top in zip(rows[row], rows[column], strict=True)]
    return [row[-1] for row in rows]
