"""Pictures of the hardware shop: tools, and what is put into them."""

from __future__ import annotations

import math
import random

from integrations.showcase.pen import BRASS, DARK, STEEL, WHITE, WOOD, Colour, Drawing, Pen, shade

_LIVERIES: tuple[Colour, ...] = (
    (214, 116, 44),
    (40, 110, 116),
    (58, 92, 150),
    (196, 62, 54),
    (94, 128, 64),
)
RUBBER: Colour = (52, 54, 58)


def drill(pen: Pen, dice: random.Random) -> None:
    body = dice.choice(_LIVERIES)
    pen.area([(52, 44), (70, 44), (66, 78), (48, 78)], RUBBER)
    pen.box(40, 76, 74, 90, shade(body, 0.8), 3)
    pen.box(30, 24, 80, 47, body, 8)
    pen.box(36, 28, 72, 34, shade(body, 1.18), 3)
    pen.box(18, 27, 32, 44, RUBBER, 3)
    pen.area([(18, 30), (18, 41), (8, 37), (8, 34)], DARK)
    pen.stroke([(8, 35.5), (0, 35.5)], STEEL, 1.6)
    pen.box(47, 48, 53, 56, shade(body, 0.7), 1)


def hammer_drill(pen: Pen, dice: random.Random) -> None:
    body = dice.choice(_LIVERIES)
    pen.ring(64, 34, 94, 82, RUBBER, 6)
    pen.box(28, 28, 82, 50, body, 6)
    pen.box(34, 32, 74, 37, shade(body, 1.18), 2)
    pen.box(44, 48, 66, 70, shade(body, 0.82), 5)
    pen.stroke([(32, 50), (32, 72)], RUBBER, 6)
    pen.turned(23, [(31, 6), (47, 6)], DARK)
    pen.stroke([(17, 39), (1, 39)], STEEL, 3)


def grinder(pen: Pen, dice: random.Random) -> None:
    body = dice.choice(_LIVERIES)
    pen.box(34, 40, 94, 57, RUBBER, 8)
    pen.box(38, 38, 72, 59, body, 6)
    pen.box(42, 42, 68, 47, shade(body, 1.18), 2)
    pen.box(22, 36, 42, 61, STEEL, 5)
    pen.stroke([(32, 38), (32, 16)], RUBBER, 6)
    pen.oval(4, 58, 56, 74, (96, 84, 78))
    pen.oval(24, 62, 36, 68, STEEL)
    pen.arc(4, 56, 56, 76, 180, 320, shade(STEEL, 0.8), 4)


def jigsaw(pen: Pen, dice: random.Random) -> None:
    body = dice.choice(_LIVERIES)
    pen.area([(16, 40), (30, 28), (84, 30), (90, 44), (80, 66), (16, 68)], body)
    pen.area([(38, 42), (72, 42), (68, 56), (38, 56)], shade(body, 0.5))
    pen.box(30, 28, 82, 36, RUBBER, 4)
    pen.box(8, 68, 84, 74, shade(STEEL, 0.85), 1)
    pen.area([(22, 74), (28, 74), (26, 94), (22, 96)], STEEL)


def circular_saw(pen: Pen, dice: random.Random) -> None:
    body = dice.choice(_LIVERIES)
    toothed_disc(pen, 40, 58, 31, STEEL)
    pen.area([(10, 58), (14, 40), (30, 28), (56, 30), (72, 48), (72, 58)], body)
    pen.box(54, 22, 92, 34, RUBBER, 6)
    pen.box(62, 32, 88, 52, shade(body, 0.8), 4)
    pen.box(4, 66, 92, 71, shade(STEEL, 0.7), 1)
    pen.oval(34, 52, 46, 64, shade(STEEL, 0.7))


