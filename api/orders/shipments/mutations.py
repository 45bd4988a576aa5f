"""Changing carriers, filling their pools, and having parcels carried."""

import strawberry

from api.inputs import ReferenceInput, edit_of, ref, values
from api.mutation import Outcome, Payload, entity, mutation
from api.orders import kinds
from api.orders.delivery.mutations import WRITE as SETTINGS_WRITE
from api.orders.hand_overs.mutations import HandOverPayload
from api.orders.orders.mutations import WRITE
from api.orders.shipments.inputs import (
    CarrierCreateInput,
    CarrierUpdateInput,
    TrackingNumbersAddInput,
)
from api.orders.shipments.types import Carrier, Shipment
from api.references import ExternalIdInput
from api.rows import in_table
from api.scalars import wanted_id
from domain.orders import tables
from domain.orders.shipments.carriers import create_carrier, update_carrier
from domain.orders.shipments.lists import shipments_by_ids
from domain.orders.shipments.numbers import add_numbers
from domain.orders.shipments.shipments import book_shipment, retry_shipment
from tenants.scope import UnitOfWork


@strawberry.type
class CarrierPayload(Payload):
    """The carrier as it is now."""

    carrier: Carrier | None = entity("carrier", in_table(tables.Carrier))


@strawberry.type
class ShipmentPayload(Payload):
    """The shipment as it is now."""

    shipment: Shipment | None = entity("shipment", shipments_by_ids)


@strawberry.type
class ShipmentMutations:
    """Root fields of carriers and shipments."""

    @mutation(permission=SETTINGS_WRITE, returns=CarrierPayload)
    async def carrier_create(uow: UnitOfWork, input: CarrierCreateInput) -> Outcome:
        """Make a carrier."""
        return {"carrier": await create_carrier(uow, values(input))}

    @mutation(permission=SETTINGS_WRITE, returns=CarrierPayload)
    async def carrier_update(
        uow: UnitOfWork,
        input: CarrierUpdateInput,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Outcome:
        """Change a carrier, or put it to rest; what it carries already goes on."""
        edit = edit_of(kinds.CARRIER, id, external_id, input)
        return {"carrier": await update_carrier(uow, edit)}

    @mutation(permission=SETTINGS_WRITE, returns=CarrierPayload)
    async def tracking_numbers_add(uow: UnitOfWork, input: TrackingNumbersAddInput) -> Outcome:
        """Put a range of numbers into a carrier's pool. No number is in two ranges of the shop."""
        given = values(input)
        return {"carrier": await add_numbers(uow, given.pop("carrier"), given)}

    @mutation(permission=WRITE, returns=HandOverPayload, cost=20)
    async def hand_over_book(
        uow: UnitOfWork, id: strawberry.ID, carrier: ReferenceInput
    ) -> Outcome:
        """Have a carrier take a hand-over that has none yet. A worker asks him; he is asked once,
        however often that takes."""
        hand_over_id = wanted_id(id, kinds.HAND_OVER)
        by = ref(carrier, kinds.CARRIER)
        return {"hand_over": await book_shipment(uow, hand_over_id, by)}

    @mutation(permission=WRITE, returns=ShipmentPayload, cost=20)
    async def shipment_retry(uow: UnitOfWork, id: strawberry.ID) -> Outcome:
        """Ask the carrier again what he did not do."""
        return {"shipment": await retry_shipment(uow, wanted_id(id, kinds.SHIPMENT))}
