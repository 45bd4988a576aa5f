"""What an adjustment does to the ledger: its lines as moves, and what they are worth.

What a conversion makes costs what it is made of, to the last minor unit, and expires no later
unless a day of its own is said.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, func, select

from domain.errors import Invalid
from domain.stock.adjustments.lines import SIDES
from domain.stock.ledger import post, tell
from domain.stock.levels import Spot, open_levels
from domain.stock.moves import Coming, Document, Going, LotFacts, Scan, check_dates
from domain.stock.shelves import share
from domain.stock.tables import Lot, StockMovement
from domain.stock.units.naming import name_pieces
from tenants.scope import Row, UnitOfWork
from tenants.values.money import allocate
from tenants.values.quantity import WHOLE

_SOONEST: Final = (
    select(func.min(Lot.expires_on))
    .join(StockMovement, StockMovement.lot_id == Lot.id)
    .where(StockMovement.document_id == bindparam("document"))
)


async def post_lines(
    uow: UnitOfWork,
    adjustment: Row,
    lines: Sequence[Row],
    codes: Sequence[bytes],
    coming_codes: Mapping[UUID, tuple[Scan, ...]],
) -> dict[UUID, int]:
    """Move what the lines of a locked draft say; what each is worth, minor units, by its id.

    `codes` are of pieces that go, `coming_codes` of those that come, by line.
    """
    document = Document(adjustment["kind"], adjustment["id"])
    spots = {line["id"]: Spot(line["variant_id"], adjustment["location_id"]) for line in lines}
    goes = [line for line in lines if not line["is_coming"]]
    comes = [line for line in lines if line["is_coming"]]
    _check_becomes_another(goes, comes)
    # Lots that are named go first: else what no lot is named for might be taken from them.
    goes.sort(key=lambda line: line["lot_id"] is None)
    levels = await open_levels(uow, spots.values())
    goings = [_going(adjustment, line, spots[line["id"]]) for line in goes]
    costs = await post(uow, document, await name_pieces(uow, goings, codes), levels)
    values = dict(zip((line["id"] for line in goes), costs, strict=True))
    borne: list[int | None] = [_cost(line) for line in comes]
    soonest: date | None = None
    if goes and comes:
        borne = [*allocate(sum(costs), _shares(comes))]
        soonest = await uow.value(_SOONEST, document=document.id)
    comings = [
        _coming(
            adjustment, line, spots[line["id"]], cost, soonest, coming_codes.get(line["id"], ())
        )
        for line, cost in zip(comes, borne, strict=True)
    ]
    if comings:
        costs = await post(uow, document, comings, levels)
        values |= zip((line["id"] for line in comes), costs, strict=True)
    await tell(uow, spots.values())
    return values


def _going(adjustment: Row, line: Row, spot: Spot) -> Going:
    """What goes. What becomes something else must be what may be sold, for so may that."""
    kind = adjustment["kind"]
    return Going(
        kind=kind,
        spot=spot,
        quantity=line["quantity"],
        lot_id=line["lot_id"],
        is_sale=kind == "conversion",
        line_id=line["id"],
        reason=adjustment["reason"],
        path=(SIDES[kind][0].name, line["position"], "quantity"),
    )


def _coming(
    adjustment: Row,
    line: Row,
    spot: Spot,
    value: int | None,
    soonest: date | None,
    codes: tuple[Scan, ...],
) -> Coming:
    kind = adjustment["kind"]
    lot = LotFacts(line["lot_number"], line["made_on"], line["expires_on"] or soonest)
    path = SIDES[kind][-1].name, line["position"]
    check_dates(lot, *path, "lot")
    return Coming(
        kind=kind,
        spot=spot,
        quantity=line["quantity"],
        value_minor=value,
        lot_id=line["lot_id"],
        lot=lot,
        codes=codes,
        line_id=line["id"],
        path=(*path, "quantity"),
    )


def _cost(line: Row) -> int | None:
    """What a line of a surplus cost; None: the average of what is there."""
    if line["unit_cost_minor"] is None:
        return None
    return share(line["unit_cost_minor"], line["quantity"], WHOLE)


def _shares(comes: Sequence[Row]) -> list[int]:
    """By what the cost is spread over results: their shares, or else how much there is of each."""
    given: list[int | None] = [line["cost_share"] for line in comes]
    if all(one is None for one in given):
        return [line["quantity"] for line in comes]
    shares = [one for one in given if one is not None]
    if len(shares) < len(given) or not any(shares):
        raise Invalid(
            "results",
            en="give each result its share of the cost, or none of them",
            ru="укажите долю стоимости у каждого результата или ни у одного",
        )
    return shares


def _check_becomes_another(goes: Sequence[Row], comes: Sequence[Row]) -> None:
    """Nothing is made of itself. Raises Invalid at the result."""
    sources = {line["variant_id"] for line in goes}
    for line in comes:
        if line["variant_id"] in sources:
            raise Invalid(
                "results",
                line["position"],
                "variantId",
                en="is among what it is made of",
                ru="не может получиться из самого себя",
            )
