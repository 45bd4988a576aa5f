"""Rows of sheets of orders: exact sums and quantities as plain decimals, instants in UTC."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from domain.orders.orders.money import to_pay, to_refund
from tenants.scope import Row
from tenants.values.money import format_minor
from tenants.values.quantity import format_thousandths

ORDER_HEAD: Final = (
    "number",
    "placed_at",
    "source",
    "external_source",
    "external_id",
    "state",
    "status",
    "assignee",
    "tags",
    "name",
    "phone",
    "email",
    "place",
    "address",
    "payment_method",
    "currency",
    "total",
    "due",
    "paid",
    "refunded",
    "to_pay",
    "to_refund",
    "promised_on",
    "note",
    "cancel_reason",
)
LINE_HEAD: Final = (
    "number",
    "placed_at",
    "state",
    "line",
    "kind",
    "sku",
    "title",
    "quantity",
    "unit",
    "price",
    "discount",
    "total",
    "vat_percent",
    "vat",
    "currency",
    "handed_over",
    "returned",
    "note",
)
_PARTS: Final = ("postal_code", "country", "region", "city", "street")


def order_row(
    order: Row, *, status: str, assignee: str, place: str, tags: Sequence[str]
) -> Sequence[str]:
    """An order as a row, by ORDER_HEAD."""

    def minor(amount: int) -> str:
        return format_minor(amount, order["currency"])

    return (
        str(order["number"]),
        _said(order["placed_at"]),
        order["source"],
        order["external_source"] or "",
        order["external_id"] or "",
        order["state"],
        status,
        assignee,
        ", ".join(tags),
        order["name"] or "",
        order["phone"] or "",
        order["email"] or "",
        place,
        _address(order["address"]),
        order["payment_method"],
        order["currency"],
        minor(order["total_minor"]),
        minor(order["due_minor"]),
        minor(order["paid_minor"]),
        minor(order["refunded_minor"]),
        minor(to_pay(order)),
        minor(to_refund(order)),
        _said(order["promised_on"]),
        order["note"] or "",
        order["cancel_reason"] or "",
    )


def line_row(order: Row, line: Row) -> Sequence[str]:
    """A line of an order as a row, by LINE_HEAD."""

    def minor(amount: int) -> str:
        return format_minor(amount, order["currency"])

    return (
        str(order["number"]),
        _said(order["placed_at"]),
        order["state"],
        str(line["position"] + 1),
        line["kind"],
        line["sku"] or "",
        line["title"],
        format_thousandths(line["quantity"]),
        line["unit"],
        minor(line["price_minor"]),
        minor(line["discount_minor"]),
        minor(line["total_minor"]),
        "" if line["vat_percent"] is None else str(line["vat_percent"]),
        minor(line["vat_minor"]),
        order["currency"],
        format_thousandths(line["handed_over"]),
        format_thousandths(line["returned"]),
        line["note"] or "",
    )


def _said(when: date | None) -> str:
    return "" if when is None else when.isoformat()


def _address(address: Mapping[str, Any] | None) -> str:
    return ", ".join(filter(None, (address[part] for part in _PARTS))) if address else ""
