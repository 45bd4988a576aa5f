"""Points of sale: the locations that a member of staff may see, and nobody's beyond them.

A member without a list sees all of them; one with an empty list sees none. Rooms that act at a
location ask `check_sees_point`; whoever places a member asks `read_points`. Lists name locations of
the live space, so in the test space everybody sees all.
"""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import any_, select

from domain.errors import NotAllowed, NotFound
from domain.inventory.tables import Location
from domain.row_sets import IDS
from tenants.principal import Principal
from tenants.scope import UnitOfWork

_FOUND: Final = select(Location.id).where(Location.id == any_(IDS))


def check_sees_point(principal: Principal, location_id: UUID, *path: str) -> None:
    """A location beyond the caller's own is to him as if it were not there. Raises NotFound."""
    if principal.points is not None and location_id not in principal.points:
        raise NotFound(*path, what="location")


def check_may_give_points(principal: Principal, points: Iterable[str] | None, *path: str) -> None:
    """Who sees some points of sale alone gives no others, and not all (None). Raises NotAllowed."""
    if principal.points is None:
        return
    mine = {str(point) for point in principal.points}
    if points is None or not mine.issuperset(points):
        raise NotAllowed(
            *path,
            en="you may give only points of sale that you see yourself",
            ru="можно назначить только те точки продаж, которые видны вам самим",
        )


async def read_points(
    uow: UnitOfWork, points: Sequence[UUID] | None, *path: str
) -> list[str] | None:
    """A list to be stored, in order and each once, of points that are there and the caller's to
    give; None is all. Raises NotFound, NotAllowed.
    """
    wanted = None if points is None else [str(point) for point in dict.fromkeys(points)]
    check_may_give_points(uow.principal, wanted, *path)
    if points:
        there = {row["id"] for row in await uow.rows(_FOUND, ids=list(points))}
        for at, point in enumerate(points):
            if point not in there:
                raise NotFound(*path, str(at), what="location")
    return wanted
