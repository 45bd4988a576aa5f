"""A file's bytes as UTF-8, whatever it was written in; a wrong label is refused, not guessed at."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from html.entities import html5
from typing import BinaryIO

from domain.feeds.ports import PriceListRefused, RefusalCode

CHUNK_BYTES = 65_536
MAX_FILE_BYTES = 512 * 1024 * 1024

_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_CODECS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "windows-1251": "cp1251",
    "cp1251": "cp1251",
    "cp-1251": "cp1251",
    "win-1251": "cp1251",
    "koi8-r": "koi8-r",
    "ibm866": "cp866",
    "cp866": "cp866",
    "iso-8859-5": "iso-8859-5",
}
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([^"'>]{0,40})["']""")

_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_MOJIBAKE_LETTERS = 8  # this many, and most of all that is not ASCII: Russian text never does it

# What HTML names and XML does not; inside CDATA the number means the same as the name did.
_HTML_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31});")
_XML_ENTITIES = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})
_LONGEST_ENTITY = 34


def utf8_chunks(stream: BinaryIO) -> Iterator[bytes]:
    """The file in UTF-8, without a mark, in pieces of about CHUNK_BYTES; nothing for no bytes.

    Raises PriceListRefused: unknown encoding, wrong encoding, too large, truncated (half a letter
    at the end). UTF-8 itself is passed on unchecked: the parser is strict about it.
    """
    size = 0
    decoder: codecs.IncrementalDecoder | None = None
    while chunk := _read_fully(stream):
        if size == 0:
            codec = _find_codec(chunk)
            chunk = chunk.removeprefix(_UTF8_MARK)
            decoder = None if codec == "utf-8" else codecs.getincrementaldecoder(codec)()
        size += len(chunk)
        if size > MAX_FILE_BYTES:
            limit = MAX_FILE_BYTES // 1024**2
            raise PriceListRefused(RefusalCode.TOO_LARGE, f"more than {limit} MB")
        yield chunk if decoder is None else _decode(decoder, chunk)
    if decoder is not None:
        yield _decode(decoder, b"", final=True)


def name_entities_by_number(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Turn `&nbsp;` and its kind, which XML does not know but suppliers write, into `&#160;`."""
    kept = b""
    for piece in chunks:
        chunk = kept + piece
        last = chunk.rfind(b"&", -_LONGEST_ENTITY)
        cut = len(chunk) if last < 0 or b";" in chunk[last:] else last
        chunk, kept = chunk[:cut], chunk[cut:]
        yield _HTML_ENTITY.sub(_by_number, chunk) if b"&" in chunk else chunk
    yield kept


def is_mojibake(text: str) -> bool:
    """Whether this is UTF-8 that somebody took for windows-1251: «Р§Р°Р№» for «Чай»."""
    broken = letters = 0
    for run in _NOT_ASCII.findall(text):
        letters += len(run)
        try:
            run.encode("cp1251").decode("utf-8")
        except UnicodeError:
            continue
        broken += len(run)
    return broken >= _MOJIBAKE_LETTERS and broken * 2 > letters


def _read_fully(stream: BinaryIO) -> bytes:
    """CHUNK_BYTES, fewer only at the end; sockets hand out less, and the head must be whole."""
    chunk = stream.read(CHUNK_BYTES)
    while 0 < len(chunk) < CHUNK_BYTES:
        more = stream.read(CHUNK_BYTES - len(chunk))
        if not more:
            break
        chunk += more
    return chunk


def _find_codec(head: bytes) -> str:
    if head.startswith(_UTF16_MARKS):
        return "utf-16"
    if head.startswith(_UTF8_MARK):
        return "utf-8"  # the mark is a fact, the label only a claim
    declared = _DECLARED.search(head)
    if declared is None:
        return "utf-8"
    label = declared[1].decode("ascii", "replace").strip().lower().replace("_", "-")
    if label.startswith(("utf-16", "utf16")):
        raise PriceListRefused(RefusalCode.WRONG_ENCODING, "labelled UTF-16, which it is not")
    if label not in _CODECS:
        raise PriceListRefused(RefusalCode.UNKNOWN_ENCODING, f"labelled {label!r}")
    return _CODECS[label]


def _decode(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bytes:
    try:
        return decoder.decode(chunk, final).encode()
    except UnicodeError as error:
        if final:
            raise PriceListRefused(RefusalCode.TRUNCATED, "it ends inside a letter") from error
        raise PriceListRefused(
            RefusalCode.WRONG_ENCODING, f"the label and the bytes disagree: {error}"
        ) from error


def _by_number(found: re.Match[bytes]) -> bytes:
    if found[1] in _XML_ENTITIES:
        return found[0]
    letters = html5.get(found[1].decode() + ";")
    if letters is None:
        return found[0]
    return "".join(f"&#{ord(letter)};" for letter in letters).encode()
