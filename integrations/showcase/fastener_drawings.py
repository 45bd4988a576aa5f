"""Pictures of the hardware shop: what holds things together."""

from __future__ import annotations

import math
import random

from integrations.showcase.pen import STEEL, Colour, Drawing, Pen, shade
from integrations.showcase.tool_drawings import RUBBER

_ZINC: Colour = (196, 202, 208)
_YELLOW_ZINC: Colour = (214, 186, 104)
_HOLE: Colour = (72, 76, 84)


def screw(steel: Colour, *, washer: bool = False) -> Drawing:
    def draw(pen: Pen, dice: random.Random) -> None:
        for x in (30, 50, 70):
            low = dice.randint(76, 94)
            pen.thread(x, 26, low - 12, 4.6, steel)
            pen.area([(x - 3.4, low - 12), (x + 3.4, low - 12), (x, low)], shade(steel, 0.8))
            if washer:
                pen.box(x - 8, 21, x + 8, 25, RUBBER, 1)
                pen.box(x - 6, 10, x + 6, 21, steel, 1)
                pen.box(x - 2, 10, x + 2, 21, shade(steel, 1.15))
            else:
                pen.turned(x, [(13, 9), (16, 9), (26, 4)], steel)
                pen.stroke([(x - 4, 13.6), (x + 4, 13.6)], shade(steel, 0.5), 1.4)

    return draw


def bolt(pen: Pen, dice: random.Random) -> None:
    steel = dice.choice((_ZINC, STEEL, shade(STEEL, 0.85)))
    pen.thread(50, 30, 92, 9, steel, 4)
    pen.box(30, 12, 70, 30, steel, 2)
    pen.box(30, 12, 40, 30, shade(steel, 0.84), 2)
    pen.box(60, 12, 70, 30, shade(steel, 0.72), 2)


def nut(pen: Pen, dice: random.Random) -> None:
    steel = dice.choice((_ZINC, STEEL))
    _hexagon(pen, 50, 54, 42, shade(steel, 0.7))
    _hexagon(pen, 50, 49, 42, steel)
    pen.oval(20, 19, 80, 79, shade(steel, 1.1))
    pen.oval(28, 27, 72, 71, _HOLE)
    for inset in (31, 34, 37):
        pen.ring(inset, inset - 1, 100 - inset, 99 - inset, shade(steel, 0.6), 0.8)


def washer(pen: Pen, dice: random.Random) -> None:
    steel = dice.choice((_ZINC, STEEL))
    for x, y, r in ((40, 58, 34), (68, 36, 24)):
        pen.oval(x - r, y - r + 3, x + r, y + r + 3, shade(steel, 0.7))
        pen.oval(x - r, y - r, x + r, y + r, steel)
        pen.ring(x - r + 2, y - r + 2, x + r - 2, y + r - 2, shade(steel, 1.15), 1)
        pen.oval(x - r * 0.45, y - r * 0.45, x + r * 0.45, y + r * 0.45, _HOLE)


def threaded_rod(pen: Pen, dice: random.Random) -> None:
    for x, half in ((34, 5), (52, 7), (70, 4)):
        pen.thread(x, 4, 96, half, dice.choice((_ZINC, STEEL)), 3)


def dowel(pen: Pen, dice: random.Random) -> None:
    plastic = dice.choice(((206, 60, 54), (150, 154, 160), (70, 110, 168), (226, 160, 50)))
    for x in (36, 64):
        pen.turned(x, [(18, 8), (22, 8), (24, 6), (60, 6), (86, 3.6), (90, 2)], plastic)
        pen.stroke([(x, 52), (x, 86)], shade(plastic, 0.55), 1)
        for y in range(30, 60, 7):
            pen.stroke([(x - 6, y), (x + 6, y)], shade(plastic, 0.8), 1)
        pen.oval(x - 8, 14, x + 8, 22, shade(plastic, 1.1))
        pen.oval(x - 4, 16, x + 4, 20.5, shade(plastic, 0.5))


def anchor(pen: Pen, dice: random.Random) -> None:
    pen.turned(50, [(36, 8), (82, 8), (92, 11)], _YELLOW_ZINC)
    pen.stroke([(50, 54), (50, 90)], shade(_YELLOW_ZINC, 0.6), 1.2)
    pen.thread(50, 8, 30, 6, _YELLOW_ZINC)
    pen.box(36, 30, 64, 34, shade(_YELLOW_ZINC, 0.85), 1)
    pen.box(38, 20, 62, 30, _YELLOW_ZINC, 1)
    pen.box(46, 20, 54, 30, shade(_YELLOW_ZINC, 1.12))


def nail(pen: Pen, dice: random.Random) -> None:
    steel = dice.choice((STEEL, shade(STEEL, 0.8), _ZINC))
    for x, low in ((28, 88), (43, 94), (58, 84), (72, 92)):
        pen.turned(x, [(12, 6), (15, 6), (16, 2.6), (low - 8, 2.6), (low, 0.4)], steel)


def staples(pen: Pen, dice: random.Random) -> None:
    for row, y in enumerate((26, 46, 66)):
        for step in range(11):
            x = 20 + step * 4.6 + row * 2
            pen.stroke(
                [(x, y + 16), (x, y), (x + 8, y - 5), (x + 8, y + 11)],
                shade(STEEL, 0.75 + 0.05 * (step % 5)),
                1.3,
            )


def _hexagon(pen: Pen, x: float, y: float, radius: float, fill: Colour) -> None:
    corners = [math.radians(60 * corner) for corner in range(6)]
    pen.area([(x + radius * math.cos(a), y + radius * math.sin(a)) for a in corners], fill)


FASTENER_DRAWINGS: dict[str, Drawing] = {
    "screw": screw(_ZINC),
    "screw-dark": screw((66, 66, 72)),
    "screw-roof": screw(_ZINC, washer=True),
    "bolt": bolt,
    "nut": nut,
    "washer": washer,
    "rod": threaded_rod,
    "dowel": dowel,
    "anchor": anchor,
    "nail": nail,
    "staples": staples,
}
