"""What buyers do with drafts: they accept what a link shows, and ask for one by a click."""

import strawberry

from api.catalog.kinds import VARIANT
from api.context import RequestContext
from api.customers.kinds import CONSENT_TEXT
from api.inputs import reference, values
from api.merchants.callers import reception_of, seen_of
from api.mutation import Outcome, Payload, entity, mutation
from api.orders.carts.queries import PERMISSION
from api.orders.orders.storefront_types import Order
from api.orders.words import PaymentMethod
from api.scalars import MoneyInput, Quantity, wanted_id
from domain.orders.drafts.one_click import Asked, count_click, order_by_click
from domain.orders.drafts.placing import accept_draft
from domain.orders.orders.lists import orders_by_ids
from tenants.scope import UnitOfWork


@strawberry.input
class OrderDraftAcceptInput:
    """Which draft is accepted, and for how much: what the buyer has been shown."""

    token: str = strawberry.field(description="What the link carries.")
    total: MoneyInput
    payment_method: PaymentMethod | None = strawberry.field(
        default=None, description="Where the shop has left it open."
    )


@strawberry.input
class OneClickOrderCreateInput:
    """Whom to call about what."""

    phone: str = strawberry.field(description="As people write it.")
    variant_id: strawberry.ID = reference(VARIANT, required=True)
    consent_text_id: strawberry.ID = strawberry.field(
        description="The text of purpose PERSONAL_DATA that stood beside the box that was ticked."
    )
    quantity: Quantity = Quantity(1_000)
    name: str | None = None


@strawberry.type
class OrderDraftAcceptPayload(Payload):
    """The order; the link's token opens it."""

    order: Order | None = entity("order", orders_by_ids)


@strawberry.type
class OneClickOrderPayload(Payload):
    """What was asked for; the shop calls back. No more is told, for a phone proves nothing."""

    number: str | None = strawberry.field(description="That of the draft, for people.")


async def counted(context: RequestContext, input: OneClickOrderCreateInput) -> None:
    """The click is counted before it is looked at, and stays so whatever becomes of it."""
    reception, tenant_id = reception_of(context), context.scope.tenant_id
    await count_click(reception, tenant_id, input.phone, seen_of(context))


@strawberry.type
class OrderDraftWindowMutations:
    """Root fields of drafts for buyers."""

    @mutation(permission=PERMISSION, returns=OrderDraftAcceptPayload, cost=50)
    async def order_draft_accept(uow: UnitOfWork, input: OrderDraftAcceptInput) -> Outcome:
        """Order what a link shows. Sent again, it answers with the order."""
        given = values(input)
        order_id = await accept_draft(uow, given["token"], given["total"], given["payment_method"])
        return {"order": order_id}

    @mutation(permission=PERMISSION, returns=OneClickOrderPayload, before=counted, cost=50)
    async def one_click_order_create(
        uow: UnitOfWork, counted: None, input: OneClickOrderCreateInput
    ) -> Outcome:
        """Ask the shop to call back about goods, which are kept as long as a cart's.

        The same asked again, while it waits, is the same. How often is limited per phone, per
        network and per shop: more than that is TOO_MANY.
        """
        asked = Asked(
            input.phone,
            input.name,
            wanted_id(input.variant_id, VARIANT),
            input.quantity,
            wanted_id(input.consent_text_id, CONSENT_TEXT),
        )
        return {"number": str(await order_by_click(uow, asked))}
