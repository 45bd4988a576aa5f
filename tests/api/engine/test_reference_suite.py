"""graphql-core's own tests of execution, run on the engine: all pass but those of left_out.txt.

They are read from its unpacked source distribution, in the folder RYAD_GRAPHQL_CORE_SDIST.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import graphql
import pytest

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[2]
OPTIONS: Final = "-q --tb=no -rfE -o anyio_mode=auto -o python_classes=PyTest* -p no:cacheprovider"
SDIST: Final = os.environ.get("RYAD_GRAPHQL_CORE_SDIST", "")


def left_out() -> dict[str, str]:
    """Names below tests/execution, each with its reason."""
    reasons: dict[str, str] = {}
    above: list[str] = []
    for line in (HERE / "left_out.txt").read_text().splitlines():
        if line.startswith(" "):
            assert line.strip() not in reasons
            reasons[line.strip()] = " ".join(above)
        else:
            above = [*above, line] if line else []
    return reasons


def failed_in(sdist: Path, without: list[str]) -> set[str]:
    """Run the suite in a process of its own, as it has a package named `tests` too."""
    folders = [sdist, HERE, ROOT, *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    own = {name: text for name, text in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", *OPTIONS.split(), "-c", os.devnull]
    command += ["--rootdir", ".", "-p", "on_engine", "tests/execution"]
    done = subprocess.run(
        [*command, *(f"--ignore=tests/execution/{one}" for one in without)],
        cwd=sdist,
        env={**own, "PYTHONPATH": os.pathsep.join(map(str, folders))},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode in {0, 1}, done.stdout + done.stderr  # else it did not come to its end
    lines = [line for line in done.stdout.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    return {line.split()[1].removeprefix("tests/execution/") for line in lines}


@pytest.mark.skipif(not SDIST, reason="RYAD_GRAPHQL_CORE_SDIST names no graphql-core to test with")
def test_the_engine_passes_what_applies_of_graphql_cores_own_tests() -> None:
    told = (Path(SDIST) / "PKG-INFO").read_text()
    assert f"\nVersion: {graphql.version}\n" in told, "It has to be the version that is installed."
    reasons = left_out()
    failures = {name for name in reasons if "::" in name}
    found = failed_in(Path(SDIST), sorted(reasons.keys() - failures))
    assert sorted(found - failures) == []
    assert sorted(failures - found) == [], "They pass, and need no reason any more."


def test_each_case_that_is_left_out_has_its_reason() -> None:
    reasons = left_out()
    assert len(reasons) > 30
    assert all(reason.endswith(".") for reason in reasons.values())
