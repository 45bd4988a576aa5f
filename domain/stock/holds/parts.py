"""Parts of a hold's lines, as those who ship them, or take them back, name them."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple
from uuid import UUID

from domain.bulk import MOST_ROWS, Rejected, TooMany
from domain.catalog.tables import Variant
from domain.errors import DomainError, ErrorCode, Invalid, NotFound
from domain.inputs import Required, located, whole
from domain.merchants.points import check_sees_point
from domain.row_sets import rows_by_id
from domain.stock.moves import MOST
from tenants.scope import Row, UnitOfWork
from tenants.values.quantity import format_thousandths


@dataclass(frozen=True, slots=True)
class Part:
    """So many thousandths of a hold's line; of one lot, where somebody has chosen it."""

    line_id: UUID
    quantity: int
    lot_id: UUID | None = None


class Taken(NamedTuple):
    """A part with its line, and the path that leads to its quantity in the input."""

    line: Row
    quantity: int
    path: tuple[str | int, ...]
    lot_id: UUID | None = None


class MoreThanThere(DomainError):
    """A line has less left for it than is asked: `left` thousandths."""

    code = ErrorCode.NOT_ALLOWED
    texts: ClassVar[dict[str, str]] = {
        "en": "{rest} are left of this line",
        "ru": "из этой строки осталось {rest}",
    }

    def __init__(self, *path: str | int, left: int) -> None:
        super().__init__(*path, left=left, rest=format_thousandths(left))


async def read_parts(
    uow: UnitOfWork, lines: Sequence[Row], parts: Sequence[Part], left_of: Callable[[Row], int]
) -> list[Taken]:
    """Parts of these lines, each perhaps in several; together no more than `left_of` the line.

    A part is as much as the variant is sold by, or all that is left. Raises Required, TooMany,
    NotFound, Invalid, MoreThanThere; Rejected where they are several.
    """
    if not parts:
        raise Required("lines")
    if len(parts) > MOST_ROWS:
        raise TooMany("lines", most=MOST_ROWS)
    found = {line["id"]: line for line in lines}
    variants = await rows_by_id(uow, Variant, list({line["variant_id"] for line in lines}))
    so_far: defaultdict[UUID, int] = defaultdict(int)
    taken: list[Taken] = []
    wrong: list[DomainError] = []
    for at, part in enumerate(parts):
        line = found.get(part.line_id)
        try:
            with located("lines", at):
                if line is None:
                    raise NotFound("lineId", what="line")
                check_sees_point(uow.principal, line["location_id"], "lineId")
                left = left_of(line) - so_far[part.line_id]
                step = variants[line["variant_id"]]["quantity_step"]
                with located("quantity"):
                    check_part(whole(1, MOST)(part.quantity), left, step)
        except DomainError as error:
            wrong.append(error)
            continue
        so_far[part.line_id] += part.quantity
        taken.append(Taken(line, part.quantity, ("lines", at, "quantity"), part.lot_id))
    if wrong:
        raise wrong[0] if len(wrong) == 1 else Rejected(wrong)
    return taken


def check_part(quantity: int, left: int, step: int) -> None:
    """So much of a line of which so much is left is sold by `step`, unless it is all of that.

    Raises MoreThanThere, Invalid.
    """
    if quantity > left:
        raise MoreThanThere(left=left)
    if quantity % step and quantity != left:
        by = format_thousandths(step)
        raise Invalid(en=f"is sold by {by}", ru=f"продаётся по {by}")
