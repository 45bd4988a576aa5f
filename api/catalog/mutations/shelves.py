"""Changing what products stand on: categories and brands."""

import strawberry

from api.catalog import kinds
from api.catalog.admin_inputs.shelves import (
    BrandCreateInput,
    BrandUpdateInput,
    CategoryCreateInput,
    CategoryMoveInput,
    CategoryUpdateInput,
)
from api.catalog.admin_types.shelves import Brand, Category
from api.catalog.mutations.products import WRITE
from api.inputs import edit_of, ref_of, values
from api.mutation import Outcome, Payload, entity, mutation
from api.references import ExternalIdInput
from api.rows import in_table
from domain.catalog import tables
from domain.catalog.brands import create_brand, delete_brand, update_brand
from domain.catalog.categories import create_category, delete_category, update_category
from tenants.ids import encode_id
from tenants.scope import UnitOfWork


@strawberry.type
class CategoryPayload(Payload):
    """The category as it is now."""

    category: Category | None = entity("category", in_table(tables.Category))


@strawberry.type
class CategoryDeletePayload(Payload):
    """The id of what is gone."""

    category_id: strawberry.ID | None


@strawberry.type
class BrandPayload(Payload):
    """The brand as it is now."""

    brand: Brand | None = entity("brand", in_table(tables.Brand))


@strawberry.type
class BrandDeletePayload(Payload):
    """The id of what is gone."""

    brand_id: strawberry.ID | None


@strawberry.type
class ShelfMutations:
    """Root fields of categories and brands."""

    @mutation(permission=WRITE, returns=CategoryPayload)
    async def category_create(uow: UnitOfWork, input: CategoryCreateInput) -> Outcome:
        """Make a category under another, or a root."""
        return {"category": await create_category(uow, values(input))}

    @mutation(permission=WRITE, returns=CategoryPayload)
    async def category_update(
        uow: UnitOfWork,
        input: CategoryUpdateInput,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Outcome:
        """Change a category's own fields."""
        edit = edit_of(kinds.CATEGORY, id, external_id, input)
        return {"category": await update_category(uow, edit)}

    @mutation(permission=WRITE, returns=CategoryDeletePayload)
    async def category_delete(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Delete a category that has none below it; its products are filed elsewhere or nowhere."""
        ref = ref_of(kinds.CATEGORY, id, external_id)
        gone = await delete_category(uow, ref, expected_version=expected_version)
        return {"category_id": encode_id(kinds.CATEGORY, gone)}

    @mutation(permission=WRITE, returns=CategoryPayload)
    async def category_move(
        uow: UnitOfWork,
        input: CategoryMoveInput,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Outcome:
        """Hang a category, with all below it, under another; refused below itself."""
        edit = edit_of(kinds.CATEGORY, id, external_id, input)
        return {"category": await update_category(uow, edit)}

    @mutation(permission=WRITE, returns=BrandPayload)
    async def brand_create(uow: UnitOfWork, input: BrandCreateInput) -> Outcome:
        """Make a brand; two cannot differ in capitals alone."""
        return {"brand": await create_brand(uow, values(input))}

    @mutation(permission=WRITE, returns=BrandPayload)
    async def brand_update(
        uow: UnitOfWork,
        input: BrandUpdateInput,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Outcome:
        """Change a brand."""
        edit = edit_of(kinds.BRAND, id, external_id, input)
        return {"brand": await update_brand(uow, edit)}

    @mutation(permission=WRITE, returns=BrandDeletePayload)
    async def brand_delete(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Delete a brand; refused while products have it."""
        ref = ref_of(kinds.BRAND, id, external_id)
        gone = await delete_brand(uow, ref, expected_version=expected_version)
        return {"brand_id": encode_id(kinds.BRAND, gone)}
