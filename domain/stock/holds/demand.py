"""What a cart asks of the shelves: its lines summed per variant, bundles as their parts."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from sqlalchemy import any_, select

from domain.bulk import MOST_ROWS, Rejected, TooMany
from domain.catalog.quantities import check_quantity
from domain.catalog.tables import BundleItem, Variant
from domain.errors import DomainError, NotFound
from domain.inputs import Required, located
from domain.references import Ref, resolve
from domain.row_sets import IDS
from tenants.scope import Asking
from tenants.values.quantity import WHOLE


@dataclass(frozen=True, slots=True)
class Line:
    """So many thousandths of a variant, or of a bundle."""

    variant: Ref
    quantity: int


@dataclass(slots=True)
class Demand:
    """Thousandths by variant: as `asked`, and `kept` of what is tracked, with bundles unpacked.

    `places` is where in the input each kept variant is asked for first; `by_line` is what is kept
    for each line.
    """

    asked: dict[UUID, int] = field(default_factory=lambda: defaultdict(int))
    kept: dict[UUID, int] = field(default_factory=lambda: defaultdict(int))
    places: dict[UUID, tuple[str | int, ...]] = field(default_factory=dict)
    by_line: list[dict[UUID, int]] = field(default_factory=list)


_VARIANTS: Final = select(Variant.id, Variant.stock_policy, Variant.quantity_step).where(
    Variant.id == any_(IDS)
)
_PARTS: Final = (
    select(
        BundleItem.variant_id, BundleItem.part_variant_id, BundleItem.quantity, Variant.stock_policy
    )
    .join(Variant, Variant.id == BundleItem.part_variant_id)
    .where(BundleItem.variant_id == any_(IDS))
)


async def demand_of(db: Asking, lines: Sequence[Line], path: str = "lines") -> Demand:
    """What these lines ask for. Raises NotFound, Invalid, Rejected (several of them), TooMany."""
    if not lines:
        raise Required(path)
    if len(lines) > MOST_ROWS:
        raise TooMany(path, most=MOST_ROWS)
    refs = {line.variant for line in lines}
    ids: dict[Ref, UUID] = {ref: ref for ref in refs if isinstance(ref, UUID)}
    if outside := refs - ids.keys():
        ids |= await resolve(db, Variant, outside)
    found = {row["id"]: row for row in await db.rows(_VARIANTS, ids=list(ids.values()))}
    parts = defaultdict(list)
    for row in await db.rows(_PARTS, ids=list(found)):
        parts[row["variant_id"]].append(row)
    demand, wrong = Demand(), list[DomainError]()
    for at, line in enumerate(lines):
        variant = found.get(ids[line.variant]) if line.variant in ids else None
        try:
            with located(path, at):
                if variant is None:
                    raise NotFound("variantId", what="variant")
                check_quantity(line.quantity, variant["quantity_step"])
        except DomainError as error:
            wrong.append(error)
            continue
        demand.asked[variant["id"]] += line.quantity
        demand.by_line.append({})
        if parts[variant["id"]]:
            for part in parts[variant["id"]]:
                if part["stock_policy"] == "tracked":
                    quantity = -(-part["quantity"] * line.quantity // WHOLE)
                    _keep(demand, part["part_variant_id"], quantity, (path, at))
        elif variant["stock_policy"] == "tracked":
            _keep(demand, variant["id"], line.quantity, (path, at))
    if wrong:
        raise wrong[0] if len(wrong) == 1 else Rejected(wrong)
    return demand


def _keep(demand: Demand, variant_id: UUID, quantity: int, place: tuple[str | int, ...]) -> None:
    demand.kept[variant_id] += quantity
    demand.by_line[-1][variant_id] = quantity
    demand.places.setdefault(variant_id, (*place, "quantity"))
