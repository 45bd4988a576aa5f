"""Statements that a page of Ryad has sent, to be sent again with what another request brings."""

from dataclasses import dataclass
from typing import Any, ClassVar

from tests.benchmarks.storefront import Sent


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that was listened to. `places` are those of what is new in each request."""

    text: str
    arguments: tuple[Any, ...]
    places: dict[str, int]

    async def rows(self, connection: Any, **new: Any) -> list[Any]:
        """Its rows, with the tenant's setting and all else as Ryad has sent it."""
        arguments = list(self.arguments)
        for name, value in new.items():
            arguments[self.places[name]] = value
        found: list[Any] = await connection.fetch(self.text, *arguments)
        return found


class Page:
    """The statements of one page, by a mark that stands in the text of one of them alone."""

    marks: ClassVar[dict[str, str]]

    def __init__(self, sent: Sent, given: dict[str, str]) -> None:
        """`given`: what the request that was listened to has brought."""
        self.statements = {name: _find(sent, mark, given) for name, mark in self.marks.items()}
        if len(sent) != len(self.statements):
            raise ValueError(f"{type(self).__name__}: {len(sent)} statements were sent")

    async def answer(self, connection: Any, **given: Any) -> dict[str, Any]:
        """The document: what stands under `data` in Ryad's answer."""
        raise NotImplementedError


def _find(sent: Sent, mark: str, given: dict[str, str]) -> Statement:
    found = [one for one in sent if mark in one[0]]
    if len(found) != 1:
        raise ValueError(f"{len(found)} statements have {mark!r}: the page has changed")
    [(text, arguments)] = found
    places = {name: arguments.index(value) for name, value in given.items() if value in arguments}
    lists = [place for place, value in enumerate(arguments) if isinstance(value, list) and value]
    return Statement(text, arguments, {**places, **({"ids": lists[0]} if lists else {})})
