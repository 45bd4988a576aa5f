"""Why a promotion cannot apply, whatever is in the cart: its state, dates, limits, whose it is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.pricing.buyers import Buyer
from domain.pricing.promotions.codes import visitor_key
from domain.pricing.promotions.facts import Reason
from tenants.scope import Row


def refusal_of(
    promotion: Row,
    code: Row | None,
    used: Mapping[UUID, int],
    buyer: Buyer,
    *,
    currency: str,
    at: datetime,
) -> Reason | None:
    """The first reason; None where it comes into question.

    `used` says how often the promotion was, by itself, by code and by customer.
    """
    if promotion["state"] != "active" or (code and code["revoked_at"]):
        return Reason.NOT_ACTIVE
    if promotion["starts_at"] and at < promotion["starts_at"]:
        return Reason.NOT_STARTED
    if _is_over(promotion, at) or (code and _is_over(code, at)):
        return Reason.ENDED
    if promotion["currency"] not in (None, currency):
        return Reason.OTHER_CURRENCY
    if code and code["visitor_key"] and not _is_his(code, buyer):
        return Reason.OTHER_VISITOR
    return _used_up(promotion, code, used, buyer)


def _used_up(
    promotion: Row, code: Row | None, used: Mapping[UUID, int], buyer: Buyer
) -> Reason | None:
    for row in (promotion, code):
        if row and _reached(row["usage_limit"], used.get(row["id"], 0)):
            return Reason.USED_UP
    if promotion["customer_limit"] is None:
        return None
    if buyer.customer_id is None:
        return Reason.NEEDS_CUSTOMER
    by_him = used.get(buyer.customer_id, 0)
    return Reason.USED_BY_CUSTOMER if _reached(promotion["customer_limit"], by_him) else None


def _reached(limit: Any, used: int) -> bool:
    return limit is not None and used >= limit


def _is_over(row: Row, at: datetime) -> bool:
    return row["ends_at"] is not None and at >= row["ends_at"]


def _is_his(code: Row, buyer: Buyer) -> bool:
    return buyer.visitor is not None and visitor_key(buyer.visitor) == code["visitor_key"]
