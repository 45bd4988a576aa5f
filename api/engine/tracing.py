"""Where the time of one operation went, field by field; nothing is measured unless asked for."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol


class Listener(Protocol):
    """Whoever wants to know of the steps of an operation, such as a tracer."""

    @property
    def every_step(self) -> bool:
        """Whether it wants to hear of what is in the rows already; or of what is fetched alone."""

    def timed(self, path: str, objects: int) -> AbstractContextManager[Any]:
        """Entered while one field gets its values, for all objects of its level together."""


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
    every_step: bool = True

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


_listeners: ContextVar[tuple[Listener, ...]] = ContextVar("listeners", default=())


def current_listeners() -> tuple[Listener, ...]:
    """Who listens to the running operation; nobody, as a rule."""
    return _listeners.get()


def hear_all(listeners: tuple[Listener, ...]) -> bool:
    """Whether somebody wants to hear of every field, also of what is in the rows."""
    return any(one.every_step for one in listeners)


@contextmanager
def heard(
    listeners: tuple[Listener, ...], path: str, objects: int, *, fetches: bool
) -> Iterator[None]:
    """The block is one field's, and all `listeners` that care hear of it."""
    with ExitStack() as ending:
        for listener in listeners:
            if fetches or listener.every_step:
                ending.enter_context(listener.timed(path, objects))
        yield


@contextmanager
def tracing(*listeners: Listener | None) -> Iterator[None]:
    """Operations that run inside the block are heard by these; None is nobody."""
    token = _listeners.set(tuple(one for one in listeners if one is not None))
    try:
        yield
    finally:
        _listeners.reset(token)
