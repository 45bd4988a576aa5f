"""Offers per CPU second of the YML reader, beside a bare pass of lxml over the same file.

Run by hand, on a quiet machine: python -m tests.benchmarks.yml_reader [offers]
The bare pass parses every offer and lets go of it; it reads nothing from it.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from lxml import etree

from integrations.yml.reader import open_yml
from tests.integrations.yml.long_price_list import write_long_price_list

OFFERS = 200_000
RUNS = 3


def bare_pass(path: Path) -> None:
    for _, element in etree.iterparse(
        str(path), tag="offer", resolve_entities=False, no_network=True
    ):
        element.clear()
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]


def reader_pass(path: Path) -> None:
    with open_yml(path) as reading:
        for _ in reading.records():
            pass


def cpu_seconds(work: Callable[[Path], None], path: Path) -> float:
    started = time.process_time()
    work(path)
    return time.process_time() - started


def main() -> None:
    offers = int(sys.argv[1]) if len(sys.argv) > 1 else OFFERS
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.xml"
        write_long_price_list(path, offers)
        # In turn, so that a neighbour's load falls on both.
        bare, read = (
            min(seconds)
            for seconds in zip(
                *(
                    (cpu_seconds(bare_pass, path), cpu_seconds(reader_pass, path))
                    for _ in range(RUNS)
                ),
                strict=True,
            )
        )
        print(f"{offers} offers, {path.stat().st_size / 1e6:.0f} MB, best of {RUNS}")
    print(f"{'':12}{'cpu s':>8}{'offers/cpu s':>14}{'ratio':>8}")
    for name, seconds in (("bare pass", bare), ("reader", read)):
        print(f"{name:12}{seconds:8.2f}{offers / seconds:14.0f}{seconds / bare:8.2f}")


if __name__ == "__main__":
    main()
