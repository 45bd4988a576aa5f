"""Accounts: opened by a code, entered by code or password, joined to the card of the contact."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, select, update

from domain.bulk import refuse
from domain.catalog.entities import Edit
from domain.customers.accounts.codes import take_code, use_code
from domain.customers.accounts.sessions import SignedIn, end_sessions, open_session
from domain.customers.accounts.tables import CustomerAccount, CustomerSession
from domain.customers.consents.consents import Agreed, give_consents
from domain.customers.contacts import Reached
from domain.customers.customers import CUSTOMER, NAMES, create_customer, update_customer
from domain.customers.finding import find_own, one_by_one
from domain.customers.tables import Customer, CustomerContact
from domain.errors import NotAllowed, valid
from domain.inputs import clean
from domain.merchants.attempts import (
    DAY,
    HOUR,
    MINUTE,
    by_account,
    by_address,
    count_tries,
    forgive,
    give_back,
)
from domain.merchants.errors import WrongCredentials, WrongPassword
from domain.merchants.reception import Reception
from domain.row_sets import lock_rows
from tenants.identify import Seen
from tenants.passwords import check_new_password
from tenants.scope import Row, TenantScope, UnitOfWork
from tenants.values.emails import parse_email
from tenants.values.invalid import InvalidValue

_OF_CONTACT: Final = select(CustomerAccount).where(
    CustomerAccount.kind == bindparam("kind"), CustomerAccount.key == bindparam("key")
)
_OF_SESSION: Final = (
    select(CustomerAccount)
    .join(CustomerSession, CustomerSession.account_id == CustomerAccount.id)
    .where(CustomerSession.id == bindparam("session", type_=CustomerSession.id.type))
)
_SET_PASSWORD: Final = (
    update(CustomerAccount)
    .where(CustomerAccount.id == bindparam("account"))
    .values(password_hash=bindparam("password_hash"))
)
_SAME_PASSWORD: Final = (
    update(CustomerAccount)
    .where(
        CustomerAccount.id == bindparam("account"),
        CustomerAccount.password_hash == bindparam("was"),
    )
    .values(password_hash=bindparam("password_hash"))
)
_VERIFY: Final = (
    update(CustomerContact)
    .where(
        CustomerContact.customer_id == bindparam("customer"),
        CustomerContact.kind == bindparam("kind"),
        CustomerContact.key == bindparam("key"),
        CustomerContact.verified_at.is_(None),
    )
    .values(verified_at=bindparam("now"))
)


async def enter_by_code(
    reception: Reception,
    scope: TenantScope,
    *,
    code_id: UUID,
    code: str,
    password: str | None = None,
    profile: Mapping[str, Any] | None = None,
    consents: Sequence[Agreed] = (),
    seen: Seen,
    user_agent: str | None = None,
) -> SignedIn:
    """Sign in with a code that was sent; who has no account gets one, on the card of his address or
    phone.

    A `password` is the account's from now on, and ends its other sessions; with a phone there is
    none. `profile` fills in the names of a card that has none. Raises WrongCode, Invalid,
    NotAllowed, NotFound (consents), TooManyWaiting.
    """
    proved = await take_code(scope, code_id, code)
    hashed = None
    if password is not None:
        _refuse_password(proved.kind, "password")
        valid(lambda given: check_new_password(given, email=proved.value), password, "password")
        hashed = await reception.passwords.hash(password)
    names, wrong = clean({name: CUSTOMER.cleaners[name] for name in NAMES}, profile or {})
    refuse(wrong)
    async with scope.writing("customerSessionCreateByCode") as uow:
        await use_code(uow, code_id)
        account = await _account(uow, proved, names)
        if hashed is not None:
            await uow.execute(_SET_PASSWORD, account=account["id"], password_hash=hashed)
            await end_sessions(uow, account["customer_id"])
        if consents:
            await give_consents(uow, account["customer_id"], consents, source="account")
        return await open_session(uow, account, seen=seen, user_agent=user_agent)


async def enter_by_password(
    reception: Reception,
    scope: TenantScope,
    *,
    email: str,
    password: str,
    seen: Seen,
    user_agent: str | None = None,
) -> SignedIn:
    """Sign in by address and password. Unknown, without a password and mistaken are answered alike,
    and take the same time. Raises WrongCredentials, TooManyTries, TooManyWaiting.
    """
    try:
        email_key = parse_email(email).key
    except InvalidValue:
        email_key = email[:254]
    what = f"customer {scope.tenant_id}"
    tries = [
        by_account(what, email_key, seen.address, (MINUTE, 5), (HOUR, 20), (DAY, 60)),
        by_address(what, seen.address, (MINUTE, 20), (HOUR, 200)),
    ]
    counting = await reception.past_tenants("customer's sign-in", seen)
    await count_tries(counting, tries)
    account = await scope.reading.row(_OF_CONTACT, kind="email", key=email_key)
    stored = account["password_hash"] if account else None
    if not await reception.passwords.verify(stored, password) or account is None:
        raise WrongCredentials
    hashed = None
    if reception.passwords.needs_rehash(stored or ""):
        hashed = await reception.passwords.hash(password)
    async with counting.writing() as unit:
        await give_back(unit, tries)
        await forgive(unit, tries[0])
    async with scope.writing("customerSessionCreate") as uow:
        if hashed is not None:
            await uow.execute(
                _SAME_PASSWORD, account=account["id"], was=stored, password_hash=hashed
            )
        return await open_session(uow, account, seen=seen, user_agent=user_agent)


async def change_password(
    reception: Reception,
    scope: TenantScope,
    *,
    session_id: UUID | None,
    password: str | None,
    new_password: str,
    seen: Seen,
) -> None:
    """Give a signed-in customer's account another password; its other sessions end.

    Raises WrongPassword where it has one and `password` is another; Invalid, TooManyTries.
    """
    account = await scope.reading.row(_OF_SESSION, session=session_id)
    if account is None:
        raise WrongPassword("password")  # the session ended meanwhile
    _refuse_password(account["kind"], "newPassword")
    what = f"customer-password {scope.tenant_id}"
    counting = await reception.past_tenants("customer's password", seen)
    tries = [by_account(what, account["key"], seen.address, (MINUTE, 5), (HOUR, 20))]
    await count_tries(counting, tries)
    if account["password_hash"] is not None and not await reception.passwords.verify(
        account["password_hash"], password or ""
    ):
        raise WrongPassword("password")
    valid(
        lambda given: check_new_password(given, email=account["value"]),
        new_password,
        "newPassword",
    )
    hashed = await reception.passwords.hash(new_password)
    async with scope.writing("customerPasswordChange") as uow:
        await uow.execute(_SET_PASSWORD, account=account["id"], password_hash=hashed)
        await end_sessions(uow, account["customer_id"], but=session_id)
        uow.record("customer.password_changed", account["customer_id"])


def _refuse_password(kind: str, path: str) -> None:
    """Who signs in by phone does it by a code each time. Raises NotAllowed."""
    if kind != "email":
        raise NotAllowed(
            path,
            en="a password goes with an e-mail address",
            ru="пароль бывает у адреса почты",
        )


async def _own_card(uow: UnitOfWork, reached: Reached) -> UUID | None:
    """The card of what was proved, locked: it is neither merged nor erased before he has his
    account on it. Where that has just happened, it is looked for once more.
    """
    while (found := await find_own(uow, reached)) is not None:
        card = (await lock_rows(uow, Customer, [found])).get(found)
        if card is not None and card["merged_into_id"] is None and card["erased_at"] is None:
            break
    return found


async def _fill_in(uow: UnitOfWork, customer_id: UUID, names: Mapping[str, Any]) -> None:
    """Let a card that has no name at all have these."""
    card = (await lock_rows(uow, Customer, [customer_id]))[customer_id]
    if any(names.values()) and not any(card[name] for name in NAMES):
        await update_customer(uow, Edit(customer_id, names))


async def _account(uow: UnitOfWork, reached: Reached, names: Mapping[str, Any]) -> Row:
    """The account of what was proved; a new one is joined to the card that `find_own` finds."""
    await one_by_one(uow, [reached.key])
    which = {"kind": reached.kind, "key": reached.key}
    account = await uow.row(_OF_CONTACT, **which)
    if account is not None:
        return account
    customer_id = await _own_card(uow, reached)
    proved = {
        "kind": reached.kind,
        "value": reached.value,
        "source": "account",
        "verified_at": uow.now,
    }
    if customer_id is None:
        customer_id = await create_customer(uow, {**names, "contacts": [proved]})
    else:
        await uow.execute(_VERIFY, customer=customer_id, now=uow.now, **which)
        await _fill_in(uow, customer_id, names)
    await uow.add(
        CustomerAccount,
        customer_id=customer_id,
        value=reached.value,
        **which,
        password_hash=None,
        created_at=uow.now,
    )
    uow.record("customer.registered", customer_id)
    made = await uow.row(_OF_CONTACT, **which)
    assert made is not None
    return made
