"""Proof of a host: a word that only the shop was given, where only the host's owner can put it.

Either is enough: a TXT record of `_ryad.<host>`, which needs no web server there yet, or a file at
the host, for who has one and no hand on its DNS. It is looked for by a job when the shop asks.
"""

import secrets
from datetime import timedelta
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from sqlalchemy import Text, bindparam, func, select, update

from domain.courses import Course
from domain.errors import NotFound
from domain.files.fetching import Bounds, Fetcher, FetchFailed, FetchRefused
from domain.merchants.ports import RecordsUnavailable, TextRecords
from tenants.jobs import enqueue
from tenants.platform_tables import Host
from tenants.scope import UnitOfWork

Problem = Literal[
    "not_there",  # neither record nor file has the word
    "unreachable",  # one of them could not be asked just now, and the other has no word
    "taken",  # another shop has proven the host
]

_WORD_BYTES: Final = 20
_BOUNDS: Final = Bounds(most_bytes=4_096, most_time=timedelta(seconds=10))
_CLAIM: Final = select(Host.proof, Host.proven_at).where(
    Host.host == bindparam("name", type_=Text())
)


def new_word() -> str:
    """A word for one claim; nobody else's claim of the same host has it."""
    return f"ryad-{secrets.token_hex(_WORD_BYTES)}"


def record_of(host: str) -> str:
    """The name whose TXT records are looked at."""
    return f"_ryad.{host}"


def file_of(host: str) -> str:
    """The address of the file that is looked at; the word is a line of it."""
    return f"http://{host}/.well-known/ryad-host.txt"


async def ask_for_proof(uow: UnitOfWork, host: str) -> None:
    """Have the proof looked for soon, unless the host is proven already. Raises NotFound."""
    claim = await uow.row(_CLAIM, name=host)
    if claim is None:
        raise NotFound("host", what="host")
    if claim["proven_at"] is None:
        await enqueue(uow, "host.prove", key=host, host=host)


async def prove_host(
    course: Course, records: TextRecords, fetcher: Fetcher, *, host: str
) -> dict[str, Any]:
    """Job `host.prove`: look for the word, and say what came of it; `{"problem": … or None}`.

    Of two shops that publish their words for one host at once, the second finds it taken when the
    job runs again.
    """
    claim = await course.scope.reading.row(_CLAIM, name=host)
    if claim is None or claim["proven_at"] is not None:
        return {"problem": None}
    problem = await _look(records, fetcher, host, claim["proof"])
    async with course.writing("hostProve") as uow:
        leads = func.platform.identify_host(host).table_valued("tenant_id")
        if problem is None and await uow.value(select(func.count()).select_from(leads)):
            problem = "taken"
        proven = {"proven_at": uow.now, "proof": None} if problem is None else {}
        changed = await uow.execute(
            update(Host)
            .where(Host.host == host, Host.proof == claim["proof"])
            .values(checked_at=uow.now, problem=problem, **proven)
        )
        if changed and problem is None:
            uow.record("host.proven", None, host=host)
    return {"problem": problem}


async def _look(records: TextRecords, fetcher: Fetcher, host: str, word: str) -> Problem | None:
    """What stands against the proof; None where the word was found."""
    problem: Problem = "not_there"
    try:
        if word in await records.texts(record_of(host)):
            return None
    except RecordsUnavailable:
        problem = "unreachable"
    try:
        if word in await _lines(fetcher, host):
            return None
    except FetchRefused:
        pass
    except FetchFailed:
        problem = "unreachable"
    return problem


async def _lines(fetcher: Fetcher, host: str) -> list[str]:
    """The lines of the host's file. Raises FetchRefused, also where another host has it."""
    async with fetcher.fetch(file_of(host), _BOUNDS) as found:
        # To https one may be led, but what stands at another host says nothing of this one.
        if urlsplit(found.url).hostname != host:
            raise FetchRefused("redirects")
        told = b"".join([chunk async for chunk in found.chunks])
    return [line.strip() for line in told.decode("utf-8", "replace").splitlines()]
