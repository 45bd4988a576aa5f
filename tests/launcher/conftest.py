"""A checkout of our own for each test: its ./ryad is run as a newcomer would, in real processes."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from integrations.embedded import erase_servers

ROOT = Path(__file__).parents[2]
ROOMS = ("api", "domain", "integrations", "migrations", "tenants", "workers")
UNREACHABLE = "http://127.0.0.1:9/simple"


@dataclass(frozen=True)
class Checkout:
    """A copy of what `git clone` brings, without the tests."""

    folder: Path

    def ryad(
        self,
        *arguments: str,
        python: str = sys.executable,
        index: str = UNREACHABLE,
        **environment: str,
    ) -> "subprocess.CompletedProcess[str]":
        """Run ./ryad to its end; with no package index within reach unless one is named."""
        return subprocess.run(
            [python, "ryad", *arguments],
            cwd=self.folder,
            env=_environment(index) | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
        )

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start ./ryad and go on."""
        return subprocess.Popen(
            [sys.executable, "ryad", *arguments],
            cwd=self.folder,
            env=_environment(UNREACHABLE) | {"PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def borrow_environment(self) -> None:
        """Use the packages of the checkout that the tests run in; nothing is installed."""
        (self.folder / ".venv").symlink_to(Path(sys.prefix))


def _environment(index: str) -> dict[str, str]:
    """Ours, but with one package index and no patience with it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    nowhere = {"PIP_CONFIG_FILE": os.devnull, "PIP_RETRIES": "1", "PIP_DEFAULT_TIMEOUT": "5"}
    return kept | nowhere | {"PIP_INDEX_URL": index, "UV_HTTP_RETRIES": "0"}


@pytest.fixture
def checkout() -> Iterator[Checkout]:
    """Lies where the account of root's servers can get to it, too."""
    with tempfile.TemporaryDirectory(prefix="ryad-checkout-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        for file in ("ryad", "requirements.lock", "requirements-dev.lock", "pyproject.toml"):
            shutil.copy2(ROOT / file, folder)
        for room in ROOMS:
            shutil.copytree(ROOT / room, folder / room)
        yield Checkout(folder)
        erase_servers(folder / ".ryad" / "servers")
