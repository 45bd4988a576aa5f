"""Lines of goods receipts: what came, of which lot, at which price, and for which line ordered."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from domain.amounts import amount_in
from domain.bulk import TooMany, refuse
from domain.catalog.tables import Variant
from domain.errors import DomainError, ErrorCode, NotFound
from domain.inputs import Required, clean, whole
from domain.purchasing.orders.lines import too_much
from domain.references import resolve
from domain.stock.documents import MOST_LINES
from domain.stock.lot_facts import read_lot
from domain.stock.moves import MOST, NO_LOT, LotFacts
from tenants.scope import Row, UnitOfWork
from tenants.values.quantity import format_thousandths


class MoreThanOrdered(DomainError):
    """More came than was still to come: `outstanding` thousandths of a line."""

    code = ErrorCode.NOT_ALLOWED
    texts: ClassVar[dict[str, str]] = {
        "en": "only {left} were still to come",
        "ru": "ожидалось ещё только {left}",
    }

    def __init__(self, *path: str | int, outstanding: int) -> None:
        left = format_thousandths(max(outstanding, 0))
        super().__init__(*path, outstanding=outstanding, left=left)


@dataclass(frozen=True, slots=True)
class Come:
    """So many thousandths of a variant that came, `ordered` by a line or not; price of one unit."""

    variant_id: UUID
    quantity: int
    price_minor: int
    lot: LotFacts = NO_LOT
    ordered: Row | None = None
    codes: Sequence[bytes] = ()


def all_outstanding(ordered: Sequence[Row]) -> list[Come]:
    """Everything that an order still lets expect."""
    return [
        Come(line["variant_id"], left, line["price_minor"], ordered=line)
        for line in ordered
        if (left := line["quantity"] - line["received"]) > 0
    ]


async def read_come(
    uow: UnitOfWork,
    given: Sequence[Mapping[str, Any]],
    *,
    currency: str,
    ordered: Sequence[Row] | None,
    offered: Mapping[UUID, int],
    allow_over: bool,
) -> list[Come]:
    """What came, as lines `{"variant", "quantity", "price", "lot", "codes"}` say; several may be
    of one variant, of as many lots.

    A price left out is that of the line `ordered`, or what is `offered`. Raises what is wrong:
    NotFound for what was not ordered, MoreThanOrdered unless `allow_over`.
    """
    if len(given) > MOST_LINES:
        raise TooMany("lines", most=MOST_LINES)
    ids = await resolve(uow, Variant, [line["variant"] for line in given])
    on_order = {line["variant_id"]: line for line in ordered or ()}
    came: list[Come] = []
    wrong: list[DomainError] = []
    so_far: defaultdict[UUID, int] = defaultdict(int)
    for at, line in enumerate(given):
        variant_id = ids.get(line["variant"])
        if variant_id is None or (ordered is not None and variant_id not in on_order):
            wrong.append(NotFound("lines", at, "variantId", what="variant"))
            continue
        ordered_line = on_order.get(variant_id)
        usual = ordered_line["price_minor"] if ordered_line else offered.get(variant_id)
        one, refused = _read(line, variant_id, currency, usual, ordered_line)
        wrong += [error.at("lines", at) for error in refused]
        if one is None:
            continue
        so_far[variant_id] += one.quantity
        if ordered_line and not allow_over:
            left = ordered_line["quantity"] - ordered_line["received"]
            if so_far[variant_id] > left:
                wrong.append(MoreThanOrdered("lines", at, "quantity", outstanding=left))
        came.append(one)
    refuse(wrong)
    return came


def _read(
    line: Mapping[str, Any],
    variant_id: UUID,
    currency: str,
    usual: int | None,
    ordered: Row | None,
) -> tuple[Come | None, list[DomainError]]:
    cleaners = {"quantity": whole(1, MOST), "price": amount_in(currency, required=False)}
    values, wrong = clean(cleaners, line)
    try:
        lot = read_lot(line.get("lot"))
    except DomainError as error:
        return None, [*wrong, error]
    if wrong:
        return None, wrong
    price = usual if values.get("price") is None else values["price"]
    if price is None:
        return None, [Required("price")]
    if refused := too_much(price, values["quantity"]):
        return None, [refused]
    codes = line.get("codes") or ()
    return Come(variant_id, values["quantity"], price, lot, ordered, codes), []
