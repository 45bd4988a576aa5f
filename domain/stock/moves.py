"""What a document lets come and go, line by line, and the refusal where there is too little."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Final, TypeAlias
from uuid import UUID

from domain.catalog.quantities import MOST as MOST
from domain.errors import DomainError, ErrorCode, Invalid
from domain.stock.levels import Spot
from domain.stock.shelves import Part
from tenants.ids import new_id
from tenants.values.quantity import format_thousandths

LONGEST_NUMBER: Final = 100
MOST_VALUE: Final = 10**15
"""Minor units that one line is worth."""


class InsufficientStock(DomainError):
    """Less can be had than is asked for: `requested` and `available` thousandths of a variant."""

    code = ErrorCode.INSUFFICIENT_STOCK
    texts: ClassVar[dict[str, str]] = {
        "en": "{asked} asked for, {free} can be had",
        "ru": "запрошено {asked}, доступно {free}",
    }

    def __init__(self, *path: str | int, variant_id: UUID, requested: int, available: int) -> None:
        free = max(available, 0)
        super().__init__(
            *path,
            variant_id=variant_id,
            requested=requested,
            available=free,
            asked=format_thousandths(requested),
            free=format_thousandths(free),
        )


@dataclass(frozen=True, slots=True)
class Document:
    """What a movement is by: a word of DOCUMENT_KINDS, and which one."""

    kind: str
    id: UUID = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class LotFacts:
    """What is said of a lot that comes in. Without a number it is a lot of its own."""

    number: str | None = None
    made_on: date | None = None
    expires_on: date | None = None


NO_LOT: Final = LotFacts()


@dataclass(frozen=True, slots=True)
class Scan:
    """The code of one piece, byte for byte as it was scanned; `path` leads to it in the input."""

    code: bytes
    path: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """So many thousandths come in; `value_minor` None: at the average cost of what is there.

    They go back into the lot `lot_id`, or into the one that `lot` describes. `codes` are of those
    of them that are known by one; `bare` of them left without, and come back so. `path` leads to
    the quantity in the input; what is said of the lot, and the codes, stand beside it.
    """

    kind: str
    spot: Spot
    quantity: int
    value_minor: int | None = None
    lot_id: UUID | None = None
    lot: LotFacts = NO_LOT
    codes: tuple[Scan, ...] = ()
    bare: int = 0
    line_id: UUID | None = None
    reason: str | None = None
    path: tuple[str | int, ...] = ()

    @property
    def is_lot_new(self) -> bool:
        """Whether nobody can have had its lot before."""
        return self.lot_id is None and self.lot.number is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """So many thousandths go: of the lot `lot_id`, those named by `codes`, or what comes first.

    `is_sale`: of sellable lots alone. `was_held`: they were reserved until now. `is_at_once`: they
    are what came by the move before, whatever else lies there, and go at its cost.
    """

    kind: str
    spot: Spot
    quantity: int
    lot_id: UUID | None = None
    is_sale: bool = False
    was_held: bool = False
    is_at_once: bool = False
    codes: tuple[Scan, ...] = ()
    line_id: UUID | None = None
    reason: str | None = None
    path: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A part of a lot that should have come, and is lost: it comes by one kind of movement and goes
    by another at once, at its own cost. Nothing on hand changes; the ledger has the loss.
    """

    came: str
    went: str
    spot: Spot
    part: Part
    line_id: UUID
    reason: str


Move: TypeAlias = Coming | Going


def scans(codes: Iterable[bytes], *path: str | int) -> tuple[Scan, ...]:
    """Codes of the thing at `path` in the input, each with the way to it."""
    return tuple(Scan(code, (*path, "codes", at)) for at, code in enumerate(codes))


def check_dates(lot: LotFacts, *path: str | int) -> None:
    """Nothing expires before it is made. Raises Invalid."""
    if lot.made_on is not None and lot.expires_on is not None and lot.expires_on < lot.made_on:
        raise Invalid(
            *path, "expiresOn", en="is before it is made", ru="раньше, чем дата изготовления"
        )
