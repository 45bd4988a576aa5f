"""Changing products: one by one, or up to a hundred at once."""

import strawberry

from api.catalog import kinds
from api.catalog.admin_inputs.products import (
    ProductCreateInput,
    ProductRelatedSetInput,
    ProductsBulkCreateInput,
    ProductsBulkUpdateInput,
    ProductsPublishInput,
    ProductsWithdrawInput,
    ProductUpdateInput,
)
from api.catalog.admin_types.products import Product
from api.inputs import edit_in, edit_of, ref_of, values
from api.mutation import Outcome, Payload, each, entities, entity, mutation
from api.references import ExternalIdInput
from api.scalars import wanted_ids
from domain.bulk import ErrorPolicy
from domain.catalog.entities import Edit
from domain.catalog.products import (
    archive_products,
    create_product,
    create_products,
    delete_products,
    update_product,
    update_products,
)
from domain.catalog.publications import publish_products, withdraw_products
from domain.catalog.queries import products_by_ids
from domain.catalog.relations import set_related
from tenants.ids import encode_id
from tenants.scope import UnitOfWork

WRITE = "products:write"
BULK_COST = 50


@strawberry.type
class ProductPayload(Payload):
    """The product as it is now."""

    product: Product | None = entity("product", products_by_ids)


@strawberry.type
class ProductsPayload(Payload):
    """The products as they are now."""

    products: list[Product] | None = entities("products", products_by_ids)


@strawberry.type
class ProductsBulkPayload(Payload):
    """The products in the order of the input; null for each that was skipped."""

    products: list[Product | None] | None = each("products", products_by_ids)


@strawberry.type
class ProductDeletePayload(Payload):
    """The id of what is gone."""

    product_id: strawberry.ID | None


@strawberry.type
class ProductsDeletePayload(Payload):
    """The ids of what is gone."""

    product_ids: list[strawberry.ID] | None


@strawberry.type
class ProductMutations:
    """Root fields of products."""

    @mutation(permission=WRITE, returns=ProductPayload)
    async def product_create(uow: UnitOfWork, input: ProductCreateInput) -> Outcome:
        """Make a product with its variants."""
        return {"product": await create_product(uow, values(input))}

    @mutation(permission=WRITE, returns=ProductPayload)
    async def product_update(
        uow: UnitOfWork,
        input: ProductUpdateInput,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Outcome:
        """Change a product, named by exactly one of `id` and `externalId`."""
        edit = edit_of(kinds.PRODUCT, id, external_id, input)
        return {"product": await update_product(uow, edit)}

    @mutation(permission=WRITE, returns=ProductPayload)
    async def product_archive(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Take a product off all shelves; orders and links keep what they point to."""
        ref = ref_of(kinds.PRODUCT, id, external_id)
        edit = Edit(ref, {"status": "archived"}, expected_version)
        return {"product": await update_product(uow, edit)}

    @mutation(permission=WRITE, returns=ProductDeletePayload)
    async def product_delete(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Delete a product and all that is its own; refused while it is part of a bundle."""
        ref = ref_of(kinds.PRODUCT, id, external_id)
        (gone,) = await delete_products(uow, [ref], expected_version=expected_version)
        return {"product_id": encode_id(kinds.PRODUCT, gone)}

    @mutation(permission=WRITE, returns=ProductsBulkPayload, cost=BULK_COST)
    async def products_bulk_create(uow: UnitOfWork, input: ProductsBulkCreateInput) -> Outcome:
        """Make up to 100 products, all or those that can be."""
        made = await create_products(
            uow,
            [values(row) for row in input.products],
            policy=ErrorPolicy(input.error_policy.value),
        )
        return {"products": made.ids, "skipped": made.errors}

    @mutation(permission=WRITE, returns=ProductsBulkPayload, cost=BULK_COST)
    async def products_bulk_update(uow: UnitOfWork, input: ProductsBulkUpdateInput) -> Outcome:
        """Change up to 100 products, all or those that can be."""
        made = await update_products(
            uow,
            [edit_in(kinds.PRODUCT, row) for row in input.products],
            policy=ErrorPolicy(input.error_policy.value),
        )
        return {"products": made.ids, "skipped": made.errors}

    @mutation(permission=WRITE, returns=ProductsPayload, cost=BULK_COST)
    async def products_bulk_archive(uow: UnitOfWork, ids: list[strawberry.ID]) -> Outcome:
        """Take up to 100 products off all shelves, all or none."""
        return {"products": await archive_products(uow, wanted_ids(ids, kinds.PRODUCT))}

    @mutation(permission=WRITE, returns=ProductsDeletePayload, cost=BULK_COST)
    async def products_bulk_delete(uow: UnitOfWork, ids: list[strawberry.ID]) -> Outcome:
        """Delete up to 100 products and all that is their own, all or none."""
        gone = await delete_products(uow, wanted_ids(ids, kinds.PRODUCT))
        return {"product_ids": [encode_id(kinds.PRODUCT, one) for one in gone]}

    @mutation(permission=WRITE, returns=ProductsPayload, cost=BULK_COST)
    async def products_publish(uow: UnitOfWork, input: ProductsPublishInput) -> Outcome:
        """Show products in a channel, from one instant until before another."""
        return {"products": await publish_products(uow, **values(input))}

    @mutation(permission=WRITE, returns=ProductsPayload, cost=BULK_COST)
    async def products_withdraw(uow: UnitOfWork, input: ProductsWithdrawInput) -> Outcome:
        """Show products in a channel no more."""
        return {"products": await withdraw_products(uow, **values(input))}

    @mutation(permission=WRITE, returns=ProductPayload)
    async def product_related_set(uow: UnitOfWork, input: ProductRelatedSetInput) -> Outcome:
        """Say which products are shown beside one, by the kind of their relation."""
        return {"product": await set_related(uow, **values(input))}
