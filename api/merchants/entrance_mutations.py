"""Coming in: signing up and signing in. Open to the anonymous."""

from typing import Any

import strawberry
from strawberry import UNSET

from api.context import RequestContext
from api.engine.fields import PUBLIC
from api.merchants.callers import reception_of, seen_of
from api.merchants.shop_mutations import LegalEntityInput, entity_words
from api.merchants.words import Mode
from api.mutation import Outcome, Payload, given, unscoped_mutation
from api.scalars import CurrencyCode, DateTime
from domain.merchants.sessions import sign_in
from domain.merchants.sign_up import SignUp, sign_up


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


def _wish(input: MerchantSignUpInput) -> SignUp:
    told = given(input)
    wish: dict[str, Any] = {name: value for name, value in told.items() if value is not None}
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
