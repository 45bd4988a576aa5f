"""Where pictures are found: in our store once they were fetched, at their source until then."""

from typing import Any


def media_url(row: Any, width: int | None, base: str) -> str:
    """The address of a picture: the smallest stored copy that is `width` pixels wide or more.

    `sizes` of the row lists the copies as `{"width": 320, "key": "…"}`. Where none is wide enough,
    or no width is asked for, it is the picture as it was stored.
    """
    if row["storage_key"] is None:
        return str(row["source_url"])
    key = row["storage_key"]
    if width is not None:
        wide = [size for size in row["sizes"] if size["width"] >= width]
        key = min(wide, key=lambda size: int(size["width"]))["key"] if wide else key
    return f"{base}/files/media/{key}"
