"""The rows of movements: one for each part of a lot that a move lets come or go."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from domain.row_sets import array_set, arrays_of
from domain.stock.moves import Coming, Document, Loss, Move
from domain.stock.shelves import Part
from domain.stock.tables import StockMovement
from tenants.ids import new_id
from tenants.scope import UnitOfWork
from tenants.statements import TENANT

_WRITTEN: Final = (
    "id",
    "kind",
    "variant_id",
    "location_id",
    "lot_id",
    "quantity",
    "value_minor",
    "document_kind",
    "document_id",
    "line_id",
    "reason",
    "actor",
    "actor_id",
)
_rows: Final = array_set(StockMovement, _WRITTEN)
# The unit began before it had its locks; when a movement happened is asked for under them, so that
# those of one level stand in the order in which they were made.
_MOVE: Final = (
    insert(StockMovement)
    .from_select(
        ["tenant_id", "at", *_WRITTEN],
        select(TENANT, func.statement_timestamp(), *(_rows.c[name] for name in _WRITTEN)),
    )
    .returning(StockMovement.id)
)


async def write_movements(uow: UnitOfWork, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add these movements, in one statement."""
    if rows:
        await uow.rows(_MOVE, **arrays_of(rows, _WRITTEN))


def movements_of(
    uow: UnitOfWork,
    document: Document,
    moves: Sequence[Move],
    parts: Sequence[Sequence[Part]],
) -> list[list[dict[str, Any]]]:
    """The rows of each move."""
    return [
        [
            movement_of(uow, document, move, move.kind, part, 1 if isinstance(move, Coming) else -1)
            for part in each
        ]
        for move, each in zip(moves, parts, strict=True)
    ]


def movement_of(
    uow: UnitOfWork, document: Document, move: Move | Loss, kind: str, part: Part, sign: int
) -> dict[str, Any]:
    """The row by which a part of a lot comes (`sign` 1) or goes (-1)."""
    return {
        "id": new_id(),
        "kind": kind,
        **move.spot._asdict(),
        "lot_id": part.lot_id,
        "quantity": sign * part.quantity,
        "value_minor": sign * part.value_minor,
        "document_kind": document.kind,
        "document_id": document.id,
        "line_id": move.line_id,
        "reason": move.reason,
        "actor": uow.principal.actor.value,
        "actor_id": uow.principal.id,
    }
