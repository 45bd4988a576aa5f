"""What stands in the way of ordering a cart, and what helps: a cart is shown with its problems,
and never fails for them."""

from enum import StrEnum
from typing import ClassVar, Final

from domain.errors import DomainError, ErrorCode
from tenants.values.quantity import format_thousandths


class Code(StrEnum):
    """What is wrong."""

    EMPTY = "empty"
    NOT_SOLD = "not_sold"
    NO_PRICE = "no_price"
    WRONG_QUANTITY = "wrong_quantity"
    BELOW_MINIMUM = "below_minimum"
    OUT_OF_STOCK = "out_of_stock"
    PRICE_CHANGED = "price_changed"
    TOTAL_CHANGED = "total_changed"
    ORDER_TOO_SMALL = "order_too_small"
    CODE_DOES_NOT_APPLY = "code_does_not_apply"
    GIFT_CARD_DOES_NOT_APPLY = "gift_card_does_not_apply"
    POINTS_NEED_ACCOUNT = "points_need_account"
    NOT_ENOUGH_POINTS = "not_enough_points"
    GIFT_GONE = "gift_gone"
    CONTACT_MISSING = "contact_missing"
    ADDRESS_MISSING = "address_missing"
    DELIVERY_MISSING = "delivery_missing"
    NO_DELIVERY = "no_delivery"
    PLACE_CLOSED = "place_closed"
    WINDOW_MISSING = "window_missing"
    PAYMENT_MISSING = "payment_missing"
    ACCOUNT_NEEDED = "account_needed"


class Fix(StrEnum):
    """What helps."""

    ADD_GOODS = "add_goods"
    REMOVE_LINE = "remove_line"
    CHANGE_QUANTITY = "change_quantity"
    REMOVE_CODE = "remove_code"
    REMOVE_GIFT_CARD = "remove_gift_card"
    FILL_IN = "fill_in"
    CHOOSE = "choose"
    ACCEPT = "accept"
    SIGN_IN = "sign_in"


FIXES: Final = {
    Code.EMPTY: Fix.ADD_GOODS,
    Code.NOT_SOLD: Fix.REMOVE_LINE,
    Code.NO_PRICE: Fix.REMOVE_LINE,
    Code.WRONG_QUANTITY: Fix.CHANGE_QUANTITY,
    Code.BELOW_MINIMUM: Fix.CHANGE_QUANTITY,
    Code.OUT_OF_STOCK: Fix.CHANGE_QUANTITY,
    Code.PRICE_CHANGED: Fix.ACCEPT,
    Code.TOTAL_CHANGED: Fix.ACCEPT,
    Code.ORDER_TOO_SMALL: Fix.ADD_GOODS,
    Code.CODE_DOES_NOT_APPLY: Fix.REMOVE_CODE,
    Code.GIFT_CARD_DOES_NOT_APPLY: Fix.REMOVE_GIFT_CARD,
    Code.POINTS_NEED_ACCOUNT: Fix.SIGN_IN,
    Code.NOT_ENOUGH_POINTS: Fix.ACCEPT,
    Code.GIFT_GONE: Fix.ACCEPT,
    Code.CONTACT_MISSING: Fix.FILL_IN,
    Code.ADDRESS_MISSING: Fix.FILL_IN,
    Code.DELIVERY_MISSING: Fix.CHOOSE,
    Code.NO_DELIVERY: Fix.FILL_IN,
    Code.PLACE_CLOSED: Fix.CHOOSE,
    Code.WINDOW_MISSING: Fix.CHOOSE,
    Code.PAYMENT_MISSING: Fix.CHOOSE,
    Code.ACCOUNT_NEEDED: Fix.SIGN_IN,
}
TOLD_ONLY: Final = frozenset(
    {
        Code.PRICE_CHANGED,
        Code.CODE_DOES_NOT_APPLY,
        Code.GIFT_CARD_DOES_NOT_APPLY,
        Code.POINTS_NEED_ACCOUNT,
        Code.NOT_ENOUGH_POINTS,
        Code.GIFT_GONE,
    }
)
"""Those that hinder nobody: what is paid is the total that the buyer has seen."""


class Problem(DomainError):
    """One thing that is wrong with a cart; its path leads into the cart.

    `available` thousandths could be had, where it is that.
    """

    code = ErrorCode.CART_PROBLEM
    texts: ClassVar[dict[str, str]] = {"en": "{en}", "ru": "{ru}"}

    def __init__(
        self,
        problem: Code,
        *path: str | int,
        en: str,
        ru: str,
        available: int | None = None,
    ) -> None:
        super().__init__(
            *path, problem=problem, fix=FIXES[problem], available=available, en=en, ru=ru
        )

    @property
    def is_blocking(self) -> bool:
        """Whether nothing can be ordered before it is mended."""
        return self.facts["problem"] not in TOLD_ONLY


def out_of_stock(at: int, *, available: int) -> Problem:
    """Less can be had than line `at` asks for."""
    free = format_thousandths(available)
    return Problem(
        Code.OUT_OF_STOCK,
        "lines",
        at,
        "quantity",
        en=f"{free} can be had",
        ru=f"доступно {free}",
        available=available,
    )
