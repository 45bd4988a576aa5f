"""Making returns to suppliers, and moving them on."""

import strawberry

from api.inputs import edit_of, ref_of, values
from api.mutation import Outcome, Payload, entity, mutation
from api.purchasing import kinds
from api.purchasing.returns.inputs import (
    SupplierReturnCodesInput,
    SupplierReturnCreateInput,
    SupplierReturnUpdateInput,
)
from api.purchasing.returns.types import SupplierReturn
from api.purchasing.suppliers.mutations import WRITE
from api.references import ExternalIdInput
from api.rows import in_table
from domain.purchasing import tables
from domain.purchasing.returns.returns import (
    approve_return,
    cancel_return,
    create_return,
    ship_return,
    update_return,
)
from tenants.scope import UnitOfWork


@strawberry.type
class SupplierReturnPayload(Payload):
    """The return as it is now."""

    supplier_return: SupplierReturn | None = entity(
        "supplier_return", in_table(tables.SupplierReturn)
    )


@strawberry.type
class SupplierReturnMutations:
    """Root fields of returns to suppliers."""

    @mutation(permission=WRITE, returns=SupplierReturnPayload, cost=20)
    async def supplier_return_create(uow: UnitOfWork, input: SupplierReturnCreateInput) -> Outcome:
        """Make a draft, with its number; up to 250 lines.

        Straight from expiringLots or a recalled lot: `lines: [{lotId: "lot_…"}]` is all of it.
        """
        return {"supplier_return": await create_return(uow, values(input))}

    @mutation(permission=WRITE, returns=SupplierReturnPayload, cost=20)
    async def supplier_return_update(
        uow: UnitOfWork,
        input: SupplierReturnUpdateInput,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Outcome:
        """Change a draft; of any other its note and the supplier's number."""
        edit = edit_of(kinds.RETURN, id, external_id, input)
        return {"supplier_return": await update_return(uow, edit)}

    @mutation(permission=WRITE, returns=SupplierReturnPayload)
    async def supplier_return_approve(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Approve a draft: it may be packed."""
        ref = ref_of(kinds.RETURN, id, external_id)
        return {
            "supplier_return": await approve_return(uow, ref, expected_version=expected_version)
        }

    @mutation(permission="inventory:write", returns=SupplierReturnPayload, cost=50, needs_key=True)
    async def supplier_return_ship(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
        codes: list[SupplierReturnCodesInput] | None = None,
    ) -> Outcome:
        """Let the goods of an approved return leave the stock; needs an Idempotency-Key.

        `codes` name the pieces of lines whose goods are known by their codes.
        """
        shipped = await ship_return(
            uow,
            ref_of(kinds.RETURN, id, external_id),
            codes=[(one["line_id"], one["codes"]) for one in map(values, codes or ())],
            expected_version=expected_version,
        )
        return {"supplier_return": shipped}

    @mutation(permission=WRITE, returns=SupplierReturnPayload)
    async def supplier_return_cancel(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Give up a return of which nothing has left; its number stays its own."""
        ref = ref_of(kinds.RETURN, id, external_id)
        return {"supplier_return": await cancel_return(uow, ref, expected_version=expected_version)}
