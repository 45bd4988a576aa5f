"""Which offer ids came before, and where: a million of them in 24 MB."""

from __future__ import annotations

from array import array

_FIRST_SLOTS = 1 << 12


class SeenIds:
    """The line on which each id stood last: a hash table of numbers, open addressing.

    A dict of strings takes 130 bytes an id, which is most of a worker's memory at a million
    offers. This takes 12 bytes a slot and keeps no text, only its 64-bit hash; should two ids
    ever share one, the cost is a warning too many.
    """

    def __init__(self) -> None:
        self._hashes = array("q", bytes(8 * _FIRST_SLOTS))
        self._lines = array("I", bytes(4 * _FIRST_SLOTS))  # 0: the slot is free
        self._mask = _FIRST_SLOTS - 1
        self._count = 0

    def replace(self, external_id: str, line: int) -> int | None:
        """Note that the id stands on `line`; the line it stood on before, or None."""
        code = hash(external_id)
        slot = self._slot(code)
        earlier = self._lines[slot]
        self._lines[slot] = line
        if earlier:
            return earlier
        self._hashes[slot] = code
        self._count += 1
        if self._count * 3 > self._mask * 2:
            self._grow()
        return None

    def _slot(self, code: int) -> int:
        hashes, lines, mask = self._hashes, self._lines, self._mask
        slot = code & mask
        while lines[slot] and hashes[slot] != code:
            slot = (slot + 1) & mask
        return slot

    def _grow(self) -> None:
        old = zip(self._hashes, self._lines, strict=True)
        slots = (self._mask + 1) * 2
        self._hashes = array("q", bytes(8 * slots))
        self._lines = array("I", bytes(4 * slots))
        self._mask = slots - 1
        for code, line in old:
            if line:
                slot = self._slot(code)
                self._hashes[slot] = code
                self._lines[slot] = line
