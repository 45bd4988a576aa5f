"""What becomes of a transfer: sent, received in parts or whole, closed short, or called back.

Its goods leave the ledger's shelves when it is sent, and come onto others at just what they had
cost, lot by lot. What never comes is written off where it was awaited: it comes and goes at once,
so that its cost is a loss in the ledger, and nowhere else.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from domain.inputs import Required
from domain.references import Ref
from domain.stock.arrivals import Arrival, expect, forget_arrivals, take_arrived
from domain.stock.documents import enter_state, lock_document
from domain.stock.ledger import post, post_losses, tell
from domain.stock.levels import Spot, open_levels
from domain.stock.moves import Coming, Document, Going, Loss
from domain.stock.shelves import Part
from domain.stock.transfers.lines import lines_of, note_lines, read_arrived, under_way
from domain.stock.transfers.transfers import TRANSFERS, WHAT, Action, check_acts_at
from domain.stock.transfers.units import lose_units, named_by_line, taken_off
from domain.stock.units.naming import name_pieces
from tenants.scope import Row, UnitOfWork

SHORTAGE: Final = "shortage"
"""Why goods were written off that never came: the word on their movements."""


async def send_transfer(
    uow: UnitOfWork,
    ref: Ref,
    *,
    codes: Sequence[bytes] = (),
    expected_version: int | None = None,
) -> UUID:
    """Let its goods leave: from now on they are under way, and expected; its id.

    Of a line without a lot goes what may be sold and expires first; a lot that is named goes
    whatever its state. `codes` are of the pieces that go, where they are known one by one. Raises
    Required without lines; InsufficientStock at the line; and what is wrong with codes.
    """
    transfer = await _locked(uow, ref, Action.SEND, "from_location_id", expected_version)
    lines = await lines_of(uow, [transfer["id"]])
    if not lines:
        raise Required("lines")
    document = Document(WHAT, transfer["id"])
    leaving = _spots(lines, transfer["from_location_id"])
    coming = _spots(lines, transfer["to_location_id"])
    # Both ends at once: two that go opposite ways must not each wait for the other.
    levels = await open_levels(uow, [*leaving.values(), *coming.values()])
    # Lots that are named go first: else what no lot is named for might be taken from them.
    going = sorted(lines, key=lambda line: line["lot_id"] is None)
    moves = [
        Going(
            kind="transfer_out",
            spot=leaving[line["id"]],
            quantity=line["quantity"],
            lot_id=line["lot_id"],
            is_sale=line["lot_id"] is None,
            line_id=line["id"],
            path=("lines", line["position"], "quantity"),
        )
        for line in going
    ]
    costs = await post(uow, document, await name_pieces(uow, moves, codes), levels)
    values = {line["id"]: {"value_minor": cost} for line, cost in zip(going, costs, strict=True)}
    await note_lines(uow, lines, values)
    arrivals = [
        Arrival(line["id"], coming[line["id"]], line["quantity"], transfer["expected_on"])
        for line in lines
    ]
    await expect(uow, document, arrivals)
    await tell(uow, leaving.values())
    return await enter_state(uow, TRANSFERS, transfer, "sent", sent_at=uow.now)


async def receive_transfer(
    uow: UnitOfWork,
    ref: Ref,
    *,
    lines: Sequence[Mapping[str, Any]] | None = None,
    codes: Sequence[bytes] = (),
    expected_version: int | None = None,
) -> UUID:
    """Put what came on the shelves; its id. `lines` None: all that is under way.

    Of a line `{"line_id", "quantity"}` the lots that expire first are taken to have come, unless
    `codes` say which pieces did. Raises Required for an empty list, what `read_arrived` does, and
    what is wrong with codes.
    """
    transfer = await _locked(uow, ref, Action.RECEIVE, "to_location_id", expected_version)
    ours = await lines_of(uow, [transfer["id"]])
    arrived = read_arrived(ours, lines)
    if not arrived:
        raise Required("lines")
    spots = _spots((line for line in ours if line["id"] in arrived), transfer["to_location_id"])
    levels = await open_levels(uow, spots.values())
    quantities = {
        line_id: (quantity, ("lines", at, "quantity"))
        for line_id, (quantity, at) in arrived.items()
    }
    moves = await _comings(uow, transfer["id"], quantities, spots, codes)
    await post(uow, Document(WHAT, transfer["id"]), moves, levels)
    came = {line_id: quantity for line_id, (quantity, _) in arrived.items()}
    await take_arrived(uow, came)
    changes = {
        line["id"]: {"received": line["received"] + came[line["id"]]}
        for line in ours
        if line["id"] in came
    }
    await note_lines(uow, ours, changes)
    await tell(uow, spots.values())
    left = sum(line["quantity"] - line["received"] - line["short"] for line in ours)
    if left == sum(came.values()):
        return await enter_state(uow, TRANSFERS, transfer, "received", received_at=uow.now)
    return await enter_state(uow, TRANSFERS, transfer, "partly_received")


async def close_transfer(uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None) -> UUID:
    """Be done with a transfer: what has not come never will, and is a loss; its id."""
    transfer = await _locked(uow, ref, Action.CLOSE, "to_location_id", expected_version)
    lines = await lines_of(uow, [transfer["id"]])
    spots = _spots(lines, transfer["to_location_id"])
    await open_levels(uow, spots.values())
    heaps = await under_way(uow, transfer["id"])
    losses = [
        Loss(
            came="transfer_in",
            went="write_off",
            spot=spots[line_id],
            part=Part(heap.lot_id, heap.quantity, heap.value_minor),
            line_id=line_id,
            reason=SHORTAGE,
        )
        for line_id, lots in heaps.items()
        for heap in lots
    ]
    movements = await post_losses(uow, Document(WHAT, transfer["id"]), losses)
    await lose_units(uow, transfer["id"], spots, movements)
    changes = {
        line_id: {
            "short": sum(heap.quantity for heap in lots),
            "short_minor": sum(heap.value_minor for heap in lots),
        }
        for line_id, lots in heaps.items()
    }
    await note_lines(uow, lines, changes)
    await forget_arrivals(uow, transfer["id"])
    return await enter_state(uow, TRANSFERS, transfer, "received", received_at=uow.now)


async def cancel_transfer(
    uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None
) -> UUID:
    """Give up a transfer of which nothing has come: what was sent lies where it lay; its id."""
    transfer = await _locked(uow, ref, Action.CANCEL, "from_location_id", expected_version)
    lines = await lines_of(uow, [transfer["id"]])
    heaps = await under_way(uow, transfer["id"])
    if heaps:
        spots = _spots(lines, transfer["from_location_id"])
        levels = await open_levels(uow, spots.values())
        everything = {
            line_id: (sum(heap.quantity for heap in lots), ()) for line_id, lots in heaps.items()
        }
        moves = await _comings(uow, transfer["id"], everything, spots)
        await post(uow, Document(WHAT, transfer["id"]), moves, levels)
        await forget_arrivals(uow, transfer["id"])
        await tell(uow, spots.values())
    return await enter_state(uow, TRANSFERS, transfer, "cancelled", cancelled_at=uow.now)


async def _locked(
    uow: UnitOfWork, ref: Ref, action: Action, place: str, expected_version: int | None
) -> Row:
    """A transfer that this may be done with by the caller, at this of its places, locked."""
    transfer = await lock_document(
        uow, TRANSFERS, ref, action, "id", expected_version=expected_version
    )
    check_acts_at(uow.principal, transfer[place], "id")
    return transfer


def _spots(lines: Iterable[Row], location_id: UUID) -> dict[UUID, Spot]:
    return {line["id"]: Spot(line["variant_id"], location_id) for line in lines}


async def _comings(
    uow: UnitOfWork,
    transfer_id: UUID,
    quantities: Mapping[UUID, tuple[int, tuple[str | int, ...]]],
    spots: Mapping[UUID, Spot],
    codes: Sequence[bytes] = (),
) -> list[Coming]:
    """So many thousandths of each line under way, and their paths in the input, as they come: each
    part into its own lot, at its own cost, with the codes of its pieces.
    """
    heaps = await under_way(uow, transfer_id)
    whole = [
        line_id
        for line_id, (quantity, _) in quantities.items()
        if quantity == sum(heap.quantity for heap in heaps[line_id])
    ]
    come, stay = await named_by_line(uow, transfer_id, spots, whole, codes)
    return [
        Coming(
            kind="transfer_in",
            spot=spots[line_id],
            quantity=part.quantity,
            value_minor=part.value_minor,
            lot_id=part.lot_id,
            codes=scans,
            line_id=line_id,
            path=path,
        )
        for line_id, (quantity, path) in quantities.items()
        for part, scans in taken_off(
            heaps[line_id], quantity, come.get(line_id, ()), stay.get(line_id, {}), path
        )
    ]
