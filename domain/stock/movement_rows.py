"""The rows of movements: one for each part of a lot that a move lets come or go."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import insert

from domain.row_sets import array_set, arrays_of
from domain.stock.moves import Coming, Document, Loss, Move
from domain.stock.shelves import Part
from domain.stock.tables import StockMovement
from tenants.ids import new_id
from tenants.scope import UnitOfWork
from tenants.statements import TENANT

_OWN: Final = (
    "id",
    "kind",
    "variant_id",
    "location_id",
    "lot_id",
    "quantity",
    "value_minor",
    "line_id",
    "reason",
)
_SAME: Final = ("document_kind", "document_id", "actor", "actor_id")
"""What all movements of a document have alike."""
_rows: Final = array_set(StockMovement, _OWN)
_columns: Final = StockMovement.__table__.c
# The unit began before it had its locks; when a movement happened is asked for under them, so that
# those of one level stand in the order in which they were made.
_MOVE: Final = (
    insert(StockMovement)
    .from_select(
        ["tenant_id", "at", *_OWN, *_SAME],
        select(
            TENANT,
            func.statement_timestamp(),
            *(_rows.c[name] for name in _OWN),
            *(bindparam(name, type_=_columns[name].type) for name in _SAME),
        ),
    )
    .returning(StockMovement.id)
)


async def write_movements(
    uow: UnitOfWork, document: Document, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Add these movements of a document, in one statement."""
    if rows:
        await uow.rows(
            _MOVE,
            **arrays_of(rows, _OWN),
            document_kind=document.kind,
            document_id=document.id,
            actor=uow.principal.actor.value,
            actor_id=uow.principal.id,
        )


def movements_of(
    moves: Sequence[Move], parts: Sequence[Sequence[Part]]
) -> list[list[dict[str, Any]]]:
    """The rows of each move."""
    return [
        [movement_of(move, move.kind, part, 1 if isinstance(move, Coming) else -1) for part in each]
        for move, each in zip(moves, parts, strict=True)
    ]


def movement_of(move: Move | Loss, kind: str, part: Part, sign: int) -> dict[str, Any]:
    """The row by which a part of a lot comes (`sign` 1) or goes (-1)."""
    return {
        "id": new_id(),
        "kind": kind,
        "variant_id": move.spot.variant_id,
        "location_id": move.spot.location_id,
        "lot_id": part.lot_id,
        "quantity": sign * part.quantity,
        "value_minor": sign * part.value_minor,
        "line_id": move.line_id,
        "reason": move.reason,
    }
