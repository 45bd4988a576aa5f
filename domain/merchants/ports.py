"""What this room needs of the outside: the DNS."""

from typing import Protocol


class RecordsUnavailable(Exception):
    """The DNS could not be asked just now."""


class TextRecords(Protocol):
    """Looks up TXT records."""

    async def texts(self, name: str) -> list[str]:
        """The TXT records of a name, each whole; none where it has none.

        Raises RecordsUnavailable.
        """
        ...