def hammer(pen: Pen, dice: random.Random) -> None:
    grip = dice.choice((WOOD, *_LIVERIES))
    pen.turned(50, [(28, 3.2), (60, 3.4), (90, 4.6), (94, 4.2)], grip)
    if grip is not WOOD:
        pen.turned(50, [(62, 4.8), (92, 5.4)], RUBBER)
    pen.box(44, 16, 56, 32, shade(STEEL, 0.8), 2)
    pen.area([(22, 14), (44, 17), (44, 31), (22, 34)], shade(STEEL, 0.95))
    pen.box(18, 12, 24, 36, STEEL, 2)
    pen.area([(56, 17), (84, 20), (84, 24), (56, 31)], shade(STEEL, 0.9))


def pliers(pen: Pen, dice: random.Random) -> None:
    grip = dice.choice(_LIVERIES)
    for side in (-1, 1):
        pen.stroke([(50 + side * 2, 46), (50 + side * 15, 66), (50 + side * 13, 92)], grip, 8)
        pen.stroke([(50 + side * 5, 52), (50 + side * 15, 68)], shade(grip, 1.2), 2)
        pen.area(
            [(50, 48), (50 + side * 13, 38), (50 + side * 10, 24), (50 + side * 1, 8)],
            shade(STEEL, 0.9 - 0.08 * side),
        )
    pen.oval(42, 37, 58, 53, shade(STEEL, 0.8))
    pen.oval(46, 41, 54, 49, shade(STEEL, 1.15))


def screwdriver(pen: Pen, dice: random.Random) -> None:
    grip = dice.choice(_LIVERIES)
    pen.turned(50, [(6, 2), (12, 3.2), (54, 3.2)], STEEL)
    pen.turned(50, [(54, 5), (58, 8), (64, 7), (72, 9), (90, 9), (95, 6)], grip)
    pen.turned(50, [(66, 8.4), (84, 9.3)], RUBBER)


def wrench(pen: Pen, dice: random.Random) -> None:
    steel = dice.choice((STEEL, shade(STEEL, 0.86), DARK))
    pen.box(45.5, 24, 54.5, 78, steel, 2)
    pen.stroke([(50, 32), (50, 70)], shade(steel, 0.82), 3)
    pen.oval(36, 70, 64, 98, steel)
    pen.area(_hexagon(50, 84, 8), (235, 233, 228))
    pen.oval(34, 2, 66, 34, steel)
    pen.area([(43, -2), (57, -2), (56, 18), (50, 22), (44, 18)], (235, 233, 228))


def tape(pen: Pen, dice: random.Random) -> None:
    body = dice.choice(_LIVERIES)
    pen.area([(24, 74), (2, 74), (2, 80), (60, 80)], (240, 202, 66))
    for step in range(4, 24, 3):
        pen.stroke([(step, 76), (step, 79)], DARK, 0.5)
    pen.box(22, 22, 82, 82, RUBBER, 16)
    pen.box(26, 26, 78, 78, body, 13)
    pen.oval(36, 36, 68, 68, shade(body, 1.2))
    pen.oval(41, 41, 63, 63, WHITE)


def level(pen: Pen, dice: random.Random) -> None:
    body = dice.choice((*_LIVERIES, (226, 190, 60)))
    pen.box(2, 40, 98, 58, body, 2)
    pen.box(2, 40, 98, 45, shade(body, 1.15), 2)
    for x in (18, 50, 82):
        pen.box(x - 8, 45, x + 8, 55, RUBBER, 2)
        pen.box(x - 6, 47, x + 6, 53, (196, 222, 92), 3)
        pen.oval(x - 2.5, 47.5, x + 2.5, 51.5, (236, 246, 190))


def drill_bit(tip: Colour) -> Drawing:
    """A twist drill, the tip in its own colour."""

    def draw(pen: Pen, dice: random.Random) -> None:
        steel = dice.choice((STEEL, shade(BRASS, 0.95), DARK))
        pen.turned(50, [(66, 4), (97, 4)], shade(STEEL, 0.9))
        pen.area([(46, 16), (50, 4), (54, 16)], tip)
        pen.turned(50, [(14, 4.4), (68, 4.4)], steel)
        for y in range(16, 64, 9):
            pen.stroke([(45.4, y + 8), (54.6, y)], shade(steel, 0.55), 2.2)

    return draw


