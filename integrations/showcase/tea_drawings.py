"""Pictures of the tea shop: pouches, cups and heaps of tea, and teaware."""

from __future__ import annotations

import random

from integrations.showcase.pen import (
    STEEL,
    WHITE,
    WOOD,
    Colour,
    Drawing,
    Pen,
    leaf_shape,
    mixed,
    shade,
)

_KRAFT: Colour = (201, 168, 124)
_CLAYS: tuple[Colour, ...] = ((152, 78, 56), (110, 62, 60), (196, 150, 96), (92, 74, 66))
_GLAZES: tuple[Colour, ...] = (
    (232, 232, 226),
    (168, 194, 176),
    (120, 146, 170),
    (214, 196, 170),
    (96, 112, 104),
)
_GLASS: Colour = (214, 230, 234)


def pouch_or_cup(leaf: Colour, liquor: Colour) -> Drawing:
    """A tea: in its pouch, in the cup, or in a heap of leaves."""

    def draw(pen: Pen, dice: random.Random) -> None:
        dice.choice((_pouch, _pouch, _cup_from_above, _heap))(pen, dice, leaf, liquor)

    return draw


def _pouch(pen: Pen, dice: random.Random, leaf: Colour, liquor: Colour) -> None:
    paper = dice.choice((_KRAFT, (74, 78, 82), (238, 232, 220)))
    pen.area([(27, 16), (73, 16), (76, 88), (24, 88)], paper)
    pen.area([(27, 16), (40, 16), (36, 88), (24, 88)], shade(paper, 1.08))
    pen.box(27, 16, 73, 22, shade(paper, 0.86))
    pen.stroke([(29, 25), (71, 25)], shade(paper, 0.8), 0.8)
    pen.box(33, 38, 67, 76, WHITE, 2)
    pen.box(33, 38, 67, 46, liquor, 2)
    pen.box(33, 43, 67, 46, liquor)
    leaf_shape(pen, 50, 59, 9, -50, leaf)
    leaf_shape(pen, 50, 59, 7, -130, shade(leaf, 0.85))
    pen.stroke([(40, 71), (60, 71)], (200, 196, 188), 1.4)


def _cup_from_above(pen: Pen, dice: random.Random, leaf: Colour, liquor: Colour) -> None:
    glaze = dice.choice(_GLAZES)
    _scatter(pen, dice, leaf, 26, (6, 60), (8, 94))
    pen.oval(34, 18, 96, 80, shade(glaze, 0.92))
    pen.oval(36, 19, 94, 77, glaze)
    pen.oval(41, 24, 89, 72, shade(liquor, 0.86))
    pen.oval(43, 26, 89, 72, liquor)
    pen.arc(49, 32, 82, 66, 190, 250, mixed(liquor, WHITE, 0.55), 1.6)
    leaf_shape(pen, 66, 56, 6, dice.uniform(0, 360), shade(leaf, 0.9))


def _heap(pen: Pen, dice: random.Random, leaf: Colour, liquor: Colour) -> None:
    pen.oval(10, 58, 90, 88, shade(WOOD, 0.8))
    pen.oval(11, 56, 89, 85, WOOD)
    pen.oval(15, 59, 85, 81, shade(WOOD, 0.93))
    for _ in range(150):
        x = min(max(dice.gauss(50, 13), 20), 80)
        top = 30 + abs(x - 50) * 1.05
        y = dice.uniform(min(top, 70), 76)
        tone = mixed(leaf, liquor, 0.25) if dice.random() < 0.15 else leaf
        leaf_shape(
            pen,
            x,
            y,
            dice.uniform(3, 5.5),
            dice.uniform(0, 360),
            shade(tone, dice.uniform(0.7, 1.25)),
        )


def _scatter(
    pen: Pen,
    dice: random.Random,
    leaf: Colour,
    number: int,
    xs: tuple[float, float],
    ys: tuple[float, float],
) -> None:
    for _ in range(number):
        tone = shade(leaf, dice.uniform(0.75, 1.2))
        leaf_shape(
            pen,
            dice.uniform(*xs),
            dice.uniform(*ys),
            dice.uniform(3, 6),
            dice.uniform(0, 360),
            tone,
        )


def gaiwan(pen: Pen, dice: random.Random) -> None:
    glaze = dice.choice(_GLAZES)
    pen.turned(50, [(80, 36), (84, 30), (87, 16)], shade(glaze, 0.94))
    pen.turned(50, [(46, 32), (52, 29), (64, 22), (76, 13), (80, 12)], glaze)
    pen.turned(50, [(36, 9), (40, 20), (46, 28), (48, 28)], shade(glaze, 1.03))
    pen.turned(50, [(29, 6), (32, 7), (36, 5)], glaze)
    _sprig(pen, 50, 62, glaze)


