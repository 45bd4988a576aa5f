"""The buyer's cart, from its first line to the order."""

import strawberry

from api.context import RequestContext
from api.inputs import values
from api.merchants.callers import reception_of, seen_of
from api.mutation import Outcome, Payload, entity, mutation, unscoped_mutation
from api.orders.carts.inputs import (
    CartCreateInput,
    CartGiftCardAddInput,
    CartGiftCardRemoveInput,
    CartLinesAddInput,
    CartLinesSetInput,
    CartPointsSetInput,
    CartUpdateInput,
    CheckoutCompleteInput,
    OrderRepeatInput,
    line_changes,
    new_lines,
)
from api.orders.carts.types import Cart, cart_entity
from api.orders.orders.storefront_types import Order
from domain.orders.carts.carts import begin_cart, change_cart, lock_open_cart
from domain.orders.carts.joining import join_cart
from domain.orders.carts.lines import add_lines, set_lines
from domain.orders.carts.paying import remove_card, set_points
from domain.orders.carts.repeating import order_of_buyer, repeat_order
from domain.orders.carts.trying_cards import try_card
from domain.orders.checkout.checkout import complete_checkout
from domain.orders.orders.lists import orders_by_ids
from tenants.scope import UnitOfWork

PERMISSION = "storefront"
MINE = "customer"


@strawberry.type
class CartPayload(Payload):
    """The cart as it is now, priced anew."""

    cart: Cart | None = cart_entity()


@strawberry.type
class CartCreatePayload(CartPayload):
    """The new cart, and what opens it."""

    token: str | None = strawberry.field(
        description="Keep it: nothing else opens the cart, and its order. It is told once."
    )


@strawberry.type
class CheckoutPayload(Payload):
    """The order; or each problem that is in its way, as a CartProblemError."""

    order: Order | None = entity("order", orders_by_ids)


@strawberry.type
class CartMutations:
    """Root fields of carts."""

    @mutation(permission=PERMISSION, returns=CartCreatePayload, shown_once=("token",), cost=20)
    async def cart_create(uow: UnitOfWork, input: CartCreateInput) -> Outcome:
        """Begin a cart, with its first lines and all that is known of the buyer."""
        given = values(input)
        given.pop("lines")
        cart_id, token = await begin_cart(uow, given)
        if input.lines:
            await add_lines(uow, cart_id, new_lines(input.lines))
        return {"cart": cart_id, "token": token}

    @mutation(permission=PERMISSION, returns=CartPayload, cost=20)
    async def cart_lines_add(uow: UnitOfWork, input: CartLinesAddInput) -> Outcome:
        """Put goods into a cart; of those that are there already with the same words, more."""
        cart = await lock_open_cart(uow, input.token)
        await add_lines(uow, cart["id"], new_lines(input.lines))
        return {"cart": cart["id"]}

    @mutation(permission=PERMISSION, returns=CartPayload, cost=20)
    async def cart_lines_set(uow: UnitOfWork, input: CartLinesSetInput) -> Outcome:
        """Change lines of a cart; quantity 0 takes one away."""
        cart = await lock_open_cart(uow, input.token)
        await set_lines(uow, cart["id"], line_changes(input.lines))
        return {"cart": cart["id"]}

    @mutation(permission=PERMISSION, returns=CartPayload, cost=20)
    async def cart_update(uow: UnitOfWork, input: CartUpdateInput) -> Outcome:
        """Say who buys, where the goods go, how they are paid."""
        given = values(input)
        cart = await lock_open_cart(uow, given.pop("token"))
        await change_cart(uow, cart, given)
        return {"cart": cart["id"]}

    @unscoped_mutation(permission=PERMISSION, returns=CartPayload, cost=20)
    async def cart_gift_card_add(context: RequestContext, input: CartGiftCardAddInput) -> Outcome:
        """Let a gift card pay, behind those that do already; what is wrong with it is a problem.

        Codes that no card has are counted, and after some of them no more are looked at.
        """
        context.needs_open()
        reception, seen = reception_of(context), seen_of(context)
        cart_id = await try_card(reception, context.scope, input.token, input.code, seen=seen)
        return {"cart": cart_id}

    @mutation(permission=PERMISSION, returns=CartPayload, cost=20)
    async def cart_gift_card_remove(uow: UnitOfWork, input: CartGiftCardRemoveInput) -> Outcome:
        """Let a gift card not pay for a cart."""
        cart = await lock_open_cart(uow, input.token)
        await remove_card(uow, cart, input.code_end)
        return {"cart": cart["id"]}

    @mutation(permission=PERMISSION, returns=CartPayload, cost=20)
    async def cart_points_set(uow: UnitOfWork, input: CartPointsSetInput) -> Outcome:
        """Let bonus points lower a cart's prices: so many, or as many as the customer has and as
        his level may pay with. He has to be signed in, or it is a problem."""
        cart = await lock_open_cart(uow, input.token)
        await set_points(uow, cart, input.points)
        return {"cart": cart["id"]}

    @mutation(permission=MINE, returns=CartCreatePayload, shown_once=("token",), cost=20)
    async def cart_join(uow: UnitOfWork, token: str | None = None) -> Outcome:
        """Make the cart of this token the signed-in customer's own, with what he had left in it
        before: lines are summed, codes and cards are kept. Each token that was joined opens it from
        then on, while he is signed in; without a token a new one is answered.
        """
        cart_id, told = await join_cart(uow, token)
        return {"cart": cart_id, "token": told}

    @mutation(permission=PERMISSION, returns=CartCreatePayload, shown_once=("token",), cost=20)
    async def order_repeat(uow: UnitOfWork, input: OrderRepeatInput) -> Outcome:
        """Put the goods of an order into a cart once more; those that are sold no more are told in
        userErrors, and the others are there.
        """
        given = values(input)
        order = await order_of_buyer(uow, token=input.order_token, order_id=given.get("order_id"))
        token = None
        if input.cart_token is None:
            cart_id, token = await begin_cart(uow, {})
        else:
            cart_id = (await lock_open_cart(uow, input.cart_token))["id"]
        left = await repeat_order(uow, order, cart_id)
        return {"cart": cart_id, "token": token, "skipped": left}

    @mutation(permission=PERMISSION, returns=CheckoutPayload, cost=50)
    async def checkout_complete(uow: UnitOfWork, input: CheckoutCompleteInput) -> Outcome:
        """Order what is in the cart, all of it or nothing. Sent again, it answers with the order.

        The cart itself is its key: it becomes one order, however often and at once it is sent.
        """
        return {"order": await complete_checkout(uow, **values(input))}
