"""What stands before the root of a price list: nothing hostile, and then the right root."""

from __future__ import annotations

import re

from domain.feeds.ports import PriceListRefused, RefusalCode
from integrations.yml.decoding import is_mojibake

ROOT = "yml_catalog"

_DECLARATION = re.compile(r"\s*(?:<\?xml\s[^>]*\?>)?")
# Possessive: a prolog made of a thousand half comments is walked through once.
_BETWEEN = re.compile(r"(?:\s|<!--.*?-->|<\?.*?\?>)*+", re.DOTALL)
_DOCUMENT_TYPE = re.compile(
    r"""<!DOCTYPE\s+(?P<root>[^\s>\[]+)(?:"[^"]*"|'[^']*'|[^>\["'])*+(?P<end>[>\[])?""", re.I
)
_EXTERNAL_ENTITY = re.compile(r"<!ENTITY\s+(?:%\s+)?\S+\s+(?:SYSTEM|PUBLIC)")
_OPENING_TAG = re.compile(r"<([^\s/>!?]+)[\s/>]")
_NOT_LINE_END = re.compile(r"[^\n]")


def check_prolog(head: bytes, *, is_whole_file: bool) -> bytes:
    """The head (UTF-8) as the parser may have it: its declaration and document type blanked out.

    Without them the encoding is ours to say, and an entity nobody declared is an error and not a
    silent gap in the text. Line numbers stay. Raises PriceListRefused for entities, for a root
    other than yml_catalog, and for text in mojibake.
    """
    if not head.strip():
        raise PriceListRefused(RefusalCode.EMPTY, "there is nothing in it")
    text = head.decode("utf-8", "surrogateescape")  # whether it is UTF-8 the parser will say
    if is_mojibake(text):
        raise PriceListRefused(
            RefusalCode.WRONG_ENCODING, "its text is UTF-8 taken for windows-1251 (mojibake)"
        )
    declaration = _end(_DECLARATION, text, 0)
    before_type = _end(_BETWEEN, text, declaration)
    after_type = before_type
    document_type = _DOCUMENT_TYPE.match(text, before_type)
    if document_type is not None:
        _check_document_type(document_type, text)
        after_type = document_type.end()
    _check_root(text, _end(_BETWEEN, text, after_type), is_whole_file=is_whole_file)
    safe = (
        _blank(text[:declaration])
        + text[declaration:before_type]
        + _blank(text[before_type:after_type])
        + text[after_type:]
    )
    return safe.encode("utf-8", "surrogateescape")


def _check_document_type(document_type: re.Match[str], text: str) -> None:
    if document_type["end"] == "[":
        external = _EXTERNAL_ENTITY.search(text, document_type.end())
        if external is not None:
            raise PriceListRefused(
                RefusalCode.EXTERNAL_ENTITY,
                "it wants a file or an address put into itself",
                line=_line(text, external.start()),
            )
        raise PriceListRefused(
            RefusalCode.ENTITY_DECLARED,
            "its document type declares entities or elements of its own",
            line=_line(text, document_type.start()),
        )
    if document_type["root"].lower() == "html":
        raise PriceListRefused(RefusalCode.NOT_A_PRICE_LIST, "this is an HTML page")


def _check_root(text: str, at: int, *, is_whole_file: bool) -> None:
    root = _OPENING_TAG.match(text, at)
    line = _line(text, at)
    if root is None:
        rest = text[at:]
        if not rest or (is_whole_file and rest.startswith("<")):
            raise PriceListRefused(RefusalCode.TRUNCATED, "it ends before its root begins", line)
        raise PriceListRefused(RefusalCode.NOT_XML, f"it begins with {rest[:40]!r}", line)
    if root[1] != ROOT:
        what = "this is an HTML page" if root[1].lower() == "html" else f"its root is {root[1]}"
        raise PriceListRefused(RefusalCode.NOT_A_PRICE_LIST, what, line)


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return at if found is None else found.end()


def _blank(text: str) -> str:
    return _NOT_LINE_END.sub(" ", text)


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
