"""Lines of returns to suppliers: what goes back, of which lot, at the price it was bought at."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, delete, select, update

from domain.amounts import amount_in
from domain.bulk import TooMany, refuse
from domain.catalog.tables import Variant
from domain.errors import DomainError, Invalid, NotFound
from domain.inputs import Required, clean, whole
from domain.merchants.shop_facts import CURRENCY
from domain.purchasing.orders.lines import too_much
from domain.purchasing.returns.origins import Origin, last_bought, origins_of_lots
from domain.purchasing.tables import SupplierReturn, SupplierReturnLine
from domain.references import Ref, resolve
from domain.row_sets import IDS, insert_rows, row_set, rows_by_id
from domain.stock.documents import MOST_LINES
from domain.stock.moves import MOST
from domain.stock.tables import Lot, LotBalance
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork

_OF_RETURNS: Final = (
    select(SupplierReturnLine, SupplierReturn.currency, CURRENCY.label("shop_currency"))
    .join(SupplierReturn, SupplierReturn.id == SupplierReturnLine.return_id)
    .where(SupplierReturnLine.return_id == any_(IDS))
    .order_by(SupplierReturnLine.return_id, SupplierReturnLine.position)
)
_CLEAR: Final = delete(SupplierReturnLine).where(
    SupplierReturnLine.return_id == bindparam("return_id", type_=Uuid())
)
_LIES: Final = select(LotBalance.lot_id, LotBalance.quantity).where(
    LotBalance.lot_id == any_(IDS), LotBalance.location_id == bindparam("location", type_=Uuid())
)
_worth: Final = row_set(SupplierReturnLine, ("id", "value_minor"))
_VALUE: Final = (
    update(SupplierReturnLine)
    .where(SupplierReturnLine.id == _worth.c.id)
    .values(value_minor=_worth.c.value_minor)
)


async def return_lines_of(db: Asking, return_ids: Sequence[UUID]) -> list[Row]:
    """The lines of many returns; prices in `currency`, values in `shop_currency`."""
    return await db.rows(_OF_RETURNS, ids=list(return_ids))


async def supplier_of_lots(uow: UnitOfWork, given: Sequence[Mapping[str, Any]]) -> UUID:
    """The supplier that all lots of these lines came from. Raises Required where it is not one."""
    lots = [line["lot_id"] for line in given if line.get("lot_id") is not None]
    origins = await origins_of_lots(uow, lots)
    suppliers = {origins[lot].supplier_id if lot in origins else None for lot in lots}
    if len(suppliers) == 1 and (supplier_id := suppliers.pop()) is not None:
        return supplier_id
    raise Required("supplierId")


async def read_lines(
    uow: UnitOfWork, given: Sequence[Mapping[str, Any]], supplier: Row, location_id: UUID
) -> list[dict[str, Any]]:
    """Lines `{"variant", "lot_id", "quantity", "price"}` as columns.

    Of a lot, the variant may be left out, and the quantity: all that lies of it at the location. A
    price left out is that of the receipt that the lot came by, or else what was paid last. Raises
    Invalid, NotFound, Required for what is wrong, TooMany.
    """
    if len(given) > MOST_LINES:
        raise TooMany("lines", most=MOST_LINES)
    lot_ids = [line["lot_id"] for line in given if line.get("lot_id") is not None]
    lots = await rows_by_id(uow, Lot, lot_ids)
    lie = {
        row["lot_id"]: row["quantity"]
        for row in await uow.rows(_LIES, ids=lot_ids, location=location_id)
    }
    variants = await resolve(uow, Variant, [line.get("variant") for line in given])
    reader = _Reader(supplier, variants, lots, lie)
    rows: list[dict[str, Any]] = []
    wrong: list[DomainError] = []
    for at, line in enumerate(given):
        row, refused = reader.read(line)
        wrong += [error.at("lines", at) for error in refused]
        rows.append(row | {"position": at})
    refuse(wrong)
    await _price(uow, rows, supplier)
    return rows


async def write_lines(uow: UnitOfWork, return_id: UUID, lines: Sequence[Mapping[str, Any]]) -> None:
    """Let these be all the lines of a draft."""
    await uow.execute(_CLEAR, return_id=return_id)
    rows = [{"id": new_id(), "return_id": return_id, **line} for line in lines]
    await insert_rows(uow, SupplierReturnLine, rows)


async def write_values(uow: UnitOfWork, values: Mapping[UUID, int]) -> None:
    """Note what the lines had cost when they were shipped."""
    rows = [{"id": line_id, "value_minor": value} for line_id, value in values.items()]
    await uow.execute(_VALUE, rows=rows)


class _Reader:
    """Reads one line after another; no lot of a variant comes twice."""

    def __init__(
        self,
        supplier: Row,
        variants: Mapping[Ref, UUID],
        lots: Mapping[UUID, Row],
        lie: Mapping[UUID, int],
    ) -> None:
        self.supplier = supplier
        self.variants = variants
        self.lots = lots
        self.lie = lie
        self.seen: set[tuple[UUID, UUID | None]] = set()

    def read(self, line: Mapping[str, Any]) -> tuple[dict[str, Any], list[DomainError]]:
        """A line as columns, its price perhaps None; and what is wrong with it."""
        lot_id = line.get("lot_id")
        cleaners = {
            "quantity": whole(1, MOST, required=lot_id is None),
            "price": amount_in(self.supplier["currency"], required=False),
        }
        asked = {"quantity": line.get("quantity"), "price": line.get("price")}
        values, wrong = clean(cleaners, asked)
        try:
            variant_id = self._variant_of(line)
        except DomainError as error:
            return {}, [*wrong, error]
        if (variant_id, lot_id) in self.seen:
            field = "variantId" if lot_id is None else "lotId"
            wrong.append(Invalid(field, en="comes twice", ru="встречается дважды"))
        self.seen.add((variant_id, lot_id))
        if wrong:
            return {}, wrong
        quantity = values["quantity"]
        if quantity is None and lot_id is not None:
            quantity = self.lie.get(lot_id, 0)
        if not quantity:
            return {}, [Invalid("lotId", en="is not there", ru="этой партии там нет")]
        return {
            "variant_id": variant_id,
            "lot_id": lot_id,
            "quantity": quantity,
            "price_minor": values["price"],
        }, []

    def _variant_of(self, line: Mapping[str, Any]) -> UUID:
        """The variant that goes back. Raises Required, NotFound."""
        named: Ref | None = line.get("variant")
        lot_id: UUID | None = line.get("lot_id")
        variant_id = None if named is None else self.variants.get(named)
        if named is not None and variant_id is None:
            raise NotFound("variantId", what="variant")
        if lot_id is not None:
            lot = self.lots.get(lot_id)
            if lot is None or variant_id not in (None, lot["variant_id"]):
                raise NotFound("lotId", what="lot")
            variant_id = lot["variant_id"]
        if variant_id is None:
            raise Required("variantId")
        return variant_id


async def _price(uow: UnitOfWork, rows: Sequence[dict[str, Any]], supplier: Row) -> None:
    """Fill in the prices that were left out. Raises Required, Invalid."""
    unpriced = [row for row in rows if row["price_minor"] is None]
    lots = [row["lot_id"] for row in unpriced if row["lot_id"] is not None]
    of_lots = await origins_of_lots(uow, lots)
    of_variants = await last_bought(uow, supplier["id"], [row["variant_id"] for row in unpriced])
    wrong: list[DomainError] = []
    for row in unpriced:
        for origin in (of_lots.get(row["lot_id"]), of_variants.get(row["variant_id"])):
            if row["price_minor"] is None and _is_from(origin, supplier):
                row["price_minor"] = origin and origin.price_minor
        if row["price_minor"] is None:
            wrong.append(Required("lines", row["position"], "price"))
    refuse(wrong)
    for row in rows:
        if refused := too_much(row["price_minor"], row["quantity"]):
            wrong.append(refused.at("lines", row["position"]))
    refuse(wrong)


def _is_from(origin: Origin | None, supplier: Row) -> bool:
    return origin is not None and (origin.supplier_id, origin.currency) == (
        supplier["id"],
        supplier["currency"],
    )
