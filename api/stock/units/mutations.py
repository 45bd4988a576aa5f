"""Scanning pieces where they lie, and taking back into stock what buyers brought."""

import strawberry
from strawberry import UNSET

from api.catalog import kinds as catalog_kinds
from api.inputs import ReferenceInput, ScannedCodeInput, ref, reference, scanned
from api.mutation import Outcome, Payload, each, mutation
from api.rows import in_table
from api.scalars import wanted_id
from api.stock import kinds
from api.stock.units.types import StockUnit
from domain.stock import tables
from domain.stock.units.scans import accept_units, scan_units
from tenants.scope import UnitOfWork

WRITE = "inventory:write"


@strawberry.input
class StockUnitsScanInput:
    """Codes of up to 250 pieces of a variant that lie at a location, and have none yet."""

    variant: ReferenceInput = reference(catalog_kinds.VARIANT, required=True)
    location: ReferenceInput = reference(kinds.LOCATION, required=True)
    lot_id: strawberry.ID | None = strawberry.field(
        default=UNSET, description="Needed where pieces of several lots have no code."
    )
    codes: list[ScannedCodeInput]


@strawberry.input
class StockUnitsAcceptInput:
    """Codes of up to 250 pieces that were brought back, and looked at."""

    codes: list[ScannedCodeInput]


@strawberry.type
class StockUnitsPayload(Payload):
    """The pieces in the order of their codes."""

    units: list[StockUnit | None] | None = each("units", in_table(tables.StockUnit))


@strawberry.type
class StockUnitMutations:
    """Root fields of units."""

    @mutation(permission=WRITE, returns=StockUnitsPayload, cost=50)
    async def stock_units_scan(uow: UnitOfWork, input: StockUnitsScanInput) -> Outcome:
        """Let pieces that are there be known by their codes, all of them or none.

        How much there is stays as it is.
        """
        made = await scan_units(
            uow,
            variant=ref(input.variant, catalog_kinds.VARIANT),
            location=ref(input.location, kinds.LOCATION),
            codes=scanned(input.codes),
            lot_id=wanted_id(input.lot_id, kinds.LOT) if input.lot_id else None,
        )
        return {"units": made}

    @mutation(permission=WRITE, returns=StockUnitsPayload, cost=50)
    async def stock_units_accept(uow: UnitOfWork, input: StockUnitsAcceptInput) -> Outcome:
        """Let pieces that are RETURNED be sold again, all of them or none."""
        return {"units": await accept_units(uow, scanned(input.codes))}
