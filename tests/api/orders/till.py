"""A shop that sells: its buyers' client at the storefront, its merchant's at the admin's door."""

from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import select

from domain.orders.orders.tables import Order, OrderEntry, OrderLine
from domain.stock.integrity import find_differences
from domain.stock.tables import Location, StockLevel
from tenants.ids import encode_id, new_id
from tests.api.client import Client, make_key
from tests.api.conftest import Desk, TwoDesks
from tests.factories_catalog import P, V, add_products

STOREFRONT: Final = "/storefront/graphql"
MONEY: Final = "{ amount }"
CART: Final = f"""
  cart {{ id name email phone note paymentMethod isOrdered address {{ city }} place {{ title }}
    lines {{ id quantity note attributes {{ name value }} variant {{ sku }}
      price {MONEY} total {MONEY} discount {MONEY} priceTrace {{ step sum {MONEY} }} }}
    deliveryOptions {{ id title price {MONEY} daysFrom daysTo }} delivery {{ id }}
    codes gifts {{ variant {{ sku }} quantity }} points giftCards {{ codeEnd pays {MONEY} }}
    total {MONEY} toPay {MONEY} discount {MONEY} vat {{ rate {{ percent }} amount {MONEY} }}
    problems {{ code message path fix isBlocking available }} }}
"""
ERRORS: Final = """userErrors { code path message
  ... on CartProblemError { problem fix available } }"""
BOUGHT: Final = f"""
  id number state paymentMethod name phone total {MONEY} toPay {MONEY} payUntil
  points earnedPoints byGiftCards {MONEY}
  lines {{ id title sku quantity total {MONEY} handedOver returned
           positions {{ quantity price {MONEY} sum {MONEY} }} }}
"""
CREATE: Final = f"""mutation ($input: CartCreateInput!) {{
  cartCreate(input: $input) {{ token {CART} {ERRORS} }} }}"""
ADD: Final = f"""mutation ($input: CartLinesAddInput!) {{
  cartLinesAdd(input: $input) {{ {CART} {ERRORS} }} }}"""
SET: Final = f"""mutation ($input: CartLinesSetInput!) {{
  cartLinesSet(input: $input) {{ {CART} {ERRORS} }} }}"""
UPDATE: Final = f"""mutation ($input: CartUpdateInput!) {{
  cartUpdate(input: $input) {{ {CART} {ERRORS} }} }}"""
COMPLETE: Final = f"""mutation ($input: CheckoutCompleteInput!) {{
  checkoutComplete(input: $input) {{ order {{ {BOUGHT} }} {ERRORS} }} }}"""
LOOK: Final = f"query ($token: String!) {{ cart: cart(token: $token) {{ {CART.strip()[6:-1]} }} }}"
ORDER_BY_TOKEN: Final = f"query ($token: String!) {{ order(token: $token) {{ {BOUGHT} }} }}"
ORDER: Final = f"""
  id number state source version revision allowedActions paymentMethod cancelReason
  total {MONEY} due {MONEY} paid {MONEY} refunded {MONEY} toPay {MONEY} toRefund {MONEY}
  byGiftCards {MONEY} points earnedPoints
  hold {{ state }} history {{ type }} entries {{ kind amount {MONEY} reason by }}
  revisions {{ number amount {MONEY} }}
  lines {{ id sku quantity total {MONEY} handedOver returned }}
"""
ADMIN_ORDER: Final = f"query ($id: ID!) {{ order(id: $id) {{ {ORDER} }} }}"
BUYER: Final = {"name": "Анна", "phone": "8 (916) 123-45-67"}
ADDRESS: Final = {
    "country": "RU",
    "city": "Тверь",
    "street": "Советская, 1",
    "postalCode": "170100",
}


