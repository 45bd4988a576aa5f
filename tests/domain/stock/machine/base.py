"""What every rule stands on: one shop in the database, its model beside it, and a clock of ours."""

import asyncio
import pickle
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar, Final, TypeVar
from uuid import UUID

from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize
from sqlalchemy import case, select, update

from domain.catalog.tables import Product, Variant
from domain.errors import DomainError
from domain.purchasing.suppliers import create_supplier
from domain.stock.levels import Spot
from domain.stock.tables import Location, Lot
from tenants.database import Pool
from tenants.scope import UnitOfWork
from tests.domain.stock.conftest import Room, make_room
from tests.domain.stock.model.holds import DEPOT, PATIENCE, PLACES
from tests.domain.stock.model.lots import PIECE, Refused, Shelf, Thing
from tests.domain.stock.model.papers import WEIGHTS
from tests.domain.stock.model.shelves import CODED, HERE
from tests.domain.stock.model.takings import Model
from tests.factories import make_tenant

SKUS: Final = ("A", "B", "C", CODED)
DAY: Final = timedelta(days=1)
OTHER: Final = {"main": "second", "second": "main"}
skus = some.sampled_from(SKUS)
places = some.sampled_from(PLACES)
quantities = some.integers(1, 5).map(lambda units: units * PIECE)
numbers = some.sampled_from((None, None, "L1", "L2"))
days = some.integers(-1, 2)
picks = some.integers(0, 999)
"""Which of many things is meant; the newest ones are more often."""
NEWEST: Final = 1

T = TypeVar("T")
Work = Callable[[UnitOfWork], Awaitable[Any]]


class Base(RuleBasedStateMachine):
    """One shop. Each step is done to the database and to the model, or refused by both."""

    loop: ClassVar[asyncio.AbstractEventLoop]
    pool: ClassVar[Pool]
    platform_pool: ClassVar[Pool]
    tally: ClassVar[Counter[str]]

    @initialize()
    def open(self) -> None:
        self.clock = timedelta()
        self.now = datetime.now(UTC)
        self.model = Model(self.now)
        self.made = 0
        self.run(self.make_shop())
        self.open_eyes()
        self.stock_up()

    def open_eyes(self) -> None:
        """Begin to remember what there was."""

    def stock_up(self) -> None:
        """Have something to sell."""

    async def make_shop(self) -> None:
        """Four variants: two by pieces, one by weight, one by pieces with serial numbers; our two
        places, and that of a supplier who sends goods to our buyers."""
        self.room: Room = await make_room(self.pool, await make_tenant(self.platform_pool))
        async with self.room.scope.writing("test") as uow:
            coded = update(Product).where(Product.title == f"Товар {CODED}")
            await uow.execute(coded.values(unit_codes="serial"))
            weights = case(WEIGHTS, value=Variant.sku)
            await uow.execute(update(Variant).values(weight_grams=weights))
            depot = await uow.add(Location, title="Опт", code=DEPOT, kind="supplier")
            self.supplier = await create_supplier(
                uow, {"title": "Опт", "location": depot, "patience_days": PATIENCE.days}
            )
        self.place = {"main": self.room.main, "second": self.room.second, DEPOT: depot}

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @asynccontextmanager
    async def writing(self, action: str) -> AsyncIterator[UnitOfWork]:
        """A unit of work by the machine's clock."""
        async with self.room.scope.writing(action) as uow:
            uow.now = self.now
            yield uow

    async def unit(self, work: Work) -> Any:
        async with self.writing("test") as uow:
            return await work(uow)

    def step(self, work: Work, change: Callable[[Model], Any]) -> Any:
        """Do `work` in a unit and `change` to the model; what the work gave, None if refused."""
        return self.attempt(lambda: self.unit(work), change)

    def attempt(self, doing: Callable[[], Awaitable[Any]], change: Callable[[Model], Any]) -> Any:
        """The same of what takes several units. It must be refused just where the model does."""
        self.now = datetime.now(UTC) + self.clock
        after: Model = pickle.loads(pickle.dumps(self.model))
        after.now = self.now
        refused = made = None
        try:
            made = change(after)
        except Refused as error:
            refused = error
        found = self.run(self.answer(doing))
        self.tally["refused" if refused else "done"] += 1
        if refused:
            assert isinstance(found, DomainError), f"not refused, though {refused}"
            return None
        assert not isinstance(found, DomainError), f"{found.path} {found.message('en')}"
        if isinstance(made, Thing):
            made.id = found
        after.cover()
        self.model = after
        return found

    async def answer(self, doing: Callable[[], Awaitable[Any]]) -> Any:
        """A refusal is an answer, too."""
        try:
            return await doing()
        except DomainError as error:
            return error

    def in_(self, minutes: int) -> datetime:
        """So many minutes from now, by the machine's clock."""
        return datetime.now(UTC) + self.clock + timedelta(minutes=minutes)

    def spot(self, shelf: Shelf) -> Spot:
        return Spot(self.room.variants[shelf[0]], self.place[shelf[1]])

    def one_of(self, things: Sequence[Any], pick: int, *states: str) -> int:
        """Which of these is meant: one of the newest in these states, mostly, else of all."""
        every = range(len(things))
        fitting = [at for at in every if things[at].state in states and pick % 5]
        found = fitting or every
        return found[-1 - pick // 5 % min(len(found), 6)]

    def number_of(self, sku: str, number: str | None) -> str | None:
        """The number, if there is such a lot."""
        return number if self.model.numbered(sku, number) else None

    def last_day(self, sku: str, number: str | None, in_days: int) -> date | None:
        """That of the lot, which a known one has already; another one where `in_days` < 0."""
        known = self.model.numbered(sku, number)
        if number is None or (known and in_days >= 0):
            return known.expires if known else None
        return self.model.today + in_days * DAY

    def lot_id(self, sku: str, number: str | None) -> UUID | None:
        """The lot by this number, as the shop calls it."""
        asked = select(Lot.id).where(
            Lot.variant_id == self.room.variants[sku], Lot.number == number
        )
        found: UUID | None = self.run(self.room.scope.reading.value(asked)) if number else None
        return found

    def pieces_at(self, place: str, states: Sequence[str] = HERE) -> list[bytes]:
        """Codes of what is there."""
        there = self.model.pieces.items()
        return [code for code, one in there if one.place == place and one.state in states]

    def new_codes(self, count: int, pick: int = 1) -> list[bytes]:
        """Codes for pieces that come: new ones, now and then one that was here before."""
        self.made += count
        codes = [f"{CODED}{self.made - at}".encode() for at in range(count)]
        if codes and pick % 4 == 0 and self.model.pieces:
            codes[0] = list(self.model.pieces)[pick % len(self.model.pieces)]
        return codes


def roubles(minor: int) -> dict[str, str]:
    """An amount as callers say it."""
    return {"amount": f"{minor // 100}.{minor % 100:02}", "currency_code": "RUB"}
