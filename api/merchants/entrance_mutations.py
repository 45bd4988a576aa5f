"""Coming in: signing up, confirming an address, signing in and out. Open to the anonymous."""

from enum import Enum
from typing import Any

import strawberry
from strawberry import UNSET

from api.context import RequestContext
from api.engine.fields import PUBLIC
from api.mutation import Outcome, Payload, given, mutation, unscoped_mutation
from api.scalars import CurrencyCode, DateTime
from domain.merchants.invitations import confirm_address
from domain.merchants.legal_entities import LegalEntityWords
from domain.merchants.reception import Reception
from domain.merchants.sessions import sign_in, sign_out
from domain.merchants.sign_up import SignUp, sign_up
from tenants.identify import Seen
from tenants.scope import UnitOfWork


@strawberry.enum
class TaxpayerKind(Enum):
    """Who a legal entity is."""

    PERSON = "person"
    SOLE_TRADER = "sole_trader"
    COMPANY = "company"


@strawberry.enum
class TaxSystem(Enum):
    """Tax systems of Russia, as receipts name them."""

    OSN = "osn"
    USN_INCOME = "usn_income"
    USN_INCOME_OUTCOME = "usn_income_outcome"
    ESN = "esn"
    PATENT = "patent"
    NPD = "npd"


@strawberry.enum
class Mode(Enum):
    """Live data, or the test space beside it."""

    LIVE = "live"
    TEST = "test"


@strawberry.input
class LegalEntityInput:
    """A person, sole trader or company; numbers are held against their check digits."""

    kind: TaxpayerKind
    name: str
    inn: str
    tax_system: TaxSystem
    kpp: str | None = None
    ogrn: str | None = None
    address: str | None = None


@strawberry.input
class MerchantSignUpInput:
    """A new merchant. Without `handle`, one is made of the shop's name."""

    shop_name: str
    owner_name: str
    owner_email: str
    owner_password: str
    handle: str | None = UNSET
    host: str | None = UNSET
    currency: CurrencyCode | None = UNSET
    time_zone: str | None = UNSET
    country: str | None = UNSET
    language: str | None = UNSET
    legal_entity: LegalEntityInput | None = UNSET


@strawberry.type
class FirstKey:
    """A key that a new shop has from the start; `key` is shown this once."""

    kind: str
    mode: str
    prefix: str
    key: str


@strawberry.type
class MerchantSignUpPayload(Payload):
    """The new shop's host and its first keys."""

    handle: str | None
    host: str | None
    keys: list[FirstKey] | None


@strawberry.input
class SessionCreateInput:
    """Address and password; `code` where there is a second factor; `shop` (a handle) where one
    works for several."""

    email: str
    password: str
    code: str | None = UNSET
    shop: str | None = UNSET
    mode: Mode = Mode.LIVE


@strawberry.type
class SessionCreatePayload(Payload):
    """The new session's token, to be sent as `Authorization: Bearer …`; shown this once."""

    token: str | None
    expires_at: DateTime | None


@strawberry.input
class EmailConfirmInput:
    """The token of the letter's link, and the password of the account."""

    token: str
    password: str


@strawberry.type
class Done(Payload):
    """Nothing to show beside refusals."""

    done: bool | None


def seen_of(context: RequestContext) -> Seen:
    """What the audit log will name of this request."""
    return Seen(context.principal.address, context.principal.request_id)


def reception_of(context: RequestContext) -> Reception:
    """The process's reception."""
    reception: Reception = context.services.adapters[Reception]
    return reception


def entity_words(entity: LegalEntityInput) -> LegalEntityWords:
    """A legal entity as the domain reads it."""
    words = given(entity)
    return LegalEntityWords(
        **{**words, "kind": entity.kind.value, "tax_system": entity.tax_system.value}
    )


def _wish(input: MerchantSignUpInput) -> SignUp:
    wish: dict[str, Any] = {name: value for name, value in given(input).items() if value}
    if input.legal_entity:
        wish["legal_entity"] = entity_words(input.legal_entity)
    return SignUp(**wish)


@strawberry.type
class EntranceMutations:
    """Root fields of the area."""

    @unscoped_mutation(permission=PUBLIC, returns=MerchantSignUpPayload, cost=100)
    async def merchant_sign_up(context: RequestContext, input: MerchantSignUpInput) -> Outcome:
        """Open a shop, with a test space beside it; a letter asks the owner to confirm.

        The keys work at once, so that a storefront can be built before the letter is read.
        """
        new = await sign_up(reception_of(context), _wish(input), seen=seen_of(context))
        keys = [
            {"kind": one.kind, "mode": one.mode, "prefix": one.prefix, "key": one.text}
            for one in new.keys
        ]
        return {"handle": new.handle, "host": new.host, "keys": keys}

    @unscoped_mutation(permission=PUBLIC, returns=Done)
    async def email_confirm(context: RequestContext, input: EmailConfirmInput) -> Outcome:
        """Confirm an address by the link of a letter, and the account's password."""
        await confirm_address(
            reception_of(context),
            token=input.token,
            password=input.password,
            seen=seen_of(context),
        )
        return {"done": True}

    @unscoped_mutation(permission=PUBLIC, returns=SessionCreatePayload)
    async def session_create(context: RequestContext, input: SessionCreateInput) -> Outcome:
        """Sign in. Half an hour idle ends a session, twelve hours end any."""
        session = await sign_in(
            reception_of(context),
            **{**given(input), "mode": input.mode.value},
            seen=seen_of(context),
            user_agent=context.user_agent,
        )
        return {"token": session.token, "expires_at": session.expires_at}

    @mutation(permission=PUBLIC, returns=Done)
    async def session_end(uow: UnitOfWork) -> Outcome:
        """Sign out: end the session that this request came with."""
        await sign_out(uow)
        return {"done": True}
