"""A folder for servers that go with the test."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from integrations.embedded import erase_servers


@pytest.fixture
def state_dir() -> Iterator[Path]:
    """An empty folder that the servers' account can enter, also when we are root."""
    with tempfile.TemporaryDirectory(prefix="ryad-embedded-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)
        erase_servers(Path(folder))
