"""Where to write the values beside the marks of a chart: geometry in pixels, no drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Segment = tuple[float, float, float, float]
"""x and y of both ends."""

_GAP = 7.0
_MARK_COST, _LABEL_COST, _LINE_COST, _OUTSIDE_COST = 3.0, 4.0, 60.0, 10.0


@dataclass(frozen=True)
class Label:
    """A value to write beside the mark at `x`, `y` (in the chart's units); `leftwards` ones first try the left."""

    x: float
    y: float
    text: str
    colour: str
    bold: bool = False
    leftwards: bool = False


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels."""

    left: float
    bottom: float
    right: float
    top: float

    def shared(self, other: Box) -> float:
        """The area that two boxes share."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.top, other.top) - max(self.bottom, other.bottom)
        return width * height if width > 0 and height > 0 else 0.0

    def outside(self, frame: Box) -> float:
        """The area of this box that lies outside a frame."""
        return (self.right - self.left) * (self.top - self.bottom) - self.shared(frame)

    def crossed(self, segment: Segment) -> bool:
        """Whether a line segment enters the box (Liang and Barsky's clipping)."""
        x, y, end_x, end_y = segment
        dx, dy = end_x - x, end_y - y
        enters, leaves = 0.0, 1.0
        sides = ((-dx, x - self.left), (dx, self.right - x), (-dy, y - self.bottom), (dy, self.top - y))
        for step, room in sides:
            if step == 0:
                if room < 0:
                    return False
            elif step < 0:
                enters = max(enters, room / step)
            else:
                leaves = min(leaves, room / step)
        return enters < leaves


def place(
    labels: Sequence[Label],
    spots: Sequence[tuple[float, float]],
    sizes: Sequence[tuple[float, float]],
    marks: Sequence[Box],
    segments: Sequence[Segment],
    frame: Box,
) -> list[tuple[float, float]]:
    """The centre of each label, in pixels: the place around its mark that hides the least, above where all are free.

    Bold labels, our own, choose first.
    """
    written: list[Box] = []
    centres: list[tuple[float, float]] = [(0.0, 0.0)] * len(labels)
    for i in sorted(range(len(labels)), key=lambda i: not labels[i].bold):
        width, height = sizes[i]
        best: tuple[float, Box] | None = None
        for cost, (x, y) in enumerate(_around(spots[i], width, height, labels[i].leftwards)):
            box = Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
            total = (
                cost
                + _LABEL_COST * sum(box.shared(other) for other in written)
                + _MARK_COST * sum(box.shared(mark) for mark in marks)
                + _LINE_COST * sum(box.crossed(segment) for segment in segments)
                + _OUTSIDE_COST * box.outside(frame)
            )
            if best is None or total < best[0]:
                best = total, box
                centres[i] = (x, y)
        if best:
            written.append(best[1])
    return centres


def _around(spot: tuple[float, float], width: float, height: float, leftwards: bool) -> list[tuple[float, float]]:
    """Centres to try, the most welcome first: above, below, beside, in the corners, then farther off."""
    x, y = spot
    up, side = 10 + _GAP + height / 2, 10 + _GAP + width / 2
    near = [(x, y + up), (x, y - up), (x + side, y), (x - side, y)]
    corners = [(x + dx * side * 0.8, y + dy * up * 0.8) for dy in (1, -1) for dx in (1, -1)]
    far = [(x, y + up + height), (x, y - up - height), (x, y + up + 2 * height), (x, y - up - 2 * height)]
    if leftwards:
        near = [near[3], corners[1], corners[3], near[0], near[1], near[2]]
    return [*near, *corners, *far]
