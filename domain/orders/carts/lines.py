"""Lines of carts: added, changed and taken away; what they cost now is for `priced` to say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, bindparam, delete, select, update

from domain.bulk import MOST_ROWS, TooMany, refuse
from domain.catalog.quantities import MOST, check_quantity
from domain.catalog.window_texts import Window
from domain.catalog.window_variants import variants_by_ids
from domain.errors import DomainError, NotFound
from domain.inputs import Required, clean, line_or_none, located, text, whole
from domain.orders.carts.tables import Cart, CartLine
from domain.row_sets import IDS, insert_rows, row_set
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork

MOST_ATTRIBUTES: Final = 10

_LINES: Final = select(CartLine).where(CartLine.cart_id == any_(IDS)).order_by(CartLine.id)
_CHANGED: Final = ("quantity", "attributes", "note", "seen_minor")
_given: Final = row_set(CartLine, ("id", *_CHANGED))
_CHANGE: Final = (
    update(CartLine)
    .where(CartLine.id == _given.c.id)
    .values({name: _given.c[name] for name in _CHANGED})
)
_REMOVE: Final = delete(CartLine).where(CartLine.id == any_(IDS))
_MOVE: Final = update(CartLine).where(CartLine.id == any_(IDS)).values(cart_id=bindparam("cart_id"))
_TOUCH: Final = (
    update(Cart)
    .where(Cart.id == bindparam("cart_id"))
    .values(version=Cart.version + 1, updated_at=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class NewLine:
    """So many thousandths of a variant, with the buyer's own words for it."""

    variant_id: UUID
    quantity: int
    attributes: Mapping[str, str] | None = None
    note: str | None = None


async def lines_of(db: Asking, cart_ids: Sequence[UUID]) -> list[Row]:
    """The lines of carts, in the order in which they were put there."""
    return await db.rows(_LINES, ids=list(cart_ids))


async def add_lines(uow: UnitOfWork, cart_id: UUID, given: Sequence[NewLine]) -> None:
    """Put goods of the window into a locked cart; more of a line that is there already is added.

    Raises Required, TooMany, and of lines NotFound, Invalid.
    """
    if not given:
        raise Required("lines")
    if len(given) > MOST_ROWS:
        raise TooMany("lines", most=MOST_ROWS)
    shown = await variants_by_ids(Window(uow), [one.variant_id for one in given])
    there = [dict(one) for one in await lines_of(uow, [cart_id])]
    lines = {_key(line): dict(line) for line in there}
    old = {line["id"]: line for line in there}
    wrong: list[DomainError] = []
    for at, one in enumerate(given):
        try:
            with located("lines", at):
                if one.variant_id not in shown:
                    raise NotFound("variantId", what="variant")
                variant = shown[one.variant_id]
                line = _new(cart_id, one, variant)
                before = lines.setdefault(_key(line), line)
                if before is not line:
                    before["quantity"] += line["quantity"]
                    before["note"] = line["note"] or before["note"]
                check_quantity(before["quantity"], variant["quantity_step"])
        except DomainError as error:
            wrong.append(error)
    if len(lines) > MOST_ROWS:
        wrong.append(TooMany("lines", most=MOST_ROWS))
    refuse(wrong)
    new = [line for line in lines.values() if line["id"] not in old]
    changed = [line for line in lines.values() if line["id"] in old and line != old[line["id"]]]
    await insert_rows(uow, CartLine, new)
    await _change(uow, cart_id, changed)


