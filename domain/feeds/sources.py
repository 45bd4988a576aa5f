"""Sources: price lists that are read again and again, and where their rows go."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import null, update

from domain.bulk import Tally
from domain.catalog.entities import (
    Edit,
    Entity,
    Given,
    cleaned_rows,
    create_one,
    delete_one,
    lock_for_edit,
    write_entities,
)
from domain.catalog.tables import Channel
from domain.errors import Invalid, NotAllowed
from domain.feeds.tables import MISSING_RULES, PriceListSource
from domain.inputs import code, line_or_none, text, whole, word
from domain.pricing.tables import PriceList
from domain.references import Ref, get_id
from domain.row_sets import rows_by_id
from domain.stock.tables import Location
from tenants.scope import UnitOfWork


def _url(value: Any) -> str | None:
    url: str | None = line_or_none(2_000)(value)
    if url is not None and not url.startswith(("https://", "http://")):
        raise Invalid(en="must be an http(s) address", ru="нужен адрес http(s)")
    return url


SOURCE: Final = Entity(
    "price_list_source",
    PriceListSource,
    {
        "title": text(200),
        "code": code,
        "url": _url,
        "new_status": word("draft", "active"),
        "on_missing": word(*MISSING_RULES),
        "most_missing_percent": whole(1, 100),
        "price_list_id": lambda value: value,
        "location_id": lambda value: value,
        "channel_id": lambda value: value,
    },
    required=("title", "code"),
    fixed=("code",),
)
_GOES_TO: Final = {
    "price_list": (PriceList, "price_list_id"),
    "location": (Location, "location_id"),
    "channel": (Channel, "channel_id"),
}

_SEE: Final = update(PriceListSource)


async def create_source(uow: UnitOfWork, given: Given) -> UUID:
    """Make a source; its id. `price_list`, `location`, `channel`: references, None for the default.

    Raises NotFound, Invalid, Taken, NotAllowed for a supplier's location.
    """
    return await create_one(uow, SOURCE, await _with_places(uow, given))


async def update_source(uow: UnitOfWork, edit: Edit) -> UUID:
    """Change a source; its id. Its code is for good: it is the external source of what it made."""
    tally = Tally(1)
    current = await lock_for_edit(uow, SOURCE, [edit], tally)
    changes = cleaned_rows(SOURCE, [await _with_places(uow, edit.changes)], tally, making=False)
    tally.settle()
    await write_entities(uow, SOURCE, current, changes, tally)
    await forget_seen(uow, current[0]["id"])  # rows that go elsewhere now have to be read again
    return UUID(str(current[0]["id"]))


async def delete_source(uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None) -> UUID:
    """Forget a source and its runs; what it brought stays in the catalogue. Its id."""
    return UUID(str((await delete_one(uow, SOURCE, ref, expected_version))["id"]))


async def note_seen(uow: UnitOfWork, source_id: UUID, seen: dict[str, Any]) -> None:
    """What its server said of the file that was taken in just now."""
    await uow.execute(_SEE.where(PriceListSource.id == source_id).values(seen=seen))


async def forget_seen(uow: UnitOfWork, source_id: UUID) -> None:
    """Have the next file read whatever its server says."""
    await uow.execute(_SEE.where(PriceListSource.id == source_id).values(seen=null()))


async def _with_places(uow: UnitOfWork, given: Given) -> dict[str, Any]:
    """The input with ids where it names a price list, a location or a channel."""
    placed = {
        name: value
        for name, value in given.items()
        if name not in SOURCE.cleaners or not name.endswith("_id")
    }
    for name, (table, column) in _GOES_TO.items():
        if name in given:
            ref = given[name]
            placed[column] = None if ref is None else await get_id(uow, table, ref, name, what=name)
    await _check_is_ours(uow, placed.get("location_id"))
    return placed


async def _check_is_ours(uow: UnitOfWork, location_id: UUID | None) -> None:
    """A price list writes what is on hand, and of what lies at a supplier's nothing is. Raises
    NotAllowed."""
    found = await rows_by_id(uow, Location, [location_id]) if location_id else {}
    if any(row["kind"] == "supplier" for row in found.values()):
        raise NotAllowed(
            "location",
            en="is a supplier's; what he has is told by his offers (supplierOffersSet)",
            ru="это склад поставщика; что у него есть, говорят его предложения (supplierOffersSet)",
        )