@dataclass
class Till:
    """A desk with a buyer before it."""

    desk: Desk
    buyer: Client

    def of(self, sku: str) -> str:
        return encode_id("var", self.desk.shop.variants[sku])

    def line(self, sku: str, quantity: str = "1", **more: Any) -> dict[str, Any]:
        return {"variantId": self.of(sku), "quantity": quantity, **more}

    async def ask(self, text: str, **input: Any) -> Any:
        """What the buyer is answered to a document's only field."""
        (payload,) = (await self.buyer.ask(text, input=input)).values()
        return payload

    async def ask_keyed(self, text: str, **input: Any) -> Any:
        """The same, under an Idempotency-Key of its own."""
        headers = {**self.buyer.headers, "Idempotency-Key": str(new_id())}
        buyer = replace(self.buyer, headers=headers)
        return await replace(self, buyer=buyer).ask(text, **input)

    async def look(self, token: str) -> Any:
        return (await self.buyer.ask(LOOK, token=token))["cart"]

    async def fill(self, *lines: dict[str, Any], **details: Any) -> tuple[str, Any]:
        """A cart that can be ordered, unless `details` say otherwise: its token, and itself."""
        said = {**BUYER, "address": ADDRESS, "paymentMethod": "ON_HAND_OVER", **details}
        made = await self.ask(CREATE, lines=list(lines), **said)
        assert made["userErrors"] == [], made["userErrors"]
        return made["token"], made["cart"]

    async def complete(self, token: str, total: str, to_pay: str | None = None) -> Any:
        left = None if to_pay is None else roubles(to_pay)
        return await self.ask(COMPLETE, token=token, total=roubles(total), toPay=left)

    async def order(self, *lines: dict[str, Any], **details: Any) -> Any:
        """An order of these, as its buyer sees it."""
        token, cart = await self.fill(*lines, **details)
        ordered = await self.complete(token, cart["total"]["amount"])
        assert ordered["userErrors"] == [], ordered["userErrors"]
        return {**ordered["order"], "token": token}

    async def seen(self, order_id: str) -> Any:
        """An order as its merchant sees it."""
        return (await self.desk.admin.ask(ADMIN_ORDER, id=order_id))["order"]

    async def do(self, text: str, *, key: str | None = None, **variables: Any) -> Any:
        """What staff are answered, under an Idempotency-Key."""
        client = self.desk.keyed(key or str(new_id()))
        (payload,) = (await client.ask(text, **variables)).values()
        return payload

    async def levels(self) -> dict[str, tuple[int, int]]:
        """On hand and reserved by SKU, in thousandths, over all places."""
        skus = {variant_id: sku for sku, variant_id in self.desk.shop.variants.items()}
        found: dict[str, tuple[int, int]] = {}
        for row in await self.desk.shop.scope.reading.rows(select(StockLevel)):
            before = found.get(skus[row["variant_id"]], (0, 0))
            more = (row["on_hand"], row["reserved"])
            found[skus[row["variant_id"]]] = (before[0] + more[0], before[1] + more[1])
        return found

    async def rows(self, table: Any) -> list[Any]:
        return await self.desk.shop.scope.reading.rows(select(table))

    async def check(self) -> None:
        """Sums are those of their entries and lines; stock is that of its ledger."""
        assert await find_differences(self.desk.shop.scope.reading) == []
        entries, lines = await self.rows(OrderEntry), await self.rows(OrderLine)
        for order in await self.rows(Order):
            own = [one for one in entries if one["order_id"] == order["id"]]
            for kind in ("due", "paid", "refunded"):
                entered = sum(one["amount_minor"] for one in own if one["kind"] == kind)
                assert entered == order[f"{kind}_minor"], kind
            by_cards = dict.fromkeys(("paid", "refunded"), 0)
            for one in own:
                if one["by"] == "gift_card":
                    by_cards[one["kind"]] += one["amount_minor"]
            assert order["cards_minor"] <= by_cards["paid"] - by_cards["refunded"]
            sold = [one for one in lines if one["order_id"] == order["id"]]
            assert order["total_minor"] == sum(one["total_minor"] for one in sold)


@dataclass
class TwoTills:
    ours: Till
    neighbour: Till


def roubles(amount: str, currency: str = "RUB") -> dict[str, str]:
    return {"amount": amount, "currencyCode": currency}


def problems(cart: Any) -> list[tuple[str, str]]:
    """Codes and paths of a cart's problems."""
    return [(one["code"], ".".join(one["path"])) for one in cart["problems"]]


async def make_tills(desks: TwoDesks) -> TwoTills:
    async def till(desk: Desk) -> Till:
        await add_products(
            desk.shop,
            P("Чай", [V("TEA", 333_33, stock=10_000)]),
            P("Мёд", [V("HONEY", 500_00, stock=10_000)]),
            P("Чашка", [V("CUP", 100_50, stock=10_000)]),
            P("Орехи", [V("NUTS", 45_00, stock=10_000)]),
            P("Варенье", [V("JAM", 210_00, stock=10_000)]),
            P("Подарок", [V("SET", 700_00, stock=None, parts={"TEA": 2_000, "CUP": 1_000})]),
        )
        async with desk.shop.scope.writing("test") as uow:
            await uow.add(Location, title="Лавка", code="shop", kind="store", priority=-1)
        key = await make_key(desk.platform_pool, desk.shop.scope.tenant_id, "publishable")
        return Till(desk, Client(desk.admin.app, key, STOREFRONT))

    return TwoTills(await till(desks.ours), await till(desks.neighbour))
