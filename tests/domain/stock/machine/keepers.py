"""What people in a shop write down: losses, finds, conversions, corrections; time goes on."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import strategies as some
from hypothesis.stateful import precondition, rule

from domain.stock.adjustments.adjustments import create_adjustment, post_adjustment
from domain.stock.adjustments.lines import lines_of
from domain.stock.holds.supplier_shelves import forget_stale
from domain.stock.lots import recall_lot, reopen_lot, spoil, update_lot
from domain.stock.stock import StockChange, StockSet, change_stock, set_stock
from domain.stock.units.scans import scan_units
from tenants.scope import UnitOfWork
from tests.domain.stock.machine.base import (
    DAY,
    Base,
    days,
    numbers,
    picks,
    places,
    quantities,
    roubles,
    skus,
)
from tests.domain.stock.model.lots import PIECE, half_even
from tests.domain.stock.model.papers import Going
from tests.domain.stock.model.shelves import CODED
from tests.domain.stock.model.takings import Model

LineToGo = tuple[str, int, str | None]
"""A sku, so many thousandths of it, and the lot that is named."""
lines_to_go = some.lists(
    some.tuples(skus, some.integers(1, 4), numbers).map(
        lambda line: (line[0], line[1] * (PIECE // (1 if line[0] == CODED else 2)), line[2])
    ),
    min_size=1,
    max_size=3,
)


class Keepers(Base):
    """Rules of documents at one place, of corrections, of lots, of codes, and of the clock."""

    def known(self, lines: list[LineToGo]) -> list[LineToGo]:
        """These lines, without names of lots that there never were."""
        return [(sku, quantity, self.number_of(sku, number)) for sku, quantity, number in lines]

    def codes_to_go(self, place: str, lines: list[LineToGo], pick: int) -> list[bytes]:
        """Codes of pieces that go, where it is plain which line they are of."""
        coded = [line for line in lines if line[0] == CODED]
        return self.pieces_at(place)[: pick % 3] if len(coded) == 1 else []

    def rows(self, lines: list[LineToGo]) -> list[dict[str, Any]]:
        return [
            {
                "variant": self.room.variants[sku], "quantity": quantity,
                "lot_id": self.lot_id(sku, number),
            }
            for sku, quantity, number in lines
        ]  # fmt: skip

    def going(self, model: Model, lines: list[LineToGo], codes: list[bytes]) -> list[Going]:
        return [
            Going(sku, quantity, model.numbered(sku, number), codes if sku == CODED else ())
            for sku, quantity, number in lines
        ]

    async def post(
        self,
        uow: UnitOfWork,
        kind: str,
        given: dict[str, Any],
        codes: list[bytes],
        coming: Sequence[list[bytes]] = (),
    ) -> None:
        """`codes` of what goes; of what comes, those of each line."""
        made = await create_adjustment(uow, kind, given)
        lines = [line["id"] for line in await lines_of(uow, [made]) if line["is_coming"]]
        named = [(line, some) for line, some in zip(lines, coming, strict=False) if some]
        await post_adjustment(uow, kind, made, codes=codes, coming_codes=named)

    @rule(place=places, lines=lines_to_go, pick=picks)
    def write_off(self, place: str, lines: list[LineToGo], pick: int) -> None:
        lines = self.known(lines)
        codes = self.codes_to_go(place, lines, pick)
        given = {"location": self.place[place], "reason": "lost", "lines": self.rows(lines)}
        self.step(
            lambda uow: self.post(uow, "write_off", given, codes),
            lambda model: model.go(
                "write_off", place, self.going(model, lines, codes),
                must_be_good=False, even_named=False,
            ) and None,
        )  # fmt: skip

    @rule(
        sku=skus, place=places, quantity=quantities, number=numbers, in_days=days,
        cost=some.one_of(some.none(), some.integers(0, 9_999)), pick=picks,
    )  # fmt: skip
    def find(
        self, sku: str, place: str, quantity: int, number: str | None, in_days: int,
        cost: int | None, pick: int,
    ) -> None:  # fmt: skip
        """A surplus, of a lot that is known or is not."""
        codes = self.new_codes(pick % 3, pick) if sku == CODED else []
        expires = self.last_day(sku, number, in_days)
        line = {
            "variant": self.room.variants[sku], "quantity": quantity,
            "unit_cost": None if cost is None else roubles(cost),
            "lot": {"number": number, "expires_on": expires},
        }  # fmt: skip
        given = {"location": self.place[place], "lines": [line]}
        value = None if cost is None else half_even(cost * quantity, PIECE)
        self.step(
            lambda uow: self.post(uow, "surplus", given, [], [codes]),
            lambda model: model.put(
                "surplus", (sku, place), quantity, value, model.lot(sku, number, expires), codes
            ),
        )

    @rule(
        place=places, source=lines_to_go, pick=picks,
        results=some.lists(some.tuples(skus, quantities), min_size=1, max_size=3),
        shares=some.one_of(some.none(), some.lists(some.integers(1, 9), min_size=3, max_size=3)),
    )  # fmt: skip
    def convert(
        self, place: str, source: list[LineToGo], results: list[tuple[str, int]],
        shares: list[int] | None, pick: int,
    ) -> None:  # fmt: skip
        """One thing becomes others; now and then it is to be made of itself."""
        sources = self.known(source[:1])
        codes = self.codes_to_go(place, sources, pick)
        others = [one for one in results if one[0] != sources[0][0]]
        results = others or results
        coming = [
            self.new_codes(min(pick // 3 % 3, quantity // PIECE), pick) if sku == CODED else []
            for sku, quantity in results
        ]
        given = {
            "location": self.place[place],
            "sources": self.rows(sources),
            "results": [
                {
                    "variant": self.room.variants[sku], "quantity": quantity,
                    "cost_share": shares[at] if shares else None,
                }
                for at, (sku, quantity) in enumerate(results)
            ],
        }  # fmt: skip
        self.step(
            lambda uow: self.post(uow, "conversion", given, codes, coming),
            lambda model: model.convert(
                place, self.going(model, sources, codes)[0], results,
                shares and shares[: len(results)], coming,
            ),
        )  # fmt: skip

    @rule(sku=skus, place=places, quantity=quantities, is_less=some.booleans(), pick=picks)
    def change(self, sku: str, place: str, quantity: int, is_less: bool, pick: int) -> None:
        """So much more is there than before, or so much less; nobody says of which lot."""
        codes: list[bytes] = []
        if sku == CODED:
            count = pick % 3
            codes = self.pieces_at(place)[:count] if is_less else self.new_codes(count, pick)
        by = -quantity if is_less else quantity
        row = StockChange(self.room.variants[sku], by, reason="так", codes=codes)

        async def work(uow: UnitOfWork) -> None:
            await change_stock(uow, location=self.place[place], changes=[row])

        def change(model: Model) -> None:
            if is_less:
                going = Going(sku, quantity, codes=codes)
                model.go("write_off", place, [going], must_be_good=False, even_named=False)
            else:
                model.put("surplus", (sku, place), quantity, None, model.lot(sku), codes)

        self.step(work, change)

    @rule(sku=skus, place=places, units=some.integers(0, 15), pick=picks)
    def set_level(self, sku: str, place: str, units: int, pick: int) -> None:
        """So much is there; who says so believed another number was, now and then."""
        found, is_wrong = units * PIECE, pick % 6 == 0
        believed = self.model.on_hand((sku, place)) + is_wrong
        row = StockSet(self.room.variants[sku], found, believed)

        async def work(uow: UnitOfWork) -> None:
            await set_stock(uow, location=self.place[place], levels=[row])

        self.step(work, lambda model: model.set_to((sku, place), found, believed))

    @precondition(lambda self: any(lot.number for lot in self.model.lots))
    @rule(pick=picks, deed=some.sampled_from(("recall", "reopen", "redate")), in_days=days)
    def judge_lot(self, pick: int, deed: str, in_days: int) -> None:
        """A lot is recalled, may be sold again, or has another last day than was said."""
        named = [(lot.sku, lot.number) for lot in self.model.lots if lot.number]
        sku, number = named[pick % len(named)]
        lot_id, day = self.lot_id(sku, number), self.model.today + in_days * DAY
        assert lot_id is not None
        deeds = {"recall": recall_lot, "reopen": reopen_lot}

        async def work(uow: UnitOfWork) -> None:
            if deed == "redate":
                await update_lot(uow, lot_id, {"expires_on": day})
            else:
                await deeds[deed](uow, lot_id)

        def change(model: Model) -> None:
            lot = model.numbered(sku, number)
            assert lot is not None
            if deed == "redate":
                lot.expires = day
            else:
                lot.is_recalled = deed == "recall"

        self.step(work, change)

    @rule(place=places, count=some.integers(1, 2), pick=picks)
    def scan(self, place: str, count: int, pick: int) -> None:
        """Codes of pieces that came without are read where they lie."""
        codes = self.new_codes(count, pick)
        self.step(
            lambda uow: scan_units(
                uow, variant=self.room.variants[CODED], location=self.place[place], codes=codes
            ),
            lambda model: model.scan(place, codes),
        )

    @rule(minutes=some.sampled_from((45, 60, 24 * 60)), is_watched=some.booleans())
    def wait(self, minutes: int, is_watched: bool) -> None:
        """Time goes by; after a night what is spoilt or stale is shown no more, or only later."""
        self.clock += timedelta(minutes=minutes)
        if timedelta(minutes=minutes) >= DAY and is_watched:
            self.night()

    def night(self) -> None:

        async def work(uow: UnitOfWork) -> None:
            await spoil(uow)
            await forget_stale(uow)

        self.step(work, lambda model: model.forget_stale())