def _teapot_in(colours: tuple[Colour, ...], *, tall: bool = False) -> Drawing:
    def draw(pen: Pen, dice: random.Random) -> None:
        body = dice.choice(colours)
        pen.ring(64, 40, 92, 72, shade(body, 0.8), 4)
        pen.area([(34, 66), (10, 46), (6, 40), (14, 38), (22, 46), (36, 54)], shade(body, 0.88))
        top = 34 if tall else 42
        pen.turned(50, [(top, 16), (top + 6, 24), (58, 30), (68, 29), (78, 22), (82, 16)], body)
        pen.turned(50, [(top - 7, 8), (top - 2, 15), (top + 1, 16)], shade(body, 1.08))
        pen.turned(50, [(top - 13, 4), (top - 10, 4.5), (top - 7, 2.5)], body)

    return draw


def teapot_glass(pen: Pen, dice: random.Random) -> None:
    liquor = dice.choice(((206, 150, 60), (176, 92, 44), (188, 180, 84)))
    pen.ring(66, 36, 92, 74, _GLASS, 3)
    pen.area([(32, 68), (10, 42), (17, 40), (36, 58)], _GLASS)
    pen.turned(50, [(36, 22), (44, 26), (70, 28), (82, 24)], _GLASS)
    pen.turned(50, [(52, 24), (70, 25), (80, 22)], liquor)
    pen.turned(50, [(36, 11), (66, 10)], mixed(_GLASS, (120, 124, 90), 0.5))
    pen.turned(50, [(28, 10), (33, 22), (37, 23)], shade(STEEL, 1.1))
    pen.oval(46, 21, 54, 29, STEEL)


def cup(pen: Pen, dice: random.Random) -> None:
    glaze = dice.choice(_GLAZES)
    pen.turned(50, [(38, 34), (50, 32), (64, 26), (74, 15), (80, 14)], glaze)
    pen.oval(16, 31, 84, 45, shade(glaze, 0.85))
    pen.oval(20, 33, 80, 44, dice.choice(((188, 140, 60), (150, 74, 40), (178, 184, 92))))
    _sprig(pen, 50, 60, glaze)


def cup_glass(pen: Pen, dice: random.Random) -> None:
    pen.turned(50, [(28, 26), (50, 28), (72, 24), (82, 18)], _GLASS)
    pen.turned(
        50, [(38, 21), (56, 21), (70, 17), (75, 8)], dice.choice(((206, 150, 60), (170, 86, 44)))
    )
    pen.oval(24, 24, 76, 33, shade(_GLASS, 1.05))
    pen.stroke([(32, 42), (33, 66)], WHITE, 1.5)


def mug(pen: Pen, dice: random.Random) -> None:
    glaze = dice.choice(_GLAZES)
    pen.ring(62, 42, 90, 74, shade(glaze, 0.85), 4)
    pen.turned(48, [(34, 26), (80, 25), (85, 22)], glaze)
    pen.turned(48, [(27, 20), (31, 28), (35, 28)], shade(glaze, 1.05))
    pen.turned(48, [(22, 4), (27, 5)], glaze)
    _sprig(pen, 48, 62, glaze)


def pitcher(pen: Pen, dice: random.Random) -> None:
    glaze = dice.choice((*_GLAZES[:3], _GLASS))
    pen.ring(62, 40, 88, 72, shade(glaze, 0.86), 3.5)
    pen.turned(48, [(32, 22), (42, 20), (64, 26), (78, 24), (83, 18)], glaze)
    pen.area([(26, 32), (16, 30), (30, 44)], shade(glaze, 1.02))


def strainer(pen: Pen, dice: random.Random) -> None:
    frame = dice.choice((STEEL, WOOD))
    pen.stroke([(68, 50), (94, 62)], shade(frame, 0.9), 5)
    pen.oval(12, 28, 76, 84, shade(frame, 0.8))
    pen.oval(16, 30, 72, 80, (222, 222, 216))
    for offset in range(20, 70, 4):
        pen.stroke([(offset, 36), (offset, 74)], (190, 192, 192), 0.4)
        pen.stroke([(22, offset + 10), (66, offset + 10)], (190, 192, 192), 0.4)
    pen.ring(12, 28, 76, 84, frame, 4)


def tray(pen: Pen, dice: random.Random) -> None:
    wood = dice.choice((WOOD, (120, 82, 58), (206, 172, 112)))
    pen.area([(8, 62), (30, 40), (92, 40), (74, 62)], wood)
    pen.area([(8, 62), (74, 62), (74, 74), (8, 74)], shade(wood, 0.84))
    pen.area([(74, 62), (92, 40), (92, 52), (74, 74)], shade(wood, 0.7))
    for step in range(7):
        x = 22 + step * 8
        pen.stroke([(x, 58), (x + 13, 45)], shade(wood, 0.6), 1.2)


