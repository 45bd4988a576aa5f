"""./ryad makes its environment, or says in one line why it cannot and what to do."""

import ast
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.launcher.conftest import ROOT, Checkout

OLD_VERSION = """
import runpy, sys
sys.version_info = (3, 9, 2)
sys.argv = ["ryad", "demo"]
runpy.run_path("ryad", run_name="__main__")
"""


def last_line(done: "subprocess.CompletedProcess[str]") -> str:
    """What was said last, where nothing of it is a traceback."""
    assert "Traceback" not in done.stderr
    return done.stderr.strip().splitlines()[-1]


def test_a_python_that_is_too_old_is_told_so(checkout: Checkout) -> None:
    told = subprocess.run(
        [sys.executable, "-c", OLD_VERSION], cwd=checkout.folder, capture_output=True, text=True
    )
    assert told.returncode == 1
    assert told.stderr.startswith("ryad: Python 3.11 or newer is needed, not 3.9 (")
    assert told.stderr.count("\n") == 1


def test_an_old_python_can_read_as_far_as_that_line() -> None:
    """Syntax that it does not know would be all that it speaks of."""
    ast.parse((ROOT / "ryad").read_text(), feature_version=(3, 7))


@pytest.mark.parametrize("version", ["3.7", "3.8", "3.9", "3.10"])
def test_an_old_python_itself_is_told_so(checkout: Checkout, version: str) -> None:
    old = shutil.which(f"python{version}")
    if old is None or subprocess.run([old, "-V"], capture_output=True).returncode != 0:
        pytest.skip(f"no Python {version} on this machine")
    told = checkout.ryad("demo", python=old)
    assert told.returncode == 1
    assert f"is needed, not {version} (" in last_line(told)


def test_an_environment_that_is_there_is_used_as_it_is(checkout: Checkout) -> None:
    checkout.borrow_environment()
    asked = checkout.ryad("demo", "--help")
    assert asked.returncode == 0
    assert "--fresh" in asked.stdout
    assert asked.stderr == ""


def test_a_half_made_environment_is_made_anew_and_no_network_is_told(checkout: Checkout) -> None:
    """Where the first run was cut short there is a folder and no stamp."""
    rubbish = checkout.folder / ".venv" / "half-made"
    rubbish.mkdir(parents=True)
    told = checkout.ryad("demo")
    assert told.returncode == 1
    assert "half-made" in told.stderr
    assert not rubbish.exists()
    assert last_line(told) == (
        "ryad: the package index cannot be reached: "
        "mend the network or set PIP_INDEX_URL, run again"
    )
    assert not (checkout.folder / ".venv" / "ryad-stamp").exists()


@pytest.fixture
def empty_index(tmp_path: Path) -> Iterator[str]:
    """A package index that answers, and has uv for another kind of machine alone."""
    page = tmp_path / "uv" / "index.html"
    page.parent.mkdir()
    page.write_text('<a href="uv-0.0.1-py3-none-win_arm64.whl">uv-0.0.1-py3-none-win_arm64.whl</a>')
    serve = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_a_missing_wheel_is_told_with_the_machine(checkout: Checkout, empty_index: str) -> None:
    told = checkout.ryad("demo", index=empty_index)
    assert told.returncode == 1
    assert "a package has no wheel for " in last_line(told)
    assert "see Dockerfile" in last_line(told)


def test_a_lock_without_its_installer_is_told(checkout: Checkout) -> None:
    (checkout.folder / "requirements-dev.lock").write_text("")
    told = checkout.ryad("demo")
    assert told.returncode == 1
    assert "requirements-dev.lock does not pin uv" in last_line(told)


def test_a_command_that_there_is_not_makes_no_environment(checkout: Checkout) -> None:
    told = checkout.ryad("dmeo")
    assert told.returncode == 1
    assert "there is no command 'dmeo'" in last_line(told)
    assert not (checkout.folder / ".venv").exists()


def test_help_needs_no_environment(checkout: Checkout) -> None:
    asked = checkout.ryad()
    assert asked.returncode == 0
    assert all(f"  {name} " in asked.stdout for name in ("demo", "test", "doctor"))
    assert not (checkout.folder / ".venv").exists()


def test_help_names_each_command_that_there_is(checkout: Checkout) -> None:
    checkout.borrow_environment()
    listed = set(re.findall(r"^  (\w+) ", checkout.ryad("--help").stdout, re.MULTILINE))
    inside = [sys.executable, "-m", "api.cli", "--help"]
    told = subprocess.run(inside, cwd=checkout.folder, capture_output=True, text=True).stdout
    [commands] = re.findall(r"^usage: .*\{(.+)\}", told)
    assert listed == {*commands.split(","), "test", "check", "lock"}


@pytest.mark.long
def test_a_fresh_checkout_makes_its_environment_once(checkout: Checkout) -> None:
    """From the package index that this machine is set up for."""
    fresh = partial(
        subprocess.run, cwd=checkout.folder, capture_output=True, text=True, timeout=900
    )
    first = fresh([sys.executable, "ryad", "demo", "--help"])
    assert first.returncode == 0, first.stderr
    assert "packages ..." in first.stderr
    assert fresh([sys.executable, "ryad", "demo", "--help"]).stderr == ""
