"""Leaky buckets of cost points, one per credential, in Valkey; without it, in this process.

A bucket refills steadily and holds twenty seconds' worth. The numbers come with the tenant's plan.
"""

import hashlib
import logging
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import hiredis

from api.engine.errors import PublicError
from api.valkey import Valkey

log = logging.getLogger(__name__)

USUAL_RATE: Final = 100
"""Points a second where no plan says."""
BURST_SECONDS: Final = 20
MOST_LOCAL_BUCKETS: Final = 10_000

_TAKE: Final = """
local level, at = unpack(redis.call('HMGET', KEYS[1], 'level', 'at'))
local t = redis.call('TIME')
local now = t[1] + t[2] / 1000000
local rate, size, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
level = math.min(size, (tonumber(level) or size) + (now - (tonumber(at) or now)) * rate)
local taken = level >= cost
if taken then level = level - cost end
redis.call('HSET', KEYS[1], 'level', level, 'at', now)
redis.call('EXPIRE', KEYS[1], math.ceil(size / rate) + 1)
return {taken and 1 or 0, tostring(level)}
"""
_TAKE_SHA: Final = hashlib.sha1(_TAKE.encode(), usedforsecurity=False).hexdigest()


class Throttle(Protocol):
    """Takes points from a bucket, or refuses."""

    async def charge(
        self, bucket: str, cost: int, limits: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        """Take `cost` points; what is left, for `extensions.cost`. Raises THROTTLED."""


@dataclass(slots=True)
class CostBuckets:
    """Buckets in Valkey, shared by all processes; while it is away, stricter ones of our own."""

    valkey: Valkey
    local: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)
    away_until: float = 0.0

    async def charge(
        self, bucket: str, cost: int, limits: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        """Take `cost` points; what is left, for `extensions.cost`. Raises THROTTLED."""
        rate = float(limits.get("points_per_second", USUAL_RATE))
        size = rate * BURST_SECONDS
        if size < cost:
            size = float(cost)  # a single operation that its door allows is only slow to come again
        level, taken = await self._take(bucket, rate, size, cost)
        if not taken:
            wait = (cost - level) / rate
            raise PublicError(
                f"Too many points asked for in a short time; wait {wait:.1f} s.",
                code="THROTTLED",
                retryAfter=wait,
                cost={"requested": cost, "available": int(level), "restoreRate": rate},
            )
        return {"available": int(level), "restoreRate": rate}

    async def _take(self, bucket: str, rate: float, size: float, cost: int) -> tuple[float, bool]:
        now = time.monotonic()
        if now >= self.away_until:
            try:
                taken, level = await self._ask(bucket, str(rate), str(size), str(cost))
                return float(level), taken == 1
            except (hiredis.ReplyError, OSError) as error:
                self.away_until = time.monotonic() + 1.0  # from now: it may have kept us waiting
                log.warning("cost buckets are kept in this process: %s", error)
        level, at = self.local.pop(bucket, (size / 2, now))
        level = min(size / 2, level + (now - at) * rate / 2)
        taken = level >= cost
        self.local[bucket] = (level - cost if taken else level, now)
        if len(self.local) > MOST_LOCAL_BUCKETS:
            self.local.popitem(last=False)
        return self.local[bucket][0], taken

    async def _ask(self, *arguments: str) -> Any:
        """Run the script, known by its hash to a server that has run it since it started."""
        try:
            return await self.valkey.ask("EVALSHA", _TAKE_SHA, "1", *arguments)
        except hiredis.ReplyError as error:
            if not str(error).startswith("NOSCRIPT"):
                raise
        return await self.valkey.ask("EVAL", _TAKE, "1", *arguments)
