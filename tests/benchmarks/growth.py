"""How costs grow with the answer: time per field through the engine, and memory; two tables.

    python -m integrations.embedded python -m tests.benchmarks.growth

Time is the CPU's, from rows to JSON (of long lists the engine writes that itself); ratios are
formed inside one round, and their median is told. A field is one leaf of the answer. The bars: at
10,000 products a field takes at most 1.5 times what it takes at 100, and an answer with 25,000
variants takes at most four times the length of its own JSON. It ends with 1 where one is missed.
"""

import asyncio
import os
import secrets
import subprocess
import sys
import time
from statistics import median
from typing import Final

from tests.benchmarks.growing import (
    FIELDS_OF_PRODUCT,
    FIELDS_OF_VARIANT,
    answer_bytes,
    products,
)
from tests.benchmarks.memory import ENGINES, STOREFRONTS
from tests.benchmarks.storefront import MadeShop, open_shop
from tests.master_keys import MASTER_KEYS

COUNTS: Final = (10, 100, 1_000, 10_000)
VARIANTS_EACH: Final = 4
FIELDS_A_ROUND: Final = 230_000
"""Worked out at each size in turn, so that all sizes have the same noise of the machine."""
ROUNDS: Final = 9
FLAT: Final = 1.5
TIMES_JSON: Final = 4.0
MEGABYTE: Final = 1_000_000


async def nanoseconds_per_field(count: int) -> float:
    """CPU time of answers with so many products, over their leaves."""
    rows = products(count, VARIANTS_EACH)
    fields = count * (FIELDS_OF_PRODUCT + VARIANTS_EACH * FIELDS_OF_VARIANT)
    times = max(1, FIELDS_A_ROUND // fields)
    began = time.process_time_ns()
    for _ in range(times):
        await answer_bytes(rows)
    return (time.process_time_ns() - began) / (times * fields)


async def show_times() -> bool:
    """Print the table of times; whether they are flat."""
    await nanoseconds_per_field(COUNTS[0])  # makes the plan
    rounds = [{one: await nanoseconds_per_field(one) for one in COUNTS} for _ in range(ROUNDS)]
    ratios = {one: median(times[one] / times[100] for times in rounds) for one in COUNTS}
    print(f"{'products':>9} {'fields':>9} {'ns a field':>11} {'to 100':>7}")
    for count in COUNTS:
        fields = count * (FIELDS_OF_PRODUCT + VARIANTS_EACH * FIELDS_OF_VARIANT)
        one = median(times[count] for times in rounds)
        print(f"{count:>9} {fields:>9} {one:>11.0f} {ratios[count]:>7.2f}")
    return ratios[10_000] <= FLAT


def peak(what: str, how: str, settings: dict[str, str]) -> tuple[int, int]:
    """Peak and JSON length of the large answer, in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.memory", what, how]
    done = subprocess.run(
        command, env={**os.environ, **settings}, stdout=subprocess.PIPE, check=True
    )
    taken, length = done.stdout.split()
    return int(taken), int(length)


def show_memory(settings: dict[str, str]) -> bool:
    """Print the table of peaks; whether all are within the bar."""
    print("\nthe peak of one answer above the process at rest")
    head = f"{'':<11} {'products x variants':<20} {'counted':<9}"
    print(f"{head} {'JSON MB':>8} {'peak MB':>8} {'times':>6}")
    ratios = []
    for what, sizes in (("engine", ENGINES), ("storefront", STOREFRONTS)):
        for how in ("traced", "resident"):
            taken, length = peak(what, how, settings)
            ratios.append(taken / length)
            line = f"{what:<11} {' x '.join(map(str, sizes)):<20} {how:<9}"
            megabytes = f"{length / MEGABYTE:>8.1f} {taken / MEGABYTE:>8.1f}"
            print(f"{line} {megabytes} {ratios[-1]:>6.1f}")
    return max(ratios) <= TIMES_JSON


def settings_of(shop: MadeShop, redis_url: str) -> dict[str, str]:
    """The service's settings, and the key that the answer is asked with."""
    return {
        "DATABASE_URL": shop.urls.app,
        "DATABASE_PLATFORM_URL": shop.urls.platform,
        "REDIS_URL": redis_url,
        "SECRET_KEYS": MASTER_KEYS,
        "LINK_KEYS": secrets.token_hex(32),
        "STOREFRONT_KEY": shop.key,
    }


async def main() -> bool:
    is_flat = await show_times()
    count, variants = STOREFRONTS
    weights = range(10, 10 + variants // 2)
    async with open_shop(os.environ["RYAD_TEST_DATABASE_URL"], count, weights) as shop:
        settings = settings_of(shop, os.environ["RYAD_TEST_REDIS_URL"])
        is_small = await asyncio.to_thread(show_memory, settings)
    print(f"bars: flat to {FLAT} times; memory to {TIMES_JSON:g} times the JSON")
    print(f"time {'holds' if is_flat else 'MISSED'}, memory {'holds' if is_small else 'MISSED'}")
    return is_flat and is_small


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(main()) else 1)
