"""Cards that may be one person's, merged and parted again."""

from collections.abc import Sequence
from typing import Any, cast

import strawberry

from api.context import Info, RequestContext
from api.customers import kinds
from api.customers.mutations import WRITE, CustomerPayload
from api.customers.types import CUSTOMER_READ, Customer
from api.customers.words import ContactKind
from api.engine.fields import batch, column, root
from api.inputs import ReferenceInput, ref, ref_of, reference
from api.mutation import Outcome, mutation
from api.references import ExternalIdInput
from domain.customers import tables
from domain.customers.merging.duplicates import MOST_SHOWN, list_duplicates
from domain.customers.merging.merging import merge_customers, unmerge_customer
from domain.row_sets import rows_by_id
from tenants.scope import UnitOfWork

DUPLICATES_COST = 50


async def _cards(parents: Sequence[Any], context: RequestContext) -> list[list[Any]]:
    ids = list({one for parent in parents for one in parent["ids"]})
    found = await rows_by_id(context.reading, tables.Customer, ids)
    return [[found[one] for one in parent["ids"] if one in found] for parent in parents]


@strawberry.type
class SharedContact:
    """A phone or an address that several cards have: they may be one person's, or a family's."""

    kind: ContactKind
    value: str = column("key")
    customers: list[Customer] = batch(_cards, description="The first card first.")


@strawberry.input
class CustomersMergeInput:
    """Two cards of one person: all that `merged` has becomes what `kept` has."""

    kept: ReferenceInput = reference(kinds.CUSTOMER, required=True)
    merged: ReferenceInput = reference(kinds.CUSTOMER, required=True)


@strawberry.type
class MergingQueries:
    """Root fields of cards that may be one person's."""

    @root(permission=CUSTOMER_READ, cost=DUPLICATES_COST, items=MOST_SHOWN)
    async def customer_duplicates(self, info: Info) -> list[SharedContact]:
        """Phones and addresses that several cards have; the first 50. Merge some, and ask again."""
        return cast(list[SharedContact], await list_duplicates(info.context.reading))


@strawberry.type
class MergingMutations:
    """Root fields of merging."""

    @mutation(permission=WRITE, returns=CustomerPayload, cost=50)
    async def customers_merge(uow: UnitOfWork, input: CustomersMergeInput) -> Outcome:
        """Merge two cards into the one that is kept; the other stays as a signpost to it.

        Consents stay with the card that they were given on. `customerUnmerge` undoes it.
        """
        kept = await merge_customers(
            uow, kept=ref(input.kept, kinds.CUSTOMER), merged=ref(input.merged, kinds.CUSTOMER)
        )
        return {"customer": kept}

    @mutation(permission=WRITE, returns=CustomerPayload, cost=50)
    async def customer_unmerge(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Outcome:
        """Part a card from the one that it was merged into; what it had goes back to it."""
        return {"customer": await unmerge_customer(uow, ref_of(kinds.CUSTOMER, id, external_id))}
