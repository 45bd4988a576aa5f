"""What keeps the embedded servers from starting, told in one line, with nothing left running."""

import os
import socket
import subprocess
from pathlib import Path

import pytest

from integrations.embedded import embedded_servers, erase_servers
from integrations.embedded.errors import (
    AlreadyRunning,
    BinaryMissing,
    DataOfAnotherVersion,
    DiskFull,
    EmbeddedServersError,
    FolderNotOurs,
    PortTaken,
)
from integrations.embedded.process import (
    folder_of,
)
from tests.integrations.embedded.probes import (
    all_ended,
    hold_servers,
    only_root,
    query,
    server_pids,
)


def test_one_folder_serves_one_process_at_a_time(state_dir: Path) -> None:
    holder, url = hold_servers(state_dir)
    try:
        with pytest.raises(AlreadyRunning), embedded_servers(state_dir):
            pass
        with pytest.raises(AlreadyRunning):
            erase_servers(state_dir)
        assert query(url, "SELECT 1") == 1
    finally:
        holder.communicate("")
    assert holder.returncode == 0


@pytest.mark.parametrize("server", ["postgres_port", "valkey_port"])
def test_a_taken_port_is_refused_and_nothing_stays(state_dir: Path, server: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with (
            pytest.raises(PortTaken, match=f"port {port} is taken"),
            embedded_servers(state_dir, fast=True, **{server: port}),
        ):
            pass
    assert all_ended(server_pids(state_dir))


def test_data_of_another_version_is_left_as_it_is(state_dir: Path) -> None:
    with embedded_servers(state_dir, fast=True):
        pass
    version = folder_of(state_dir, "postgres") / "data" / "PG_VERSION"
    version.write_text("17\n")
    with pytest.raises(DataOfAnotherVersion, match="PostgreSQL 17"), embedded_servers(state_dir):
        pass
    assert version.read_text() == "17\n"


@pytest.mark.parametrize("setting", ["RYAD_POSTGRES_BIN", "RYAD_VALKEY_BIN"])
def test_a_missing_program_is_told_with_the_way_out(
    state_dir: Path, setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(setting, str(state_dir))
    way_out = f"set {setting}.*DATABASE_URL"
    with pytest.raises(BinaryMissing, match=way_out), embedded_servers(state_dir, fast=True):
        pass


@only_root
def test_a_full_disk_is_told(state_dir: Path) -> None:
    small = state_dir / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=30m,mode=0711", "none", str(small)]
    if subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("no right to mount a small disk here")
    try:
        with pytest.raises(DiskFull), embedded_servers(small, fast=True):
            pass
    finally:
        subprocess.run(["umount", str(small)], check=True)


@only_root
def test_a_folder_of_another_account_is_refused(state_dir: Path) -> None:
    with embedded_servers(state_dir, fast=True):
        pass
    os.chown(folder_of(state_dir, "postgres") / "data", 12345, 12345)
    with pytest.raises(FolderNotOurs), embedded_servers(state_dir):
        pass


def test_every_refusal_is_one_line() -> None:
    somewhere = Path("/somewhere")
    refusals: list[EmbeddedServersError] = [
        AlreadyRunning(somewhere),
        BinaryMissing("PostgreSQL 18", "RYAD_POSTGRES_BIN"),
        DataOfAnotherVersion(somewhere, "17", "18"),
        DiskFull(somewhere),
        FolderNotOurs(somewhere),
        PortTaken(5432),
    ]
    assert all("\n" not in str(refusal) and ": " in str(refusal) for refusal in refusals)
