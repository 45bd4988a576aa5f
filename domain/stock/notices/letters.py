"""Letters to buyers who waited: what is back, where, and how to hear no more of such things."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

from sqlalchemy import bindparam, select

from domain.catalog.window import find_product
from domain.catalog.window_texts import Window
from domain.catalog.window_variants import variants_by_ids
from domain.courses import Course
from domain.mail.letters import back_in_stock
from domain.merchants.post import Post
from domain.merchants.tables import Shop
from domain.stock.notices.tables import BackInStock
from domain.stock.notices.waiting import KEPT
from tenants.ids import encode_id
from tenants.platform_tables import Host

SUBSCRIPTION: Final = "bis"
"""How ids of subscriptions begin."""
LINK_GOOD_FOR: Final = KEPT - timedelta(days=1)
"""No longer than it is known whose link it is: else it would end nothing, and say that it did."""

_WAITING: Final = select(BackInStock.variant_id, BackInStock.email, BackInStock.language).where(
    BackInStock.id == bindparam("asked")
)
_SHOP: Final = select(Shop.name, Shop.storefront_origins)


class SignLink(Protocol):
    """Makes the address of a path of a tenant, with its end and signature."""

    def __call__(self, tenant_id: UUID, path: str, *, expires_at: datetime) -> str: ...


def unsubscribe_path(tenant_id: UUID, subscription_id: UUID) -> str:
    """Where a buyer says that he wants to be told nothing more."""
    shop = encode_id("shop", tenant_id)
    return f"/unsubscribe/{shop}/{encode_id(SUBSCRIPTION, subscription_id)}"


async def send_back_in_stock(
    course: Course, post: Post, *, sign_link: SignLink, letter_id: str, subscription_id: str
) -> None:
    """Job `mail.back_in_stock`: to who waited; nothing to who has left, or of what is shown no
    more."""
    tenant_id, reading = course.scope.tenant_id, course.scope.reading
    asked = UUID(subscription_id)
    waiting = await reading.row(_WAITING, asked=asked)
    shop = await reading.row(_SHOP)
    if waiting is None or shop is None:
        return
    title = await _title(Window(reading, waiting["language"]), waiting["variant_id"])
    if title is None:
        return
    origins = shop["storefront_origins"]
    path = unsubscribe_path(tenant_id, asked)
    unsubscribe = sign_link(tenant_id, path, expires_at=datetime.now(UTC) + LINK_GOOD_FOR)
    letter = back_in_stock(
        waiting["language"],
        shop=shop["name"],
        title=title,
        link=origins[0] if origins else await _address(post, tenant_id),
        unsubscribe=unsubscribe,
    )
    to, language = waiting["email"], waiting["language"]
    await post.send(letter_id, to, language, letter, sender=shop["name"], unsubscribe=unsubscribe)


async def _title(window: Window, variant_id: UUID) -> str | None:
    """What a variant is called in the window, with its product's name first."""
    variant: Any = (await variants_by_ids(window, [variant_id])).get(variant_id)
    product: Any = await find_product(window, variant["product_id"]) if variant else None
    if product is None:
        return None
    names = [product["title"], variant["title"]]
    return ", ".join(dict.fromkeys(name for name in names if name))


async def _address(post: Post, tenant_id: UUID) -> str | None:
    """The shop's own host, where no site of its own is named in its settings."""
    scope = await post.opened()
    async with scope.writing() as unit:
        host = await unit.value(
            select(Host.host).where(Host.tenant_id == tenant_id, Host.is_primary)
        )
    return f"https://{host}" if host else None
