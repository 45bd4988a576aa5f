"""A long price list takes no more memory than a short one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integrations.yml.long_price_list import write_long_price_list

ROOT = Path(__file__).parents[3]
READ = """
import sys
from pathlib import Path
from integrations.yml.reader import open_yml
with open_yml(Path(sys.argv[1])) as reading:
    count = sum(1 for record in reading.records())
    assert not reading.problems.total
# Of this program alone: ru_maxrss would remember the one that started it.
status = Path("/proc/self/status").read_text()
print(count, next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
"""


def peak_kilobytes(path: Path, offers: int) -> int:
    """What a process of its own takes at most to read the file: Python and lxml included."""
    write_long_price_list(path, offers)
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    count, kilobytes = map(int, done.stdout.split())
    assert count > offers
    return kilobytes


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc to read memory from")
@pytest.mark.long
def test_200_000_offers_take_little_more_memory_than_20_000(tmp_path: Path) -> None:
    short = peak_kilobytes(tmp_path / "short.xml", 20_000)
    long = peak_kilobytes(tmp_path / "long.xml", 200_000)
    assert long < 70_000
    assert long - short < 12_000
