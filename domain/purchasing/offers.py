"""Offers: what suppliers sell, as they told last. Those older than their patience are stale."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    and_,
    any_,
    bindparam,
    delete,
    func,
    literal_column,
    not_,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import insert

from domain.amounts import amount_in
from domain.bulk import ErrorPolicy, Outcome, Tally
from domain.catalog.filters import Filter, Where, conditions
from domain.catalog.tables import Variant
from domain.inputs import clean, flag, line_or_none, whole
from domain.paging import Page, PageRequest, Sort, count_of, page_of
from domain.purchasing.drop_ships import PATIENCE, pass_on
from domain.purchasing.tables import Supplier, SupplierOffer
from domain.references import Ref, get_id, misnamed, resolve
from domain.row_sets import IDS, row_set, rows_by_id
from domain.stock.moves import MOST
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork
from tenants.statements import TENANT
from tenants.values.quantity import WHOLE

IS_FRESH: Final[ColumnElement[bool]] = or_(
    Supplier.patience_days.is_(None), SupplierOffer.updated_at >= func.now() - PATIENCE
)
"""Whether an offer, joined to its supplier, is to be reckoned with."""

IS_STALE: Final = type_coerce(not_(IS_FRESH), Boolean())

OFFERS: Final = select(SupplierOffer, Supplier.currency, IS_STALE.label("is_stale")).join(
    Supplier, Supplier.id == SupplierOffer.supplier_id
)
"""Offers with their currency, and whether they are stale."""

_FILTERS: Final = {
    "supplierId": Filter(SupplierOffer.supplier_id),
    "variantId": Filter(SupplierOffer.variant_id),
    "sku": Filter(SupplierOffer.sku),
    "isStale": Filter(IS_STALE),
    "updatedAt": Filter(SupplierOffer.updated_at),
}
_NEWEST: Final = (
    Sort("updatedAt", SupplierOffer.updated_at, descending=True),
    Sort("id", SupplierOffer.id, descending=True),
)
_COLUMNS: Final = (
    "id", "supplier_id", "variant_id", "sku", "pack", "minimum", "price_minor", "stock",
    "drop_ship", "created_at", "updated_at",
)  # fmt: skip
_given: Final = row_set(SupplierOffer, _COLUMNS)
_new: Final = insert(SupplierOffer).from_select(
    ["tenant_id", *_COLUMNS], select(TENANT, *(_given.c[name] for name in _COLUMNS))
)
_SET: Final = _new.on_conflict_do_update(
    index_elements=["tenant_id", "supplier_id", "variant_id"],
    set_={
        **{
            name: _new.excluded[name]
            for name in (
                "sku",
                "pack",
                "minimum",
                "price_minor",
                "stock",
                "drop_ship",
                "updated_at",
            )
        },
        "version": SupplierOffer.version + literal_column("1"),
    },
)
_gone: Final = row_set(SupplierOffer, ("variant_id",))
_CLEAR: Final = delete(SupplierOffer).where(
    SupplierOffer.supplier_id == bindparam("supplier"),
    SupplierOffer.variant_id == _gone.c.variant_id,
)
_BY_IDS: Final = OFFERS.where(SupplierOffer.id == any_(IDS))
_FRESH: Final = OFFERS.where(
    and_(SupplierOffer.supplier_id == bindparam("supplier"), IS_FRESH)
).order_by(SupplierOffer.variant_id)
_AMONG: Final = select(SupplierOffer.id, SupplierOffer.variant_id).where(
    SupplierOffer.supplier_id == bindparam("supplier"), SupplierOffer.variant_id == any_(IDS)
)


async def set_offers(
    uow: UnitOfWork,
    *,
    supplier: Ref,
    offers: Sequence[Mapping[str, Any]],
    policy: ErrorPolicy = ErrorPolicy.REJECT_ALL,
    path: tuple[str, ...] | None = ("offers",),
) -> Outcome:
    """Write down up to 100 offers of a supplier as they are told now; their ids, None where a row
    took its offer away.

    A row has `variant`, `price` (None: it is offered no more), and perhaps `sku`, `pack`, `minimum`
    and `stock`, thousandths, and `drop_ship`. Refusals of a row: NotFound, Invalid.
    """
    supplier_id = await get_id(uow, Supplier, supplier, "supplierId", what="supplier")
    row = (await rows_by_id(uow, Supplier, [supplier_id]))[supplier_id]
    tally = Tally(len(offers), policy, path)
    ids = await resolve(uow, Variant, [offer["variant"] for offer in offers])
    cleaned: dict[int, dict[str, Any]] = {}
    seen: set[UUID] = set()
    for at, offer in enumerate(offers):
        cleaned[at], wrong = clean(_cleaners(row["currency"]), offer)
        if misplaced := misnamed(offer["variant"], ids, seen):
            wrong.append(misplaced)
        if wrong:
            tally.refuse(at, *wrong)
    tally.settle()
    standing = {at: ids[offers[at]["variant"]] for at in tally.standing()}
    await _write(uow, supplier_id, {standing[at]: cleaned[at] for at in standing})
    if standing:
        uow.record("supplier.offered", supplier_id, variants=len(standing))
    await pass_on(uow, row, list(standing.values()))
    there = await uow.rows(_AMONG, supplier=supplier_id, ids=list(standing.values()))
    made = {row["variant_id"]: row["id"] for row in there}
    return tally.outcome({at: made[one] for at, one in standing.items() if one in made})


async def offers_by_ids(db: Asking, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Offers by id, as OFFERS has them."""
    return {row["id"]: row for row in await db.rows(_BY_IDS, ids=list(ids))}


async def fresh_offers(db: Asking, supplier_id: UUID) -> list[Row]:
    """What a supplier offers that is to be reckoned with, in the order of the variants' ids."""
    return await db.rows(_FRESH, supplier=supplier_id)


async def list_offers(db: Asking, request: PageRequest, *, where: Where | None = None) -> Page:
    """A page of offers of all suppliers, those told last first."""
    return await page_of(db, OFFERS.where(conditions(_FILTERS, where)), _NEWEST, request)


async def count_offers(db: Asking, *, where: Where | None = None) -> int:
    """How many offers that list has."""
    return await count_of(db, OFFERS.where(conditions(_FILTERS, where)))


def _cleaners(currency: str) -> dict[str, Any]:
    return {
        "sku": line_or_none(200),
        "pack": whole(1, MOST),
        "minimum": whole(0, MOST),
        "stock": whole(0, MOST, required=False),
        "drop_ship": flag,
        "price": amount_in(currency, required=False),
    }


async def _write(
    uow: UnitOfWork, supplier_id: UUID, offers: Mapping[UUID, Mapping[str, Any]]
) -> None:
    """Write offers by variant; those without a price go."""
    rows = [
        {
            "id": new_id(),
            "supplier_id": supplier_id,
            "variant_id": variant_id,
            "sku": offer.get("sku"),
            "pack": offer.get("pack", WHOLE),
            "minimum": offer.get("minimum", 0),
            "price_minor": offer["price"],
            "stock": offer.get("stock"),
            "drop_ship": offer.get("drop_ship", False),
            "created_at": uow.now,
            "updated_at": uow.now,
        }
        # In one order for everybody, so that two who tell of the same ones do not wait in a ring.
        for variant_id, offer in sorted(offers.items())
        if offer["price"] is not None
    ]
    gone = [{"variant_id": one} for one, offer in sorted(offers.items()) if offer["price"] is None]
    if rows:
        await uow.execute(_SET, rows=rows)
    if gone:
        await uow.execute(_CLEAR, rows=gone, supplier=supplier_id)
