"""Keeps one server alive exactly as long as the process that started it.

Run as a script: guard.py SIGNAL UID GID COMMAND ... The parent holds the other end of our
standard input. When it closes it, or dies in any way (SIGKILL too), the server gets SIGNAL.
A death signal of the kernel (PR_SET_PDEATHSIG) would do less: Linux only, and it goes by the thread
that started the server, not by the process.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading


def main() -> int:
    stop, uid, gid = (int(word) for word in sys.argv[1:4])
    # PostgreSQL refuses to run as root. Whoever is not root keeps the account it has.
    is_other = uid != os.geteuid()
    server = subprocess.Popen(
        sys.argv[4:],
        stdin=subprocess.DEVNULL,
        user=uid if is_other else None,
        group=gid if is_other else None,
        extra_groups=[] if is_other else None,
    )

    def end(*_: object) -> None:
        server.send_signal(stop)

    def end_with_parent() -> None:
        while os.read(0, 1024):  # not sys.stdin: its lock would be held when we end first
            pass
        end()

    signal.signal(signal.SIGTERM, end)
    threading.Thread(target=end_with_parent, daemon=True).start()
    return server.wait()


if __name__ == "__main__":
    sys.exit(main())
