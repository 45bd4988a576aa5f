"""A carrier to try things with: a small HTTP server with a memory, and the faults of real ones.

What befalls a parcel depends on the city that it goes to:

    Нигде     is refused
    Обрыв     is taken, but the first two answers are lost on their way
    Затор     is busy for the first two times that it is asked
    Возврат   is brought back in the end
    elsewhere all goes well

A parcel moves by one step in each `pace`. Its story is told from the end, and its last step twice.
"""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from domain.orders.shipments.numbers import spelled

Answer = tuple[int, dict[str, Any]]
"""A status of HTTP and a body; 0: the connection ends without a word."""

WAY: Final = (
    ("TAKEN", "Принято в отделении"),
    ("SORTED", "Прошло сортировку"),
    ("ON_THE_ROAD", "В пути"),
    ("AT_THE_POINT", "Ждёт в пункте выдачи"),
)
FAULTS: Final = 2
"""So many times it goes wrong where it goes wrong at first."""


@dataclass
class Depot:
    """What the carrier has. With a `file`, it is kept there from one run to the next."""

    pace: float
    file: Path | None = None
    parcels: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        if self.file is not None and self.file.exists():
            self.parcels = json.loads(self.file.read_text(encoding="utf-8"))

    def quote(self, body: dict[str, Any]) -> Answer:
        if body.get("city") == "Нигде":
            return 422, {"error": "туда не возим"}
        return 200, {"price": 150_00 + int(body.get("grams") or 0) // 100 * 10_00}

    def book(self, key: str, body: dict[str, Any]) -> Answer:
        """Take a parcel; by the same key it is the same one."""
        status, told = self.quote(body)
        if status != 200:
            return status, told
        with self.lock:
            self.asked[key] += 1
            is_early = self.asked[key] <= FAULTS
            if body["city"] == "Затор" and is_early:
                return 503, {"error": "позже"}
            found = next((one for one in self.parcels.values() if one["key"] == key), None)
            if found is None:
                found = self._take(key, body, told["price"])
            if body["city"] == "Обрыв" and is_early:
                return 0, {}
        return 200, {name: found[name] for name in ("reference", "number", "price")}

    def story(self, reference: str) -> Answer:
        """What has befallen a parcel so far, the last first."""
        found = self.parcels.get(reference)
        if found is None:
            return 404, {"error": "нет такого отправления"}
        end = ("SENT_BACK", "Возвращено") if found["city"] == "Возврат" else ("GIVEN", "Вручено")
        way = (*WAY, end)
        steps = min(int((time.time() - found["at"]) / self.pace) + 1, len(way))
        if found["cancelled"]:
            steps = 1
        taken = datetime.fromtimestamp(found["at"], UTC)
        events = [
            {
                "id": f"{reference}-{step}",
                "code": way[step][0],
                "text": way[step][1],
                "place": found["city"] if step > len(WAY) - 2 else "Склад",
                "at": (taken + timedelta(seconds=step * self.pace)).isoformat(),
            }
            for step in reversed(range(steps))
        ]
        return 200, {"events": [*events, events[0]]}

    def cancel(self, reference: str) -> Answer:
        """Give it up, unless it has gone too far; given up already, nothing more."""
        found = self.parcels.get(reference)
        if found is None:
            return 404, {"error": "нет такого отправления"}
        with self.lock:
            if not found["cancelled"] and time.time() - found["at"] > self.pace * len(WAY):
                return 409, {"error": "уже вручено"}
            found["cancelled"] = True
            self._keep()
        return 200, {}

    def _take(self, key: str, body: dict[str, Any], price: int) -> dict[str, Any]:
        serial = len(self.parcels) + 1
        reference = f"P{serial:06}"
        self.parcels[reference] = found = {
            "key": key,
            "reference": reference,
            "number": body.get("number") or spelled("TT", serial, "RU"),
            "price": price,
            "city": body.get("city"),
            "at": time.time(),
            "cancelled": False,
        }
        self._keep()
        return found

    def _keep(self) -> None:
        if self.file is not None:
            self.file.write_text(json.dumps(self.parcels, ensure_ascii=False), encoding="utf-8")


def _desk(depot: Depot) -> type[BaseHTTPRequestHandler]:
    """Who answers."""

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path == "/quotes":
                self._say(depot.quote(body))
            elif self.path == "/bookings":
                self._say(depot.book(self.headers["Idempotency-Key"], body))
            else:
                self._say((404, {}))

        def do_GET(self) -> None:
            self._say(depot.story(self.path.removeprefix("/bookings/")))

        def do_DELETE(self) -> None:
            self._say(depot.cancel(self.path.removeprefix("/bookings/")))

        def _say(self, answer: Answer) -> None:
            status, told = answer
            if status == 0:
                self.close_connection = True
                return
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the worker's log tells what was asked in vain."""

    return Desk


@contextmanager
def running_carrier(
    *, port: int = 0, pace: float = 20.0, file: Path | None = None
) -> Iterator[tuple[str, Depot]]:
    """The carrier at 127.0.0.1 as long as the block lasts: its address, and what it has."""
    depot = Depot(pace, file)
    server = ThreadingHTTPServer(("127.0.0.1", port), _desk(depot))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", depot
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
