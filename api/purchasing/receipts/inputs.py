"""Inputs of goods receipts."""

import strawberry
from strawberry import UNSET

from api.catalog import kinds as catalog_kinds
from api.filters import DateTimeFilter, IdFilter, TextFilter, combined, filtered
from api.inputs import ReferenceInput, ScannedCodeInput, reference
from api.purchasing import kinds
from api.purchasing.receipts.types import ExtraCostSpread
from api.references import ExternalIdInput
from api.scalars import Decimal, MoneyInput, Quantity
from api.stock.inputs import LotInput
from api.stock.kinds import LOCATION


@strawberry.input
class GoodsReceiptLineInput:
    """So much of a variant that came; one line for each lot."""

    variant: ReferenceInput = reference(catalog_kinds.VARIANT, required=True)
    quantity: Quantity
    price: MoneyInput | None = strawberry.field(
        default=None,
        description="Of one unit, in the supplier's currency; where left out, that of the order, "
        "or what the supplier offers.",
    )
    lot: LotInput | None = None
    codes: list[ScannedCodeInput] = strawberry.field(
        default_factory=list,
        description="Of goods that are known one by one: those scanned so far, at most as many as "
        "there are pieces.",
    )


@strawberry.input
class ExtraCostInput:
    """What came on top: carriage, customs, loading."""

    title: str
    amount: MoneyInput = strawberry.field(description="In the shop's currency.")
    spread_by: ExtraCostSpread = ExtraCostSpread.VALUE


@strawberry.input
class GoodsReceiptCreateInput:
    """What came: by an order, or without one."""

    order: ReferenceInput | None = reference(kinds.ORDER)
    supplier: ReferenceInput | None = reference(
        kinds.SUPPLIER, description="Without an order alone."
    )
    location: ReferenceInput | None = reference(
        LOCATION, description="Without an order alone; the default location where left out."
    )
    external_id: ExternalIdInput | None = UNSET
    supplier_number: str | None = UNSET
    exchange_rate: Decimal | None = strawberry.field(
        default=UNSET,
        description="What one unit of the supplier's currency is worth in the shop's, where they "
        'differ: "92.4531".',
    )
    note: str | None = UNSET
    lines: list[GoodsReceiptLineInput] | None = strawberry.field(
        default=UNSET, description="Left out: all that the order still lets expect."
    )
    extra_costs: list[ExtraCostInput] = strawberry.field(default_factory=list)
    allow_over: bool = strawberry.field(
        default=False, description="True: more than was ordered is well, too."
    )


@strawberry.input
class GoodsReceiptWhere:
    """Which receipts are wanted; fields side by side must all hold."""

    id: IdFilter | None = filtered(kinds.RECEIPT)
    external_id: TextFilter | None = UNSET
    order_id: IdFilter | None = filtered(kinds.ORDER)
    supplier_id: IdFilter | None = filtered(kinds.SUPPLIER)
    location_id: IdFilter | None = filtered(LOCATION)
    variant_id: IdFilter | None = filtered(catalog_kinds.VARIANT)
    lot_number: TextFilter | None = UNSET
    received_at: DateTimeFilter | None = UNSET
    and_: "list[GoodsReceiptWhere] | None" = combined("and")
    or_: "list[GoodsReceiptWhere] | None" = combined("or")
    not_: "GoodsReceiptWhere | None" = combined("not")
