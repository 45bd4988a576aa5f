"""Pictures of the hardware shop: paints, plumbing, electrics, garden."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from functools import partial

from integrations.showcase.pen import (
    BRASS,
    DARK,
    STEEL,
    WHITE,
    WOOD,
    Colour,
    Drawing,
    Pen,
    mixed,
    shade,
)

_HOLE: Colour = (72, 76, 84)
_PLASTIC: Colour = (238, 238, 234)
_CHROME: Colour = (196, 202, 208)


def can(label: Colour) -> Drawing:
    def draw(pen: Pen, dice: random.Random) -> None:
        pen.arc(22, 2, 78, 58, 180, 360, shade(STEEL, 0.8), 1.4)
        pen.turned(50, [(28, 30), (84, 30), (88, 28)], _PLASTIC)
        pen.turned(50, [(24, 31), (29, 31)], STEEL)
        pen.oval(19, 18, 81, 32, shade(STEEL, 1.1))
        pen.oval(24, 20, 76, 30, label)
        pen.turned(50, [(44, 30.2), (74, 30.2)], label)
        pen.area([(66, 28), (72, 28), (72, 44), (69, 50), (66, 42)], label)

    return draw


def spray(label: Colour) -> Drawing:
    def draw(pen: Pen, dice: random.Random) -> None:
        pen.turned(50, [(30, 9), (36, 17), (90, 17), (92, 16)], label)
        pen.turned(50, [(10, 12), (12, 14), (32, 14)], mixed(label, WHITE, 0.25))
        pen.turned(50, [(50, 17.2), (70, 17.2)], WHITE)
        pen.turned(50, [(88, 17.2), (92, 16.6)], STEEL)

    return draw


def tube(label: Colour) -> Drawing:
    def draw(pen: Pen, dice: random.Random) -> None:
        pen.turned(50, [(4, 1), (24, 4.4)], _PLASTIC)
        pen.turned(50, [(24, 7), (28, 7)], shade(_PLASTIC, 0.9))
        pen.turned(50, [(28, 12), (92, 12)], _PLASTIC)
        pen.turned(
            50, [(46, 12.2), (78, 12.2)], dice.choice(((58, 92, 150), (196, 62, 54), (94, 128, 64)))
        )
        pen.box(43, 54, 57, 57, WHITE)
        pen.turned(50, [(89, 12.4), (93, 12.4)], mixed(label, _PLASTIC, 0.4))

    return draw


def foam(pen: Pen, dice: random.Random) -> None:
    label = dice.choice(((226, 160, 50), (58, 92, 150), (196, 62, 54)))
    spray(label)(pen, dice)
    pen.stroke([(50, 10), (76, 16)], (232, 220, 180), 3)


def bag(pen: Pen, dice: random.Random) -> None:
    label = dice.choice(((58, 92, 150), (196, 62, 54), (94, 128, 64), (226, 150, 46)))
    pen.area([(24, 14), (76, 14), (80, 24), (78, 90), (22, 90), (20, 24)], (226, 214, 192))
    pen.area([(24, 14), (38, 14), (32, 90), (22, 90), (20, 24)], (238, 228, 208))
    pen.box(24, 14, 76, 19, (206, 192, 168))
    pen.area([(20.5, 40), (79.5, 40), (79, 68), (21, 68)], label)
    pen.box(30, 47, 70, 51, WHITE, 1)
    pen.box(30, 56, 58, 59, mixed(label, WHITE, 0.6), 1)


def roller(pen: Pen, dice: random.Random) -> None:
    pile = dice.choice(((240, 232, 210), (238, 196, 70), (214, 222, 228)))
    grip = dice.choice(((58, 92, 150), (196, 62, 54), (60, 64, 70)))
    pen.stroke([(82, 24), (92, 24), (92, 44), (50, 50), (50, 60)], shade(STEEL, 0.85), 2)
    pen.turned(50, [(58, 3), (62, 5), (92, 5.4), (95, 4)], grip)
    pen.box(14, 12, 82, 36, shade(pile, 0.82), 5)
    pen.box(14, 12, 82, 31, pile, 5)
    pen.box(16, 15, 80, 20, shade(pile, 1.08), 3)
    pen.oval(78, 14, 86, 34, shade(pile, 0.7))


def pipe(pen: Pen, dice: random.Random) -> None:
    plastic = dice.choice((_PLASTIC, (186, 190, 196), (150, 196, 160)))
    for x, half in ((32, 9), (54, 12), (76, 7)):
        pen.turned(x, [(10, half), (94, half)], plastic)
        pen.oval(x - half, 5, x + half, 15, shade(plastic, 0.92))
        pen.oval(x - half * 0.6, 7, x + half * 0.6, 13, _HOLE)
        pen.turned(x, [(52, half + 0.1), (54, half + 0.1)], (200, 70, 60))


def fitting(colour: Colour) -> Drawing:
    """An elbow with two collars."""

    def draw(pen: Pen, dice: random.Random) -> None:
        pen.stroke([(34, 84), (34, 40), (78, 40)], shade(colour, 0.8), 26)
        pen.stroke([(33, 84), (33, 39), (78, 39)], colour, 22)
        pen.stroke([(28, 80), (28, 36), (74, 33)], shade(colour, 1.12), 4)
        pen.box(16, 70, 52, 90, shade(colour, 0.92), 3)
        pen.box(68, 22, 88, 58, shade(colour, 0.92), 3)
        pen.oval(18, 82, 50, 96, shade(colour, 0.7))
        pen.oval(24, 85, 44, 93, _HOLE)

    return draw


def valve(pen: Pen, dice: random.Random) -> None:
    handle = dice.choice(((200, 50, 46), (58, 92, 150), (226, 190, 60)))
    pen.box(6, 46, 94, 72, BRASS, 4)
    pen.box(6, 46, 94, 54, shade(BRASS, 1.15), 4)
    for x in (6, 76):
        pen.box(x, 42, x + 18, 76, shade(BRASS, 0.9), 2)
        pen.box(x, 42, x + 18, 52, shade(BRASS, 1.1), 2)
    pen.oval(30, 40, 70, 80, BRASS)
    pen.box(45, 26, 55, 44, shade(BRASS, 0.8), 1)
    pen.stroke([(20, 26), (50, 22), (80, 26)], handle, 8)


def steel_hose(pen: Pen, dice: random.Random) -> None:
    turn = [math.pi * (1 + step / 24) for step in range(25)]
    bow = [(50 + 28 * math.cos(angle), 44 + 34 * math.sin(angle)) for angle in turn]
    path = [(22, 84), (22, 64), *bow, (78, 64), (78, 84)]
    pen.stroke(path, shade(STEEL, 0.75), 8)
    pen.stroke(path, STEEL, 6)
    for x, y in bow:
        pen.stroke([(x - 2, y - 2), (x + 2, y + 2)], shade(STEEL, 0.65), 0.7)
    for x in (22, 78):
        pen.turned(x, [(70, 6), (78, 6)], shade(STEEL, 0.9))
        pen.turned(x, [(78, 10), (92, 10)], BRASS)


def tap(finish: Colour) -> Drawing:
    def draw(pen: Pen, dice: random.Random) -> None:
        lever = dice.choice(((18, 44), (22, 38), (16, 50)))
        pen.stroke([(50, 56), (50, 34), (60, 22), (76, 24), (78, 40)], shade(finish, 0.8), 10)
        pen.stroke([(49, 56), (49, 34), (59, 21), (76, 23), (77, 38)], finish, 7)
        pen.turned(50, [(52, 10), (84, 11)], finish)
        pen.turned(50, [(84, 20), (90, 22)], shade(finish, 0.95))
        pen.stroke([(40, 58), lever], shade(finish, 0.9), 5)

    return draw


def siphon(pen: Pen, dice: random.Random) -> None:
    plastic = dice.choice((_PLASTIC, (206, 210, 214)))
    pen.turned(42, [(10, 16), (16, 16), (22, 7), (52, 7)], plastic)
    pen.stroke([(48, 56), (92, 56)], shade(plastic, 0.85), 9)
    pen.turned(42, [(46, 16), (76, 16), (88, 12)], plastic)
    pen.turned(42, [(74, 17), (80, 17)], shade(plastic, 0.86))


def coil(colour: Colour) -> Drawing:
    """A cable or a hose, coiled."""

    def draw(pen: Pen, dice: random.Random) -> None:
        for step in range(7):
            inset = 8 + step * 4
            light = 0.78 + 0.07 * (step % 4)
            pen.ring(inset, inset, 100 - inset, 100 - inset, shade(colour, light), 3.6)
        pen.stroke([(86, 62), (96, 84), (88, 96)], shade(colour, 0.9), 4)
        for x, y in ((50, 10), (12, 62), (84, 34)):
            pen.box(x - 5, y - 6, x + 5, y + 18, WHITE, 2)

    return draw


def breaker(pen: Pen, dice: random.Random) -> None:
    modules = dice.choice((1, 2, 2, 3))
    left = 50 - modules * 11
    for module in range(modules):
        x = left + module * 22
        pen.box(x, 12, x + 21, 88, shade(_PLASTIC, 0.9), 2)
        pen.box(x, 28, x + 21, 72, _PLASTIC, 1)
        pen.box(x + 5, 42, x + 16, 62, shade(_PLASTIC, 0.82), 1)
        pen.box(x + 7, 43, x + 14, 52, (52, 96, 160), 1)
        for y in (20, 80):
            pen.oval(x + 7.5, y - 3, x + 13.5, y + 3, shade(STEEL, 0.7))
    pen.box(left + 3, 31, left + 15, 35, (196, 62, 54), 1)


def plate(front: Colour, *, holes: bool) -> Drawing:
    """A socket with its two holes, or a switch with its key."""

    def draw(pen: Pen, dice: random.Random) -> None:
        pen.box(14, 14, 86, 86, shade(front, 0.86), 7)
        pen.box(15, 14, 85, 84, front, 7)
        if holes:
            pen.oval(26, 26, 74, 74, shade(front, 0.9))
            pen.oval(28, 28, 72, 73, shade(front, 0.96))
            for x in (41, 59):
                pen.oval(x - 3.4, 46.6, x + 3.4, 53.4, _HOLE)
            for y in (29, 67):
                pen.box(47, y, 53, y + 4, BRASS, 1)
        else:
            keys = dice.choice((1, 2))
            width = 52 / keys
            for x in (24, 50)[:keys]:
                pen.box(x, 24, x + width - 1, 75, shade(front, 1.04), 2)
                pen.box(x, 50, x + width - 1, 75, shade(front, 0.94), 2)
                pen.box(x + width / 2 - 2, 30, x + width / 2 + 2, 31.4, (220, 90, 60))

    return draw


def lamp(pen: Pen, dice: random.Random) -> None:
    glow = dice.choice(((255, 238, 178), (250, 248, 234), (240, 246, 252)))
    pen.turned(50, [(8, 4), (12, 15), (24, 25), (38, 28), (50, 25), (60, 17)], glow)
    pen.turned(50, [(58, 18), (74, 12)], _PLASTIC)
    pen.thread(50, 74, 88, 10, STEEL, 4)
    pen.turned(50, [(88, 6), (92, 4)], DARK)


def floodlight(pen: Pen, dice: random.Random) -> None:
    body = dice.choice((DARK, (90, 96, 102), _PLASTIC))
    pen.arc(24, 50, 76, 98, 0, 180, shade(body, 0.8), 4)
    pen.box(12, 18, 88, 72, body, 5)
    pen.box(17, 23, 83, 67, (252, 246, 222), 3)
    for row in range(4):
        for column in range(6):
            x, y = 24 + column * 10.4, 29 + row * 10.6
            pen.oval(x - 2.4, y - 2.4, x + 2.4, y + 2.4, (248, 214, 110))


def shovel(pen: Pen, dice: random.Random) -> None:
    steel = dice.choice((DARK, STEEL, (70, 104, 84)))
    pen.turned(50, [(4, 2.6), (62, 2.8)], WOOD)
    pen.turned(50, [(2, 9), (7, 9)], WOOD)
    pen.area([(34, 60), (66, 60), (66, 80), (50, 98), (34, 80)], steel)
    pen.area([(47, 56), (53, 56), (52, 88), (48, 88)], shade(steel, 1.2))


def secateurs(pen: Pen, dice: random.Random) -> None:
    grip = dice.choice(((196, 62, 54), (94, 128, 64), (226, 130, 44)))
    pen.stroke([(48, 48), (34, 70), (38, 94)], grip, 8)
    pen.stroke([(53, 48), (66, 70), (62, 94)], shade(grip, 0.85), 8)
    pen.area([(50, 50), (38, 34), (42, 10), (54, 28)], STEEL)
    pen.area([(52, 50), (60, 36), (66, 20), (56, 22), (50, 40)], shade(STEEL, 0.75))
    pen.oval(45, 42, 57, 54, DARK)


def gloves(pen: Pen, dice: random.Random) -> None:
    palm = dice.choice(((196, 62, 54), (60, 64, 70), (58, 92, 150), (94, 128, 64)))
    cuff = dice.choice((WHITE, (236, 214, 120), (190, 194, 198)))
    for x, top in ((35, 26), (45, 16), (55, 18), (65, 28)):
        pen.stroke([(x, top), (50 + (x - 50) * 0.8, 58)], palm, 9)
    pen.stroke([(24, 48), (38, 66)], shade(palm, 0.9), 9)
    pen.box(32, 46, 69, 74, palm, 6)
    pen.box(34, 72, 67, 94, cuff, 2)
    for y in (77, 82, 87):
        pen.stroke([(35, y), (66, y)], shade(cuff, 0.85), 0.8)


def lock(pen: Pen, dice: random.Random) -> None:
    body = dice.choice((BRASS, STEEL, DARK, (58, 92, 150)))
    pen.arc(29, 10, 71, 66, 180, 360, shade(STEEL, 0.8), 8)
    pen.box(29, 36, 37, 52, shade(STEEL, 0.8))
    pen.box(63, 36, 71, 52, shade(STEEL, 0.8))
    pen.box(20, 46, 80, 90, shade(body, 0.82), 5)
    pen.box(20, 46, 78, 88, body, 5)
    pen.box(24, 50, 74, 55, shade(body, 1.15), 2)
    pen.oval(44, 60, 56, 72, _HOLE)
    pen.area([(48, 68), (52, 68), (54, 82), (46, 82)], _HOLE)


def hinge(steel: Colour) -> Drawing:
    def draw(pen: Pen, dice: random.Random) -> None:
        rows = dice.choice(((30, 48, 67), (28, 49, 70)))
        for left in (10, 54):
            pen.box(left, 20, left + 36, 82, shade(steel, 0.85), 3)
            pen.box(left, 18, left + 36, 79, steel, 3)
            for x, y in zip((left + 11, left + 25, left + 11), rows, strict=True):
                pen.oval(x - 4, y - 4, x + 4, y + 4, shade(steel, 0.7))
                pen.oval(x - 2.4, y - 2.4, x + 2.4, y + 2.4, _HOLE)
        pen.turned(50, [(16, 5), (84, 5)], shade(steel, 0.9))

    return draw


SUPPLY_DRAWINGS: dict[str, Drawing] = {
    "bag": bag,
    "roller": roller,
    "foam": foam,
    "pipe": pipe,
    "fitting": fitting(_PLASTIC),
    "fitting-brass": fitting(BRASS),
    "valve": valve,
    "hose-steel": steel_hose,
    "hose": coil((78, 140, 84)),
    "cable": coil((66, 68, 72)),
    "cable-white": coil((232, 232, 228)),
    "tap": tap(_CHROME),
    "siphon": siphon,
    "breaker": breaker,
    "lamp": lamp,
    "floodlight": floodlight,
    "shovel": shovel,
    "secateurs": secateurs,
    "gloves": gloves,
    "lock": lock,
    "hinge": hinge(_CHROME),
    "paint": can((126, 170, 190)),
    "paint-blue": can((70, 112, 166)),
    "paint-red": can((186, 62, 54)),
    "paint-wood": can((172, 116, 66)),
    "spray": spray((186, 62, 54)),
    "tube": tube(_PLASTIC),
    "socket": plate(_PLASTIC, holes=True),
    "switch": plate(_PLASTIC, holes=False),
}

# Those whose colour is the product's own.
TINTED_DRAWINGS: dict[str, Callable[[Colour], Drawing]] = {
    "paint": can,
    "paint-blue": can,
    "paint-red": can,
    "paint-wood": can,
    "spray": spray,
    "tube": tube,
    "tap": tap,
    "hinge": hinge,
    "cable": coil,
    "cable-white": coil,
    "socket": partial(plate, holes=True),
    "switch": partial(plate, holes=False),
}
