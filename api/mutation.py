"""How a mutation is declared: one unit of work, committed before its payload is read.

    @strawberry.type
    class ProductPayload(Payload):
        product: Product | None = entity("product", products_by_ids)

    @mutation(permission="products:write", returns=ProductPayload)
    async def product_archive(uow: UnitOfWork, id: strawberry.ID) -> Outcome:
        "Take a product off the shelves; its history stays."
        product_id = wanted_id(id, "prd")
        await archive_product(uow, product_id)
        return {"product": product_id}

The function names the rows of its payload; they are read after the commit, each type at once. What
it raises of DomainError becomes `userErrors`, and then nothing is kept; refusals of rows that it
left out, and kept the others, it returns as `skipped`. With an Idempotency-Key the
outcome is kept in the same transaction, so a second sending finds it and changes nothing.
"""

import asyncio
import inspect
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, Final, TypeAlias
from uuid import UUID

import strawberry
from asyncpg.exceptions import (
    DeadlockDetectedError,
    ForeignKeyViolationError,
    LockNotAvailableError,
    SerializationError,
    UniqueViolationError,
)
from strawberry import UNSET
from strawberry.types import get_object_definition

from api.context import Info, RequestContext
from api.engine.errors import PublicError
from api.engine.fields import batch, declared
from api.errors import UserError, user_errors
from api.signatures import sign
from domain.errors import DomainError
from tenants.idempotency import (
    LONGEST_KEY,
    KeyUsedOtherwise,
    earlier_outcome,
    fingerprint,
    keep_outcome,
    kept_outcome,
)
from tenants.scope import Asking, Row, UnitOfWork

Outcome: TypeAlias = dict[str, Any]
Sent: TypeAlias = dict[str, Any]
"""The `credential_id`, `key` and `fingerprint` of a sending that may come again."""
RowsByIds: TypeAlias = Callable[[Asking, Sequence[UUID]], Awaitable[Mapping[UUID, Row]]]

MUTATION_COST: Final = 10
MOST_TRIES: Final = 3
"""Of a whole unit, when the database let another one go first."""
OVERTAKEN: Final = (
    DeadlockDetectedError,
    SerializationError,
    LockNotAvailableError,
    # What it found, and was to point to, went away meanwhile, or what it found free was taken: the
    # next try will say so.
    ForeignKeyViolationError,
    UniqueViolationError,
)
NOBODY: Final = UUID(int=0)


@strawberry.interface
class Payload:
    """What every mutation answers: the thing, or why not."""

    user_errors: list[UserError]


def entity(name: str, load: RowsByIds, **texts: Any) -> Any:
    """A payload's field: the row whose id the outcome has under `name`, read after the commit."""

    async def rows(parents: Sequence[Outcome], context: RequestContext) -> list[Row | None]:
        ids = [UUID(str(parent[name])) for parent in parents if parent.get(name)]
        found = await load(context.reading, ids) if ids else {}
        return [
            found.get(UUID(str(parent[name]))) if parent.get(name) else None for parent in parents
        ]

    return batch(rows, **texts)


def entities(name: str, load: RowsByIds, **texts: Any) -> Any:
    """A payload's list: the rows whose ids the outcome has under `name`, in their order."""

    async def rows(parents: Sequence[Outcome], context: RequestContext) -> list[list[Row] | None]:
        lists = [[UUID(str(one)) for one in parent.get(name) or ()] for parent in parents]
        wanted = [one for ids in lists for one in ids]
        found = await load(context.reading, wanted) if wanted else {}
        return [
            [found[one] for one in ids if one in found] if parent.get(name) is not None else None
            for parent, ids in zip(parents, lists, strict=True)
        ]

    return batch(rows, **texts)


def each(name: str, load: RowsByIds, **texts: Any) -> Any:
    """A bulk payload's list: as `entities`, with null in the place of each row that was skipped."""

    async def rows(
        parents: Sequence[Outcome], context: RequestContext
    ) -> list[list[Row | None] | None]:
        lists = [[one and UUID(str(one)) for one in parent.get(name) or ()] for parent in parents]
        wanted = [one for ids in lists for one in ids if one]
        found = await load(context.reading, wanted) if wanted else {}
        return [
            [found.get(one) for one in ids] if parent.get(name) is not None else None
            for parent, ids in zip(parents, lists, strict=True)
        ]

    return batch(rows, **texts)


