"""Errors that are no bugs, in words for the client: what the domain refuses, what took too long."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from asyncpg import (
    AdminShutdownError,
    CannotConnectNowError,
    CrashShutdownError,
    InternalClientError,
    LockNotAvailableError,
    PostgresConnectionError,
    QueryCanceledError,
    TooManyConnectionsError,
)

from api.bodies import HttpRefusal
from api.context import RequestContext
from api.engine.errors import PublicError
from api.scalars import BadInput
from domain.errors import DomainError

TOO_LONG: Final = (QueryCanceledError, LockNotAvailableError)
"""PostgreSQL stopped a statement at its statement_timeout or lock_timeout."""
AWAY: Final = (
    TimeoutError,  # the pool's own, when no connection came free
    ConnectionError,
    PostgresConnectionError,
    TooManyConnectionsError,
    CannotConnectNowError,
    AdminShutdownError,
    CrashShutdownError,
    InternalClientError,  # of a connection whose end is announced, and has not come yet
)
RETRY_SECONDS: Final = 1


@contextmanager
def told(context: RequestContext) -> Iterator[None]:
    """Turn a DomainError of the block into BAD_USER_INPUT, in the request's language."""
    try:
        yield
    except DomainError as error:
        place = {"argument": ".".join(error.path)} if error.path else {}
        raise BadInput(error.message(context.language), **place) from None


def explained(error: Exception) -> PublicError | None:
    """What the database had no time for, as TIMEOUT; None: it is a bug.

    A statement that was stopped is 504; a server that could not even be asked is 503, and says
    when to come again.
    """
    if isinstance(error, TOO_LONG):
        return PublicError(
            "The database took too long over this and was stopped; ask for less at once.",
            code="TIMEOUT",
        )
    if isinstance(error, AWAY):
        refusal = HttpRefusal(503, "We are too busy just now; send it again.", code="TIMEOUT")
        refusal.extensions["retryAfter"] = RETRY_SECONDS
        return refusal
    return None
