"""What is written to buyers about their orders, in Russian and English."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain.mail.layout import Letter, lay_out
from tenants.values.money import format_minor

_SIGNS: Final = {"RUB": "₽", "EUR": "€", "USD": "$"}


@dataclass(frozen=True, slots=True)
class Told:
    """What there is to say of an order, and of a part of it that is on its way.

    Sums are in minor units of the `currency`, `pay_until` is by the shop's clock, `lines` are words
    already. `goes_to` is an address, or the place where the buyer fetches it (`is_fetched`).
    """

    shop: str
    number: int
    name: str | None
    currency: str
    total_minor: int
    to_pay_minor: int
    lines: tuple[str, ...] = ()
    is_paid_first: bool = False
    pay_until: datetime | None = None
    goes_to: str | None = None
    is_fetched: bool = False
    carrier: str | None = None
    tracking_number: str | None = None
    tracking_link: str | None = None


def order_placed(language: str, told: Told) -> Letter:
    """The order was taken."""
    number, shop, total = told.number, told.shop, _money(told.total_minor, told, language)
    if language == "ru":
        return lay_out(
            f"Заказ № {number} принят",
            _hello(language, told),
            f"Магазин «{shop}» принял ваш заказ № {number}.",
            *told.lines,
            f"Итого: {total}.",
            *([_way(language, told)] if told.goes_to else []),
            *([_until(language, told)] if told.is_paid_first else []),
            short=f"{shop}: заказ {number} принят, {total}.",
        )
    return lay_out(
        f"Your order {number} is placed",
        _hello(language, told),
        f"The shop “{shop}” has your order {number}.",
        *told.lines,
        f"In all: {total}.",
        *([_way(language, told)] if told.goes_to else []),
        *([_until(language, told)] if told.is_paid_first else []),
        short=f"{shop}: we have your order {number}, {total}.",
    )


def payment_due(language: str, told: Told) -> Letter:
    """It is still to be paid, and soon expires."""
    number, shop, rest = told.number, told.shop, _money(told.to_pay_minor, told, language)
    until = _until(language, told)
    if language == "ru":
        return lay_out(
            f"Заказ № {number} ждёт оплаты",
            _hello(language, told),
            f"Товары по заказу № {number} в магазине «{shop}» отложены для вас. К оплате: {rest}.",
            until,
            "Если вы передумали, ничего делать не нужно.",
            short=f"{shop}: заказ {number} ждёт оплаты, {rest}. {until}",
        )
    return lay_out(
        f"Your order {number} waits for its payment",
        _hello(language, told),
        f"The goods of your order {number} at the shop “{shop}” are kept for you. To pay: {rest}.",
        until,
        "If you have changed your mind, there is nothing to do.",
        short=f"{shop}: your order {number} waits for {rest}. {until}",
    )


def parcel_shipped(language: str, told: Told) -> Letter:
    """A part of it, or all, is on its way."""
    number, shop = told.number, told.shop
    by, track = told.carrier, told.tracking_number
    link = told.tracking_link
    if language == "ru":
        return lay_out(
            f"Заказ № {number} в пути",
            _hello(language, told),
            f"Магазин «{shop}» отправил вам" + (f" ({by})" if by else "") + ":",
            *told.lines,
            *([f"Номер отправления: {track}."] if track else []),
            *([("Где сейчас посылка", link)] if link else []),
            *([_way(language, told)] if told.goes_to else []),
            short=f"{shop}: заказ {number} отправлен."
            + (f" {by or 'Номер'}: {track}." if track else ""),
        )
    return lay_out(
        f"Your order {number} is on its way",
        _hello(language, told),
        f"The shop “{shop}” has sent you" + (f" ({by})" if by else "") + ":",
        *told.lines,
        *([f"Tracking number: {track}."] if track else []),
        *([("Where it is now", link)] if link else []),
        *([_way(language, told)] if told.goes_to else []),
        short=f"{shop}: your order {number} is on its way."
        + (f" {by or 'Number'}: {track}." if track else ""),
    )


def parcel_ready(language: str, told: Told) -> Letter:
    """A part of it, or all, may be fetched."""
    number, shop = told.number, told.shop
    where = f" {told.goes_to}." if told.is_fetched and told.goes_to else ""
    track = told.tracking_number
    if language == "ru":
        return lay_out(
            f"Заказ № {number} можно забрать",
            _hello(language, told),
            f"Ваш заказ № {number} в магазине «{shop}» готов к выдаче.{where}",
            *told.lines,
            *([f"Номер отправления: {track}."] if track else []),
            short=f"{shop}: заказ {number} можно забрать.{where}",
        )
    return lay_out(
        f"Your order {number} can be picked up",
        _hello(language, told),
        f"Your order {number} at the shop “{shop}” is ready.{where}",
        *told.lines,
        *([f"Tracking number: {track}."] if track else []),
        short=f"{shop}: your order {number} can be picked up.{where}",
    )


def order_ended(language: str, told: Told) -> Letter:
    """It came to nothing."""
    number, shop = told.number, told.shop
    if language == "ru":
        return lay_out(
            f"Заказ № {number} отменён",
            _hello(language, told),
            f"Ваш заказ № {number} в магазине «{shop}» отменён. Если вы за него платили, деньги "
            "вернутся.",
            short=f"{shop}: заказ {number} отменён.",
        )
    return lay_out(
        f"Your order {number} is cancelled",
        _hello(language, told),
        f"Your order {number} at the shop “{shop}” is cancelled. If you have paid for it, the "
        "money comes back.",
        short=f"{shop}: your order {number} is cancelled.",
    )


def _hello(language: str, told: Told) -> str:
    if language == "ru":
        return f"Здравствуйте, {told.name}!" if told.name else "Здравствуйте!"
    return f"Hello, {told.name}!" if told.name else "Hello!"


def _way(language: str, told: Told) -> str:
    if language == "ru":
        return f"{'Забрать' if told.is_fetched else 'Адрес'}: {told.goes_to}."
    return f"{'To pick up' if told.is_fetched else 'Address'}: {told.goes_to}."


def _until(language: str, told: Told) -> str:
    if told.pay_until is None:
        return "Ждём оплаты." if language == "ru" else "It waits for its payment."
    if language == "ru":
        return f"Оплатить нужно до {told.pay_until:%d.%m.%Y %H:%M}."
    return f"It has to be paid by {told.pay_until:%Y-%m-%d %H:%M}."


def _money(minor: int, told: Told, language: str) -> str:
    """A sum as people write it: 1234,50 ₽."""
    amount, sign = format_minor(minor, told.currency), _SIGNS.get(told.currency, told.currency)
    return f"{amount.replace('.', ',') if language == 'ru' else amount} {sign}"
