"""What is wrong with the codes of moves: how many there are, how they read, and what is known of
each; each at its own place in the input."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from domain.catalog.barcodes import barcodes_of
from domain.errors import DomainError, Invalid, NotAllowed, NotFound
from domain.inputs import as_refusal
from domain.stock.moves import Coming, Move, Scan
from domain.stock.units.errors import CodeKnown, CodesWanted, UnitElsewhere
from domain.stock.units.rows import PIECE
from tenants.scope import Row, UnitOfWork
from tenants.values.invalid import InvalidValue
from tenants.values.unit_codes import UnitCode, parse_mark, parse_serial

NAMED: Final = ("sale", "return")
"""Kinds of movements whose every unit is named."""
FOUND_AGAIN: Final = ("written_off", "converted", "untracked")
COMES_AGAIN: Final[Mapping[str, tuple[str, ...]]] = {
    "return": ("sold",),
    "transfer_in": ("in_transit",),
    "receipt": ("sent_back", "untracked"),
    "conversion": ("converted", "untracked"),
    "surplus": FOUND_AGAIN,
    "stocktake": FOUND_AGAIN,
    "scan": FOUND_AGAIN,
}
"""In which states a unit that comes may have been; one that is new comes by all other kinds."""
KNOWN_ALONE: Final = ("return", "transfer_in")


@dataclass(frozen=True, slots=True)
class Read:
    """A code of a move: as it was scanned, what it says, and the unit there is by it."""

    scan: Scan
    code: UnitCode
    unit: Mapping[str, Any] | None


def parse_code(code: bytes, demand: Row) -> UnitCode:
    """Read a code as goods of this demand have them. Raises InvalidValue."""
    if demand["unit_codes"] == "serial":
        return parse_serial(code)
    return parse_mark(code, demand["marking_group"])


def parsed_codes(move: Move, demand: Row, wrong: list[DomainError]) -> list[tuple[Scan, UnitCode]]:
    """The codes of a move as they read; what is wrong with one is added to `wrong`."""
    codes: list[tuple[Scan, UnitCode]] = []
    for scan in move.codes:
        try:
            codes.append((scan, parse_code(scan.code, demand)))
        except InvalidValue as error:
            wrong.append(as_refusal(error, *scan.path))
    return codes


def misplaced(move: Move, demand: Row | None) -> list[DomainError]:
    """What is wrong with a move as a whole: codes of other goods, or more or fewer than pieces."""
    if demand is None:
        if not move.codes:
            return []
        return [
            NotAllowed(
                *move.codes[0].path,
                en="these goods are not known by codes, or are kept by weight",
                ru="для этого товара коды не ведутся, или он весовой",
            )
        ]
    if move.quantity % PIECE:
        return [
            NotAllowed(
                *move.path,
                en="goods with codes are counted in pieces",
                ru="товар с кодами учитывается штуками",
            )
        ]
    bare = move.bare // PIECE if isinstance(move, Coming) else 0
    missing = move.quantity // PIECE - len(move.codes)
    if missing < 0:
        return [
            Invalid(
                *move.codes[missing].path,
                en="is one code more than there are pieces",
                ru="кодов больше, чем штук",
            )
        ]
    if missing > bare and move.kind in NAMED:
        return [CodesWanted(*codes_path(move), missing=missing - bare)]
    return []


def coming_twice(
    moves: Sequence[Move], parsed: Mapping[int, Sequence[tuple[Scan, UnitCode]]]
) -> list[DomainError]:
    """A piece comes once in a posting, and goes once."""
    seen: set[tuple[bool, bytes]] = set()
    wrong: list[DomainError] = []
    for at, codes in parsed.items():
        for scan, code in codes:
            once = isinstance(moves[at], Coming), code.identity
            if once in seen:
                wrong.append(Invalid(*scan.path, en="comes twice", ru="встречается дважды"))
            seen.add(once)
    return wrong


async def gtins_of(uow: UnitOfWork, variant_ids: set[UUID]) -> dict[UUID, set[str]]:
    """The GTINs that are on the packs of these variants, as 14 digits."""
    gtins: defaultdict[UUID, set[str]] = defaultdict(set)
    for row in await barcodes_of(uow, sorted(variant_ids)) if variant_ids else ():
        if row["kind"] != "code128":
            gtins[row["variant_id"]].add(row["code"].zfill(14))
    return gtins


def refused_code(move: Move, read: Read, gtins: set[str] | None) -> DomainError | None:
    """What is wrong with one code of a move. A variant without a barcode takes any GTIN."""
    unit, path = read.unit, read.scan.path
    if isinstance(move, Coming) and unit is None and move.kind not in KNOWN_ALONE:
        if read.code.gtin and gtins and read.code.gtin not in gtins:
            return Invalid(
                *path,
                en=f"is of GTIN {read.code.gtin}, which is no barcode of this variant",
                ru=f"GTIN {read.code.gtin} — не штрихкод этого варианта",
            )
        return None
    if unit is None:
        return NotFound(*path, what="unit")
    if isinstance(move, Coming):
        is_welcome = unit["state"] in COMES_AGAIN.get(move.kind, ())
        if not is_welcome or unit["variant_id"] != move.spot.variant_id:
            return CodeKnown(*path, state=unit["state"])
        return None
    if unit["variant_id"] != move.spot.variant_id:
        return Invalid(*path, en="is of another variant", ru="от другого варианта")
    is_here = unit["is_here"] and unit["location_id"] == move.spot.location_id
    if not is_here or (move.kind == "sale" and unit["state"] != "in_stock"):
        return UnitElsewhere(*path, state=unit["state"])
    return None


def codes_path(move: Move) -> tuple[str | int, ...]:
    """Codes stand beside the quantity; a path that ends in a number leads to the row of both."""
    is_row = bool(move.path) and isinstance(move.path[-1], int)
    return (*(move.path if is_row else move.path[:-1]), "codes")