def tea_tools(pen: Pen, dice: random.Random) -> None:
    wood = dice.choice((WOOD, (120, 82, 58)))
    for x, top in ((38, 16), (46, 10), (54, 14), (62, 20)):
        pen.stroke([(x, top), (50 + (x - 50) * 0.6, 60)], shade(wood, 1.1), 2.4)
    pen.oval(34, 10, 42, 24, wood)
    pen.turned(50, [(48, 17), (84, 15), (87, 12)], wood)


def whisk(pen: Pen, dice: random.Random) -> None:
    bamboo: Colour = (218, 192, 130)
    for step in range(-9, 10):
        curve = [(50 + step * 0.7, 46), (50 + step * 2.6, 64), (50 + step * 2.2, 86)]
        pen.stroke(curve, shade(bamboo, 0.9 + 0.02 * (step % 5)), 0.9)
    pen.turned(50, [(12, 9), (44, 9), (48, 10)], bamboo)
    pen.stroke([(41, 46), (59, 46)], (60, 60, 70), 1.6)


def bowl(pen: Pen, dice: random.Random) -> None:
    glaze = dice.choice(((92, 84, 76), (146, 120, 96), (74, 90, 96), (196, 190, 178)))
    pen.turned(50, [(38, 38), (60, 35), (74, 26), (79, 13), (84, 13)], glaze)
    pen.oval(12, 30, 88, 46, shade(glaze, 0.7))
    pen.oval(17, 33, 83, 45, (138, 166, 74))
    pen.oval(34, 36, 60, 42, (164, 188, 98))
    pen.stroke([(22, 56), (30, 62), (40, 58), (52, 66), (64, 58), (76, 62)], shade(glaze, 1.25), 2)


def tin(pen: Pen, dice: random.Random) -> None:
    paint = dice.choice(((158, 58, 52), (52, 92, 86), (58, 70, 104), (196, 150, 72), (70, 70, 72)))
    pen.turned(50, [(34, 24), (86, 24), (88, 22)], paint)
    pen.turned(50, [(20, 22), (22, 25), (34, 25)], shade(paint, 0.86))
    pen.oval(26, 17, 74, 25, shade(paint, 1.2))
    pen.oval(38, 46, 62, 72, (240, 232, 214))
    leaf_shape(pen, 50, 59, 8, -55, shade(paint, 0.9))


def thermos(pen: Pen, dice: random.Random) -> None:
    paint = dice.choice((STEEL, (58, 84, 78), (120, 62, 58), (66, 72, 88)))
    pen.turned(50, [(30, 14), (34, 17), (86, 17), (89, 15)], paint)
    pen.turned(50, [(10, 12), (12, 14), (30, 14)], (54, 58, 62))
    pen.turned(50, [(36, 17.3), (39, 17.3)], shade(paint, 1.2))


def _sprig(pen: Pen, x: float, y: float, glaze: Colour) -> None:
    ink = mixed((44, 74, 112), glaze, 0.25)
    pen.stroke([(x - 9, y + 3), (x, y - 1), (x + 8, y - 5)], ink, 0.8)
    for dx, degrees in ((-5, -80), (0, -110), (4, -30), (8, -50)):
        leaf_shape(pen, x + dx, y - 2 - dx * 0.3, 3.4, degrees, ink)


TEA_DRAWINGS: dict[str, Drawing] = {
    "green": pouch_or_cup((96, 124, 62), (198, 200, 110)),
    "white": pouch_or_cup((170, 176, 142), (226, 208, 142)),
    "yellow": pouch_or_cup((168, 158, 82), (230, 204, 104)),
    "oolong": pouch_or_cup((74, 104, 70), (222, 196, 98)),
    "oolong-dark": pouch_or_cup((82, 66, 54), (196, 122, 56)),
    "red": pouch_or_cup((92, 58, 44), (182, 78, 40)),
    "puer": pouch_or_cup((66, 46, 38), (104, 44, 30)),
    "puer-green": pouch_or_cup((98, 96, 64), (208, 158, 70)),
    "matcha": pouch_or_cup((126, 164, 66), (140, 174, 78)),
    "black": pouch_or_cup((56, 44, 40), (168, 70, 34)),
    "blend": pouch_or_cup((74, 58, 48), (186, 84, 52)),
    "herbal": pouch_or_cup((112, 116, 70), (208, 134, 58)),
    "gaiwan": gaiwan,
    "teapot": _teapot_in(_CLAYS + _GLAZES),
    "teapot-glass": teapot_glass,
    "teapot-iron": _teapot_in(((62, 64, 66), (74, 66, 62), (52, 66, 64)), tall=True),
    "cup": cup,
    "cup-glass": cup_glass,
    "mug": mug,
    "pitcher": pitcher,
    "strainer": strainer,
    "tray": tray,
    "tools": tea_tools,
    "whisk": whisk,
    "bowl": bowl,
    "tin": tin,
    "thermos": thermos,
}
