"""What a door needs to know of a request: the operation it asks for, and who asks."""

import secrets
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from graphql import GraphQLSchema, OperationDefinitionNode
from graphql.execution import get_variable_values
from graphql.execution.values import get_argument_values
from starlette.types import Scope


@dataclass(frozen=True, slots=True)
class Operation:
    """The operation that a request asks for, as its context gets to know it before it runs."""

    kind: Literal["query", "mutation", "subscription"]
    name: str | None
    document_id: str
    """The sha-256 of the document: what to log in place of its text."""
    cost: int
    directives: Mapping[str, Mapping[str, Any]]
    """The directives on the operation (`inContext`, `dryRun`) with their arguments' values."""


class DoorContext(Protocol):
    """What the door asks of the context that `open_context` gave; resolvers get the same one."""

    @property
    def tenant(self) -> str:
        """Whose registered and persisted documents these are."""

    @property
    def may_introspect(self) -> bool:
        """Whether the schema may be asked about, and errors may suggest its names."""

    @property
    def may_trace(self) -> bool:
        """Whether the answer may tell what each of its fields took."""

    @property
    def trusted_only(self) -> bool:
        """Whether only registered documents may be sent."""

    @property
    def cache_tag(self) -> str | None:
        """All that an answer to a query depends on beside the request's parameters: tenant,
        language, version of the data. None where an answer is for one caller. Read inside
        `running`."""

    def holds(self, permission: str) -> bool:
        """Whether this caller has a permission that a field declares."""

    async def charge(self, points: int) -> Mapping[str, Any] | None:
        """Take points off what the caller may use. Raises PublicError (THROTTLED, `retryAfter`)."""

    def running(
        self, operation: Operation
    ) -> AbstractAsyncContextManager[Mapping[str, Any] | None]:
        """Entered before anything of the operation runs, left when its answer is made.

        The place to charge its cost and to heed its directives. Entering may raise PublicError
        (THROTTLED with `retryAfter` in seconds); it gives what `extensions.cost` shows beside
        `requested` and `actual` (available, restoreRate), or None for no such extension.
        """


def directives_of(
    schema: GraphQLSchema, operation: OperationDefinitionNode, variables: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """The directives on a valid operation, with their arguments coerced."""
    if not operation.directives:
        return {}
    values = get_variable_values(schema, operation.variable_definitions or (), dict(variables))
    if isinstance(values, list):
        return {}  # the executor will say what is wrong with the variables
    known = {directive.name: directive for directive in schema.directives}
    return {
        directive.name.value: get_argument_values(known[directive.name.value], directive, values)
        for directive in operation.directives
    }


def request_id_of(scope: Scope) -> str:
    """The id by which a request is found in the log, given to it when it is first asked for."""
    state = scope.setdefault("state", {})
    if "request_id" not in state:
        state["request_id"] = f"req_{secrets.token_hex(12)}"
    known: str = state["request_id"]
    return known
