"""Ids in the history: an event and an audit entry name things of every kind."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from api.catalog import kinds as catalog
from api.customers.kinds import COMMENT, CONSENT_TEXT, CUSTOMER, FILE, SEGMENT, SNAPSHOT
from api.feeds.types import IMPORT, SOURCE
from api.merchants import kinds
from api.orders import kinds as orders
from api.pricing.kinds import (
    CUSTOMER_GROUP,
    GIFT_CARD,
    LOYALTY_LEVEL,
    PRICE_LIST,
    PROMOTION,
)
from api.purchasing import kinds as purchasing
from api.stock.kinds import CONVERSION, HOLD, LOCATION, LOT, SURPLUS, TRANSFER, WRITE_OFF
from tenants.ids import encode_id

_OF_NOUN: Final = {
    "product": catalog.PRODUCT,
    "variant": catalog.VARIANT,
    "category": catalog.CATEGORY,
    "collection": catalog.COLLECTION,
    "brand": catalog.BRAND,
    "channel": catalog.CHANNEL,
    "attribute": catalog.ATTRIBUTE,
    "page": catalog.PAGE,
    "menu": catalog.MENU,
    "location": LOCATION,
    "lot": LOT,
    "hold": HOLD,
    "write_off": WRITE_OFF,
    "surplus": SURPLUS,
    "conversion": CONVERSION,
    "transfer": TRANSFER,
    "price_list": PRICE_LIST,
    "customer_group": CUSTOMER_GROUP,
    "markdown": catalog.VARIANT,
    "promotion": PROMOTION,
    "gift_card": GIFT_CARD,
    "loyalty_level": LOYALTY_LEVEL,
    "customer": CUSTOMER,
    "consent": CUSTOMER,
    "customer_segment": SEGMENT,
    "snapshot": SNAPSHOT,
    "customer_comment": COMMENT,
    "customer_file": FILE,
    "consent_text": CONSENT_TEXT,
    "order": orders.ORDER,
    "order_draft": orders.DRAFT,
    "order_status": orders.STATUS,
    "order_view": orders.VIEW,
    "order_export": orders.EXPORT,
    "status": orders.STATUS,
    "assignee": kinds.STAFF,
    "comment": orders.COMMENT,
    "hand_over": orders.HAND_OVER,
    "order_return": orders.RETURN,
    "delivery_method": orders.DELIVERY_METHOD,
    "supplier": purchasing.SUPPLIER,
    "purchase_order": purchasing.ORDER,
    "goods_receipt": purchasing.RECEIPT,
    "price_list_source": SOURCE,
    "source": SOURCE,
    "import": IMPORT,
    "field_definition": catalog.FIELD,
    "upload": catalog.UPLOAD,
    "document": "doc",
    "shop": "shop",
    "merchant": "shop",
    "plan": "shop",
    "legal_entity": kinds.LEGAL_ENTITY,
    "role": kinds.ROLE,
    "staff": kinds.STAFF,
    "invitation": kinds.INVITATION,
    "session": kinds.SESSION,
    "api_key": kinds.API_KEY,
    "secret": kinds.SECRET,
    "export": kinds.EXPORT,
}
_OF_TYPE: Final = {
    "staff.invited": kinds.INVITATION,
    "price.changed": catalog.VARIANT,
    "stock.changed": catalog.VARIANT,
}
_OF_ACTOR: Final = {"staff": kinds.STAFF, "key": kinds.API_KEY}
_OF_CREDENTIAL: Final = {
    "staff": kinds.SESSION,
    "key": kinds.API_KEY,
    "storefront": kinds.API_KEY,
}


def entity_id(row: Any) -> str | None:
    """The id of what an event is about, as the doors spell it; of an unknown noun the bare UUID."""
    value = row["entity_id"]
    if value is None:
        return None
    noun = row["type"].partition(".")[0]
    kind = _OF_TYPE.get(row["type"]) or _OF_NOUN.get(noun)
    return encode_id(kind, value) if kind else str(value)


def spelled(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What an event tells, with the ids in it (`role_id`) as the doors spell them."""
    return {name: _spelled(name, value) for name, value in facts.items()}


def spelled_changes(row: Any) -> list[dict[str, Any]]:
    """The changes of an audit entry, with all their ids as the doors spell them."""
    return [
        {
            **spelled(change),
            "id": entity_id({"type": change["event"], "entity_id": _uuid(change["id"])}),
        }
        for change in row["changes"]
    ]


def _spelled(name: str, value: Any) -> Any:
    kind = _OF_NOUN.get(name.removesuffix("_id")) if name.endswith("_id") else None
    found = _uuid(value) if kind else None
    return encode_id(kind, found) if kind and found else value


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def actor_id(row: Any) -> str | None:
    """Who did it: a member of staff, or a key."""
    value, kind = row["actor_id"], _OF_ACTOR.get(row["actor"])
    return encode_id(kind, value) if value and kind else None


def credential_id(row: Any) -> str | None:
    """With which session or key."""
    value, kind = row["credential_id"], _OF_CREDENTIAL.get(row["actor"])
    return encode_id(kind, value) if value and kind else None
