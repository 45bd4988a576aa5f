"""What a signed-in customer changes of himself."""

from typing import Any
from uuid import UUID

import strawberry
from strawberry import UNSET

from api.context import RequestContext
from api.customers import kinds
from api.customers.consent_mutations import agreed
from api.customers.consent_types import AgreedInput, ConsentChannel, ConsentPurpose
from api.customers.inputs import CustomerAddressInput, CustomerAddressUpdateInput
from api.customers.storefront_types import StorefrontCustomer
from api.inputs import values
from api.merchants.callers import reception_of, seen_of
from api.mutation import Outcome, Payload, entity, mutation, unscoped_mutation
from api.rows import in_table
from api.scalars import Date, wanted_id
from domain.catalog.entities import Edit
from domain.customers import tables
from domain.customers.accounts.accounts import change_password
from domain.customers.accounts.sessions import end_session, end_sessions
from domain.customers.addresses import ADDRESS
from domain.customers.consents.consents import give_consents, withdraw_consents
from domain.customers.customers import update_customer
from domain.customers.parts import add_part, change_part, remove_part
from tenants.scope import UnitOfWork

MINE = "customer"
"""The permission of whoever came with a customer's token."""


@strawberry.input
class MeUpdateInput:
    """Changes of one's own profile: what is left out is kept, null clears."""

    expected_version: int | None = UNSET
    first_name: str | None = UNSET
    middle_name: str | None = UNSET
    last_name: str | None = UNSET
    birthday: Date | None = UNSET
    language: str | None = UNSET


@strawberry.input
class MyConsentsWithdrawInput:
    """Which consents end: of a purpose, by a channel; all where neither is named."""

    purpose: ConsentPurpose | None = None
    channel: ConsentChannel | None = None


@strawberry.input
class MyPasswordChangeInput:
    """The password that the account has, if any, and the one that it is to have."""

    password: str | None = None
    new_password: str


@strawberry.type
class MePayload(Payload):
    """The customer as he is now."""

    me: StorefrontCustomer | None = entity("me", in_table(tables.Customer))


@strawberry.type
class SessionsEndPayload(Payload):
    """How many sessions ended."""

    ended: int | None


@strawberry.type
class StorefrontCustomerMutations:
    """Root fields of a customer's own account."""

    @mutation(permission=MINE, returns=MePayload)
    async def me_update(uow: UnitOfWork, input: MeUpdateInput) -> Outcome:
        """Change one's profile."""
        changes = values(input)
        expected_version: int | None = changes.pop("expected_version", None)
        return {"me": await update_customer(uow, Edit(_me(uow), changes, expected_version))}

    @mutation(permission=MINE, returns=MePayload)
    async def my_address_add(uow: UnitOfWork, input: CustomerAddressInput) -> Outcome:
        """Keep an address for the next order."""
        await add_part(uow, ADDRESS, _me(uow), values(input))
        return {"me": _me(uow)}

    @mutation(permission=MINE, returns=MePayload)
    async def my_address_update(
        uow: UnitOfWork, id: strawberry.ID, input: CustomerAddressUpdateInput
    ) -> Outcome:
        """Change one of one's addresses."""
        changes: dict[str, Any] = values(input)
        version: int | None = changes.pop("expected_version", None)
        part_id = wanted_id(id, kinds.ADDRESS)
        await change_part(uow, ADDRESS, part_id, changes, expected_version=version, owner=_me(uow))
        return {"me": _me(uow)}

    @mutation(permission=MINE, returns=MePayload)
    async def my_address_remove(uow: UnitOfWork, id: strawberry.ID) -> Outcome:
        """Forget one of one's addresses."""
        await remove_part(uow, ADDRESS, wanted_id(id, kinds.ADDRESS), owner=_me(uow))
        return {"me": _me(uow)}

    @mutation(permission=MINE, returns=MePayload)
    async def my_consents_give(uow: UnitOfWork, consents: list[AgreedInput]) -> Outcome:
        """Agree to texts, each for one channel."""
        await give_consents(uow, _me(uow), agreed(consents), source="account")
        return {"me": _me(uow)}

    @mutation(permission=MINE, returns=MePayload)
    async def my_consents_withdraw(uow: UnitOfWork, input: MyConsentsWithdrawInput) -> Outcome:
        """Withdraw what one has agreed to; no message goes out under it any more."""
        await withdraw_consents(
            uow,
            _me(uow),
            purpose=input.purpose.value if input.purpose else None,
            channel=input.channel.value if input.channel else None,
            by="account",
        )
        return {"me": _me(uow)}

    @unscoped_mutation(permission=MINE, returns=MePayload)
    async def my_password_change(context: RequestContext, input: MyPasswordChangeInput) -> Outcome:
        """Set another password; one's other sessions end."""
        await change_password(
            reception_of(context),
            context.scope,
            session_id=context.principal.credential_id,
            password=input.password,
            new_password=input.new_password,
            seen=seen_of(context),
        )
        return {"me": context.principal.customer_id}

    @mutation(permission=MINE, returns=SessionsEndPayload)
    async def my_session_end(uow: UnitOfWork, id: strawberry.ID | None = None) -> Outcome:
        """End one of one's sessions; without an id this one: sign out."""
        session_id = uow.principal.credential_id if id is None else wanted_id(id, kinds.SESSION)
        assert session_id is not None
        await end_session(uow, _me(uow), session_id)
        return {"ended": 1}

    @mutation(permission=MINE, returns=SessionsEndPayload)
    async def my_other_sessions_end(uow: UnitOfWork) -> Outcome:
        """End all of one's sessions but this one."""
        return {"ended": await end_sessions(uow, _me(uow), but=uow.principal.credential_id)}


def _me(uow: UnitOfWork) -> UUID:
    """The customer who is signed in: the permission says that there is one."""
    customer_id = uow.principal.customer_id
    assert customer_id is not None
    return customer_id
