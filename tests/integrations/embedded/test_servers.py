"""The life of the embedded servers: what they keep, how they speak, when they end."""

import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest
from redis import Redis

from integrations.embedded import embedded_servers, erase_servers
from integrations.embedded.process import (
    command_line,
    folder_of,
)
from tests.integrations.embedded.probes import (
    ROOT,
    all_ended,
    bury,
    eventually,
    hold_servers,
    query,
    server_pids,
)


def test_data_outlives_a_restart(state_dir: Path) -> None:
    with embedded_servers(state_dir) as servers:
        query(servers.database_url, "CREATE TABLE tea AS SELECT 'Улун' AS name")
        Redis.from_url(servers.redis_url).set("tea", "Улун")
    with embedded_servers(state_dir) as servers:
        assert query(servers.database_url, "SELECT name FROM tea") == "Улун"
        assert Redis.from_url(servers.redis_url).get("tea") == "Улун".encode()


def test_letters_and_order_are_those_of_production(state_dir: Path) -> None:
    with embedded_servers(state_dir, fast=True) as servers:
        url = servers.database_url
        locale = "SELECT datlocale FROM pg_database WHERE datname = current_database()"
        assert query(url, locale) == "PG_UNICODE_FAST"
        assert query(url, "SELECT upper('ёж')") == "ЁЖ"
        words = query(url, "SELECT tsvector_to_array(to_tsvector('russian', '«Улуны» — чай'))")
        assert sorted(words) == ["улун", "ча"]  # quotation marks and dashes are no letters
        assert query(url, "SHOW timezone") == "UTC"


def test_nobody_gets_in_without_the_password(state_dir: Path) -> None:
    with embedded_servers(state_dir, fast=True) as servers:
        before, at = servers.database_url.split("postgres:")[0], servers.database_url.split("@")[1]
        with pytest.raises(asyncpg.InvalidPasswordError):
            query(f"{before}postgres:guess@{at}", "SELECT 1")
        assert Redis.from_url(servers.redis_url).ping()
        with pytest.raises(Exception, match="Authentication required"):
            Redis.from_url("redis://" + servers.redis_url.split("@")[1]).ping()
        password = folder_of(state_dir, "postgres") / "password"
        assert stat.S_IMODE(password.stat().st_mode) == 0o600


def test_the_socket_leads_to_the_same_server(state_dir: Path) -> None:
    with embedded_servers(state_dir, fast=True) as servers:
        assert servers.socket_folder
        credentials, place = servers.database_url.split("@")
        port = place.split("/")[0].split(":")[1]
        by_socket = f"{credentials}@/postgres?host={servers.socket_folder}&port={port}"
        assert query(by_socket, "SELECT inet_server_addr() IS NULL")


def test_a_long_path_leaves_out_the_socket(state_dir: Path) -> None:
    far = state_dir / ("a" * 100)
    with embedded_servers(far, fast=True) as servers:
        assert servers.socket_folder is None
        assert query(servers.database_url, "SELECT 1") == 1
    erase_servers(far)


def test_servers_end_when_the_block_raises(state_dir: Path) -> None:
    def fail() -> None:
        with embedded_servers(state_dir, fast=True):
            pids.extend(server_pids(state_dir))
            raise ZeroDivisionError

    pids: list[int] = []
    with pytest.raises(ZeroDivisionError):
        fail()
    assert len(pids) == 2
    assert all_ended(pids)


def test_servers_end_when_their_parent_is_killed(state_dir: Path) -> None:
    holder, _ = hold_servers(state_dir)
    pids = server_pids(state_dir)
    bury(holder)
    assert len(pids) == 2
    assert eventually(lambda: all_ended(pids))


def test_a_start_right_after_a_kill_finds_all_data(state_dir: Path) -> None:
    holder, url = hold_servers(state_dir)
    query(url, "CREATE TABLE kept AS SELECT 1 AS one")
    bury(holder)  # its servers are still on their way out now
    with embedded_servers(state_dir, fast=True) as servers:
        assert query(servers.database_url, "SELECT one FROM kept") == 1


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="finds the guards by /proc")
def test_servers_that_lost_even_their_guard_are_ended_by_the_next_start(state_dir: Path) -> None:
    holder, url = hold_servers(state_dir)
    pids = server_pids(state_dir)
    query(url, "CREATE TABLE kept AS SELECT 1 AS one")
    guards = [int(Path(f"/proc/{pid}/stat").read_text().split()[3]) for pid in pids]
    for guard in guards:
        os.kill(guard, signal.SIGKILL)
    bury(holder)
    assert eventually(lambda: all_ended(guards))
    assert all(command_line(pid) for pid in pids)
    with embedded_servers(state_dir, fast=True) as servers:
        assert all_ended(pids)
        assert query(servers.database_url, "SELECT one FROM kept") == 1


def test_a_process_id_that_is_used_again_is_left_alone(state_dir: Path) -> None:
    with embedded_servers(state_dir, fast=True):
        pass
    stranger = subprocess.Popen(["sleep", "600"])
    try:
        left_behind = folder_of(state_dir, "postgres") / "data" / "postmaster.pid"
        left_behind.write_text(f"{stranger.pid}\n/elsewhere\n")
        with embedded_servers(state_dir, fast=True) as servers:
            assert query(servers.database_url, "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_chosen_port_is_used(state_dir: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with embedded_servers(state_dir, fast=True, postgres_port=port) as servers:
        assert f"@127.0.0.1:{port}/" in servers.database_url


def test_a_half_made_data_folder_is_made_anew(state_dir: Path) -> None:
    half_made = folder_of(state_dir, "postgres") / "data.new"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")
    with embedded_servers(state_dir, fast=True) as servers:
        assert query(servers.database_url, "SELECT 1") == 1


def test_a_command_ends_with_its_servers_and_its_folder(tmp_path: Path) -> None:
    """`python -m integrations.embedded`, told to end while its command runs."""
    told = tmp_path / "told"
    script = f'echo "$RYAD_TEST_DATABASE_URL" > {told}.new; mv {told}.new {told}; exec sleep 600'
    environment = {**os.environ, "TMPDIR": "/tmp"}
    runner = subprocess.Popen(
        [sys.executable, "-m", "integrations.embedded", "sh", "-c", script],
        cwd=ROOT,
        env=environment,
    )
    assert eventually(told.exists, seconds=120)
    url = told.read_text().strip()
    data = Path(query(url, "SHOW data_directory"))
    runner.terminate()
    assert runner.wait(60) != 0
    assert not data.exists()
    with pytest.raises(OSError, match=r"refused|Connect"):
        query(url, "SELECT 1")
