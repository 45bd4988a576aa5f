"""A product picture drawn from its name: «tea/green-1042.png» is a green tea, always the same one.

The name says the room, the shape, perhaps a colour, and a number that varies the rest.
"""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable
from functools import lru_cache, partial

from PIL import Image, ImageChops, ImageFilter

from integrations.showcase.fastener_drawings import FASTENER_DRAWINGS, screw
from integrations.showcase.pen import Colour, Drawing, Pen, mixed
from integrations.showcase.supply_drawings import SUPPLY_DRAWINGS, TINTED_DRAWINGS
from integrations.showcase.sweet_drawings import SWEET_DRAWINGS
from integrations.showcase.tea_drawings import TEA_DRAWINGS
from integrations.showcase.tool_drawings import TOOL_DRAWINGS

MIN_SIZE, MAX_SIZE = 32, 2_000  # pixels
_FINER = 2  # drawn so many times larger, then made smaller: smooth edges

_DRAWINGS: dict[str, dict[str, Drawing]] = {
    "tea": TEA_DRAWINGS | SWEET_DRAWINGS,
    "hardware": TOOL_DRAWINGS | FASTENER_DRAWINGS | SUPPLY_DRAWINGS,
}
_IN_COLOUR: dict[str, Callable[[Colour], Drawing]] = {
    **TINTED_DRAWINGS,
    "screw": screw,
    "screw-roof": partial(screw, washer=True),
}
_BACKGROUNDS: dict[str, tuple[Colour, ...]] = {
    "tea": ((233, 239, 226), (242, 236, 222), (228, 236, 236), (243, 231, 224), (236, 232, 240)),
    "hardware": ((232, 236, 241), (240, 239, 235), (235, 240, 234), (243, 238, 228)),
}
_TINTS: dict[str, Colour] = {
    "white": (246, 246, 242),
    "ivory": (240, 228, 198),
    "black": (46, 46, 50),
    "graphite": (84, 90, 98),
    "grey": (176, 180, 184),
    "green": (74, 122, 82),
    "blue": (54, 96, 156),
    "brown": (124, 72, 50),
    "oak": (200, 156, 102),
    "sand": (218, 196, 152),
    "bronze": (150, 112, 70),
    "yellow": (238, 200, 62),
    "red": (194, 52, 46),
    "wine": (126, 36, 44),
    "zinc": (196, 202, 208),
    "gold": (214, 186, 104),
}
# Long things lie across the paper.
_LYING = {
    *FASTENER_DRAWINGS.keys() - {"nut", "washer", "staples"},
    *("hammer", "screwdriver", "wrench", "pliers", "level", "drillbit", "drillbit-wood", "blade"),
    *("tube", "shovel", "secateurs", "whisk"),
}
_NAME = re.compile(r"(?P<room>[a-z]+)/(?P<shape>[a-z]+(?:-[a-z]+)*)-(?P<number>\d{1,9})\.png")


class NoSuchPicture(Exception):
    """The name is none that a price list of the showcase carries."""


@lru_cache(maxsize=256)
def picture(name: str, size: int = 600) -> bytes:
    """The PNG, `size` by `size` pixels, of a name such as "tea/green-1042.png".

    Raises NoSuchPicture for an unknown name, ValueError for a size out of MIN_SIZE..MAX_SIZE.
    """
    if not MIN_SIZE <= size <= MAX_SIZE:
        raise ValueError(f"size is {MIN_SIZE} to {MAX_SIZE} pixels")
    found = _NAME.fullmatch(name)
    drawing = found and _find_drawing(found["room"], found["shape"])
    if not found or not drawing:
        raise NoSuchPicture(name)
    dice = random.Random(f"{found['room']} {found['number']}")
    background = _background(dice.choice(_BACKGROUNDS[found["room"]]), size)
    pen = Pen(size * _FINER)
    drawing(pen, dice)
    layer = pen.layer
    if found["shape"] in _LYING:
        layer = layer.rotate(dice.choice((-38, -30, 30, 38)), Image.Resampling.BICUBIC)
    return _composed(background, layer.resize((size, size), Image.Resampling.LANCZOS))


def _find_drawing(room: str, shape: str) -> Drawing | None:
    drawings = _DRAWINGS.get(room, {})
    if shape in drawings:
        return drawings[shape]
    plain, _, tint = shape.rpartition("-")
    if tint not in _TINTS or plain not in drawings:
        return None
    in_colour = _IN_COLOUR.get(plain)
    return drawings[plain] if in_colour is None else in_colour(_TINTS[tint])


def _background(colour: Colour, size: int) -> Image.Image:
    """Paper that is lighter above."""
    light = Image.new("RGB", (size, size), mixed(colour, (255, 255, 255), 0.7))
    dark = Image.new("RGB", (size, size), mixed(colour, (0, 0, 0), 0.06))
    return Image.composite(dark, light, Image.linear_gradient("L").resize((size, size)))


def _composed(background: Image.Image, layer: Image.Image) -> bytes:
    """The thing with a margin around it, and its soft shadow on the paper."""
    size = background.width
    inner = round(size * 0.8)
    thing = Image.new("RGBA", (size, size))
    thing.paste(layer.resize((inner, inner), Image.Resampling.LANCZOS), ((size - inner) // 2,) * 2)
    alpha = ImageChops.offset(thing.getchannel("A"), size // 60, size // 32)
    shadow = alpha.filter(ImageFilter.GaussianBlur(size / 50)).point(lambda value: value * 0.3)
    background.paste((40, 44, 52), (0, 0), shadow)
    background.paste(thing, (0, 0), thing)
    out = io.BytesIO()
    background.save(out, "PNG", optimize=False, compress_level=6)
    return out.getvalue()
