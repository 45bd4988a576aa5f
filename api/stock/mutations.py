"""Changing locations and stock; making and ending holds."""

import strawberry

from api.catalog import kinds as catalog_kinds
from api.catalog.admin_types.variants import Variant
from api.inputs import ScannedCodeInput, edit_of, minor, ref, ref_of, scanned, values
from api.mutation import Outcome, Payload, each, entity, mutation
from api.references import ExternalIdInput
from api.rows import in_table
from api.scalars import DateTime, wanted_id
from api.stock import kinds
from api.stock.holds.types import StockHold
from api.stock.inputs import (
    BackorderLimitsInput,
    LocationCreateInput,
    LocationUpdateInput,
    LotUpdateInput,
    ReturnedGoods,
    StockChangeInput,
    StockHoldCreateInput,
    StockHoldShipLine,
    StockReturnInput,
    StockSetInput,
)
from api.stock.ledger_types import Lot
from api.stock.types import Location
from domain.bulk import ErrorPolicy
from domain.catalog.queries import variants_by_ids
from domain.stock import tables
from domain.stock.holds.allocation import Strategy
from domain.stock.holds.backorder_limits import BackorderLimit, set_backorder_limits
from domain.stock.holds.demand import Line
from domain.stock.holds.ends import extend_hold, release_hold
from domain.stock.holds.holds import hold_stock
from domain.stock.holds.parts import Part
from domain.stock.holds.returns import Back, return_shipped
from domain.stock.holds.shipping import ship_hold
from domain.stock.lots import recall_lot, reopen_lot, update_lot
from domain.stock.moves import LotFacts
from domain.stock.places.locations import create_location, delete_location, update_location
from domain.stock.stock import StockChange, StockSet, change_stock, set_stock
from tenants.ids import encode_id
from tenants.scope import UnitOfWork

WRITE = "inventory:write"


@strawberry.type
class LocationPayload(Payload):
    """The location as it is now."""

    location: Location | None = entity("location", in_table(tables.Location))


@strawberry.type
class LocationDeletePayload(Payload):
    """The id of what is gone."""

    location_id: strawberry.ID | None


@strawberry.type
class StockPayload(Payload):
    """The variants in the order of the input; null for each row that was skipped."""

    variants: list[Variant | None] | None = each("variants", variants_by_ids)


@strawberry.type
class StockHoldPayload(Payload):
    """The hold as it is now."""

    stock_hold: StockHold | None = entity("stock_hold", in_table(tables.StockHold))


@strawberry.type
class LotPayload(Payload):
    """The lot as it is now."""

    lot: Lot | None = entity("lot", in_table(tables.Lot))


