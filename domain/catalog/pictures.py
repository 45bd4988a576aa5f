"""Pictures: bytes from anywhere -> upright pictures in our sizes, with nothing else in them.

What a file says of itself is not believed: its kind is what its bytes can be read as. Everything
shown is drawn anew, so what else was in the file (places, names, scripts, a second format) is gone.
"""

import asyncio
import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, Literal

from PIL import ExifTags, Image, ImageCms, ImageOps
from PIL.Image import DecompressionBombError, Resampling

Reason = Literal["not_a_picture", "too_many_pixels", "too_many_bytes", "broken"]

MOST_BYTES: Final = 20 * 1024 * 1024
MOST_PIXELS: Final = 50_000_000
LONGEST_SIDE: Final = 20_000
SIZES: Final = (160, 320, 640, 1280)
"""Pixels of the longer side; a picture that has fewer is not blown up."""
SHOWN_TYPE: Final = "image/webp"
QUALITY: Final = 82

_FORMATS: Final = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"} | {
    "MPO": "image/jpeg",  # several JPEGs in one file, as telephones write; the first counts
    "GIF": "image/gif",
}
_OPENED: Final = ("JPEG", "PNG", "WEBP", "GIF")
_LYING: Final = (5, 6, 7, 8)
"""Values of EXIF's Orientation for pictures that are stored on their side."""
_SRGB: Final = ImageCms.createProfile("sRGB")
# Decoding lets other threads run; two at a time bound the memory: 4 bytes a pixel, twice over.
_DRAWERS: Final = ThreadPoolExecutor(2, thread_name_prefix="pictures")


class PictureRefused(Exception):
    """The bytes are no picture that can be shown."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True)
class Size:
    """A picture as it is shown: `data` is WebP."""

    width: int
    height: int
    data: bytes

    @property
    def longest(self) -> int:
        return max(self.width, self.height)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was found of a picture, upright, and its sizes, the smallest first."""

    content_type: str
    width: int
    height: int
    sizes: tuple[Size, ...]


async def draw(raw: bytes) -> Drawn:
    """Look at a picture and draw its sizes, away from the event loop. Raises PictureRefused."""
    return await asyncio.get_running_loop().run_in_executor(_DRAWERS, draw_now, raw)


def draw_now(raw: bytes) -> Drawn:
    """As `draw`, on this thread."""
    if len(raw) > MOST_BYTES:
        raise PictureRefused("too_many_bytes")
    opened = _opened(raw)
    content_type = _FORMATS[opened.format or ""]
    width, height = opened.size
    try:
        if opened.getexif().get(ExifTags.Base.Orientation) in _LYING:
            width, height = height, width
        sizes = _sizes(opened, width, height)
    except DecompressionBombError:
        raise PictureRefused("too_many_pixels") from None
    except Exception as error:  # decoders of hostile bytes raise whatever they come upon
        raise PictureRefused("broken") from error
    return Drawn(content_type, width, height, sizes)


def _opened(raw: bytes) -> Image.Image:
    """The picture with its head read and not a pixel more."""
    try:
        opened = Image.open(io.BytesIO(raw), formats=_OPENED)
    except DecompressionBombError:
        raise PictureRefused("too_many_pixels") from None
    except Exception as error:
        raise PictureRefused("not_a_picture") from error
    width, height = opened.size
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise PictureRefused("too_many_pixels")
    return opened


def _sizes(opened: Image.Image, width: int, height: int) -> tuple[Size, ...]:
    """Each size drawn from the next larger one, the largest from the picture itself."""
    longest = max(width, height)
    wanted = sorted({min(size, longest) for size in SIZES}, reverse=True)
    opened.draft("RGB", (wanted[0] * 2, wanted[0] * 2))  # lets JPEG skip what is not needed
    picture = _plain(ImageOps.exif_transpose(opened))
    drawn: list[Size] = []
    for size in wanted:
        fitting = (max(1, round(width * size / longest)), max(1, round(height * size / longest)))
        picture = picture.resize(fitting, Resampling.LANCZOS, reducing_gap=3.0)
        written = io.BytesIO()
        picture.save(written, "WEBP", quality=QUALITY, method=4)
        drawn.append(Size(picture.width, picture.height, written.getvalue()))
    return tuple(reversed(drawn))


def _plain(picture: Image.Image) -> Image.Image:
    """The picture in sRGB, with transparency where it has any, and without what came along."""
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in ("RGB", "CMYK"):
        picture = _in_srgb(picture, profile)
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    plain = picture.convert(mode) if picture.mode != mode else picture.copy()
    plain.info = {}
    return plain


def _in_srgb(picture: Image.Image, profile: Any) -> Image.Image:
    """Colours as the camera meant them; a profile that cannot be read changes nothing."""
    try:
        converted = ImageCms.profileToProfile(
            picture, ImageCms.ImageCmsProfile(io.BytesIO(profile)), _SRGB, outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture
    return converted or picture
