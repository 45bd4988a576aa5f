"""python -m integrations.embedded COMMAND ...: run a command with throw-away servers around it.

The command finds them in RYAD_TEST_DATABASE_URL (the superuser's) and RYAD_TEST_REDIS_URL.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from integrations.embedded.errors import EmbeddedServersError
from integrations.embedded.servers import throwaway_servers


def main(command: list[str]) -> int:
    # Until the command runs, being ended means to leave by the normal way, which cleans up.
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda number, _: sys.exit(128 + number))
    with throwaway_servers() as servers:
        urls = {
            "RYAD_TEST_DATABASE_URL": servers.database_url,
            "RYAD_TEST_REDIS_URL": servers.redis_url,
        }
        child = subprocess.Popen(command, env={**os.environ, **urls})
        for ending in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(ending, lambda number, _: child.send_signal(number))
        # The terminal tells the command too: it ends in its own way, and we after it.
        signal.signal(signal.SIGINT, lambda *_: None)
        return child.wait()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except EmbeddedServersError as error:
        sys.exit(f"ryad: {error}")
