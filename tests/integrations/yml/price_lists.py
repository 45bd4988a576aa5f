"""Price lists made for one test each, and all that the reader makes of one."""

from __future__ import annotations

import io
from typing import NamedTuple

from domain.feeds.ports import FeedCategory, FeedOffer, FeedProblem, PriceList, ProblemCode
from integrations.yml.reader import open_yml

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
CATEGORIES = '<category id="1">Чай</category><category id="2" parentId="1">Зелёный</category>'
TEA = "<name>Чай</name><price>100</price><currencyId>RUR</currencyId><categoryId>2</categoryId>"


class Taken(NamedTuple):
    price_list: PriceList
    categories: list[FeedCategory]
    offers: list[FeedOffer]
    problems: list[FeedProblem]

    @property
    def codes(self) -> list[ProblemCode]:
        return [problem.code for problem in self.problems]


def take(data: bytes) -> Taken:
    """Read a whole file. Raises PriceListRefused."""
    with open_yml(io.BytesIO(data)) as reading:
        records = list(reading.records())
        return Taken(
            reading.price_list,
            [record for record in records if isinstance(record, FeedCategory)],
            [record for record in records if isinstance(record, FeedOffer)],
            reading.problems.kept,
        )


def take_offer(inside: str = TEA, attributes: str = 'id="a"') -> Taken:
    """Read a file of one offer."""
    return take(price_list(offer(inside, attributes)).encode())


def price_list(offers: str, categories: str = CATEGORIES, *, head: str = DECLARATION) -> str:
    """The text of a price list; its offers begin on line 3."""
    return (
        f'{head}<yml_catalog date="2026-02-03 10:20"><shop><name>Лавка</name>'
        '<currencies><currency id="RUR" rate="1"/></currencies>'
        f"<categories>{categories}</categories><offers>\n{offers}\n</offers></shop></yml_catalog>"
    )


def offer(inside: str = TEA, attributes: str = 'id="a"') -> str:
    return f"<offer {attributes}>{inside}</offer>"
