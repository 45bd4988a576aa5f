"""Where pictures are found: among our own sizes once they are drawn, until then at their source."""

from collections.abc import Callable
from typing import Any


def media_url(row: Any, width: int | None, address_of: Callable[[str], str]) -> str:
    """The address of the smallest size of a picture that is `width` pixels wide or more.

    `sizes` of the row lists what was drawn, as `{"width": 320, "key": "…"}`; `address_of` makes an
    address of a key. Without a width, and where none is wide enough, it is the largest.
    """
    if not row["sizes"]:
        return str(row["source_url"])
    by_width = sorted(row["sizes"], key=lambda size: int(size["width"]))
    wide = [size for size in by_width if width is not None and size["width"] >= width]
    return address_of((wide[0] if wide else by_width[-1])["key"])
