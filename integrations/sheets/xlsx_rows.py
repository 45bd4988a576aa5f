"""XLSX: the first sheet of a workbook, row by row; what unpacks to too much is refused before it.

A workbook is a ZIP of XML files. Its parts are parsed as they unpack, entities are never resolved,
and no more is read of a part than the archive says it has.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final, cast

from lxml import etree

from domain.stock.sheets.sheets import MOST_COLUMNS, SheetRefusal, SheetRefused, SheetRow

MOST_PARTS: Final = 1_000
MOST_UNPACKED: Final = 256 * 1024 * 1024
"""Bytes of one part."""
MOST_STRINGS: Final = 1_000_000
MOST_LETTERS: Final = 64 * 1024 * 1024
"""Of all shared strings together: they are in memory at once."""
MOST_BETWEEN: Final = 2 * 1024 * 1024
"""Bytes from one row to the end of the next: what stands there is in memory at once."""
CHUNK: Final = 64 * 1024

_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_LINK: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")
_A: Final = ord("A") - 1
_DOCUMENT_TYPE: Final = b"<!DOCTYPE"


def xlsx_rows(stream: BinaryIO) -> Iterator[SheetRow]:
    """The rows of the first sheet. Raises SheetRefused."""
    try:
        with zipfile.ZipFile(stream) as parts:
            if len(parts.infolist()) > MOST_PARTS:
                raise SheetRefused(SheetRefusal.TOO_LARGE, f"more than {MOST_PARTS} parts")
            sheet = _first_sheet(parts)
            yield from _rows(parts, sheet, _shared_strings(parts))
    except (
        zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError,
    ) as error:  # fmt: skip
        # KeyError: a part is not there; RuntimeError: it is locked by a password.
        raise SheetRefused(SheetRefusal.NOT_A_SHEET, "this is no whole workbook") from error
    except etree.XMLSyntaxError as error:
        raise SheetRefused(SheetRefusal.BROKEN, "its XML is broken") from error


def _first_sheet(parts: zipfile.ZipFile) -> str:
    """The part that the first sheet of the book is in."""
    first = next((one.get(_REL) for one in _elements(parts, "xl/workbook.xml", "sheet")), None)
    links = _elements(parts, "xl/_rels/workbook.xml.rels", _LINK)
    target = next((one.get("Target") for one in links if one.get("Id") == first), None)
    if target is None:
        raise SheetRefused(SheetRefusal.NOT_A_SHEET, "the workbook has no sheet")
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _shared_strings(parts: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in parts.namelist():
        return []
    strings: list[str] = []
    letters = 0
    for one in _elements(parts, "xl/sharedStrings.xml", "si"):
        strings.append(_text(one))
        letters += len(strings[-1])
        if len(strings) > MOST_STRINGS or letters > MOST_LETTERS:
            raise SheetRefused(SheetRefusal.TOO_LARGE, "too much text")
    return strings


def _rows(parts: zipfile.ZipFile, name: str, strings: list[str]) -> Iterator[SheetRow]:
    line = 0
    for row in _elements(parts, name, "row", end="sheetData"):
        line = int(row.get("r") or line + 1) if (row.get("r") or "0").isdecimal() else line + 1
        cells: list[str] = []
        for cell in row.iterchildren(f"{_MAIN}c"):
            at = _column(cell.get("r"), len(cells), line)
            cells += [""] * (at - len(cells))
            cells.append(_value(cell, strings, line))
        yield SheetRow(line, cells)


def _column(reference: str | None, following: int, line: int) -> int:
    """The number of a cell's column, from 0: as it says, else the one that follows."""
    found = _REFERENCE.fullmatch(reference or "")
    at = following
    if found:
        at = 0
        for letter in found[1]:
            at = at * 26 + ord(letter) - _A
        at -= 1
    if not following <= at < MOST_COLUMNS:
        raise SheetRefused(SheetRefusal.TOO_MANY_COLUMNS, f"cell {reference} is out of place", line)
    return at


def _value(cell: etree._Element, strings: list[str], line: int) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _text(cell).strip()
    written = (cell.findtext(f"{_MAIN}v") or "").strip()
    if kind == "s" and written:
        if not written.isdecimal() or int(written) >= len(strings):
            raise SheetRefused(SheetRefusal.BROKEN, "a cell names a text that is not there", line)
        return strings[int(written)].strip()
    return _number(written) if kind == "n" else written


def _number(written: str) -> str:
    """A number as the program shows it: it keeps doubles, of which fifteen digits are meant."""
    try:
        shown = f"{float(written):.15g}"
    except ValueError:
        return written
    return shown if "e" not in shown else f"{float(written):f}".rstrip("0").rstrip(".")


def _text(element: etree._Element) -> str:
    """All text inside, but for how it is read aloud."""
    spoken = f"{_MAIN}rPh"
    return "".join(
        one.text or ""
        for one in element.iter(f"{_MAIN}t")
        if not any(around.tag == spoken for around in one.iterancestors())
    )


def _elements(
    parts: zipfile.ZipFile, name: str, tag: str, *, end: str = ""
) -> Iterator[etree._Element]:
    """Each element of a part, whole, up to that of `end`; emptied when the next is asked for."""
    if parts.getinfo(name).file_size > MOST_UNPACKED:
        raise SheetRefused(SheetRefusal.TOO_LARGE, f"{name} unpacks to too much")
    wanted = tag if tag.startswith("{") else f"{_MAIN}{tag}"
    parser = etree.XMLPullParser(
        events=("end",),
        tag=(wanted, f"{_MAIN}{end}") if end else wanted,
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    with parts.open(name) as part:
        tail, since = b"", 0
        while chunk := part.read(CHUNK):
            if _DOCUMENT_TYPE in tail + chunk:  # entities could be declared in one
                raise SheetRefused(SheetRefusal.BROKEN, f"{name} has a document type")
            tail, since = chunk[-len(_DOCUMENT_TYPE) :], since + len(chunk)
            parser.feed(chunk)
            for _, found in parser.read_events():
                element, since = cast("etree._Element", found), 0
                if element.tag != wanted:
                    return
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del cast("etree._Element", element.getparent())[0]
            if since > MOST_BETWEEN:
                raise SheetRefused(SheetRefusal.TOO_LARGE, f"{name} has a row of too much")
    parser.close()
