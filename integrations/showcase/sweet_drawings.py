"""Pictures of the tea shop: what is eaten with tea."""

from __future__ import annotations

import math
import random

from integrations.showcase.pen import WHITE, Colour, Drawing, Pen, leaf_shape, mixed, shade


def jar(content: Colour) -> Drawing:
    """Honey or jam under a paper lid."""

    def draw(pen: Pen, dice: random.Random) -> None:
        pen.turned(50, [(32, 20), (38, 26), (82, 26), (87, 22)], content)
        pen.turned(
            50, [(20, 21), (31, 22)], dice.choice(((196, 176, 140), (176, 70, 62), (88, 104, 84)))
        )
        pen.box(32, 48, 68, 74, (248, 242, 228), 2)
        pen.stroke([(38, 56), (62, 56)], (120, 96, 70), 1.5)
        pen.stroke([(42, 63), (58, 63)], (190, 172, 148), 1.2)
        pen.stroke([(30, 42), (30, 80)], mixed(content, WHITE, 0.6), 1.6)

    return draw


def cubes(colours: tuple[Colour, ...]) -> Drawing:
    """Marmalade, pastila, halva: cut pieces on a plate."""

    def draw(pen: Pen, dice: random.Random) -> None:
        _plate(pen)
        for x, y in ((30, 62), (50, 66), (68, 60), (40, 48), (59, 47), (49, 33)):
            colour = dice.choice(colours)
            pen.box(x - 9, y - 8, x + 9, y + 9, shade(colour, 0.82), 2)
            pen.area(
                [(x - 9, y - 7), (x - 5, y - 12), (x + 13, y - 12), (x + 9, y - 7)],
                shade(colour, 1.12),
            )
            pen.area(
                [(x + 9, y - 7), (x + 13, y - 12), (x + 13, y + 4), (x + 9, y + 8)],
                shade(colour, 0.7),
            )
            pen.box(x - 9, y - 7, x + 9, y + 8, colour, 1)

    return draw


def rounds(colours: tuple[Colour, ...], *, hole: bool = False, dots: bool = False) -> Drawing:
    """Cookies, zephyr, berries, bagels: round things in a heap."""

    def draw(pen: Pen, dice: random.Random) -> None:
        _plate(pen)
        for x, y in ((30, 62), (50, 67), (70, 61), (40, 48), (61, 48), (50, 36)):
            colour = dice.choice(colours)
            pen.oval(x - 13, y - 9, x + 13, y + 12, shade(colour, 0.75))
            pen.oval(x - 13, y - 11, x + 13, y + 10, colour)
            pen.oval(x - 9, y - 9, x + 4, y - 1, shade(colour, 1.1))
            if hole:
                pen.oval(x - 4.5, y - 4, x + 4.5, y + 3, (236, 233, 226))
            for _ in range(7 if dots else 0):
                dx, dy = dice.uniform(-8, 8), dice.uniform(-6, 6)
                pen.oval(x + dx - 1.2, y + dy - 1, x + dx + 1.2, y + dy + 1, shade(colour, 0.5))

    return draw


def _plate(pen: Pen) -> None:
    pen.oval(6, 52, 94, 90, (214, 210, 202))
    pen.oval(6, 49, 94, 86, (244, 242, 237))
    pen.oval(16, 54, 84, 82, (236, 233, 226))


def chocolate(pen: Pen, dice: random.Random) -> None:
    bar = dice.choice(((84, 52, 38), (110, 70, 46), (62, 42, 36)))
    for row in range(4):
        for column in range(3):
            x, y = 26 + column * 17, 14 + row * 14
            pen.box(x, y, x + 16, y + 13, shade(bar, 0.8), 1)
            pen.box(x + 1, y + 1, x + 14, y + 11, bar, 1)
            pen.stroke([(x + 3, y + 3), (x + 12, y + 3)], shade(bar, 1.35), 0.8)
    pen.area(
        [(23, 52), (80, 44), (80, 90), (23, 90)],
        dice.choice(((120, 142, 74), (178, 84, 58), (64, 74, 92))),
    )
    pen.area([(23, 52), (80, 44), (80, 49), (23, 57)], (214, 214, 216))


def gingerbread(pen: Pen, dice: random.Random) -> None:
    dough: Colour = (168, 110, 62)
    pen.box(16, 26, 84, 78, shade(dough, 0.78), 8)
    pen.box(16, 23, 84, 74, dough, 8)
    icing: Colour = (248, 244, 236)
    pen.ring(34, 30, 66, 67, icing, 1.4)
    for step in range(8):
        angle = math.radians(step * 45)
        leaf_shape(pen, 50 + 9 * math.cos(angle), 48.5 + 9 * math.sin(angle), 5, step * 45, icing)
    for x in (22, 28, 72, 78):
        for y in (32, 48, 64):
            pen.oval(x - 1.3, y - 1.3, x + 1.3, y + 1.3, icing)


SWEET_DRAWINGS: dict[str, Drawing] = {
    "honey": jar((226, 164, 50)),
    "honey-dark": jar((150, 84, 36)),
    "jam-dark": jar((84, 50, 38)),
    "jam-amber": jar((226, 146, 52)),
    "jam-red": jar((142, 30, 40)),
    "jam-green": jar((150, 156, 74)),
    "pastila": cubes(((222, 190, 140), (214, 176, 122))),
    "pastila-berry": cubes(((142, 78, 98), (156, 92, 110))),
    "marmalade": cubes(((232, 142, 44), (236, 170, 60), (220, 110, 40))),
    "halva": cubes(((206, 184, 140), (190, 166, 122))),
    "sugar": cubes(((226, 196, 140), (206, 168, 106), (240, 226, 196))),
    "candies": cubes(((92, 56, 42), (110, 66, 46))),
    "zephyr": rounds(((246, 240, 230), (250, 246, 238))),
    "zephyr-pink": rounds(((236, 182, 190), (240, 196, 200))),
    "cookie": rounds(((206, 158, 98), (196, 146, 86)), dots=True),
    "bagel": rounds(((204, 150, 80), (190, 134, 66)), hole=True),
    "berries": rounds(((238, 232, 232), (226, 196, 200), (190, 50, 60))),
    "dried": rounds(((160, 90, 42), (132, 72, 40))),
    "nuts": rounds(((178, 124, 74), (156, 104, 60))),
    "chocolate": chocolate,
    "gingerbread": gingerbread,
}
