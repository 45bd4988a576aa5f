"""Product pictures: always the same, unlike each other, and only those that exist."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from integrations.showcase.pictures import NoSuchPicture, picture


def test_picture_is_a_png_of_the_size_asked_for() -> None:
    image = Image.open(io.BytesIO(picture("tea/green-1042.png", 320)))
    assert (image.format, image.size) == ("PNG", (320, 320))


def test_picture_is_the_same_every_time() -> None:
    first = picture("hardware/drill-10042.png", 64)
    picture.cache_clear()
    assert picture("hardware/drill-10042.png", 64) == first


def test_numbers_and_colours_tell_pictures_apart() -> None:
    names = [f"tea/tin-{number}.png" for number in range(6)]
    assert len({picture(name, 64) for name in names}) > 3
    assert picture("hardware/paint-red-1.png", 64) != picture("hardware/paint-green-1.png", 64)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "green-1042.png",
        "tea/green.png",
        "tea/green-1042.jpg",
        "tea/hammer-1.png",
        "hardware/paint-mauve-1.png",
        "../tea/green-1042.png",
        "tea/green-1042.png/",
        "tea/green-99999999999.png",
    ],
)
def test_other_names_are_none(name: str) -> None:
    with pytest.raises(NoSuchPicture):
        picture(name, 64)


@pytest.mark.parametrize("size", [0, -1, 31, 2_001, 100_000])
def test_size_has_bounds(size: int) -> None:
    with pytest.raises(ValueError, match="pixels"):
        picture("tea/green-1042.png", size)
