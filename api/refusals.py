"""What the domain refuses of a read: a top-level error, for a query has no userErrors."""

from collections.abc import Iterator
from contextlib import contextmanager

from api.context import RequestContext
from api.scalars import BadInput
from domain.errors import DomainError


@contextmanager
def told(context: RequestContext) -> Iterator[None]:
    """Turn a DomainError of the block into BAD_USER_INPUT, in the request's language."""
    try:
        yield
    except DomainError as error:
        place = {"argument": ".".join(error.path)} if error.path else {}
        raise BadInput(error.message(context.language), **place) from None
