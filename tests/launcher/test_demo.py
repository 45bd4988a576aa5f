"""./ryad demo: its start, its end, and what it says when it cannot."""

import json
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from integrations.embedded.process import command_line, folder_of
from tests.integrations.embedded.probes import all_ended, eventually, server_pids
from tests.launcher.conftest import Checkout


def said_until(process: "subprocess.Popen[str]", words: str) -> str:
    """All that it says, up to the first line with these words, or to its end."""
    assert process.stdout
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            break
    return said


def end(process: "subprocess.Popen[str]", by: signal.Signals = signal.SIGINT) -> str:
    process.send_signal(by)
    said, _ = process.communicate(timeout=120)
    return said


def running_in(folder: Path) -> list[str]:
    """The live processes that work in this folder, as the API and the worker do."""
    if not Path("/proc/self").exists():
        return []
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "cwd").resolve() == folder.resolve():
                found.append(command_line(int(process.name)))
    return found


def test_a_taken_port_is_told_before_anything_starts(checkout: Checkout) -> None:
    checkout.borrow_environment()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = checkout.ryad("demo", "--port", str(port))
    assert told.returncode == 1
    assert told.stderr == (
        f"ryad: port {port} is taken: name another with --port, or 0 for any free one\n"
    )
    assert not (checkout.folder / ".ryad" / "servers").exists()


@pytest.mark.parametrize("setting", ["RYAD_POSTGRES_BIN", "RYAD_VALKEY_BIN"])
def test_a_platform_without_the_servers_is_told(checkout: Checkout, setting: str) -> None:
    checkout.borrow_environment()
    told = checkout.ryad("demo", "--port", "0", **{setting: str(checkout.folder)})
    assert told.returncode == 1
    assert told.stderr.startswith("ryad: no ")
    assert f"set {setting} to the folder of its programs" in told.stderr
    assert told.stderr.count("\n") == 1


def test_a_mistyped_option_erases_nothing(checkout: Checkout) -> None:
    checkout.borrow_environment()
    told = checkout.ryad("demo", "--fres")
    assert told.returncode == 2
    assert "--fres" in told.stderr.splitlines()[-1]
    assert not (checkout.folder / ".ryad" / "servers").exists()


@pytest.mark.parametrize(
    ("step", "signal_"),
    [("PostgreSQL and Valkey", signal.SIGINT), ("database", signal.SIGTERM)],
)
def test_it_ends_cleanly_in_the_middle_of_its_start(
    checkout: Checkout, step: str, signal_: signal.Signals
) -> None:
    """In the one after `step`: while the database is made, while API and worker begin."""
    checkout.borrow_environment()
    demo = checkout.start("demo", "--port", "0")
    assert f"{step} ..." in said_until(demo, f"{step} ...")
    servers = server_pids(checkout.folder / ".ryad" / "servers")
    assert len(servers) == 2
    said = end(demo, signal_)
    assert demo.returncode == 0
    assert said.endswith("ended\n")
    assert "Traceback" not in said
    assert eventually(lambda: all_ended(servers) and not running_in(checkout.folder))


def test_a_ctrl_c_that_a_finaliser_swallows_is_heard_at_the_next_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from api import demo

    class Swallowing:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGINT)

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    swallowed: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda raised: swallowed.append(raised.exc_type))
    monkeypatch.setattr(demo, "_told_to_end", threading.Event())
    demo._listen_for_the_end()
    try:
        with pytest.raises(KeyboardInterrupt), demo.step("the one before"):
            Swallowing()
        assert swallowed == [KeyboardInterrupt]
        signal.raise_signal(signal.SIGINT)  # a second one does not disturb the end
        with pytest.raises(KeyboardInterrupt), demo.step("the next"):
            raise AssertionError
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_one_at_a_time_and_fresh_does_not_erase_under_the_first(checkout: Checkout) -> None:
    checkout.borrow_environment()
    demo = checkout.start("demo", "--port", "0")
    try:
        said_until(demo, "PostgreSQL and Valkey")
        told = checkout.ryad("demo", "--port", "0", "--fresh")
        assert told.returncode == 1
        assert "are in use by another process: end that one first" in told.stderr
        state = checkout.folder / ".ryad" / "servers"
        assert (folder_of(state, "postgres") / "data" / "PG_VERSION").exists()
    finally:
        end(demo)


# --- The whole of it: minutes ---------------------------------------------------------------


@contextmanager
def running_demo(checkout: Checkout, *options: str) -> Iterator[tuple[dict[str, Any], float]]:
    """The demo, ready: its facts, and the seconds that it took."""
    began = time.monotonic()
    demo = checkout.start("demo", "--port", "0", *options)
    said = said_until(demo, "ready in")
    assert "ready in" in said, said
    seconds = time.monotonic() - began
    try:
        yield json.loads((checkout.folder / ".ryad" / "demo.json").read_text()), seconds
    finally:
        end(demo)
    assert demo.returncode == 0


def answer_to(facts: dict[str, Any], asked: dict[str, Any]) -> Any:
    body = json.dumps({"query": asked["query"], "variables": asked["variables"]}).encode()
    key = facts["merchants"][0]["publishable_key"]
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
    request = urllib.request.Request(f"{facts['url']}/storefront/graphql", body, headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)["data"]


def without_pictures(answer: Any) -> Any:
    """Their addresses move from the supplier's to the shop's own while they are being stored."""
    match answer:
        case dict():
            return {
                name: without_pictures(value) for name, value in answer.items() if name != "url"
            }
        case list():
            return [without_pictures(one) for one in answer]
        case _:
            return answer


@pytest.mark.long
def test_the_whole_demo(checkout: Checkout) -> None:
    """Two shops; the printed queries answer as printed; a second start keeps all; --fresh none."""
    checkout.borrow_environment()
    with running_demo(checkout) as (first, _):
        assert [merchant["host"] for merchant in first["merchants"]] == [
            "chai.localhost",
            "krepezh.localhost",
        ]
        assert len(first["queries"]) == 5
        for asked in first["queries"]:
            assert without_pictures(answer_to(first, asked)) == without_pictures(asked["answer"])
    with running_demo(checkout) as (second, seconds):
        assert second["merchants"] == first["merchants"]
        assert seconds < 30  # seconds on a machine of its own; tests share theirs
        assert without_pictures([asked["answer"] for asked in second["queries"]]) == (
            without_pictures([asked["answer"] for asked in first["queries"]])
        )
    with running_demo(checkout, "--fresh") as (anew, _):
        keys = {merchant["secret_key"] for merchant in anew["merchants"]}
        assert keys.isdisjoint(merchant["secret_key"] for merchant in first["merchants"])


def test_private_facts_are_for_their_owner_alone(tmp_path: Path) -> None:
    from api.demo import _write_private

    _write_private(tmp_path / "facts.json", {"secret_key": "sk_live_1"})
    assert (tmp_path / "facts.json").stat().st_mode & 0o777 == 0o600
