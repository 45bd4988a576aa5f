"""Changing suppliers, and what they offer."""

import strawberry

from api.inputs import edit_of, ref, ref_of, values
from api.mutation import Outcome, Payload, each, entity, mutation
from api.purchasing import kinds
from api.purchasing.suppliers.inputs import (
    SupplierCreateInput,
    SupplierOffersSetInput,
    SupplierUpdateInput,
)
from api.purchasing.suppliers.types import Supplier, SupplierOffer
from api.references import ExternalIdInput
from api.rows import in_table
from domain.bulk import ErrorPolicy
from domain.purchasing import tables
from domain.purchasing.offers import offers_by_ids, set_offers
from domain.purchasing.suppliers import create_supplier, delete_supplier, update_supplier
from tenants.ids import encode_id
from tenants.scope import UnitOfWork

WRITE = "purchasing:write"


@strawberry.type
class SupplierPayload(Payload):
    """The supplier as it is now."""

    supplier: Supplier | None = entity("supplier", in_table(tables.Supplier))


@strawberry.type
class SupplierDeletePayload(Payload):
    """The id of what is gone."""

    supplier_id: strawberry.ID | None


@strawberry.type
class SupplierOffersPayload(Payload):
    """The offers in the order of the input; null for each that was skipped, or taken away."""

    offers: list[SupplierOffer | None] | None = each("offers", offers_by_ids)


@strawberry.type
class SupplierMutations:
    """Root fields of suppliers."""

    @mutation(permission=WRITE, returns=SupplierPayload)
    async def supplier_create(uow: UnitOfWork, input: SupplierCreateInput) -> Outcome:
        """Make a supplier."""
        given = values(input, currency_code="currency")
        return {"supplier": await create_supplier(uow, given)}

    @mutation(permission=WRITE, returns=SupplierPayload)
    async def supplier_update(
        uow: UnitOfWork,
        input: SupplierUpdateInput,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Outcome:
        """Change a supplier."""
        edit = edit_of(kinds.SUPPLIER, id, external_id, input)
        return {"supplier": await update_supplier(uow, edit)}

    @mutation(permission=WRITE, returns=SupplierDeletePayload)
    async def supplier_delete(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Delete a supplier with its offers; refused once anything was bought of it."""
        ref = ref_of(kinds.SUPPLIER, id, external_id)
        gone = await delete_supplier(uow, ref, expected_version=expected_version)
        return {"supplier_id": encode_id(kinds.SUPPLIER, gone)}

    @mutation(permission=WRITE, returns=SupplierOffersPayload, cost=50)
    async def supplier_offers_set(uow: UnitOfWork, input: SupplierOffersSetInput) -> Outcome:
        """Write down up to 100 offers as a supplier tells them now: all, or those that can be."""
        made = await set_offers(
            uow,
            supplier=ref(input.supplier, kinds.SUPPLIER),
            offers=[values(one) for one in input.offers],
            policy=ErrorPolicy(input.error_policy.value),
        )
        return {"offers": made.ids, "skipped": made.errors}
