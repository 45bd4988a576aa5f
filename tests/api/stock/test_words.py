"""Each word that a table takes has its word at the door, or reading it would be an error."""

from collections.abc import Sequence
from enum import Enum

import pytest

from api.purchasing.orders.types import PurchaseOrderState
from api.stock.adjustments.types import StockAdjustmentState, WriteOffReason
from api.stock.holds.types import StockHoldState
from api.stock.ledger_types import LotState, StockDocumentKind, StockMovementKind
from api.stock.transfers.types import TransferState
from api.stock.types import LocationKind
from domain.purchasing.tables import ORDER_STATES
from domain.stock.adjustments.tables import ADJUSTMENT_STATES, WRITE_OFF_REASONS
from domain.stock.tables import (
    DOCUMENT_KINDS,
    HOLD_STATES,
    LOCATION_KINDS,
    LOT_STATES,
    MOVEMENT_KINDS,
)
from domain.stock.transfers.tables import TRANSFER_STATES

WORDS: list[tuple[type[Enum], Sequence[str]]] = [
    (LocationKind, LOCATION_KINDS),
    (LotState, LOT_STATES),
    (StockMovementKind, MOVEMENT_KINDS),
    (StockDocumentKind, DOCUMENT_KINDS),
    (StockHoldState, HOLD_STATES),
    (PurchaseOrderState, ORDER_STATES),
    (StockAdjustmentState, ADJUSTMENT_STATES),
    (WriteOffReason, WRITE_OFF_REASONS),
    (TransferState, TRANSFER_STATES),
]


@pytest.mark.parametrize(("shown", "kept"), WORDS)
def test_the_door_has_a_word_for_each_that_is_kept(shown: type[Enum], kept: Sequence[str]) -> None:
    assert [one.value for one in shown] == list(kept)
