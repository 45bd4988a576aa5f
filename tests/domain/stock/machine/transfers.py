"""Goods under way between our two places: sent, come in parts, lost, called back."""

from uuid import UUID

from hypothesis import strategies as some
from hypothesis.stateful import precondition, rule

from domain.stock.transfers.lines import lines_of
from domain.stock.transfers.states import (
    cancel_transfer,
    close_transfer,
    receive_transfer,
    send_transfer,
)
from domain.stock.transfers.transfers import create_transfer
from tenants.scope import UnitOfWork
from tests.domain.stock.machine.base import NEWEST, OTHER, picks, places, skus
from tests.domain.stock.machine.keepers import Keepers, LineToGo, lines_to_go
from tests.domain.stock.model.lots import PIECE
from tests.domain.stock.model.papers import Transfer
from tests.domain.stock.model.shelves import CODED
from tests.domain.stock.model.takings import Model

UNDER_WAY = ("sent", "partly_received")


class Transfers(Keepers):
    """Rules of transfers."""

    @rule(place=places, lines=lines_to_go, pick=picks)
    def send(self, place: str, lines: list[LineToGo], pick: int) -> None:
        lines, target = self.known(lines), OTHER[place]
        codes = self.codes_to_go(place, lines, pick)
        given = {
            "from_location": self.place[place],
            "to_location": self.place[target],
            "lines": self.rows(lines),
        }

        async def work(uow: UnitOfWork) -> UUID:
            return await send_transfer(uow, await create_transfer(uow, given), codes=codes)

        def change(model: Model) -> Transfer:
            going = self.going(model, lines, codes)
            taken = model.go("transfer_out", place, going, must_be_good=True, even_named=False)
            on_it = [
                (line.sku, parts, list(line.codes))
                for line, parts in zip(going, taken, strict=True)
            ]
            model.transfers.append(Transfer(UUID(int=0), place, target, on_it))
            return model.transfers[-1]

        self.step(work, change)

    def is_under_way(self) -> bool:
        return any(one.state in UNDER_WAY for one in self.model.transfers)

    def transfer_at(self, pick: int) -> tuple[int, UUID]:
        at = self.one_of(self.model.transfers, pick, *UNDER_WAY)
        return at, self.model.transfers[at].id

    @precondition(is_under_way)
    @rule(pick=picks)
    def arrive(self, pick: int) -> None:
        at, transfer_id = self.transfer_at(pick)

        def change(model: Model) -> None:
            transfer = model.transfers[at]
            left = {n: sum(h.quantity for h in line[1]) for n, line in enumerate(transfer.lines)}
            model.arrive(transfer, {n: quantity for n, quantity in left.items() if quantity})

        self.step(lambda uow: receive_transfer(uow, transfer_id), change)

    @precondition(is_under_way)
    @rule(pick=picks, quantity=some.integers(1, 1_500), named=some.integers(0, 2))
    def arrive_in_part(self, pick: int, quantity: int, named: int) -> None:
        at, transfer_id = self.transfer_at(pick)
        lines = self.model.transfers[at].lines
        which = pick % len(lines)
        sku, _, pieces = lines[which]
        quantity = max(1, quantity // PIECE) * PIECE if sku == CODED else quantity
        codes = pieces[:named]

        async def work(uow: UnitOfWork) -> None:
            rows = await lines_of(uow, [transfer_id])
            some_of_it = [{"line_id": rows[which]["id"], "quantity": quantity}]
            await receive_transfer(uow, transfer_id, lines=some_of_it, codes=codes)

        self.step(work, lambda model: model.arrive(model.transfers[at], {which: quantity}, codes))

    @precondition(is_under_way)
    @rule(pick=picks)
    def lose(self, pick: int) -> None:
        """What has not come never will; the document says what each line of it was worth."""
        at, transfer_id = self.transfer_at(pick)
        short: list[int] = []
        done = self.step(
            lambda uow: close_transfer(uow, transfer_id),
            lambda model: short.extend(model.close(model.transfers[at])),
        )
        if done:
            rows = self.run(lines_of(self.room.scope.reading, [transfer_id]))
            assert [row["short_minor"] for row in rows] == short

    @precondition(is_under_way)
    @rule(pick=picks)
    def call_back(self, pick: int) -> None:
        at, transfer_id = self.transfer_at(pick)
        self.step(
            lambda uow: cancel_transfer(uow, transfer_id),
            lambda model: model.call_back(model.transfers[at]),
        )

    @rule(
        place=places, sku=skus, count=some.integers(1, 3), pick=picks,
        endings=some.lists(some.sampled_from(("arrive", "lose", "call_back")), max_size=2),
    )  # fmt: skip
    def carry_through(
        self, place: str, sku: str, count: int, pick: int, endings: list[str]
    ) -> None:
        """What is sent meets its end before much else happens."""
        self.send(place, [(sku, count * PIECE, None)], pick)
        for ending in endings if self.model.transfers else ():
            getattr(self, ending)(NEWEST)
