"""Everything that moves stock, mixed at random in one shop, beside a plain model of it.

Purchase orders and receipts, opening balances, holds and backorders, what suppliers send, sales and
returns, losses and finds, conversions, transfers, stocktakes, returns to suppliers, recalls, pieces
with codes, and days that go by. Each step is done to both, or is refused by both; after each of
them nothing differs, and the past is told as it was. A run is its seed: STOCK_SEED=… replays it,
and looks for the shortest story that fails.
"""

import asyncio
import os
import random
from collections import Counter
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as some
from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider
from hypothesis.stateful import run_state_machine_as_test
from hypothesis.strategies._internal.featureflags import FeatureFlags

from tenants.database import open_pool
from tenants.roles import RoleUrls
from tests.domain.stock.machine.comparing import Comparing
from tests.domain.stock.machine.countings import Countings
from tests.domain.stock.machine.suppliers import Suppliers
from tests.domain.stock.machine.transfers import Transfers

STEPS = 60
EVERY_RULE = FeatureFlags()


class Repeatable(HypothesisProvider):
    """Draws the same from a seed in every process. Left to itself, hypothesis draws now and then
    one of the constants in the modules that happen to be loaded.
    """

    def _maybe_draw_constant(self, *_: object, **__: object) -> None:
        return None


AVAILABLE_PROVIDERS["repeatable"] = Repeatable


class Everything(Suppliers, Transfers, Countings, Comparing):
    """All rules at once. Left to itself, hypothesis switches half of them off in each shop: good to
    dig deep in many shops; in a few, what is held would seldom be shipped, too.
    """

    tries_every_rule: ClassVar[bool]

    def __init__(self) -> None:
        super().__init__()
        if self.tries_every_rule:
            self._rules_strategy.enabled_rules_strategy = some.just(EVERY_RULE)


def run_machine(
    database: RoleUrls, number: int, *, shops: int, tries_every_rule: bool
) -> Counter[str]:
    """So many shops with STEPS rules each; how many steps were done, and how many refused."""
    replayed = os.environ.get("STOCK_SEED")
    number = int(replayed or number)
    print(f"STOCK_SEED={number}")
    loop = asyncio.new_event_loop()
    pools = (open_pool(database.app), open_pool(database.platform))
    app, platform = (loop.run_until_complete(pool.__aenter__()) for pool in pools)
    tally = Counter[str]()
    shop = type(
        "Shop",
        (Everything,),
        {
            "loop": loop,
            "pool": app,
            "platform_pool": platform,
            "tally": tally,
            "tries_every_rule": tries_every_rule,
        },
    )
    chosen = settings(
        max_examples=shops,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        backend="repeatable",
        phases=[Phase.generate, Phase.shrink] if replayed else [Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(seed(number)(shop), settings=chosen)
    finally:
        for pool in pools:
            loop.run_until_complete(pool.__aexit__(None, None, None))
        loop.close()
    print(f"{tally.total()} steps: {tally['done']} done, {tally['refused']} refused")
    return tally


def test_the_database_and_a_plain_model_never_part(database: RoleUrls) -> None:
    tally = run_machine(database, 12, shops=30, tries_every_rule=True)
    assert tally.total() >= 2_000
    assert tally["refused"] >= 400


@pytest.mark.long
def test_nor_in_ten_times_as_many_steps_from_anywhere(database: RoleUrls) -> None:
    number = random.SystemRandom().randrange(10**6)
    tally = run_machine(database, number, shops=150, tries_every_rule=True)
    tally += run_machine(database, number, shops=150, tries_every_rule=False)
    assert tally.total() >= 20_000
