"""Reading one row of a sheet of balances: text to quantities, costs and dates, or why not."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple, TypeVar

from domain.catalog.product_tables import UNITS
from domain.errors import DomainError
from domain.inputs import line_or_none
from domain.stock.moves import LONGEST_NUMBER, MOST, MOST_VALUE
from domain.stock.sheets.sheets import SheetRefusal, SheetRefused, SheetRow
from domain.stock.sheets.words import RowProblem
from tenants.values.dates import parse_date
from tenants.values.invalid import InvalidValue, Reason
from tenants.values.money import parse_minor
from tenants.values.quantity import parse_thousandths

Value = TypeVar("Value")

NAMES: Final = ("variant_id", "sku", "barcode")
"""Fields that name a variant; of a row that has several, the first counts."""
LOT_FIELDS: Final = ("lot", "made_on", "expires_on")
FIELDS: Final = (*NAMES, "location", "quantity", "unit", "unit_cost", *LOT_FIELDS)
"""What a column can be. One that is not mapped is known by a head of just this name."""
_DOTTED: Final = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})")
_COUNTED: Final = re.compile(r"[0-9]{5}")
_DAY_ONE: Final = date(1899, 12, 30)
_FIRST_DAY, _LAST_DAY = 20_000, 80_000
"""Days that a spreadsheet counts from there: 1954 to 2119."""


class RowRefused(Exception):
    """A row that is left out, for what stands in a field of it."""

    def __init__(self, problem: RowProblem, field: str | None = None, value: str = "") -> None:
        super().__init__(problem)
        self.problem, self.field, self.value = problem, field, value


class Stated(NamedTuple):
    """A row as it was read. `by` and `name` say which variant, `location` is "" for the usual one.

    `quantity` thousandths, `unit_cost_minor` minor units of one whole unit.
    """

    by: str
    name: str
    location: str
    quantity: int
    unit: str
    unit_cost_minor: int | None
    lot_number: str | None
    made_on: date | None
    expires_on: date | None


def find_columns(
    head: SheetRow, named: Mapping[str, str], *, wants_location: bool
) -> dict[str, int]:
    """Where each field stands: under the head that was named for it, else under its own name.

    Raises SheetRefused where one that was named, or is needed, is missing or there twice.
    """
    heads = [cell.casefold() for cell in head.cells]
    columns: dict[str, int] = {}
    for field in FIELDS:
        wanted = named.get(field, field).strip().casefold()
        count = heads.count(wanted)
        if count > 1 or (not count and field in named):
            shown = named.get(field, field)
            raise SheetRefused(SheetRefusal.COLUMN_MISSING, f"{field}: “{shown}”", head.line)
        if count:
            columns[field] = heads.index(wanted)
    missing = [] if "quantity" in columns else ["quantity"]
    if not columns.keys() & set(NAMES):
        missing.append(" or ".join(NAMES))
    if wants_location and "location" not in columns:
        missing.append("location")
    if missing:
        raise SheetRefused(SheetRefusal.COLUMN_MISSING, ", ".join(missing), head.line)
    return columns


def read_row(
    cells: Sequence[str], columns: Mapping[str, int], *, width: int, currency: str
) -> Stated:
    """What a row says. Raises RowRefused for the first thing that is wrong with it."""
    if any(cells[width:]):
        raise RowRefused(RowProblem.EXTRA_CELLS, None, " ".join(filter(None, cells[width:])))
    said = {field: cells[at] if at < len(cells) else "" for field, at in columns.items()}
    by = next((field for field in NAMES if said.get(field)), None)
    if by is None:
        raise RowRefused(RowProblem.REQUIRED, next(one for one in NAMES if one in columns))
    for field in ("quantity", "location"):
        if field in said and not said[field]:
            raise RowRefused(RowProblem.REQUIRED, field)
    unit = said.get("unit", "").casefold()
    if unit and unit not in UNITS:
        raise RowRefused(RowProblem.UNKNOWN_UNIT, "unit", unit)
    stated = Stated(
        by,
        said[by],
        said.get("location", ""),
        _quantity(said["quantity"]),
        unit,
        _read(said, "unit_cost", lambda cost: _cost(cost, currency)),
        _read(said, "lot", _number),
        _read(said, "made_on", _date),
        _read(said, "expires_on", _date),
    )
    if stated.made_on and stated.expires_on and stated.made_on > stated.expires_on:
        raise RowRefused(RowProblem.EXPIRED_BEFORE_MADE, "expires_on", said["expires_on"])
    return stated


def _quantity(text: str) -> int:
    try:
        quantity = parse_thousandths(text)
    except InvalidValue as error:
        problem = {
            Reason.QUANTITY_TOO_PRECISE: RowProblem.TOO_PRECISE,
            Reason.QUANTITY_TOO_LARGE: RowProblem.TOO_MUCH,
        }.get(error.reason_code, RowProblem.BAD_QUANTITY)
        raise RowRefused(problem, "quantity", text) from None
    if quantity < 0:
        raise RowRefused(RowProblem.NEGATIVE_QUANTITY, "quantity", text)
    if quantity > MOST:
        raise RowRefused(RowProblem.TOO_MUCH, "quantity", text)
    return quantity


def _read(said: Mapping[str, str], field: str, read: Callable[[str], Value]) -> Value | None:
    """The value of a cell that may be empty."""
    text = said.get(field, "")
    if not text:
        return None
    try:
        return read(text)
    except RowRefused as refused:
        raise RowRefused(refused.problem, field, text) from None


def _cost(text: str, currency: str) -> int:
    try:
        cost = parse_minor(text, currency)
    except InvalidValue:
        raise RowRefused(RowProblem.BAD_COST) from None
    if not 0 <= cost <= MOST_VALUE:
        raise RowRefused(RowProblem.BAD_COST)
    return cost


def _number(text: str) -> str:
    try:
        return str(line_or_none(LONGEST_NUMBER)(text))
    except DomainError:
        raise RowRefused(RowProblem.BAD_TEXT) from None


def _date(text: str) -> date:
    """A date as people write it, or the number of its day, as spreadsheets keep it."""
    if _COUNTED.fullmatch(text) and _FIRST_DAY <= int(text) <= _LAST_DAY:
        return _DAY_ONE + timedelta(days=int(text))
    day = _DOTTED.fullmatch(text)
    try:
        return parse_date(f"{day[3]}-{day[2]}-{day[1]}" if day else text)
    except InvalidValue:
        raise RowRefused(RowProblem.BAD_DATE) from None
