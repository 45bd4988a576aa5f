"""Drawing pictures anew: sizes, ways up, and what hostile files come to."""

import io
import random
import struct
import zipfile
import zlib
from contextlib import suppress

import pytest
from PIL import ExifTags, Image, ImageCms

from domain.catalog.pictures import MOST_BYTES, PictureRefused, draw_now
from tests.domain.catalog.drawings import picture, png_that_says


def read(data: bytes) -> Image.Image:
    opened = Image.open(io.BytesIO(data))
    opened.load()
    return opened


def refusal(raw: bytes) -> str:
    with pytest.raises(PictureRefused) as refused:
        draw_now(raw)
    return refused.value.reason


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((2000, 1000), [(160, 80), (320, 160), (640, 320), (1280, 640)]),
        ((1000, 2000), [(80, 160), (160, 320), (320, 640), (640, 1280)]),
        ((500, 500), [(160, 160), (320, 320), (500, 500)]),
        ((160, 90), [(160, 90)]),
        ((1, 1), [(1, 1)]),
        ((10_000, 2), [(160, 1), (320, 1), (640, 1), (1280, 1)]),
    ],
)
def test_sizes_fit_the_picture_and_never_blow_it_up(
    size: tuple[int, int], expected: list[tuple[int, int]]
) -> None:
    drawn = draw_now(picture(*size))
    assert (drawn.width, drawn.height) == size
    assert [(one.width, one.height) for one in drawn.sizes] == expected
    for one in drawn.sizes:
        shown = read(one.data)
        assert (shown.format, shown.size) == ("WEBP", (one.width, one.height))


