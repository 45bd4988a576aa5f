"""A price list of any length, for measuring: the hardware shop's, again and again."""

from __future__ import annotations

import tempfile
from itertools import cycle, islice
from pathlib import Path

from domain.feeds.ports import FeedCategory, FeedOffer
from integrations.showcase.hardware import write_hardware_price_list
from integrations.showcase.price_list_writer import write_price_list
from integrations.yml.reader import open_yml

_REPEATED = 20_000


def write_long_price_list(path: Path, offers: int) -> None:
    """Write `offers` offers of some 1.3 kB, each with an id of its own."""
    with tempfile.TemporaryDirectory() as folder:
        once = Path(folder) / "once.xml"
        write_hardware_price_list(once, "http://shop.example/pictures", min(offers, _REPEATED))
        with open_yml(once) as reading:
            records = list(reading.records())
    rows = [record for record in records if isinstance(record, FeedOffer)]
    write_price_list(
        path,
        reading.price_list,
        [record for record in records if isinstance(record, FeedCategory)],
        (
            row._replace(external_id=f"{row.external_id}-{number // _REPEATED}")
            for number, row in enumerate(islice(cycle(rows), offers))
        ),
    )