@strawberry.type
class StockMutations:
    """Root fields of locations and stock."""

    @mutation(permission=WRITE, returns=LocationPayload)
    async def location_create(uow: UnitOfWork, input: LocationCreateInput) -> Outcome:
        """Make a place that holds goods; the shop's first is the default one."""
        return {"location": await create_location(uow, values(input))}

    @mutation(permission=WRITE, returns=LocationPayload)
    async def location_update(
        uow: UnitOfWork,
        input: LocationUpdateInput,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Outcome:
        """Change a location."""
        edit = edit_of(kinds.LOCATION, id, external_id, input)
        return {"location": await update_location(uow, edit)}

    @mutation(permission=WRITE, returns=LocationDeletePayload)
    async def location_delete(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Delete a location that holds nothing and is not the default one."""
        ref = ref_of(kinds.LOCATION, id, external_id)
        gone = await delete_location(uow, ref, expected_version=expected_version)
        return {"location_id": encode_id(kinds.LOCATION, gone)}

    @mutation(permission=WRITE, returns=StockPayload, cost=50, needs_key=True)
    async def stock_set(uow: UnitOfWork, input: StockSetInput) -> Outcome:
        """Set what is on hand of up to 100 variants at a location, where it is still what it was.

        Needs an Idempotency-Key.
        """
        levels = [
            StockSet(ref(one.variant, catalog_kinds.VARIANT), one.on_hand, one.replaces)
            for one in input.levels
        ]
        made = await set_stock(
            uow,
            location=ref(input.location, kinds.LOCATION),
            levels=levels,
            policy=ErrorPolicy(input.error_policy.value),
        )
        return {"variants": made.ids, "skipped": made.errors}

    @mutation(permission=WRITE, returns=StockPayload, cost=50, needs_key=True)
    async def stock_change(uow: UnitOfWork, input: StockChangeInput) -> Outcome:
        """Put more on hand of up to 100 variants at a location, or take from it.

        Needs an Idempotency-Key. Safer than stockSet where others sell meanwhile.
        """
        changes = [
            StockChange(
                ref(one.variant, catalog_kinds.VARIANT),
                one.difference,
                reason=one.reason,
                unit_cost=minor(one.unit_cost, "changes", at, "unitCost"),
                lot_id=wanted_id(one.lot_id, kinds.LOT) if one.lot_id else None,
                lot=LotFacts(**values(one.lot)) if one.lot else None,
                codes=scanned(one.codes),
            )
            for at, one in enumerate(input.changes)
        ]
        made = await change_stock(
            uow,
            location=ref(input.location, kinds.LOCATION),
            changes=changes,
            policy=ErrorPolicy(input.error_policy.value),
        )
        return {"variants": made.ids, "skipped": made.errors}

    @mutation(permission=WRITE, returns=StockPayload, cost=50)
    async def backorder_limits_set(uow: UnitOfWork, input: BackorderLimitsInput) -> Outcome:
        """Set how much of up to 100 variants may be promised beyond what is there.

        What comes is theirs who wait, in the order in which their holds were made.
        """
        limits = [
            BackorderLimit(ref(one.variant, catalog_kinds.VARIANT), one.limit)
            for one in input.limits
        ]
        made = await set_backorder_limits(
            uow,
            location=ref(input.location, kinds.LOCATION),
            limits=limits,
            policy=ErrorPolicy(input.error_policy.value),
        )
        return {"variants": made.ids, "skipped": made.errors}

    @mutation(permission=WRITE, returns=StockHoldPayload, cost=20)
    async def stock_hold_create(uow: UnitOfWork, input: StockHoldCreateInput) -> Outcome:
        """Keep goods for an owner, so that nobody else is sold them; all of it or nothing.

        What is there goes first, then what may be on backorder.
        Its owner is its key: a second sending makes no second hold. Once that one was released, or
        its time is over, the key is free for another.
        """
        lines = [Line(ref(one.variant, catalog_kinds.VARIANT), one.quantity) for one in input.lines]
        held = await hold_stock(
            uow,
            owner=input.owner,
            lines=lines,
            strategy=Strategy(input.strategy),
            until=input.expires_at,
            near=values(input.near) if input.near else None,
            channel=ref(input.channel, catalog_kinds.CHANNEL) if input.channel else None,
        )
        return {"stock_hold": held}

    @mutation(permission=WRITE, returns=StockHoldPayload)
    async def stock_hold_extend(
        uow: UnitOfWork, id: strawberry.ID, expires_at: DateTime | None = None
    ) -> Outcome:
        """Keep it until another instant; without one, until it is shipped or released."""
        return {"stock_hold": await extend_hold(uow, wanted_id(id, kinds.HOLD), expires_at)}

    @mutation(permission=WRITE, returns=StockHoldPayload)
    async def stock_hold_release(uow: UnitOfWork, id: strawberry.ID) -> Outcome:
        """Let go of what it keeps; a second time, nothing more."""
        return {"stock_hold": await release_hold(uow, wanted_id(id, kinds.HOLD))}

    @mutation(
        permission=WRITE,
        returns=StockHoldPayload,
        cost=20,
        needs_key=lambda arguments: arguments.get("lines") is not None,
    )
    async def stock_hold_ship(
        uow: UnitOfWork,
        id: strawberry.ID,
        lines: list[StockHoldShipLine] | None = None,
        codes: list[ScannedCodeInput] | None = None,
    ) -> Outcome:
        """Let what it keeps go out as sold, at its cost; a second time, nothing more.

        Or so much of some of its lines, with an Idempotency-Key; the rest stays held. `codes`: of
        all pieces that go and are known one by one, in any order.
        """
        parts = (
            None
            if lines is None
            else [Part(wanted_id(one.line_id, kinds.HOLD_LINE), one.quantity) for one in lines]
        )
        shipped = await ship_hold(uow, wanted_id(id, kinds.HOLD), parts, scanned(codes))
        return {"stock_hold": shipped}

    @mutation(permission=WRITE, returns=StockHoldPayload, cost=20, needs_key=True)
    async def stock_return(uow: UnitOfWork, input: StockReturnInput) -> Outcome:
        """Take back what a hold has shipped, into the lots that it left, at the cost it left with.

        What is DAMAGED is written off at once. Needs an Idempotency-Key.
        """
        backs = [
            Back(
                wanted_id(one.line_id, kinds.HOLD_LINE),
                one.quantity,
                is_damaged=one.condition is ReturnedGoods.DAMAGED,
                lot_id=wanted_id(one.lot_id, kinds.LOT) if one.lot_id else None,
            )
            for one in input.lines
        ]
        returned = await return_shipped(
            uow,
            wanted_id(input.hold_id, kinds.HOLD),
            backs,
            codes=scanned(input.codes),
            reason=input.reason,
            location=ref(input.location, kinds.LOCATION) if input.location else None,
        )
        return {"stock_hold": returned}

    @mutation(permission=WRITE, returns=LotPayload)
    async def lot_update(uow: UnitOfWork, id: strawberry.ID, input: LotUpdateInput) -> Outcome:
        """Correct what is said of a lot; what it holds stays as it is."""
        return {"lot": await update_lot(uow, wanted_id(id, kinds.LOT), values(input))}

    @mutation(permission=WRITE, returns=LotPayload)
    async def lot_recall(uow: UnitOfWork, id: strawberry.ID, reason: str | None = None) -> Outcome:
        """Let nothing of a lot be sold from now on, wherever it lies.

        Its `balances` say what is left, its `movements` what went out to whom.
        """
        return {"lot": await recall_lot(uow, wanted_id(id, kinds.LOT), reason=reason)}

    @mutation(permission=WRITE, returns=LotPayload)
    async def lot_reopen(uow: UnitOfWork, id: strawberry.ID) -> Outcome:
        """Let a recalled lot be sold again."""
        return {"lot": await reopen_lot(uow, wanted_id(id, kinds.LOT))}
