"""Cards: made, changed, deleted while nothing tells of them."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, bindparam, delete, select

from domain.bulk import Tally
from domain.catalog.entities import (
    Edit,
    Entity,
    Given,
    cleaned_rows,
    delete_one,
    insert_entities,
    lock_for_edit,
    write_entities,
)
from domain.catalog.fields import checked_fields
from domain.catalog.versions import edited
from domain.customers.addresses import ADDRESS
from domain.customers.contacts import CONTACT
from domain.customers.groups import read_groups, set_groups
from domain.customers.legal_entities import LEGAL_ENTITY
from domain.customers.parts import Part, put_parts, refuse_ended
from domain.customers.tables import CONTACT_CHANNELS, Customer, CustomerTag
from domain.errors import DomainError, Invalid
from domain.inputs import Required, camel, day, json_object, line_or_none, located, text, word
from domain.references import Ref
from domain.row_sets import IDS, add_rows
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork
from tenants.values.languages import parse_language

LONGEST_NAME: Final = 100
MOST_TAGS: Final = 50
LONGEST_TAG: Final = 60
_HOURS: Final = re.compile(r"((?:[01][0-9]|2[0-3]):[0-5][0-9])-((?:[01][0-9]|2[0-3]):[0-5][0-9])")


def _birthday(value: Any) -> date | None:
    born = day(value)
    if born is not None and born > datetime.now(UTC).date():
        raise Invalid(en="is still to come", ru="этот день ещё не наступил")
    return born


def _language(value: Any) -> str | None:
    return parse_language(value) if value else None


def _quiet_hours(value: Any) -> str | None:
    if value is None:
        return None
    found = _HOURS.fullmatch("".join(str(value).split()))
    if not found or found[1] == found[2]:
        raise Invalid(en="must be such as 21:00-09:00", ru="нужно, например, 21:00-09:00")
    return f"{found[1]}-{found[2]}"


CUSTOMER: Final = Entity(
    "customer",
    Customer,
    {
        "first_name": line_or_none(LONGEST_NAME),
        "middle_name": line_or_none(LONGEST_NAME),
        "last_name": line_or_none(LONGEST_NAME),
        "birthday": _birthday,
        "language": _language,
        "note": line_or_none(5_000),
        "contact_channel": word(*CONTACT_CHANNELS, required=False),
        "quiet_hours": _quiet_hours,
        "fields": json_object(100_000),
    },
    required=(),
)
NAMES: Final = ("first_name", "middle_name", "last_name")
PARTS: Final[Mapping[str, Part]] = {
    "contacts": CONTACT,
    "addresses": ADDRESS,
    "legal_entities": LEGAL_ENTITY,
}

_TAGS: Final = (
    select(CustomerTag.customer_id, CustomerTag.tag)
    .where(CustomerTag.customer_id == any_(IDS))
    .order_by(CustomerTag.customer_id, CustomerTag.tag)
)
_UNTAG: Final = delete(CustomerTag).where(CustomerTag.customer_id == bindparam("customer"))


async def create_customer(uow: UnitOfWork, given: Given) -> UUID:
    """Make a card with its `tags`, `groups`, `contacts`, `addresses` and `legal_entities`; its id.

    Somebody must be told of: by a name, a contact or a legal entity. Raises Required, Invalid,
    Taken (externalId), TooMany.
    """
    tally = Tally(1)
    rows = cleaned_rows(CUSTOMER, [given], tally, making=True)
    tally.settle()
    if not any(rows[0].get(name) for name in NAMES) and not (
        given.get("contacts") or given.get("legal_entities")
    ):
        raise Required("firstName")
    await checked_fields(uow, "customer", rows, {}, tally)
    tally.settle()
    tags, groups = _tags(given.get("tags")), await read_groups(uow, given)
    customer_id = (await insert_entities(uow, CUSTOMER, rows, tally))[0]
    await _tag(uow, customer_id, tags)
    await set_groups(uow, customer_id, groups or [])
    for name, part in PARTS.items():
        await _put(uow, part, customer_id, given.get(name) or ())
    return customer_id


async def update_customer(uow: UnitOfWork, edit: Edit) -> UUID:
    """Change a card; `tags` and `groups` are all that it has from now on. Its id.

    Raises NotFound, Conflict, NotAllowed (merged, erased), Invalid, Taken.
    """
    tally = Tally(1)
    current = await lock_for_edit(uow, CUSTOMER, [edit], tally)
    card = current[0]
    refuse_ended(card)
    rows = cleaned_rows(CUSTOMER, [edit.changes], tally, making=False)
    await checked_fields(uow, "customer", rows, {0: card["fields"]}, tally)
    tally.settle()
    groups = await read_groups(uow, edit.changes)
    changed = await write_entities(uow, CUSTOMER, current, rows, tally)
    customer_id: UUID = card["id"]
    also = []
    if "tags" in edit.changes and await _set_tags(uow, customer_id, edit.changes["tags"]):
        also.append("tags")
    if groups is not None and await set_groups(uow, customer_id, groups):
        also.append("groups")
    if also and not changed:
        await edited(uow, Customer, [customer_id], what="customer", changed=also)
    return customer_id


async def delete_customer(
    uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None
) -> UUID:
    """Delete a card that was a mistake; its id. Raises InUse once anything tells of it."""
    gone = await delete_one(uow, CUSTOMER, ref, expected_version)
    customer_id: UUID = gone["id"]
    return customer_id


async def tags_of(db: Asking, customer_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """The tags of many cards, in alphabetical order."""
    found: dict[UUID, list[str]] = {}
    for row in await db.rows(_TAGS, ids=list(customer_ids)):
        found.setdefault(row["customer_id"], []).append(row["tag"])
    return {customer_id: sorted(tags) for customer_id, tags in found.items()}


def full_name(card: Row | Mapping[str, Any]) -> str | None:
    """First and last name, as one says them."""
    return " ".join(filter(None, (card["first_name"], card["last_name"]))) or None


async def _put(uow: UnitOfWork, part: Part, customer_id: UUID, given: Sequence[Given]) -> None:
    """Parts of a new card, one after the other, so that a refusal says which."""
    for at, one in enumerate(given):
        try:
            await put_parts(uow, part, customer_id, [one])
        except DomainError as error:
            raise error.at(camel(part.name), at) from None


def _tags(given: Sequence[Any] | None) -> list[str]:
    tags = set()
    for at, one in enumerate(given or ()):
        with located("tags", at):
            tags.add(text(LONGEST_TAG)(one))
    if len(tags) > MOST_TAGS:
        raise Invalid("tags", en=f"at most {MOST_TAGS}", ru=f"не больше {MOST_TAGS}")
    return sorted(tags)


async def _set_tags(uow: UnitOfWork, customer_id: UUID, given: Sequence[Any] | None) -> bool:
    """Let a locked card have exactly these tags; whether that is news."""
    tags = _tags(given)
    if tags == (await tags_of(uow, [customer_id])).get(customer_id, []):
        return False
    await uow.execute(_UNTAG, customer=customer_id)
    await _tag(uow, customer_id, tags)
    return True


async def _tag(uow: UnitOfWork, customer_id: UUID, tags: Sequence[str]) -> None:
    rows = [{"id": new_id(), "customer_id": customer_id, "tag": tag} for tag in tags]
    await add_rows(uow, CustomerTag, rows)
