"""The memory of a worker: a job makes very many small things, and nearly all end with it."""

import gc
from typing import Final

YOUNG: Final = 200_000
"""Things made before one looks for rings among them; Python looks after 700, which is a third of
the time of an import of 100,000 rows."""


def collect_rarely() -> None:
    """Let modules and tables be looked through no more, and what a job makes but now and then."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 100)
