"""Names that people give to things and to themselves."""

from domain.errors import DomainError
from domain.inputs import text


def read_name(value: str, *path: str, longest: int = 100) -> str:
    """One line with single spaces, 1 to `longest` characters of it. Raises Invalid, Required."""
    try:
        name: str = text(longest)(value)
    except DomainError as error:
        raise error.at(*path) from None
    return name
