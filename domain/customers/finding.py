"""Finding cards: by words of staff, by the contact that a buyer gave, made where there is none."""

import re
from typing import Final
from uuid import UUID

from sqlalchemy import Text, any_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from domain.customers.contacts import Reached, reached_by
from domain.customers.customers import LONGEST_NAME, create_customer
from domain.customers.tables import Customer, CustomerAccount, CustomerContact
from domain.errors import Invalid
from domain.inputs import Required, line_or_none, located
from tenants.scope import Asking, UnitOfWork
from tenants.statements import TENANT

MOST_FOUND: Final = 250
MOST_WORDS: Final = 6
LONGEST_QUERY: Final = 200
_SHORTEST_PHONE: Final = 4
_PHONE_SIGNS: Final = re.compile(r"[0-9+() .\-]+")

_SEARCH: Final = select(
    func.platform.search_customers(
        bindparam("words", type_=ARRAY(Text())), MOST_FOUND
    ).column_valued("id")
)
_KEYS: Final = bindparam("keys", type_=ARRAY(Text()))
_each = func.unnest(_KEYS).column_valued("key")
_ONE_BY_ONE: Final = select(
    func.pg_advisory_xact_lock(func.hashtextextended(func.concat("customer", TENANT, _each), 0))
)
_HOLDERS: Final = (
    select(CustomerContact.customer_id, CustomerContact.kind, CustomerContact.key)
    .join(Customer, Customer.id == CustomerContact.customer_id)
    .where(
        CustomerContact.key == any_(_KEYS),
        Customer.merged_into_id.is_(None),
        Customer.erased_at.is_(None),
    )
    # One who has shown that it is his goes before who only said so; then the first comes first.
    .order_by(CustomerContact.verified_at.is_(None), CustomerContact.customer_id)
)
_signs_in: Final = (
    select(CustomerAccount.id)
    .where(CustomerAccount.customer_id == CustomerContact.customer_id)
    .exists()
)
_OWN: Final = (
    select(CustomerContact.customer_id)
    .join(Customer, Customer.id == CustomerContact.customer_id)
    .where(
        CustomerContact.kind == bindparam("kind"),
        CustomerContact.key == bindparam("key"),
        Customer.merged_into_id.is_(None),
        Customer.erased_at.is_(None),
        or_(CustomerContact.verified_at.is_not(None), ~_signs_in),
    )
    .order_by(CustomerContact.verified_at.is_(None), CustomerContact.customer_id)
    .limit(1)
)
_HAS_EMAIL: Final = select(CustomerContact.customer_id).where(
    CustomerContact.customer_id == bindparam("customer"), CustomerContact.kind == "email"
)


async def find_or_make(
    uow: UnitOfWork,
    *,
    phone: str | None = None,
    email: str | None = None,
    name: str | None = None,
) -> UUID:
    """The card of whoever gave these at a checkout, a call or a chat; a new one if there is none.

    An address decides first. A phone decides where no address was given, or where its card has
    none: another address on it may well be another person's. To a card that is there nothing is
    added, for nobody has shown that it is his. Two at once make one card. Raises Required, Invalid.
    """
    by_email, by_phone = _read(phone, email)
    given = [one for one in (by_email, by_phone) if one is not None]
    await one_by_one(uow, [one.key for one in given])
    found = await _holder(uow, by_email, by_phone)
    if found is not None:
        return found
    contacts = [{"kind": one.kind, "value": one.value, "source": "guest"} for one in given]
    with located("name"):
        called = line_or_none(LONGEST_NAME)(name)
    return await create_customer(uow, {"first_name": called, "contacts": contacts})


async def find_card(
    db: Asking, *, phone: str | None = None, email: str | None = None
) -> UUID | None:
    """The card that `find_or_make` would find now, if any. Raises as it does."""
    return await _holder(db, *_read(phone, email))


async def one_by_one(uow: UnitOfWork, keys: list[str]) -> None:
    """Wait for others who look for these contacts, to make a card where there is none.

    In one order for all, so that two who share both do not wait for each other.
    """
    await uow.rows(_ONE_BY_ONE, keys=sorted(keys))


async def find_own(uow: UnitOfWork, reached: Reached) -> UUID | None:
    """The card that a contact leads to whoever has proved that it is his: one that it was proved
    on, or one that nobody signs in to. What merely stands on another's card leads nowhere: anybody
    may have typed it there, and would sign in to all that its owner does.
    """
    row = await uow.row(_OWN, kind=reached.kind, key=reached.key)
    return None if row is None else row["customer_id"]


async def search_customers(db: Asking, query: str) -> list[UUID]:
    """Cards in which each word is found: in a name, an address, or a phone however it is written.

    At most 250 of them, by name. Raises Invalid for a query that is too long.
    """
    if len(query) > LONGEST_QUERY:
        raise Invalid(
            "search",
            en=f"must be at most {LONGEST_QUERY} characters",
            ru=f"не больше {LONGEST_QUERY} знаков",
        )
    words = words_of(query)
    if not words:
        return []
    return [row["id"] for row in await db.rows(_SEARCH, words=words)]


def words_of(query: str) -> list[str]:
    """What is looked for: small letters without ё; a phone as one run of digits."""
    folded = query.replace("\0", " ").lower().replace("ё", "е").strip()
    digits = re.sub(r"\D", "", folded)
    if len(digits) >= _SHORTEST_PHONE and _PHONE_SIGNS.fullmatch(folded):
        # Eight is how a call within the country begins, and no part of the number.
        return [digits[1:] if len(digits) == 11 and digits[0] == "8" else digits]
    return re.split(r"[\s,;]+", folded)[:MOST_WORDS] if folded else []


def _read(phone: str | None, email: str | None) -> tuple[Reached | None, Reached | None]:
    """The address and the phone that were given, of which there must be one."""
    if not (phone or email):
        raise Required("phone")
    by_phone = reached_by("phone", phone, "phone") if phone else None
    by_email = reached_by("email", email, "email") if email else None
    return by_email, by_phone


async def _holder(db: Asking, by_email: Reached | None, by_phone: Reached | None) -> UUID | None:
    """The card that the contacts lead to."""
    first: dict[tuple[str, str], UUID] = {}
    keys = [one.key for one in (by_email, by_phone) if one is not None]
    for row in await db.rows(_HOLDERS, keys=keys):
        first.setdefault((row["kind"], row["key"]), row["customer_id"])
    if by_email is not None and (found := first.get((by_email.kind, by_email.key))):
        return found
    found = first.get((by_phone.kind, by_phone.key)) if by_phone is not None else None
    if found is None or by_email is None:
        return found
    has_email = await db.value(_HAS_EMAIL, customer=found)
    return None if has_email else found
