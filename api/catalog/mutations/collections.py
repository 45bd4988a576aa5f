"""Changing collections, their rules, and what those made by hand hold."""

from dataclasses import replace
from typing import Any

import strawberry

from api.catalog import kinds
from api.catalog.admin_inputs.shelves import (
    CollectionCreateInput,
    CollectionProductsInput,
    CollectionUpdateInput,
)
from api.catalog.admin_types.shelves import Collection
from api.catalog.mutations.products import BULK_COST, WRITE
from api.inputs import edit_of, ref_of, values
from api.mutation import Outcome, Payload, entity, mutation
from api.references import ExternalIdInput
from api.rows import in_table
from api.scalars import wanted_id
from domain.catalog import tables
from domain.catalog.collections import (
    create_collection,
    delete_collection,
    pick_products,
    update_collection,
)
from tenants.ids import encode_id
from tenants.scope import UnitOfWork

_NAMED = {"brand": kinds.BRAND, "category": kinds.CATEGORY}
"""Fields of conditions whose values are ids."""


@strawberry.type
class CollectionPayload(Payload):
    """The collection as it is now."""

    collection: Collection | None = entity("collection", in_table(tables.Collection))


@strawberry.type
class CollectionDeletePayload(Payload):
    """The id of what is gone."""

    collection_id: strawberry.ID | None


@strawberry.type
class CollectionMutations:
    """Root fields of collections."""

    @mutation(permission=WRITE, returns=CollectionPayload)
    async def collection_create(uow: UnitOfWork, input: CollectionCreateInput) -> Outcome:
        """Make a collection, by hand or by a rule."""
        return {"collection": await create_collection(uow, _with_ids(values(input)))}

    @mutation(permission=WRITE, returns=CollectionPayload)
    async def collection_update(
        uow: UnitOfWork,
        input: CollectionUpdateInput,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Outcome:
        """Change a collection; a new rule is followed at once."""
        edit = edit_of(kinds.COLLECTION, id, external_id, input)
        edit = replace(edit, changes=_with_ids(edit.changes))
        return {"collection": await update_collection(uow, edit)}

    @mutation(permission=WRITE, returns=CollectionDeletePayload)
    async def collection_delete(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Delete a collection; its products stay."""
        ref = ref_of(kinds.COLLECTION, id, external_id)
        gone = await delete_collection(uow, ref, expected_version=expected_version)
        return {"collection_id": encode_id(kinds.COLLECTION, gone)}

    @mutation(permission=WRITE, returns=CollectionPayload, cost=BULK_COST)
    async def collection_products_change(
        uow: UnitOfWork, input: CollectionProductsInput
    ) -> Outcome:
        """Put products into a manual collection, take them out, or set all in their order."""
        return {"collection": await pick_products(uow, **values(input))}


def _with_ids(given: Any) -> dict[str, Any]:
    """The input with the ids in its rule as the domain writes them."""
    changes = dict(given)
    for condition in (changes.get("rule") or {}).get("conditions", ()):
        if kind := _NAMED.get(condition["field"]):
            condition["values"] = [str(wanted_id(one, kind)) for one in condition["values"]]
    return changes