def mutation(
    *,
    permission: str,
    returns: type[Any],
    cost: int = MUTATION_COST,
    needs_key: bool | Callable[[Mapping[str, Any]], bool] = False,
    live_only: bool = False,
    needs_presence: bool = False,
    shown_once: Sequence[str] = (),
    while_shut: bool = False,
    adapter: type[Any] | None = None,
    before: Callable[..., Awaitable[Any]] | None = None,
) -> Callable[[Callable[..., Awaitable[Outcome]]], Any]:
    """Declare a mutation on a function of `(uow, **arguments)` that returns an Outcome.

    `needs_key`: it moves money or stock, so an idempotency key must come with it; or, told by its
    arguments, whether it must.
    `live_only`: it is about the merchant (staff, keys, plan), not about a space's data.
    `needs_presence`: a session that stands open at an empty desk is not enough for it.
    `shown_once`: what of the outcome is a secret, and so not kept for a second sending.
    `while_shut`: also a merchant who is suspended or closing may do it.
    `adapter`: of the process's adapters, the one that the function takes behind `uow`.
    `before`: `before(context, **arguments)`, what takes long and needs no transaction; the function
    takes what comes of it behind `uow` too.
    """

    def declare(function: Callable[..., Awaitable[Outcome]]) -> Any:
        async def work(context: RequestContext, info: Info, arguments: dict[str, Any]) -> Outcome:
            if not while_shut:
                context.needs_open()
            if live_only:
                context.needs_live()
            if needs_presence:
                context.needs_presence()
            needed = needs_key(arguments) if callable(needs_key) else needs_key
            sent = _sent(context, info, arguments, needed=needed)
            own: list[Any] = [] if adapter is None else [context.services.adapters[adapter]]
            if before is not None:
                if sent is not None and not context.rehearsal:
                    earlier = await _earlier(kept_outcome(context.reading, **sent))
                    if earlier is not None:
                        return earlier
                own.append(await before(context, **arguments))

            async def act(uow: UnitOfWork, **given: Any) -> Outcome:
                return await function(uow, *own, **given)

            return await _run(context, info.field_name, act, arguments, sent, shown_once)

        ours = 1 + (adapter is not None) + (before is not None)
        return _declared(function, returns, work, ours, permission=permission, cost=cost)

    return declare


def unscoped_mutation(
    *, permission: str, returns: type[Any], cost: int = MUTATION_COST
) -> Callable[[Any], Any]:
    """Declare a mutation on a function of `(context, **arguments)` that opens its own units.

    For what begins before a tenant is known, or reaches past one: signing up, signing in, one's own
    account, the merchant's end. Several units cannot be rehearsed, nor kept under a key as one: who
    asks for either is refused, and not left to believe that he had it.
    """

    def declare(function: Callable[..., Awaitable[Outcome]]) -> Any:
        async def work(context: RequestContext, info: Info, arguments: dict[str, Any]) -> Outcome:
            if context.rehearsal:
                raise PublicError(f"{info.field_name} cannot be a @dryRun.")
            if context.idempotency_key is not None:
                raise PublicError(f"{info.field_name} takes no Idempotency-Key.")
            return await function(context, **arguments)

        return _declared(function, returns, work, 1, permission=permission, cost=cost)

    return declare


def _declared(
    function: Callable[..., Awaitable[Outcome]],
    returns: type[Any],
    work: Callable[[RequestContext, Info, dict[str, Any]], Awaitable[Outcome]],
    ours: int,
    *,
    permission: str,
    cost: int,
) -> Any:
    """A field that does `work` and answers with its outcome, or with the refusal.

    The first `ours` parameters of `function` are not the client's.
    """
    payload = get_object_definition(returns, strict=True)
    nothing = dict.fromkeys(one.python_name for one in payload.fields)

    async def resolve(self: None, info: Info, **arguments: Any) -> Any:
        try:
            outcome = await work(info.context, info, arguments)
        except DomainError as error:
            told = user_errors(error, info.context.language, arguments)
            return {**nothing, "user_errors": told}
        return {**nothing, "user_errors": [], **outcome}

    arguments = list(inspect.signature(function).parameters.values())[ours:]
    sign(resolve, like=function, arguments=arguments, returns=returns)
    return strawberry.mutation(
        resolve,
        description=inspect.getdoc(function),
        metadata=declared(permission=permission, cost=cost),
    )


