"""What comes from suppliers, and goes back to them: orders, receipts, returns; opening balances."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path
from typing import Any
from uuid import UUID

from hypothesis import strategies as some
from hypothesis.stateful import precondition, rule

from domain.bulk import ErrorPolicy
from domain.catalog.entities import Edit
from domain.purchasing.offers import set_offers
from domain.purchasing.orders.orders import create_order
from domain.purchasing.orders.states import approve_order, cancel_order, close_order, send_order
from domain.purchasing.receipts.receipts import receive_goods
from domain.purchasing.returns.lines import return_lines_of
from domain.purchasing.returns.returns import (
    approve_return,
    cancel_return,
    create_return,
    ship_return,
)
from domain.purchasing.suppliers import update_supplier
from domain.stock.sheets.import_runs import Sums, apply_stock_import, start_stock_import
from domain.stock.sheets.imports import apply_import, check_import
from domain.stock.sheets.sheets import SheetRow
from tenants.scope import UnitOfWork
from tests.domain.stock.machine.base import (
    NEWEST,
    SKUS,
    days,
    numbers,
    picks,
    places,
    quantities,
    roubles,
    skus,
)
from tests.domain.stock.machine.buyers import Buyers
from tests.domain.stock.model.holds import PLACES
from tests.domain.stock.model.lots import PIECE, Lot, half_even, need
from tests.domain.stock.model.papers import STATES, Come, Going, Order, OrderLine, Return
from tests.domain.stock.model.shelves import CODED
from tests.domain.stock.model.takings import Model

prices = some.integers(0, 9_999)
comings = some.lists(
    some.tuples(skus, quantities, prices, numbers, days, some.integers(0, 5)),
    min_size=1, max_size=3,
)  # fmt: skip
extras = some.one_of(
    some.none(), some.tuples(some.integers(1, 999), some.sampled_from(("value", "weight")))
)
ORDER = {"approve": approve_order, "send": send_order, "close": close_order, "cancel": cancel_order}
COMING = ("sent", "partly_received")
RETURN = {"approve": approve_return, "cancel": cancel_return}


class Suppliers(Buyers):
    """Rules of all that is bought, and of what a supplier sends from his own shelf."""

    def stock_up(self) -> None:
        """Of everything two lots at the main place, of which the first to expire came last."""
        goods: list[Any] = [(sku, 4_000, 1_234, "L2", 2, 3) for sku in SKUS]
        goods += [(sku, 5_000, 333, "L1", 0, 4) for sku in SKUS]
        self.receive("main", goods, (777, "value"))

    def come(self, given: Sequence[tuple[str, int, int, str | None, int, int]]) -> list[Come]:
        """Lines of a receipt. A lot that is known keeps its last day, but for now and then."""
        came: list[Come] = []
        for sku, quantity, price, number, in_days, named in given:
            count = min(named, quantity // PIECE) if sku == CODED else 0
            expires = self.last_day(sku, number, in_days)
            earlier = (one for one in came if number and (one.sku, one.number) == (sku, number))
            if in_days >= 0 and (same := next(earlier, None)):
                expires = same.expires
            came.append(Come(sku, quantity, price, number, expires, self.new_codes(count, named)))
        return came

    def with_lots(self, model: Model, came: Sequence[Come]) -> list[tuple[Come, Lot]]:
        return [(one, model.lot(one.sku, one.number, one.expires)) for one in came]

    def receipt_rows(self, came: Sequence[Come]) -> list[dict[str, Any]]:
        return [
            {
                "variant": self.room.variants[one.sku], "quantity": one.quantity,
                "price": roubles(one.price), "codes": one.codes,
                "lot": {"number": one.number, "expires_on": one.expires},
            }
            for one in came
        ]  # fmt: skip

    @rule(place=places, given=comings, extra=extras)
    def receive(self, place: str, given: list[Any], extra: tuple[int, str] | None) -> None:
        """Goods come without an order, with what else they cost."""
        came = self.come(given)
        whole = {"location": self.place[place], "lines": self.receipt_rows(came)}
        if extra:
            cost = {"title": "Провоз", "amount": roubles(extra[0]), "spread_by": extra[1]}
            whole["extra_costs"] = [cost]
        self.step(
            lambda uow: receive_goods(uow, whole),
            lambda model: model.receive(place, self.with_lots(model, came), extra),
        )

    @rule(sku=skus, place=places, quantity=quantities, price=prices)
    def wait_for(self, sku: str, place: str, quantity: int, price: int) -> None:
        """A buyer asks for more than there is, and waits; then some of it comes."""
        waited, more = self.model.waited((sku, place)), quantity // PIECE
        self.limit(sku, place, -(-waited // PIECE) + more)
        there = sum(self.model.free((sku, one)) for one in PLACES) // PIECE * PIECE
        self.hold([(sku, there + quantity)], None, 1)
        self.receive(place, [(sku, 2 * PIECE, price, None, 0, 1)], None)

    @rule(
        place=places, pick=picks,
        lines=some.lists(
            some.tuples(skus, quantities, prices), min_size=1, max_size=3, unique_by=itemgetter(0)
        ),
        parts=some.lists(comings, max_size=2),
    )  # fmt: skip
    def order(
        self, place: str, lines: list[tuple[str, int, int]], pick: int, parts: list[list[Any]]
    ) -> None:
        """An order is made, and perhaps approved, sent, and met in parts or as a whole."""
        given = {
            "supplier": self.supplier,
            "location": self.place[place],
            "lines": [
                {"variant": self.room.variants[sku], "quantity": many, "price": roubles(price)}
                for sku, many, price in lines
            ],
        }

        def change(model: Model) -> Order:
            need(model.is_supplied, "we buy of him no more")
            ordered = {sku: OrderLine(quantity, price) for sku, quantity, price in lines}
            model.orders.append(Order(UUID(int=0), place, ordered))
            return model.orders[-1]

        if self.step(lambda uow: create_order(uow, given), change) and pick % 4:
            for action in ("approve", "send")[: pick % 4]:
                self.turn_order(NEWEST, action)
            for part in parts if pick % 4 > 1 else ():
                self.receive_order(NEWEST, part, pick % 3 == 0, True)

    @precondition(lambda self: bool(self.model.orders))
    @rule(pick=picks, action=some.sampled_from(sorted(ORDER)))
    def turn_order(self, pick: int, action: str) -> None:
        at = self.one_of(self.model.orders, pick, *STATES[action])
        order_id = self.model.orders[at].id
        self.step(
            lambda uow: ORDER[action](uow, order_id),
            lambda model: model.turn(model.orders[at], action),
        )

    @precondition(lambda self: any(one.state in COMING for one in self.model.orders))
    @rule(pick=picks, given=comings, is_whole=some.booleans(), allow_over=some.booleans())
    def receive_order(self, pick: int, given: list[Any], is_whole: bool, allow_over: bool) -> None:
        """What was ordered comes: all that is still to come, or so much of some lines."""
        at = self.one_of(self.model.orders, pick, *COMING)
        order = self.model.orders[at]
        whole: dict[str, Any] = {"order": order.id, "allow_over": allow_over}
        left = [Come(sku, one.left, one.price) for sku, one in order.lines.items() if one.left]
        ordered = list(order.lines)
        came = left
        if not is_whole:
            came = self.come([(ordered[one[2] % len(ordered)], *one[1:]) for one in given])
        if not is_whole:
            whole["lines"] = self.receipt_rows(came)
        self.step(
            lambda uow: receive_goods(uow, whole),
            lambda model: model.receive_order(
                model.orders[at], self.with_lots(model, came), allow_over=allow_over
            ),
        )

    @rule(
        place=places, pick=picks,
        lines=some.lists(some.tuples(skus, quantities, numbers), min_size=1, max_size=2),
    )  # fmt: skip
    def give_back(self, place: str, lines: list[tuple[str, int, str | None]], pick: int) -> None:
        """Goods go back to the supplier: a return is made, approved and, perhaps, shipped."""
        lines = [(sku, much, self.number_of(sku, number)) for sku, much, number in lines]
        given = {
            "supplier": self.supplier,
            "location": self.place[place],
            "lines": [
                {
                    "variant": self.room.variants[sku], "quantity": quantity,
                    "lot_id": self.lot_id(sku, number), "price": roubles(100),
                }
                for sku, quantity, number in lines
            ],
        }  # fmt: skip

        def change(model: Model) -> Return:
            need(len({(sku, lot) for sku, _, lot in lines}) == len(lines), "a line comes twice")
            going = [Going(sku, much, model.numbered(sku, lot)) for sku, much, lot in lines]
            model.returns.append(Return(UUID(int=0), place, going))
            return model.returns[-1]

        if self.step(lambda uow: create_return(uow, given), change) and pick % 4:
            self.turn_return(NEWEST, "approve")
            if pick % 4 > 1:
                self.ship_return(NEWEST, pick // 4)

    @precondition(lambda self: bool(self.model.returns))
    @rule(pick=picks, action=some.sampled_from(sorted(RETURN)))
    def turn_return(self, pick: int, action: str) -> None:
        at = self.one_of(self.model.returns, pick, "draft", "approved")
        return_id = self.model.returns[at].id
        self.step(
            lambda uow: RETURN[action](uow, return_id),
            lambda model: model.turn(model.returns[at], action),
        )

    @precondition(lambda self: any(one.state == "approved" for one in self.model.returns))
    @rule(pick=picks, named=picks)
    def ship_return(self, pick: int, named: int) -> None:
        at = self.one_of(self.model.returns, pick, "approved")
        back = self.model.returns[at]
        coded = next((n for n, one in enumerate(back.lines) if one.sku == CODED), None)
        codes = self.pieces_at(back.place)[: named % 3] if coded is not None else []

        async def work(uow: UnitOfWork) -> None:
            lines = await return_lines_of(uow, [back.id])
            named = [(lines[coded]["id"], codes)] if coded is not None and codes else ()
            await ship_return(uow, back.id, codes=named)

        def change(model: Model) -> None:
            own = model.returns[at]
            need(own.state == "approved", f"it is {own.state}")
            if coded is not None:
                own.lines[coded].codes = codes
            model.go("supplier_return", own.place, own.lines, must_be_good=False, even_named=False)
            own.state = "shipped"

        self.step(work, change)

    @rule(sku=skus, units=some.integers(0, 6), price=prices)
    def tell(self, sku: str, units: int, price: int) -> None:
        """The supplier says how much he has, and sends to our buyers."""
        offer = {
            "variant": self.room.variants[sku], "price": roubles(price),
            "stock": units * PIECE, "drop_ship": True,
        }  # fmt: skip

        async def work(uow: UnitOfWork) -> None:
            await set_offers(uow, supplier=self.supplier, offers=[offer])

        self.step(work, lambda model: model.tell(sku, units * PIECE, price))

    @rule(is_supplied=some.sampled_from((True, True, False)))
    def supply(self, is_supplied: bool) -> None:
        """We buy of him no more, or again."""
        if is_supplied != self.model.is_supplied:
            edit = Edit(self.supplier, {"is_active": is_supplied}, None)
            self.step(
                lambda uow: update_supplier(uow, edit), lambda model: model.supply(is_supplied)
            )

    @rule(
        lines=some.lists(
            some.tuples(skus, places, quantities, prices, numbers, days),
            min_size=1, max_size=3, unique_by=lambda line: (line[0], line[1], line[4]),
        ),
        is_wrong=some.sampled_from((False, False, False, True)),
    )  # fmt: skip
    def open_balances(self, lines: list[Any], is_wrong: bool) -> None:
        """A file of what a shop begins with; its control sums are right, or not."""
        empty = [line for line in lines if not self.model.on_hand((line[0], line[1]))]
        lines = empty or lines
        came = {
            (sku, place, number): Come(sku, much, price, number, self.last_day(sku, number, later))
            for sku, place, much, price, number, later in sorted(lines, key=itemgetter(0, 1))
        }
        cells = [["sku", "location", "quantity", "unit_cost", "lot", "expires_on"]]
        for (sku, place, number), one in came.items():
            amounts = f"{one.quantity // PIECE}", roubles(one.price)["amount"]
            code = "main" if place == "main" else "shop"
            cells.append([sku, code, *amounts, number or "", f"{one.expires or ''}"])
        value = sum(half_even(one.price * one.quantity, PIECE) for one in came.values())
        total = sum(one.quantity for one in came.values())
        sums = Sums(len(came), total + is_wrong, value)

        def change(model: Model) -> None:
            need(not is_wrong, "the sums differ")
            need(not any(model.on_hand((sku, place)) for sku, place, _ in came), "not empty")
            for (sku, place, _), one in came.items():
                lot = model.lot(sku, one.number, one.expires)
                cost = half_even(one.price * one.quantity, PIECE)
                model.put("opening", (sku, place), one.quantity, cost, lot)

        self.attempt(lambda: self.import_rows(cells, sums), change)

    async def import_rows(self, cells: list[list[str]], sums: Sums) -> None:
        """Have the file checked, and applied as a whole."""

        @contextmanager
        def read(_: Path) -> Iterator[Iterator[SheetRow]]:
            yield (SheetRow(line, row) for line, row in enumerate(cells, 1))

        import_id = await self.unit(
            lambda uow: start_stock_import(
                uow, kind="opening", file_key="-", columns={}, expected=sums
            )
        )
        await check_import(self, import_id, Path("-"), read)
        await self.unit(
            lambda uow: apply_stock_import(uow, import_id, policy=ErrorPolicy.REJECT_ALL)
        )
        await apply_import(self, import_id)
