"""What is said of a lot that comes in, read from a line of a document."""

from collections.abc import Mapping
from typing import Any, Final

from domain.bulk import refuse
from domain.inputs import clean, day, line_or_none, located
from domain.stock.moves import LONGEST_NUMBER, NO_LOT, LotFacts, check_dates

_LOT: Final = {"number": line_or_none(LONGEST_NUMBER), "made_on": day, "expires_on": day}


def read_lot(given: Mapping[str, Any] | None) -> LotFacts:
    """A lot `{"number", "made_on", "expires_on"}`. Raises what is wrong with it, inside `lot`."""
    if given is None:
        return NO_LOT
    with located("lot"):
        values, wrong = clean(_LOT, given)
        refuse(wrong)
        lot = LotFacts(**values)
        check_dates(lot)
    return lot
