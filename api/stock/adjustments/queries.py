"""Reading write-offs, surpluses and conversions."""

from functools import partial
from typing import Final

import strawberry

from api.connections import Connection
from api.lists import named, seen_listing
from api.nodes import seen_kind
from api.stock import kinds
from api.stock.adjustments.inputs import ConversionWhere, SurplusWhere, WriteOffWhere
from api.stock.adjustments.types import Conversion, Surplus, WriteOff
from api.stock.queries import READ
from domain.stock.adjustments.lists import (
    adjustments_seen,
    count_adjustments,
    list_adjustments,
)
from domain.stock.tables import Adjustment


@strawberry.type
class AdjustmentQueries:
    """Root fields of documents at one location."""

    write_off: WriteOff | None = named(
        Adjustment,
        kinds.WRITE_OFF,
        seen=partial(adjustments_seen, kind="write_off"),
        permission=READ,
        description="One write-off, by its id or external id.",
    )

    write_offs: Connection[WriteOff] = seen_listing(
        partial(list_adjustments, kind="write_off"),
        partial(count_adjustments, kind="write_off"),
        where=WriteOffWhere,
        permission=READ,
        description="Write-offs, the newest first.",
    )

    surplus: Surplus | None = named(
        Adjustment,
        kinds.SURPLUS,
        seen=partial(adjustments_seen, kind="surplus"),
        permission=READ,
        description="One surplus, by its id or external id.",
    )

    surpluses: Connection[Surplus] = seen_listing(
        partial(list_adjustments, kind="surplus"),
        partial(count_adjustments, kind="surplus"),
        where=SurplusWhere,
        permission=READ,
        description="Surpluses, the newest first.",
    )

    conversion: Conversion | None = named(
        Adjustment,
        kinds.CONVERSION,
        seen=partial(adjustments_seen, kind="conversion"),
        permission=READ,
        description="One conversion, by its id or external id.",
    )

    conversions: Connection[Conversion] = seen_listing(
        partial(list_adjustments, kind="conversion"),
        partial(count_adjustments, kind="conversion"),
        where=ConversionWhere,
        permission=READ,
        description="Conversions, the newest first.",
    )


ADJUSTMENT_NODES: Final = [
    seen_kind(prefix, name, partial(adjustments_seen, kind=kind), READ)
    for prefix, name, kind in (
        (kinds.WRITE_OFF, "WriteOff", "write_off"),
        (kinds.SURPLUS, "Surplus", "surplus"),
        (kinds.CONVERSION, "Conversion", "conversion"),
    )
]
