"""Signing in at the storefront: by a code that is mailed or texted, or by a password."""

import strawberry
from strawberry import UNSET

from api.context import RequestContext
from api.customers import kinds
from api.customers.consent_mutations import agreed
from api.customers.consent_types import AgreedInput
from api.inputs import reference, values
from api.merchants.callers import reception_of, seen_of
from api.mutation import Outcome, Payload, unscoped_mutation
from api.scalars import DateTime, wanted_id
from domain.customers.accounts.accounts import enter_by_code, enter_by_password
from domain.customers.accounts.codes import ask_for_code
from domain.customers.accounts.sessions import SignedIn
from tenants.ids import encode_id

ANYBODY = "storefront"


@strawberry.input
class CustomerCodeSendInput:
    """Where a code is to be sent, one of the two; whether it is known here is not told."""

    email: str | None = None
    phone: str | None = strawberry.field(default=None, description="By a text message.")
    language: str = strawberry.field(default="ru", description="What to write in.")


@strawberry.input
class CustomerProfileInput:
    """What the customer is called."""

    first_name: str | None = UNSET
    middle_name: str | None = UNSET
    last_name: str | None = UNSET


@strawberry.input
class CustomerSessionCreateByCodeInput:
    """The code of a letter or message, with the id that it was asked for under."""

    code_id: strawberry.ID = reference(kinds.CODE, required=True)
    code: str
    password: str | None = strawberry.field(
        default=None,
        description="The account's from now on: to register, to reset it. Only of an address.",
    )
    profile: CustomerProfileInput | None = strawberry.field(
        default=None, description="For who has no name here yet."
    )
    consents: list[AgreedInput] | None = None


@strawberry.input
class CustomerSessionCreateInput:
    """An account's address and password."""

    email: str
    password: str


@strawberry.type
class CustomerCodePayload(Payload):
    """What the code has to come back with; it works for a quarter of an hour."""

    code_id: strawberry.ID | None


@strawberry.type
class CustomerSessionPayload(Payload):
    """The new session's token, to be sent as X-Customer-Token; shown this once."""

    token: str | None
    expires_at: DateTime | None


def _shown(session: SignedIn) -> Outcome:
    return {"token": session.token, "expires_at": session.expires_at}


@strawberry.type
class CustomerEntranceMutations:
    """Root fields of signing in."""

    @unscoped_mutation(permission=ANYBODY, returns=CustomerCodePayload)
    async def customer_code_send(context: RequestContext, input: CustomerCodeSendInput) -> Outcome:
        """Have a code sent: to sign in, to register, or to set a new password."""
        code_id = await ask_for_code(
            reception_of(context),
            context.scope,
            email=input.email,
            phone=input.phone,
            language=input.language,
            seen=seen_of(context),
        )
        return {"code_id": encode_id(kinds.CODE, code_id)}

    @unscoped_mutation(permission=ANYBODY, returns=CustomerSessionPayload)
    async def customer_session_create_by_code(
        context: RequestContext, input: CustomerSessionCreateByCodeInput
    ) -> Outcome:
        """Sign in with a code. Who has no account gets one, on the card of his address or phone."""
        session = await enter_by_code(
            reception_of(context),
            context.scope,
            code_id=wanted_id(input.code_id, kinds.CODE),
            code=input.code,
            password=input.password,
            profile=values(input.profile) if input.profile else None,
            consents=agreed(input.consents or []),
            seen=seen_of(context),
            user_agent=context.user_agent,
        )
        return _shown(session)

    @unscoped_mutation(permission=ANYBODY, returns=CustomerSessionPayload)
    async def customer_session_create(
        context: RequestContext, input: CustomerSessionCreateInput
    ) -> Outcome:
        """Sign in with a password."""
        session = await enter_by_password(
            reception_of(context),
            context.scope,
            email=input.email,
            password=input.password,
            seen=seen_of(context),
            user_agent=context.user_agent,
        )
        return _shown(session)
