"""Where the time of one operation went, field by field; nothing is measured unless asked for."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(slots=True)
class Timing:
    """How long one field took to get its values, for all objects of its level together."""

    path: str
    """The names of the fields down to it: `products.nodes.variants`."""
    objects: int
    seconds: float
    """On the clock; fields of one level wait at the same time."""


@dataclass(slots=True)
class Trace:
    """The timings of one operation, in the order in which its fields were done."""

    timings: list[Timing] = field(default_factory=list)

    @contextmanager
    def timed(self, path: str, objects: int) -> Iterator[None]:
        """Note how long the block takes."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.timings.append(Timing(path, objects, time.perf_counter() - began))

    def server_timing(self, most: int = 40) -> str:
        """The slowest fields as a Server-Timing header (W3C): names, milliseconds, objects."""
        slowest = sorted(self.timings, key=lambda one: -one.seconds)[:most]
        return ", ".join(
            f'{one.path};dur={one.seconds * 1000:.1f};desc="{one.objects} objects"'
            for one in slowest
        )


_trace: ContextVar[Trace | None] = ContextVar("trace", default=None)


def current_trace() -> Trace | None:
    """The trace that the running operation is asked to leave."""
    return _trace.get()


@contextmanager
def tracing(trace: Trace | None) -> Iterator[None]:
    """Operations that run inside the block leave their timings in `trace`, if there is one."""
    token = _trace.set(trace)
    try:
        yield
    finally:
        _trace.reset(token)