@pytest.mark.parametrize(
    ("kind", "content_type"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("WEBP", "image/webp"),
        ("GIF", "image/gif"),
    ],
)
def test_the_kind_is_what_the_bytes_are(kind: str, content_type: str) -> None:
    assert draw_now(picture(kind=kind)).content_type == content_type


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_pictures_of_all_modes_are_drawn(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    made = io.BytesIO()
    Image.new(mode, (300, 200)).save(made, kind)
    assert draw_now(made.getvalue()).sizes[0].width == 160


def test_transparency_stays() -> None:
    made = io.BytesIO()
    Image.new("RGBA", (200, 200), (200, 0, 0, 0)).save(made, "PNG")
    shown = read(draw_now(made.getvalue()).sizes[0].data)
    assert shown.mode == "RGBA"
    assert shown.getpixel((80, 80))[3] == 0  # type: ignore[index]


def test_of_moving_pictures_the_first_is_shown() -> None:
    frames = [Image.new("RGB", (200, 200), colour) for colour in ("red", "green", "blue")]
    for kind in ("GIF", "WEBP", "PNG"):
        made = io.BytesIO()
        frames[0].save(made, kind, save_all=True, append_images=frames[1:])
        red, green, blue = read(draw_now(made.getvalue()).sizes[0].data).getpixel((80, 80))  # type: ignore[misc]
        assert (red > 200, green < 60, blue < 60) == (True, True, True), kind


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_picture_is_shown_the_way_up_that_it_was_taken(orientation: int) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    drawn = draw_now(picture(400, 200, "JPEG", exif=exif))
    lying = orientation >= 5
    assert (drawn.width, drawn.height) == ((200, 400) if lying else (400, 200))
    shown = read(drawn.sizes[-1].data).convert("L")
    assert shown.size == (drawn.width, drawn.height)
    corners = {
        "top": shown.getpixel((shown.width // 2, 5)),
        "bottom": shown.getpixel((shown.width // 2, shown.height - 6)),
        "left": shown.getpixel((5, shown.height // 2)),
        "right": shown.getpixel((shown.width - 6, shown.height // 2)),
    }
    # Stored dark at the top; where the dark side belongs, by the number of the EXIF standard.
    dark = {
        1: "top",
        2: "top",
        3: "bottom",
        4: "bottom",
        5: "left",
        6: "right",
        7: "right",
        8: "left",
    }
    assert min(corners, key=lambda side: float(str(corners[side]))) == dark[orientation]


def test_nothing_that_came_along_is_shown() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "Ivan Ivanov"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (55.0, 45.0, 7.0)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    raw = picture(400, 200, "JPEG", exif=exif, icc_profile=profile, comment=b"made by Ivan")
    assert b"Ivan" in raw
    for one in draw_now(raw).sizes:
        shown = read(one.data)
        assert dict(shown.getexif()) == {}
        assert not {"icc_profile", "exif", "xmp", "comment"} & shown.info.keys()
        assert b"Ivan" not in one.data


def test_colours_are_shown_as_the_profile_means_them() -> None:
    """In a profile whose red and blue have changed places, red is what we call blue."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for name, other in ((b"rXYZ", b"...."), (b"bXYZ", b"rXYZ"), (b"....", b"bXYZ")):
        profile = profile.replace(name, other)
    made = io.BytesIO()
    Image.new("RGB", (200, 200), "red").save(made, "PNG", icc_profile=profile)
    red, _, blue = read(draw_now(made.getvalue()).sizes[0].data).getpixel((80, 80))  # type: ignore[misc]
    assert (red < 60, blue > 200) == (True, True)


def test_a_broken_profile_changes_nothing() -> None:
    plain = draw_now(picture(200, 200)).sizes[0].data
    assert draw_now(picture(200, 200, icc_profile=b"no profile")).sizes[0].data == plain


@pytest.mark.parametrize(
    ("width", "height"), [(60_000, 60_000), (2**31 - 1, 2**31 - 1), (20_001, 1), (10_000, 5_001)]
)
def test_bombs_are_refused_by_their_head(width: int, height: int) -> None:
    assert refusal(png_that_says(width, height)) == "too_many_pixels"


def test_a_bomb_behind_a_small_head_is_refused() -> None:
    """Text that unpacks to a hundred megabytes, in a picture of one pixel."""
    made = io.BytesIO()
    Image.new("RGB", (1, 1)).save(made, "PNG")
    raw = made.getvalue()
    packed = b"x\0\0" + zlib.compress(b"\0" * 100_000_000)
    chunk = b"zTXt" + packed
    text = struct.pack(">I", len(packed)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    assert refusal(raw[:33] + text + raw[33:]) in ("not_a_picture", "broken")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<?xml version='1.0'?><svg/>",
        b"<html><body>picture</body></html>",
        b"%PDF-1.7\n",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0" + b"0" * 100,
        b"RIFF\x10\0\0\0WEBPVP8 ",
        b"\0\0\0\x20ftypheic",
        picture(kind="BMP"),
        picture(kind="TIFF"),
        picture(kind="PPM"),
        picture(kind="ICO", mode="RGBA"),
    ],
)
def test_what_is_no_picture_of_the_web_is_refused(raw: bytes) -> None:
    assert refusal(raw) in ("not_a_picture", "broken")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_cut_files_are_refused_and_nothing_worse(kind: str) -> None:
    raw = picture(600, 400, kind)
    for part in range(1, 10):
        assert refusal(raw[: len(raw) * part // 12]) in ("not_a_picture", "broken")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_damaged_files_are_drawn_or_refused_and_nothing_worse(kind: str) -> None:
    chance = random.Random(f"{kind} of 2026")
    raw = picture(200, 150, kind)
    for _ in range(150):
        damaged = bytearray(raw)
        for _ in range(chance.randint(1, 20)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        with suppress(PictureRefused):
            assert draw_now(bytes(damaged)).sizes


def test_a_second_format_in_the_file_is_not_shown() -> None:
    """A picture that is an archive and a page as well: what is drawn of it is a picture only."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packing:
        packing.writestr("evil.html", "<script>alert(1)</script>")
    raw = picture(300, 200, "JPEG", comment=b"<script>alert(1)</script>") + archive.getvalue()
    assert zipfile.is_zipfile(io.BytesIO(raw))
    for one in draw_now(raw).sizes:
        assert not zipfile.is_zipfile(io.BytesIO(one.data))
        assert b"script" not in one.data


def test_a_file_that_is_too_long_is_not_looked_at() -> None:
    assert refusal(picture() + b"\0" * MOST_BYTES) == "too_many_bytes"
