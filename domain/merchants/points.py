"""Points of sale: the locations that a member of staff may see, and nobody's beyond them.

A member without a list sees all of them; one with an empty list sees none. What acts at a location
asks `check_sees_point` (`reach_location` does), what lists rows goes by `at_points`, what
has them by `at_seen_points`,
and who places a member by `read_points`. Lists name locations of the live space, so in the test
space everybody sees all. That a location is there, and sums over all of them, are no secret.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, any_, literal, select

from domain.errors import NotAllowed, NotFound
from domain.row_sets import IDS
from domain.stock.tables import Location
from tenants.principal import Principal
from tenants.scope import Row, UnitOfWork

_FOUND: Final = select(Location.id).where(Location.id == any_(IDS))


def check_sees_point(principal: Principal, location_id: UUID, *path: str) -> None:
    """A location beyond the caller's own is to him as if it were not there. Raises NotFound."""
    if principal.points is not None and location_id not in principal.points:
        raise NotFound(*path, what="location")


def at_seen_points(principal: Principal, rows: Iterable[Row]) -> list[Row]:
    """Of rows with a `location_id`, those at points that the caller may see."""
    mine = principal.points
    return [row for row in rows if mine is None or row["location_id"] in mine]


def at_points(statement: Select[Any], principal: Principal, location_id: Any) -> Select[Any]:
    """The statement's rows at points that the caller may see; `location_id` is their column."""
    if principal.points is None:
        return statement
    points = literal(list(principal.points), ARRAY(Uuid()))
    return statement.where(location_id == any_(points))


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
