"""The goods of a draft, kept for it until it is valid no more, where staff wish so."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.errors import NotAllowed
from domain.orders.drafts.freezing import lines_of
from domain.orders.drafts.states import WHAT, Action, lock_draft
from domain.orders.drafts.tables import OrderDraft
from domain.orders.named_lines import about_all_lines
from domain.references import Ref
from domain.row_sets import update_rows
from domain.stock.holds.demand import Demand
from domain.stock.holds.ends import extend_hold, release_hold
from domain.stock.holds.holds import hold_demand
from domain.stock.holds.rows import HoldExpired
from tenants.scope import Row, UnitOfWork

Line = Row | Mapping[str, Any]


async def hold_draft(uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None) -> UUID:
    """Keep a draft's goods while it is valid; its id.

    Raises NotFound, Conflict, NotAllowed; InsufficientStock at `lines`, Rejected.
    """
    draft = await lock_draft(uow, ref, Action.HOLD, expected_version=expected_version)
    lines = await lines_of(uow, [draft["id"]])
    until = draft["valid_until"]
    hold_id = await keep_longer(uow, draft, until) or await keep(
        uow, f"draft {draft['id']}", lines, until=until
    )
    return await _note(uow, draft, hold_id, "held")


async def release_draft(uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None) -> UUID:
    """Let go of a draft's goods; its id. Raises NotFound, Conflict, NotAllowed."""
    draft = await lock_draft(uow, ref, Action.RELEASE, expected_version=expected_version)
    await release_hold(uow, draft["hold_id"])
    return await _note(uow, draft, None, "released")


async def keep(
    uow: UnitOfWork, owner: str, lines: Sequence[Line], *, until: datetime | None
) -> UUID:
    """Keep for an owner what these frozen lines take; the hold. Raises as `hold_draft` does."""
    with about_all_lines():
        return await hold_demand(uow, owner, demand_of_frozen(lines), until=until)


async def hold_again(uow: UnitOfWork, draft: Row, lines: Sequence[Line]) -> UUID:
    """Keep what a draft has become instead of what it was; the hold. Raises as `hold_draft`."""
    await release_hold(uow, draft["hold_id"])
    return await keep(uow, f"draft {draft['id']}", lines, until=draft["valid_until"])


async def keep_longer(uow: UnitOfWork, draft: Row, until: datetime | None) -> UUID | None:
    """Keep a draft's goods until another instant, or (None) until they are shipped; its hold. None
    where it has none that still keeps something.
    """
    hold_id: UUID | None = draft["hold_id"]
    if hold_id is None:
        return None
    try:
        return await extend_hold(uow, hold_id, until)
    except (HoldExpired, NotAllowed):
        return None


def demand_of_frozen(lines: Sequence[Line]) -> Demand:
    """What lines ask of the shelves, as it was when they were frozen, bundles unpacked."""
    demand = Demand()
    for at, line in enumerate(lines):
        if line["variant_id"] is None:
            continue
        demand.asked[line["variant_id"]] += line["quantity"]
        takes = {UUID(one): quantity for one, quantity in line["takes"].items()}
        demand.by_line.append(takes)
        for variant_id, quantity in takes.items():
            demand.kept[variant_id] += quantity
            demand.places.setdefault(variant_id, ("lines", at, "quantity"))
    return demand


async def _note(uow: UnitOfWork, draft: Row, hold_id: UUID | None, event: str) -> UUID:
    draft_id: UUID = draft["id"]
    versions = await update_rows(uow, OrderDraft, [{"id": draft_id, "hold_id": hold_id}])
    uow.record(f"{WHAT}.{event}", draft_id, version=versions[draft_id])
    return draft_id
