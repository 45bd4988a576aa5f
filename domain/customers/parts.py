"""Parts of a card: its contacts, addresses and legal entities, each list with a main one.

Changing a part is an edit of the card: the card is locked, its version is heeded, and grows. The
first of a list is the main one, until another is made so; when it goes, the oldest one follows it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Executable, any_, delete, select, update

from domain.bulk import TooMany
from domain.catalog.versions import edited, lock_owner
from domain.customers.tables import Customer
from domain.errors import Invalid, NotAllowed, NotFound
from domain.inputs import camel, located
from domain.references import Ref
from domain.row_sets import IDS, rows_by_id
from tenants.scope import Asking, Row, UnitOfWork

Read = Callable[[Mapping[str, Any], Row | None], dict[str, Any]]
"""The columns of a part, from what was given and, of one that is there, what is kept of it."""


class OnCard(NamedTuple):
    """A part, and the card that it is on."""

    part_id: UUID
    customer_id: UUID


@dataclass(frozen=True)
class Part:
    """A kind of part: one is `what`, all are `name`.

    `per` is the column that splits the list into several, each with a main one of its own.
    """

    name: str
    what: str
    table: Any
    read: Read
    most: int = 20
    per: str | None = None

    def __hash__(self) -> int:
        return hash(self.name)

    def side(self, row: Row | Mapping[str, Any]) -> Any:
        """Which of its lists a part is in."""
        return row[self.per] if self.per else None


async def lock_card(
    uow: UnitOfWork, ref: Ref, *path: str, expected_version: int | None = None
) -> Row:
    """A card that may be changed, locked. Raises NotFound, Conflict; NotAllowed for one that is
    merged or erased."""
    card = await lock_owner(
        uow, Customer, ref, *path, what="customer", expected_version=expected_version
    )
    refuse_ended(card)
    return card


def refuse_ended(card: Row) -> None:
    """Raise NotAllowed for a card that is merged into another, or erased."""
    if card["merged_into_id"] is not None:
        raise NotAllowed(
            "id",
            en="this card was merged into another one",
            ru="эта карточка объединена с другой",
        )
    if card["erased_at"] is not None:
        raise NotAllowed("id", en="this customer was erased", ru="данные покупателя удалены")


async def add_part(
    uow: UnitOfWork,
    part: Part,
    customer: Ref,
    given: Mapping[str, Any],
    *,
    expected_version: int | None = None,
) -> OnCard:
    """Add a part to a card. Raises what `part.read` does, TooMany, and as `lock_card`."""
    card = await lock_card(uow, customer, "customer", expected_version=expected_version)
    with located(camel(part.what)):
        (part_id,) = await put_parts(uow, part, card["id"], [given])
    await edited(uow, Customer, [card["id"]], what="customer", changed=[part.name])
    return OnCard(part_id, card["id"])


async def put_parts(
    uow: UnitOfWork, part: Part, customer_id: UUID, given: list[Mapping[str, Any]]
) -> list[UUID]:
    """Add parts to a locked card, or to one that is being made; their ids."""
    there: list[Row | dict[str, Any]] = list(await uow.rows(_of(part.table), ids=[customer_id]))
    made = []
    for one in given:
        row = part.read(one, None)
        if "key" in row and any(
            (row["kind"], row["key"]) == (old["kind"], old["key"]) for old in there
        ):
            raise Invalid("value", en="is on the card already", ru="уже есть в карточке")
        if len(there) >= part.most:
            raise TooMany(most=part.most)
        mains = [old for old in there if old["is_main"] and part.side(old) == part.side(row)]
        row["is_main"] = bool(row.get("is_main")) or not mains
        if row["is_main"] and mains:
            await _demote(uow, part, [old["id"] for old in mains])
            there = [dict(old, is_main=old["is_main"] and old not in mains) for old in there]
        row["id"] = await uow.add(part.table, customer_id=customer_id, **row)
        there.append(row)
        made.append(row["id"])
    return made


async def change_part(
    uow: UnitOfWork,
    part: Part,
    part_id: UUID,
    changes: Mapping[str, Any],
    *,
    expected_version: int | None = None,
    owner: UUID | None = None,
) -> OnCard:
    """Change a part; fields left out are kept. Raises NotFound, and as `add_part`.

    With an `owner`, parts of other cards are as if they did not exist.
    """
    row = await _locked(uow, part, part_id, expected_version, owner)
    wanted = part.read(changes, row)
    if wanted.get("is_main") is False and row["is_main"]:
        raise Invalid(
            "isMain", en="make another one the main one", ru="сделайте основным другой вариант"
        )
    if wanted.get("is_main") and not row["is_main"]:
        siblings = await uow.rows(_of(part.table), ids=[row["customer_id"]])
        mains = [one for one in siblings if one["is_main"] and part.side(one) == part.side(row)]
        await _demote(uow, part, [one["id"] for one in mains])
    changed = {name: value for name, value in wanted.items() if value != row[name]}
    if changed:
        await uow.execute(update(part.table).where(part.table.id == part_id).values(**changed))
        card = [row["customer_id"]]
        await edited(uow, Customer, card, what="customer", changed=[part.name])
    return OnCard(part_id, row["customer_id"])


async def remove_part(
    uow: UnitOfWork,
    part: Part,
    part_id: UUID,
    *,
    expected_version: int | None = None,
    owner: UUID | None = None,
) -> UUID:
    """Take a part off its card; the card's id. Raises NotFound, Conflict, NotAllowed."""
    row = await _locked(uow, part, part_id, expected_version, owner)
    customer_id: UUID = row["customer_id"]
    await uow.execute(delete(part.table).where(part.table.id == part_id))
    left = await uow.rows(_of(part.table), ids=[customer_id])
    heirs = [one["id"] for one in left if part.side(one) == part.side(row)]
    if row["is_main"] and heirs:
        await uow.execute(update(part.table).where(part.table.id == heirs[0]).values(is_main=True))
    await edited(uow, Customer, [customer_id], what="customer", changed=[part.name])
    return customer_id


async def parts_of(db: Asking, table: Any, customer_ids: list[UUID]) -> list[Row]:
    """The parts of many cards, the main ones first, then as they came."""
    return await db.rows(_of(table), ids=customer_ids)


async def _locked(
    uow: UnitOfWork,
    part: Part,
    part_id: UUID,
    expected_version: int | None,
    owner: UUID | None,
) -> Row:
    """A part, after its card has been locked."""
    row = (await rows_by_id(uow, part.table, [part_id])).get(part_id)
    if row is None or owner not in (None, row["customer_id"]):
        raise NotFound("id", what=part.what)
    await lock_card(uow, row["customer_id"], "id", expected_version=expected_version)
    now = (await rows_by_id(uow, part.table, [part_id])).get(part_id)
    if now is None or now["customer_id"] != row["customer_id"]:
        raise NotFound("id", what=part.what)  # it went while we waited
    return now


async def _demote(uow: UnitOfWork, part: Part, ids: list[UUID]) -> None:
    await uow.execute(_demotion(part.table), ids=ids)


@lru_cache
def _of(table: Any) -> Executable:
    return (
        select(table)
        .where(table.customer_id == any_(IDS))
        .order_by(table.customer_id, table.is_main.desc(), table.id)
    )


@lru_cache
def _demotion(table: Any) -> Executable:
    return update(table).where(table.id == any_(IDS)).values(is_main=False)