def toothed_disc(pen: Pen, x: float, y: float, radius: float, colour: Colour) -> None:
    points = []
    for step in range(72):
        angle = math.radians(step * 5)
        reach = radius * (1.0 if step % 3 else 0.92)
        points.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    pen.area(points, colour)


def disc(face: Colour, *, kind: str) -> Drawing:
    """A cutting disc: plain, "saw" with teeth, or "diamond" with segments."""

    def draw(pen: Pen, dice: random.Random) -> None:
        if kind == "saw":
            toothed_disc(pen, 50, 50, 44, STEEL)
        else:
            pen.oval(6, 6, 94, 94, face)
        pen.oval(12, 12, 88, 88, shade(STEEL, 0.95) if kind != "plain" else shade(face, 1.12))
        for step in range(12 if kind == "diamond" else 0):
            angle = math.radians(step * 30)
            ends = [(50 + r * math.cos(angle), 50 + r * math.sin(angle)) for r in (36, 45)]
            pen.stroke(ends, (236, 234, 229), 1.6)
        pen.oval(24, 24, 76, 76, dice.choice(_LIVERIES))
        pen.oval(29, 29, 71, 71, WHITE)
        pen.oval(36, 36, 64, 64, shade(STEEL, 0.85))
        pen.oval(43, 43, 57, 57, (236, 234, 229))

    return draw


def bit(pen: Pen, dice: random.Random) -> None:
    steel = dice.choice((STEEL, shade(BRASS, 0.9), shade(STEEL, 0.8)))
    for x in (32, 50, 68):
        pen.turned(x, [(20, 2), (30, 3.4), (46, 3.4), (52, 6)], steel)
        pen.turned(x, [(52, 6.4), (84, 6.4)], shade(steel, 0.92))
        pen.stroke([(x - 6, 60), (x + 6, 60)], shade(steel, 0.7), 1.4)


def saw_blade(pen: Pen, dice: random.Random) -> None:
    for x in (34, 50, 66):
        teeth = [(x - (2.6 if step % 2 else 5), 10 + step * 4) for step in range(20)]
        pen.area([*teeth, (x + 5, 86), (x + 5, 14), (x, 8)], shade(STEEL, 1.0))
        pen.box(x - 4, 84, x + 4, 96, dice.choice(_LIVERIES), 1)


def sandpaper(pen: Pen, dice: random.Random) -> None:
    grain = dice.choice(((150, 96, 62), (96, 90, 86), (174, 120, 74)))
    pen.area([(16, 14), (80, 18), (84, 86), (20, 84)], grain)
    for _ in range(420):
        x, y = dice.uniform(20, 80), dice.uniform(20, 82)
        pen.oval(x, y, x + 0.7, y + 0.7, shade(grain, dice.choice((0.7, 1.3))))
    pen.area([(80, 18), (84, 86), (58, 85), (66, 58), (82, 50)], (226, 212, 188))
    pen.area([(58, 85), (66, 58), (83, 50), (76, 70)], (238, 228, 208))


def _hexagon(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    corners = [math.radians(30 + 60 * corner) for corner in range(6)]
    return [(x + radius * math.cos(angle), y + radius * math.sin(angle)) for angle in corners]


TOOL_DRAWINGS: dict[str, Drawing] = {
    "drill": drill,
    "hammer-drill": hammer_drill,
    "grinder": grinder,
    "jigsaw": jigsaw,
    "saw": circular_saw,
    "hammer": hammer,
    "pliers": pliers,
    "screwdriver": screwdriver,
    "wrench": wrench,
    "tape": tape,
    "level": level,
    "drillbit": drill_bit(shade(STEEL, 0.7)),
    "drillbit-wood": drill_bit(BRASS),
    "disc": disc((104, 84, 74), kind="plain"),
    "disc-diamond": disc((150, 148, 140), kind="diamond"),
    "disc-saw": disc(STEEL, kind="saw"),
    "bit": bit,
    "blade": saw_blade,
    "sandpaper": sandpaper,
}
