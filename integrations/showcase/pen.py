"""A pen for product pictures: simple shapes on a field of 100 by 100, with light from the left."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence

from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
Point = tuple[float, float]

_STRIPS = 28

STEEL: Colour = (176, 184, 194)
DARK: Colour = (62, 68, 78)
BRASS: Colour = (206, 164, 84)
WOOD: Colour = (190, 142, 88)
WHITE: Colour = (246, 245, 241)


def shade(colour: Colour, factor: float) -> Colour:
    """Darker below 1, lighter above."""
    red, green, blue = (max(0, min(255, round(part * factor))) for part in colour)
    return red, green, blue


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """`share` of the other colour in the one."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


class Pen:
    """Draws on a transparent layer; 0, 0 is the upper left corner and 100, 100 the lower right."""

    def __init__(self, pixels: int) -> None:
        self.layer = Image.new("RGBA", (pixels, pixels))
        self._draw = ImageDraw.Draw(self.layer)
        self._unit = pixels / 100

    def area(self, points: Sequence[Point], fill: Colour) -> None:
        self._draw.polygon(self._scaled(points), fill=fill)

    def oval(self, left: float, top: float, right: float, bottom: float, fill: Colour) -> None:
        self._draw.ellipse(self._scaled([(left, top), (right, bottom)]), fill=fill)

    def ring(
        self, left: float, top: float, right: float, bottom: float, fill: Colour, width: float
    ) -> None:
        self.arc(left, top, right, bottom, 0, 360, fill, width)

    def arc(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        start: float,
        end: float,
        fill: Colour,
        width: float,
    ) -> None:
        """A piece of an oval's edge, in degrees clockwise from three o'clock."""
        self._draw.arc(
            self._scaled([(left, top), (right, bottom)]),
            start,
            end,
            fill=fill,
            width=max(1, round(width * self._unit)),
        )

    def box(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        fill: Colour,
        corner: float = 0,
    ) -> None:
        self._draw.rounded_rectangle(
            self._scaled([(left, top), (right, bottom)]), radius=corner * self._unit, fill=fill
        )

    def stroke(self, points: Sequence[Point], fill: Colour, width: float) -> None:
        """A line with round ends and joints."""
        self._draw.line(
            self._scaled(points), fill=fill, width=round(width * self._unit), joint="curve"
        )
        for x, y in points:
            self.oval(x - width / 2, y - width / 2, x + width / 2, y + width / 2, fill)

    def turned(self, middle: float, profile: Sequence[Point], fill: Colour) -> None:
        """A body turned on a lathe: its `profile` gives (height, half width) from top to bottom."""
        for strip in range(_STRIPS):
            left, right = (2 * edge / _STRIPS - 1 for edge in (strip, strip + 1.3))
            light = 0.74 + 0.34 * math.cos((left + 0.35) * 1.75)
            points = [(middle + half * left, y) for y, half in profile]
            points += [(middle + half * min(right, 1), y) for y, half in reversed(profile)]
            self.area(points, shade(fill, light))

    def thread(
        self, middle: float, top: float, bottom: float, half: float, fill: Colour, step: float = 3
    ) -> None:
        """A threaded rod from `top` to `bottom`."""
        self.turned(middle, [(top, half * 0.8), (bottom, half * 0.8)], fill)
        y = top
        while y < bottom - step / 2:
            ridge = [(middle - half, y + step * 0.7), (middle + half, y)]
            self.stroke(ridge, shade(fill, 0.72), step * 0.3)
            y += step

    def _scaled(self, points: Sequence[Point]) -> list[Point]:
        return [(x * self._unit, y * self._unit) for x, y in points]


Drawing = Callable[[Pen, random.Random], None]


def leaf_shape(pen: Pen, x: float, y: float, length: float, degrees: float, colour: Colour) -> None:
    angle = math.radians(degrees)
    along = (math.cos(angle) * length, math.sin(angle) * length)
    aside = (-along[1] * 0.3, along[0] * 0.3)
    pen.area(
        [
            (x - along[0], y - along[1]),
            (x - along[0] * 0.3 + aside[0], y - along[1] * 0.3 + aside[1]),
            (x + along[0] * 0.4 + aside[0] * 0.8, y + along[1] * 0.4 + aside[1] * 0.8),
            (x + along[0], y + along[1]),
            (x + along[0] * 0.4 - aside[0] * 0.8, y + along[1] * 0.4 - aside[1] * 0.8),
            (x - along[0] * 0.3 - aside[0], y - along[1] * 0.3 - aside[1]),
        ],
        colour,
    )
    tips = [(x - along[0] * 0.8, y - along[1] * 0.8), (x + along[0] * 0.8, y + along[1] * 0.8)]
    pen.stroke(tips, shade(colour, 0.75), 0.35)
