"""Pictures for the tests, honest and hostile."""

import io
import struct
import zlib
from typing import Any

from PIL import Image


def picture(width: int = 300, height: int = 200, kind: str = "PNG", **more: Any) -> bytes:
    """A smooth picture, dark at its top and light at its bottom."""
    made = io.BytesIO()
    mode = more.pop("mode", "RGB")
    Image.linear_gradient("L").resize((width, height)).convert(mode).save(made, kind, **more)
    return made.getvalue()


def png_that_says(width: int, height: int, pixels: bytes = b"\0" * 100_000) -> bytes:
    """A PNG that says to be of this size; what it holds is another matter."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(pixels))
        + chunk(b"IEND", b"")
    )
