"""Changing price lists and prices."""

import strawberry

from api.catalog import kinds as catalog_kinds
from api.catalog.admin_types.variants import Variant
from api.inputs import edit_of, minor, ref, ref_of, values
from api.mutation import Outcome, Payload, each, entity, mutation
from api.pricing import kinds
from api.pricing.inputs import PriceListCreateInput, PriceListUpdateInput, PricesSetInput
from api.pricing.types import PriceList
from api.references import ExternalIdInput
from api.rows import in_table
from domain.bulk import ErrorPolicy
from domain.catalog.queries import variants_by_ids
from domain.pricing import tables
from domain.pricing.price_lists import create_price_list, delete_price_list, update_price_list
from domain.pricing.prices import PriceChange, set_prices
from tenants.ids import encode_id
from tenants.scope import UnitOfWork

WRITE = "prices:write"


@strawberry.type
class PriceListPayload(Payload):
    """The price list as it is now."""

    price_list: PriceList | None = entity("price_list", in_table(tables.PriceList))


@strawberry.type
class PriceListDeletePayload(Payload):
    """The id of what is gone."""

    price_list_id: strawberry.ID | None


@strawberry.type
class PricesSetPayload(Payload):
    """The variants in the order of the input; null for each price that was skipped."""

    variants: list[Variant | None] | None = each("variants", variants_by_ids)


@strawberry.type
class PricingMutations:
    """Root fields of price lists and prices."""

    @mutation(permission=WRITE, returns=PriceListPayload)
    async def price_list_create(uow: UnitOfWork, input: PriceListCreateInput) -> Outcome:
        """Make a price list; the shop's first is the default one."""
        return {"price_list": await create_price_list(uow, values(input, currency_code="currency"))}

    @mutation(permission=WRITE, returns=PriceListPayload)
    async def price_list_update(
        uow: UnitOfWork,
        input: PriceListUpdateInput,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Outcome:
        """Change a price list; its currency is for good."""
        edit = edit_of(kinds.PRICE_LIST, id, external_id, input)
        return {"price_list": await update_price_list(uow, edit)}

    @mutation(permission=WRITE, returns=PriceListDeletePayload)
    async def price_list_delete(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Delete a price list with its prices, unless it is the default one."""
        ref = ref_of(kinds.PRICE_LIST, id, external_id)
        gone = await delete_price_list(uow, ref, expected_version=expected_version)
        return {"price_list_id": encode_id(kinds.PRICE_LIST, gone)}

    @mutation(permission=WRITE, returns=PricesSetPayload, cost=50)
    async def prices_set(uow: UnitOfWork, input: PricesSetInput) -> Outcome:
        """Set or take away up to 100 prices of one list, all or those that can be."""
        changes = [
            PriceChange(
                ref(one.variant, catalog_kinds.VARIANT),
                minor(one.amount, "prices", at, "amount"),
                minor(one.compare_at, "prices", at, "compareAt"),
                one.min_quantity,
                tuple(each.currency_code for each in (one.amount, one.compare_at) if each),
            )
            for at, one in enumerate(input.prices)
        ]
        made = await set_prices(
            uow,
            price_list=ref(input.price_list, kinds.PRICE_LIST),
            changes=changes,
            policy=ErrorPolicy(input.error_policy.value),
        )
        return {"variants": made.ids, "skipped": made.errors}