async def _run(
    context: RequestContext,
    name: str,
    function: Callable[..., Awaitable[Outcome]],
    arguments: dict[str, Any],
    sent: Sent | None,
    shown_once: Sequence[str],
) -> Outcome:
    async def outcome_of(uow: UnitOfWork) -> Outcome:
        outcome = await function(uow, **arguments)
        skipped: Sequence[DomainError] = outcome.pop("skipped", ())
        if skipped:
            told = [user_errors(one, context.language, arguments) for one in skipped]
            outcome["user_errors"] = [row for rows in told for row in rows]
        return outcome

    if context.rehearsal:
        return await outcome_of(context.rehearsal)
    for tries_left in range(MOST_TRIES - 1, -1, -1):
        try:
            return await _kept(context, name, outcome_of, sent, shown_once)
        except OVERTAKEN as error:
            if tries_left == 0:
                raise PublicError(
                    "Others are changing the same things; send it again.", code="CONFLICT"
                ) from error
            await asyncio.sleep(random.uniform(0.01, 0.1))
    raise AssertionError("the last try returns or raises")


async def _kept(
    context: RequestContext,
    name: str,
    outcome_of: Callable[[UnitOfWork], Awaitable[Outcome]],
    sent: Sent | None,
    shown_once: Sequence[str],
) -> Outcome:
    """One try in a unit of its own, or what an earlier sending under the same key has left."""
    async with context.scope.writing(name) as uow:
        if sent is None:
            return await outcome_of(uow)
        earlier = await _earlier(earlier_outcome(uow, **sent))
        if earlier is not None:
            return earlier
        outcome = await outcome_of(uow)
        kept = {name: value for name, value in outcome.items() if name not in shown_once}
        await keep_outcome(uow, credential_id=sent["credential_id"], key=sent["key"], outcome=kept)
        return outcome


async def _earlier(asked: Awaitable[Outcome | None]) -> Outcome | None:
    """What is found of an earlier sending; a PublicError where it was another one."""
    try:
        return await asked
    except KeyUsedOtherwise:
        raise PublicError(
            "This Idempotency-Key came before with other input; take a new one.",
            code="IDEMPOTENCY_CONFLICT",
        ) from None


def _sent(
    context: RequestContext, info: Info, arguments: dict[str, Any], *, needed: bool
) -> Sent | None:
    """By what a second sending is known: whose it is, its key, told apart by the field's name in
    the answer where there are several, and what it says. None without a key.
    """
    key = context.idempotency_key
    if key is None:
        if needed:
            raise PublicError("This needs an Idempotency-Key header.", code="BAD_USER_INPUT")
        return None
    if not 1 <= len(key) <= LONGEST_KEY:
        raise PublicError(f"An Idempotency-Key has 1 to {LONGEST_KEY} characters.")
    return {
        "credential_id": context.principal.credential_id or NOBODY,
        "key": f"{key}/{info.path.key}",
        "fingerprint": fingerprint(info.field_name, plain(arguments)),
    }


def given(value: Any, **renamed: str) -> dict[str, Any]:
    """The fields of an input object that were given: left out = keep, null = clear.

    `renamed` gives a field another name for the domain.
    """
    return {
        renamed.get(one.name, one.name): getattr(value, one.name)
        for one in fields(value)
        if getattr(value, one.name) is not UNSET
    }


def plain(value: Any) -> Any:
    """An input as JSON-like values, for its fingerprint."""
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(field) for name, field in given(value).items()}
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items() if item is not UNSET}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value.value if isinstance(value, Enum) else value
