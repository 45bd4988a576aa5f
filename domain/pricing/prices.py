"""Prices: gross, in minor units of their list's currency, from a quantity upwards."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import any_, bindparam, delete, func, literal_column, select
from sqlalchemy.dialects.postgresql import insert

from domain.bulk import ErrorPolicy, Outcome, Tally
from domain.catalog.changes import products_changed
from domain.catalog.tables import Variant
from domain.errors import DomainError, Invalid, NotFound
from domain.inputs import clean, whole
from domain.pricing.tables import Price, PriceList
from domain.references import Ref, get_id, resolve
from domain.row_sets import IDS, row_set, rows_by_id
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork
from tenants.statements import TENANT

HIGHEST_MINOR: Final = 10**15

_FIELDS: Final = {
    "amount_minor": whole(0, HIGHEST_MINOR, required=False),
    "compare_at_minor": whole(0, HIGHEST_MINOR, required=False),
    "min_quantity": whole(1, 10**12),
}


class Amount(NamedTuple):
    """What one unit of a variant costs, from `min_quantity` thousandths up."""

    variant_id: UUID
    min_quantity: int
    amount_minor: int
    compare_at_minor: int | None


@dataclass(frozen=True, slots=True)
class PriceChange:
    """The price of a variant from `min_quantity` thousandths up; no amount takes it away.

    `currencies` are those that the amounts were said in; they must be the list's own.
    """

    variant: Ref
    amount_minor: int | None
    compare_at_minor: int | None = None
    min_quantity: int = 1
    currencies: tuple[str, ...] = ()


_COLUMNS: Final = (
    "id", "price_list_id", "variant_id", "min_quantity", "amount_minor", "compare_at_minor",
    "created_at", "updated_at",
)  # fmt: skip
_given: Final = row_set(Price, _COLUMNS)
_new: Final = insert(Price).from_select(
    ["tenant_id", *_COLUMNS], select(TENANT, *(_given.c[name] for name in _COLUMNS))
)
# The row comparison leaves a price that is the same already unwritten.
_SET: Final = _new.on_conflict_do_update(
    index_elements=["tenant_id", "variant_id", "price_list_id", "min_quantity"],
    set_={
        "amount_minor": _new.excluded.amount_minor,
        "compare_at_minor": _new.excluded.compare_at_minor,
        "version": Price.version + literal_column("1"),
        "updated_at": _new.excluded.updated_at,
    },
    where=func.row(Price.amount_minor, Price.compare_at_minor).is_distinct_from(
        func.row(_new.excluded.amount_minor, _new.excluded.compare_at_minor)
    ),
).returning(Price.variant_id)
_gone: Final = row_set(Price, ("variant_id", "min_quantity"))
_CLEAR: Final = (
    delete(Price)
    .where(
        Price.price_list_id == bindparam("price_list_id"),
        Price.variant_id == _gone.c.variant_id,
        Price.min_quantity == _gone.c.min_quantity,
    )
    .returning(Price.variant_id)
)
_PRODUCTS: Final = select(Variant.product_id).where(Variant.id == any_(IDS)).distinct()
_OF_VARIANTS: Final = (
    select(
        Price.id,
        Price.variant_id,
        Price.price_list_id,
        Price.min_quantity,
        Price.amount_minor,
        Price.compare_at_minor,
        Price.version,
        PriceList.currency,
    )
    .join(PriceList, PriceList.id == Price.price_list_id)
    .where(Price.variant_id == any_(IDS))
    .order_by(Price.variant_id, Price.price_list_id, Price.min_quantity)
)


async def set_prices(
    uow: UnitOfWork,
    *,
    price_list: Ref,
    changes: Sequence[PriceChange],
    policy: ErrorPolicy = ErrorPolicy.REJECT_ALL,
    path: tuple[str, ...] | None = ("prices",),
) -> Outcome:
    """Set or take away up to 100 prices of one list; the variants' ids, in the order given.

    Refusals of a row: NotFound, Invalid. Prices that are the same already are not written.
    """
    list_id = await get_id(uow, PriceList, price_list, "priceListId", what="price_list")
    currency = (await rows_by_id(uow, PriceList, [list_id]))[list_id]["currency"]
    tally = Tally(len(changes), policy, path)
    ids = await resolve(uow, Variant, [change.variant for change in changes])
    seen: set[tuple[UUID, int]] = set()
    for at, change in enumerate(changes):
        wrong = _wrong(change, ids, seen)
        if any(one != currency for one in change.currencies):
            wrong.append(
                Invalid(
                    "amount",
                    en=f"must be in {currency}",
                    ru=f"цены этого прайс-листа — в {currency}",
                )
            )
        if wrong:
            tally.refuse(at, *wrong)
    tally.settle()
    kept = [changes[at] for at in tally.standing()]
    written = await _write(uow, list_id, kept, ids)
    await tell_prices(uow, list_id, written)
    return tally.outcome({at: ids[changes[at].variant] for at in tally.standing()})


async def tell_prices(uow: UnitOfWork, list_id: UUID, variant_ids: Iterable[UUID]) -> None:
    """Say that prices of these variants are others now, and let the listing follow: at last."""
    ids = sorted(variant_ids)
    products = await uow.rows(_PRODUCTS, ids=ids) if ids else []
    for variant_id in ids:
        uow.record("price.changed", variant_id, price_list_id=list_id)
    await products_changed(uow, [row["product_id"] for row in products])


async def prices_of(db: Asking, variant_ids: Sequence[UUID]) -> list[Row]:
    """The prices of many variants in all lists, with `price_list_id` and `currency`."""
    return await db.rows(_OF_VARIANTS, ids=list(variant_ids))


def _wrong(
    change: PriceChange, ids: Mapping[Ref, UUID], seen: set[tuple[UUID, int]]
) -> list[DomainError]:
    given = {name: getattr(change, name) for name in _FIELDS}
    _, wrong = clean(_FIELDS, given)
    if change.variant not in ids:
        return [*wrong, NotFound("variantId", what="variant")]
    place = (ids[change.variant], change.min_quantity)
    if place in seen:
        wrong.append(Invalid("variantId", en="comes twice", ru="встречается дважды"))
    seen.add(place)
    return wrong


async def write_prices(uow: UnitOfWork, list_id: UUID, amounts: Sequence[Amount]) -> set[UUID]:
    """Write amounts, in the currency of the list, that differ from what is there.

    The variants whose price changed; telling of it, and the listing, are the caller's to do.
    """
    rows = [
        {
            "id": new_id(),
            "price_list_id": list_id,
            "variant_id": amount.variant_id,
            "min_quantity": amount.min_quantity,
            "amount_minor": amount.amount_minor,
            "compare_at_minor": amount.compare_at_minor,
            "created_at": uow.now,
            "updated_at": uow.now,
        }
        # In one order for everybody, so that two who set the same prices do not wait in a ring.
        for amount in sorted(amounts, key=lambda amount: amount[:2])
    ]
    return {row["variant_id"] for row in await uow.rows(_SET, rows=rows)} if rows else set()


async def _write(
    uow: UnitOfWork, list_id: UUID, changes: Sequence[PriceChange], ids: Mapping[Ref, UUID]
) -> set[UUID]:
    """Write what differs; the variants whose price changed."""
    amounts: list[Amount] = []
    gone: list[dict[str, Any]] = []
    for change in changes:
        variant_id = ids[change.variant]
        if change.amount_minor is None:
            gone.append({"variant_id": variant_id, "min_quantity": change.min_quantity})
            continue
        amounts.append(
            Amount(variant_id, change.min_quantity, change.amount_minor, change.compare_at_minor)
        )
    written = await write_prices(uow, list_id, amounts)
    if gone:
        cleared = await uow.rows(_CLEAR, rows=gone, price_list_id=list_id)
        written |= {row["variant_id"] for row in cleared}
    return written
