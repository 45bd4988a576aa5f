"""Bytes as they come -> bytes as they were meant, within a bound for both."""

import zlib
from collections.abc import AsyncIterable, AsyncIterator
from typing import Final

from domain.files.fetching import FetchRefused

STEP_BYTES: Final = 256 * 1024
_GZIP: Final = 16 + zlib.MAX_WBITS


async def bounded(chunks: AsyncIterable[bytes], most_bytes: int) -> AsyncIterator[bytes]:
    """The chunks, until they are too many. Raises FetchRefused."""
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        if size > most_bytes:
            raise FetchRefused("too_large")
        yield chunk


async def ungzipped(chunks: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """What gzip packed, STEP_BYTES at a time, so that a small chunk cannot fill the memory.

    Raises FetchRefused for what is damaged, cut short, or goes on behind its end.
    """
    unpacking = zlib.decompressobj(_GZIP)
    try:
        async for chunk in chunks:
            if unpacking.eof or unpacking.unused_data:
                raise FetchRefused("damaged")
            while chunk:
                yield unpacking.decompress(chunk, STEP_BYTES)
                chunk = unpacking.unconsumed_tail
        yield unpacking.flush()
    except zlib.error:
        raise FetchRefused("damaged") from None
    if not unpacking.eof or unpacking.unused_data:
        raise FetchRefused("damaged")
