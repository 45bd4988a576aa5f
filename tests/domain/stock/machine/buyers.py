"""What buyers do: they hold goods, have them sent, bring them back, or forget them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as some
from hypothesis.stateful import precondition, rule

from domain.stock.holds.allocation import Strategy
from domain.stock.holds.backorder_limits import BackorderLimit, set_backorder_limits
from domain.stock.holds.demand import Line
from domain.stock.holds.ends import expire_past_holds, extend_hold, release_hold
from domain.stock.holds.holds import hold_stock
from domain.stock.holds.parts import Part
from domain.stock.holds.returns import Back, return_shipped
from domain.stock.holds.rows import lines_of
from domain.stock.holds.shipping import ship_hold
from domain.stock.levels import Spot
from domain.stock.units.scans import accept_units
from tenants.scope import UnitOfWork
from tests.domain.stock.machine.base import NEWEST, Base, numbers, picks, places, quantities, skus
from tests.domain.stock.model.holds import BY_WEIGHT, DEPOT, PLACES, UNDER_WAY, Hold
from tests.domain.stock.model.lots import PIECE, Shelf
from tests.domain.stock.model.shelves import CODED

NOBODYS = b"nobody's"
STRATEGIES = [one for one in Strategy if one != Strategy.NEAREST]
"""Our places have no addresses."""


class Buyers(Base):
    """Rules of holds, of what becomes of them, and of the pieces that buyers had."""

    @rule(
        lines=some.lists(some.tuples(skus, quantities), min_size=1, max_size=3),
        minutes=some.one_of(some.none(), some.integers(1, 40)), pick=picks,
        strategy=some.sampled_from(STRATEGIES),
    )  # fmt: skip
    def hold(
        self, lines: list[tuple[str, int]], minutes: int | None, pick: int,
        strategy: Strategy = Strategy.PRIORITY,
    ) -> None:  # fmt: skip
        """A new owner asks for goods; now and then one who has a hold, for the same or others."""
        lines = [(sku, quantity - 333 * (sku == BY_WEIGHT)) for sku, quantity in lines]
        owner = f"cart:{len(self.model.holds)}"
        if self.model.holds and pick % 5 == 0:
            earlier = self.model.holds[self.one_of(self.model.holds, pick // 5)]
            owner = earlier.owner
            lines = lines if pick % 2 else list(earlier.asked.items())
        asked = [Line(self.room.variants[sku], quantity) for sku, quantity in lines]
        until = None if minutes is None else self.in_(minutes)
        self.step(
            lambda uow: hold_stock(uow, owner=owner, lines=asked, until=until, strategy=strategy),
            lambda model: model.hold(owner, lines, until, strategy=strategy),
        )

    @rule(sku=skus, quantity=quantities)
    def hold_for_a_moment(self, sku: str, quantity: int) -> None:
        """A buyer comes, and forgets his cart; the next one wants the same."""
        for minutes in (5, 10):
            self.hold([(sku, quantity), (BY_WEIGHT, PIECE)], minutes, 1)
            self.clock += timedelta(minutes=minutes)

    @rule(
        sku=skus, quantity=quantities, how=picks,
        back=some.one_of(some.none(), some.tuples(quantities, some.booleans())),
    )  # fmt: skip
    def sell(self, sku: str, quantity: int, how: int, back: tuple[int, bool] | None) -> None:
        """A buyer takes what he wants at once, and perhaps brings some of it back."""
        before = len(self.model.holds)
        self.hold([(sku, quantity)], None, 1)
        if len(self.model.holds) > before:
            self.ship(NEWEST, how)
            if back:
                self.come_back(NEWEST, min(back[0], quantity), back[1], None, None)

    def has_holds(self) -> bool:
        return bool(self.model.holds)

    def line_of(self, hold: Hold, shelf: Shelf) -> UUID:
        rows = self.run(lines_of(self.room.scope.reading, [hold.id]))
        (found,) = [row["id"] for row in rows if Spot.of(row) == self.spot(shelf)]
        return UUID(str(found))

    def codes_for(self, going: Mapping[Shelf, int], pick: int) -> dict[str, list[bytes]]:
        """By place, the codes of pieces that can be sold; now and then one too few or too many."""
        codes = {
            place: self.pieces_at(place, ("in_stock",))[: quantity // PIECE]
            for (sku, place), quantity in going.items()
            if sku == CODED and place != DEPOT
        }
        if pick % 7 == 0:
            codes = {place: some_codes[1:] for place, some_codes in codes.items()}
        elif pick % 7 == 1 and codes:
            codes["nowhere"] = [NOBODYS]
        return codes

    @precondition(has_holds)
    @rule(pick=picks, how=picks)
    def ship(self, pick: int, how: int) -> None:
        at = self.one_of(self.model.holds, pick, *UNDER_WAY)
        hold = self.model.holds[at]
        going = {shelf: line.kept for shelf, line in hold.lines.items() if line.kept}
        self.send_out(at, None, self.codes_for(going, how))

    @precondition(has_holds)
    @rule(pick=picks, quantity=quantities, how=picks)
    def ship_a_part(self, pick: int, quantity: int, how: int) -> None:
        at = self.one_of(self.model.holds, pick, *UNDER_WAY)
        if not (lines := self.model.holds[at].lines):
            return
        shelf = list(lines)[how % len(lines)]
        if how % 5:
            quantity = min(quantity, lines[shelf].kept)
        quantity -= 250 * (shelf[0] == BY_WEIGHT or how % 9 == 0)
        self.send_out(at, {shelf: quantity}, self.codes_for({shelf: quantity}, how))

    def send_out(
        self, at: int, parts: dict[Shelf, int] | None, codes: dict[str, list[bytes]]
    ) -> None:
        hold = self.model.holds[at]
        given = None
        if parts is not None:
            given = [Part(self.line_of(hold, shelf), much) for shelf, much in parts.items()]
        every = [code for place in codes for code in codes[place]]
        self.step(
            lambda uow: ship_hold(uow, hold.id, given, every),
            lambda model: model.ship(model.holds[at], parts, codes),
        )

    def has_sold(self) -> bool:
        return any(line.out for hold in self.model.holds for line in hold.lines.values())

    @precondition(has_sold)
    @rule(
        pick=picks, quantity=quantities, is_damaged=some.booleans(),
        place=some.one_of(some.none(), places), number=numbers,
    )  # fmt: skip
    def come_back(
        self, pick: int, quantity: int, is_damaged: bool, place: str | None, number: str | None
    ) -> None:
        at = self.one_of(self.model.holds, pick, "shipped", "partly_shipped")
        hold = self.model.holds[at]
        shelf = list(hold.lines)[pick % len(hold.lines)]
        sku = shelf[0]
        number = self.number_of(sku, number)
        quantity -= 250 * (sku == BY_WEIGHT)
        codes = self.sold_by(at, shelf)[: quantity // PIECE] if pick % 8 else []
        back = Back(
            self.line_of(hold, shelf), quantity, is_damaged=is_damaged,
            lot_id=self.lot_id(sku, number),
        )  # fmt: skip
        location = None if place is None else self.place[place]

        async def work(uow: UnitOfWork) -> None:
            await return_shipped(uow, hold.id, [back], codes=codes, location=location)

        self.step(
            work,
            lambda model: model.bring_back(
                model.holds[at], shelf, quantity, place, lot=model.numbered(sku, number),
                codes=codes, is_damaged=is_damaged,
            ),
        )  # fmt: skip

    def sold_by(self, at: int, shelf: Shelf) -> list[bytes]:
        """Codes of the pieces that a line of a hold has sold."""
        pieces = self.model.pieces.items()
        return [c for c, one in pieces if (one.state, one.sold_by) == ("sold", (at, shelf))]

    @precondition(lambda self: any(one.state == "returned" for one in self.model.pieces.values()))
    @rule(pick=picks)
    def accept(self, pick: int) -> None:
        """A piece that came back may be sold again."""
        pieces = self.model.pieces
        back = [code for code, one in pieces.items() if one.state == "returned"]
        found = back if pick % 5 else list(pieces)
        code = found[pick % len(found)]
        self.step(lambda uow: accept_units(uow, [code]), lambda model: model.accept(code))

    @precondition(has_holds)
    @rule(pick=picks)
    def release(self, pick: int) -> None:
        at = self.one_of(self.model.holds, pick, *UNDER_WAY)
        hold_id = self.model.holds[at].id
        self.step(
            lambda uow: release_hold(uow, hold_id), lambda model: model.release(model.holds[at])
        )

    @precondition(has_holds)
    @rule(pick=picks, minutes=some.integers(1, 90))
    def extend(self, pick: int, minutes: int) -> None:
        at = self.one_of(self.model.holds, pick, *UNDER_WAY)
        hold_id, until = self.model.holds[at].id, self.in_(minutes)
        self.step(
            lambda uow: extend_hold(uow, hold_id, until),
            lambda model: model.extend(model.holds[at], until),
        )

    @precondition(lambda self: any(hold.until for hold in self.model.holds))
    @rule()
    def expire(self) -> None:
        freed: list[int] = []
        done = self.step(expire_past_holds, lambda model: freed.append(model.expire()))
        assert done == {"expired": freed[0]}

    @rule(sku=skus, place=some.sampled_from((*PLACES, *PLACES, DEPOT)), units=some.integers(0, 6))
    def limit(self, sku: str, place: str, units: int) -> None:
        row = BackorderLimit(self.room.variants[sku], units * PIECE)

        async def work(uow: UnitOfWork) -> Any:
            await set_backorder_limits(uow, location=self.place[place], limits=[row])

        self.step(work, lambda model: model.limit((sku, place), row.limit))
