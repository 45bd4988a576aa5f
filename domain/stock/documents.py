"""Documents with states: what may be done with one in each, and the step from one to the next.

    TRANSFER = Stated("transfer", Transfer, STATES_FOR, check_sees_transfer)

    transfer = await lock_document(uow, TRANSFER, ref, Action.SEND, "id")
    ...
    await enter_state(uow, TRANSFER, transfer, "sent", sent_at=uow.now)

A document is locked before the levels that it moves, and no other document with it.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from domain.catalog.versions import lock_owner
from domain.errors import NotAllowed
from domain.references import Ref
from domain.row_sets import update_rows
from tenants.scope import Row, UnitOfWork

MOST_LINES: Final = 250

Action = TypeVar("Action", bound=StrEnum)


@dataclass(frozen=True)
class Stated(Generic[Action]):
    """A kind of document: its word in events and refusals, its table (with `state`, `number` and
    `version`), and the states that each action begins in.

    `check_sees(principal, row, *path)` raises NotFound for whoever may not know of it.
    `goes_with(uow, state)` are columns that change with the state.
    """

    what: str
    table: Any
    states_for: Mapping[Action, tuple[str, ...]]
    check_sees: Callable[..., None]
    goes_with: Callable[[UnitOfWork, str], Awaitable[Mapping[str, Any]]] | None = None

    def allowed_actions(self, state: str) -> list[Action]:
        """What may be done in a state, in the order of a document's life."""
        return [action for action, states in self.states_for.items() if state in states]


async def lock_document(
    uow: UnitOfWork,
    kind: Stated[Action],
    ref: Ref,
    action: Action,
    *path: str,
    expected_version: int | None = None,
) -> Row:
    """A document that this may be done with, locked. Raises NotFound, Conflict, NotAllowed."""
    row = await lock_owner(
        uow, kind.table, ref, *path, what=kind.what, expected_version=expected_version
    )
    kind.check_sees(uow.principal, row, *path)
    if row["state"] not in kind.states_for[action]:
        raise NotAllowed(
            *path,
            en=f"cannot be done with a document that is {row['state']}",
            ru=f"нельзя сделать с документом в состоянии {row['state']}",
        )
    return row


async def enter_state(
    uow: UnitOfWork, kind: Stated[Any], document: Row, state: str, **columns: Any
) -> UUID:
    """Write a locked document's new state, and tell of it; its id."""
    document_id: UUID = document["id"]
    also = await kind.goes_with(uow, state) if kind.goes_with is not None else {}
    row = {"id": document_id, "state": state, **also, **columns}
    versions = await update_rows(uow, kind.table, [row])
    uow.record(
        f"{kind.what}.{state}",
        document_id,
        version=versions[document_id],
        number=document["number"],
    )
    return document_id
