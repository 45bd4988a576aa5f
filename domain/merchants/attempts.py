"""Tries, counted so that guessing is slow and nobody can lock out somebody else.

A try is counted and committed before it is looked at, so a thousand at once do not all slip
through; what succeeds is given back. Subjects are an address, and an account as seen from an
address; both only as hashes or networks, for the table is a log of failures.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final
from uuid import UUID

from sqlalchemy import DateTime, Text, bindparam, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from domain.merchants.errors import TooManyTries
from tenants.platform import PlatformScope, PlatformUnit
from tenants.platform_tables import Attempt

MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
KEPT: Final = 2 * DAY

_COUNT: Final = (
    insert(Attempt)
    .from_select(
        ["subject", "window_start", "count"],
        select(
            func.unnest(bindparam("subjects", type_=ARRAY(Text()))),
            func.unnest(bindparam("starts", type_=ARRAY(DateTime(timezone=True)))),
            literal(1),
        ),
    )
    .on_conflict_do_update(
        index_elements=["subject", "window_start"], set_={"count": Attempt.count + 1}
    )
    .returning(Attempt.subject, Attempt.window_start, Attempt.count)
)


@dataclass(frozen=True, slots=True)
class Tries:
    """So many tries of one subject in each window of time."""

    subject: str
    allowed: tuple[tuple[timedelta, int], ...]


def by_address(what: str, address: str | None, *allowed: tuple[timedelta, int]) -> Tries:
    """Tries from one network: an IPv4 address, or the /64 that one IPv6 customer has."""
    return Tries(f"{what} {_network(address)}", allowed)


def by_account(
    what: str, email_key: str, address: str | None, *allowed: tuple[timedelta, int]
) -> Tries:
    """Tries at one account from one network; elsewhere the account stays open."""
    account = hashlib.sha256(email_key.encode()).hexdigest()[:32]
    return Tries(f"{what} {account} {_network(address)}", allowed)


def behind_password(what: str, identity_id: UUID, *allowed: tuple[timedelta, int]) -> Tries:
    """Tries at one account from anywhere, for what only who knows its password can reach."""
    return Tries(f"{what} {identity_id}", allowed)


def code_tries(identity_id: UUID) -> Tries:
    """How many codes of a second factor may be tried; a new password begins the count anew."""
    return behind_password("code", identity_id, (HOUR, 10), (DAY, 50))


async def count_tries(scope: PlatformScope, tries: Sequence[Tries]) -> None:
    """Count one try of each, for good. Raises TooManyTries when any has had enough."""
    async with scope.writing() as unit:
        allowed = {
            (f"{window.total_seconds():.0f}s {one.subject}", _start(unit.now, window)): (
                window,
                most,
            )
            for one in tries
            for window, most in one.allowed
        }
        # In one order for all, so that two who share subjects do not wait for each other.
        subjects, starts = zip(*sorted(allowed), strict=True)
        counted = await unit.rows(_COUNT, subjects=list(subjects), starts=list(starts))
        now = unit.now
    waits = []
    for row in counted:
        window, most = allowed[row["subject"], row["window_start"]]
        if row["count"] > most:
            waits.append(row["window_start"] + window - now)
    if waits:
        raise TooManyTries(max(waits))


async def give_back(unit: PlatformUnit, tries: Sequence[Tries]) -> None:
    """The try was no failure: it does not count."""
    for one in tries:
        for window, _ in one.allowed:
            await unit.execute(
                update(Attempt)
                .where(
                    Attempt.subject == f"{window.total_seconds():.0f}s {one.subject}",
                    Attempt.window_start == _start(unit.now, window),
                    Attempt.count > 0,
                )
                .values(count=Attempt.count - 1)
            )


async def forgive(unit: PlatformUnit, tries: Tries) -> None:
    """Its owner has come in: the failures before him are forgotten."""
    for window, _ in tries.allowed:
        subject = f"{window.total_seconds():.0f}s {tries.subject}"
        await unit.execute(delete(Attempt).where(Attempt.subject == subject))


async def forget_old_attempts(unit: PlatformUnit) -> int:
    """Drop what no window looks at any more; how many rows."""
    return await unit.execute(delete(Attempt).where(Attempt.window_start < unit.now - KEPT))


def _start(now: datetime, window: timedelta) -> datetime:
    seconds = int(window.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)


def _network(address: str | None) -> str:
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ip_network((parsed, 64), strict=False))
    return str(parsed)
