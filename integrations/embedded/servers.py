"""Both servers together: the demo's, which keep their data, and the tests', which do not."""

from __future__ import annotations

import fcntl
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from integrations.embedded.errors import AlreadyRunning, explain
from integrations.embedded.postgres import erase_postgres, running_postgres
from integrations.embedded.valkey import erase_valkey, running_valkey


@dataclass(frozen=True)
class EmbeddedServers:
    """Where the two servers are. `database_url` is the superuser's, for the database `postgres`.

    `socket_folder` holds PostgreSQL's unix socket (`.s.PGSQL.<port>`); None where its path is long.
    """

    database_url: str
    redis_url: str
    socket_folder: Path | None


@contextmanager
def embedded_servers(
    state_dir: Path, *, fast: bool = False, postgres_port: int = 0, valkey_port: int = 0
) -> Iterator[EmbeddedServers]:
    """PostgreSQL and Valkey with their data under `state_dir`, as long as the block lasts.

    They end when this process ends in any way, SIGKILL included; the data is kept.
    A port of 0 is any free one. `fast` is for data that may be lost at a power cut.
    Raises an EmbeddedServersError, whose text is one line with the way out.
    """
    with ExitStack() as running:
        try:
            running.enter_context(_sole_use(state_dir))
            postgres = running.enter_context(
                running_postgres(state_dir, port=postgres_port, fast=fast)
            )
            redis_url = running.enter_context(
                running_valkey(state_dir, port=valkey_port, fast=fast)
            )
        except OSError as error:
            raise explain(error, state_dir) from error
        yield EmbeddedServers(postgres.url, redis_url, postgres.socket_folder)


@contextmanager
def throwaway_servers() -> Iterator[EmbeddedServers]:
    """Fast servers in a new temporary folder, which is removed with the block: for one test run."""
    with tempfile.TemporaryDirectory(prefix="ryad-test-") as folder:
        state_dir = Path(folder)
        state_dir.chmod(0o711)  # root's servers run as another account, which has to get in
        try:
            with embedded_servers(state_dir, fast=True) as servers:
                yield servers
        finally:
            erase_servers(state_dir)


def erase_servers(state_dir: Path) -> None:
    """Remove all data of the servers of `state_dir`, wherever it lies.

    Raises AlreadyRunning while they are in use; then nothing is removed.
    """
    try:
        with _sole_use(state_dir):
            erase_postgres(state_dir)
            erase_valkey(state_dir)
    except OSError as error:
        raise explain(error, state_dir) from error


@contextmanager
def _sole_use(state_dir: Path) -> Iterator[None]:
    """Hold the folder's lock. The system lets it go when the process ends, however it ends."""
    state_dir.mkdir(parents=True, exist_ok=True)
    with open(state_dir / "servers.lock", "a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(state_dir) from None
        yield
