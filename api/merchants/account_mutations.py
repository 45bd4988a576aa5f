"""One's own account: joining by a letter, the password, the second factor, the sessions."""

import strawberry

from api.context import RequestContext
from api.engine.fields import PUBLIC
from api.merchants import kinds
from api.merchants.callers import own_scope, reception_of, seen_of
from api.mutation import Outcome, Payload, unscoped_mutation
from api.scalars import wanted_id
from domain.errors import valid
from domain.merchants.identities import change_password, request_password_reset, reset_password
from domain.merchants.invitations import accept_invitation, confirm_address
from domain.merchants.second_factor import (
    confirm_totp,
    disable_totp,
    prove_presence,
    start_totp,
)
from domain.merchants.sessions import end_own_sessions, revoke_own_session, sign_out
from tenants.principal import Principal
from tenants.values.emails import parse_email


@strawberry.input
class EmailConfirmInput:
    """The token of the letter's link, and the password of the account."""

    token: str
    password: str


@strawberry.input
class InvitationAcceptInput:
    """The token of the letter's link. `password` is the account's; who has none chooses one here,
    and says a `name`."""

    token: str
    password: str
    name: str | None = None


@strawberry.input
class PasswordResetInput:
    """The token of the letter's link, and the password from now on."""

    token: str
    new_password: str


@strawberry.input
class PasswordChangeInput:
    """The password so far, and from now on."""

    password: str
    new_password: str


@strawberry.input
class ProofInput:
    """One's password, and the app's code where there is a second factor."""

    password: str
    code: str | None = None


@strawberry.type
class Done(Payload):
    """Nothing to show beside refusals."""

    done: bool | None


@strawberry.type
class SecondFactorStartPayload(Payload):
    """What an authenticator app reads, as a QR code's text and by hand; shown this once."""

    uri: str | None
    secret: str | None


@strawberry.type
class SecondFactorConfirmPayload(Payload):
    """Codes for the day the phone is lost, each good once; shown this once."""

    recovery_codes: list[str] | None


DONE: Outcome = {"done": True}


def _myself(context: RequestContext) -> Principal:
    """The caller. Raises UNAUTHENTICATED for the anonymous; a key is refused further in."""
    return context.signed_in.principal


@strawberry.type
class AccountMutations:
    """Root fields of one's own account."""

    @unscoped_mutation(permission=PUBLIC, returns=Done)
    async def email_confirm(context: RequestContext, input: EmailConfirmInput) -> Outcome:
        """Confirm an address by the link of a letter, and the account's password."""
        await confirm_address(
            reception_of(context),
            token=input.token,
            password=input.password,
            seen=seen_of(context),
        )
        return {**DONE}

    @unscoped_mutation(permission=PUBLIC, returns=Done)
    async def invitation_accept(context: RequestContext, input: InvitationAcceptInput) -> Outcome:
        """Join a shop by the link of an invitation."""
        await accept_invitation(
            reception_of(context),
            token=input.token,
            password=input.password,
            name=input.name,
            seen=seen_of(context),
        )
        return {**DONE}

    @unscoped_mutation(permission=PUBLIC, returns=Done)
    async def password_reset_request(context: RequestContext, email: str) -> Outcome:
        """Have a link sent to an address, if it has an account; the answer is always the same."""
        address = valid(parse_email, email, "email")
        await request_password_reset(reception_of(context), email=address, seen=seen_of(context))
        return {**DONE}

    @unscoped_mutation(permission=PUBLIC, returns=Done)
    async def password_reset(context: RequestContext, input: PasswordResetInput) -> Outcome:
        """Set a password by the link of a letter; all open sessions end."""
        await reset_password(
            reception_of(context),
            token=input.token,
            new_password=input.new_password,
            seen=seen_of(context),
        )
        return {**DONE}

    @unscoped_mutation(permission=PUBLIC, returns=Done)
    async def password_change(context: RequestContext, input: PasswordChangeInput) -> Outcome:
        """Take another password; all sessions but this one end."""
        await change_password(
            reception_of(context),
            _myself(context),
            password=input.password,
            new_password=input.new_password,
        )
        return {**DONE}

    @unscoped_mutation(permission=PUBLIC, returns=SecondFactorStartPayload)
    async def second_factor_start(context: RequestContext, password: str) -> Outcome:
        """Begin to set up an authenticator app; it counts once a code of it was confirmed."""
        enrolment = await start_totp(reception_of(context), _myself(context), password=password)
        return {"uri": enrolment.uri, "secret": enrolment.secret}

    @unscoped_mutation(permission=PUBLIC, returns=SecondFactorConfirmPayload)
    async def second_factor_confirm(context: RequestContext, code: str) -> Outcome:
        """Turn the second factor on with a first code of the app."""
        codes = await confirm_totp(reception_of(context), _myself(context), code=code)
        return {"recovery_codes": codes}

    @unscoped_mutation(permission=PUBLIC, returns=Done)
    async def second_factor_disable(context: RequestContext, input: ProofInput) -> Outcome:
        """Turn the second factor off, with both factors."""
        await disable_totp(
            reception_of(context),
            _myself(context),
            password=input.password,
            code=input.code or "",
        )
        return {**DONE}

    @unscoped_mutation(permission=PUBLIC, returns=Done)
    async def session_prove(context: RequestContext, input: ProofInput) -> Outcome:
        """Prove once more that it is you; what is dangerous can be done for five minutes."""
        await prove_presence(
            reception_of(context), _myself(context), password=input.password, code=input.code
        )
        return {**DONE}

    @unscoped_mutation(permission=PUBLIC, returns=Done)
    async def session_end(context: RequestContext) -> Outcome:
        """Sign out: end the session that this request came with."""
        async with own_scope(context).writing("session_end") as uow:
            await sign_out(uow)
        return {**DONE}

    @unscoped_mutation(permission=PUBLIC, returns=Done)
    async def session_revoke(context: RequestContext, id: strawberry.ID) -> Outcome:
        """End another session of one's own."""
        async with own_scope(context).writing("session_revoke") as uow:
            await revoke_own_session(uow, wanted_id(id, kinds.SESSION))
        return {**DONE}

    @unscoped_mutation(permission=PUBLIC, returns=Done)
    async def sessions_revoke(context: RequestContext) -> Outcome:
        """End all sessions of one's own at this shop, but this one."""
        async with own_scope(context).writing("sessions_revoke") as uow:
            await end_own_sessions(uow)
        return {**DONE}