async def set_lines(uow: UnitOfWork, cart_id: UUID, given: Sequence[Mapping[str, Any]]) -> None:
    """Change lines `{"id", "quantity", "attributes", "note"}` of a locked cart: what is left out
    stays; quantity 0 takes the line away. Their present prices are seen with it.

    Raises Required, and of lines NotFound, Invalid.
    """
    if not given:
        raise Required("lines")
    lines = {line["id"]: dict(line) for line in await lines_of(uow, [cart_id])}
    ids = [lines[one["id"]]["variant_id"] for one in given if one["id"] in lines]
    shown = await variants_by_ids(Window(uow), ids)
    wrong: list[DomainError] = []
    for at, one in enumerate(given):
        values, refused = clean(LINE_FIELDS, one)
        wrong += [error.at("lines", at) for error in refused]
        line = lines.get(one["id"])
        if line is None:
            wrong.append(NotFound("lines", at, "id", what="line"))
            continue
        line |= values
        variant = shown.get(line["variant_id"])  # what is shown no more may still be taken away
        if not line["quantity"] or variant is None:
            continue
        line["seen_minor"] = variant["amount_minor"]
        try:
            with located("lines", at):
                check_quantity(line["quantity"], variant["quantity_step"])
        except DomainError as error:
            wrong.append(error)
    refuse(wrong)
    asked = [lines[line_id] for line_id in dict.fromkeys(one["id"] for one in given)]
    gone = [line["id"] for line in asked if not line["quantity"]]
    if gone:
        await uow.execute(_REMOVE, ids=gone)
    await _change(uow, cart_id, [line for line in asked if line["quantity"]])


async def join_lines(uow: UnitOfWork, cart_id: UUID, other_id: UUID) -> None:
    """Move all lines of one locked cart into another; of a line that is there already, more.

    Raises TooMany.
    """
    lines: dict[Any, dict[str, Any]] = {}
    moved, changed, gone = [], [], []
    found = [dict(row) for row in await lines_of(uow, [cart_id, other_id])]
    for row in sorted(found, key=lambda line: bool(line["cart_id"] == other_id)):
        before = lines.setdefault(_key(row), row)
        if row["cart_id"] == cart_id:
            continue
        if before["id"] == row["id"]:
            moved.append(row["id"])
            continue
        before["quantity"] = min(before["quantity"] + row["quantity"], MOST)
        before["note"] = row["note"] or before["note"]
        before["seen_minor"] = row["seen_minor"]
        changed.append(before)
        gone.append(row["id"])
    if len(lines) > MOST_ROWS:
        raise TooMany("lines", most=MOST_ROWS)
    if moved:
        await uow.execute(_MOVE, ids=moved, cart_id=cart_id)
    if gone:
        await uow.execute(_REMOVE, ids=gone)
    await _change(uow, cart_id, changed)


async def _change(uow: UnitOfWork, cart_id: UUID, lines: Sequence[Mapping[str, Any]]) -> None:
    rows = [{name: line[name] for name in ("id", *_CHANGED)} for line in lines]
    if rows:
        await uow.execute(_CHANGE, rows=rows)
    await uow.execute(_TOUCH, cart_id=cart_id, now=uow.now)


def _new(cart_id: UUID, one: NewLine, variant: Row) -> dict[str, Any]:
    check_quantity(one.quantity, variant["quantity_step"])
    values, wrong = clean(LINE_FIELDS, {"attributes": one.attributes, "note": one.note})
    refuse(wrong)
    return {
        "id": new_id(),
        "cart_id": cart_id,
        "variant_id": one.variant_id,
        "quantity": one.quantity,
        **values,
        "seen_minor": variant["amount_minor"],
    }


def _key(line: Mapping[str, Any]) -> tuple[UUID, frozenset[tuple[str, str]]]:
    """Lines of one key are one line."""
    return line["variant_id"], frozenset(line["attributes"].items())


def read_attributes(value: Any) -> dict[str, str]:
    """The buyer's words by name."""
    given = value or {}
    if len(given) > MOST_ATTRIBUTES:
        raise TooMany(most=MOST_ATTRIBUTES)
    name, said = text(50), text(500)
    return {name(key): said(words) for key, words in given.items()}


LINE_FIELDS: Final = {
    "quantity": whole(0, MOST),
    "attributes": read_attributes,
    "note": line_or_none(500),
}
