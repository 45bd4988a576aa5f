"""Asks at a door with a neighbour's ids, words and cursors, and holds the answers against others.

The answer to what is the neighbour's must be the answer to what never was, to the letter.
"""

import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
import orjson
from graphql import GraphQLSchema

from tenants.ids import encode_id, new_id
from tests.isolation.documents import PAIRS, Place, Slot, Writer, root_fields, slots_of

Rows = Mapping[str, Mapping[str, Any]]
"""A tenant's seeded rows, by table."""

CURSORS = ("after", "before")
WANTED = re.compile(r"An id (\w+)_… is wanted")
PASSING = re.compile(r'"(requestId|wait)":("[^"]*"|[0-9.]+)|,"extensions":\{"cost":.*$')
TEXTS = re.compile(r'"(?!(?:code|__typename)")(\w+)":"(?:[^"\\]|\\.)*"')
ID = re.compile(r"\b[a-z]{3,4}_([0-9a-hjkmnp-tv-z]{26})\b")
UUID_TEXT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
HEX_TAIL = re.compile(r"(?<=-)[0-9a-f]{8,}")


@dataclass
class Intruder:
    """We, at one door, and what we know of the neighbour. `tables` says what ids are ids of."""

    client: httpx.AsyncClient
    neighbour: httpx.AsyncClient
    path: str
    schema: GraphQLSchema
    tables: Mapping[str, str]
    ours: Rows
    theirs: Rows
    faults: dict[str, list[str]] = field(default_factory=dict)
    """What was seen that must not be, by root field."""
    tried: int = 0
    telling: int = 0
    """How many of the comparisons would have told ours from theirs: see `swap_ids`."""

    async def ask(self, body: dict[str, Any], client: httpx.AsyncClient | None = None) -> str:
        # Stock asks for a key; a new one each time, or the second answer would be the first.
        headers = {"Idempotency-Key": secrets.token_hex(8)}
        answer = await (client or self.client).post(self.path, json=body, headers=headers)
        return f"{answer.status_code} {answer.text}"

    async def compare(
        self, slot: Slot, writer: Writer, theirs: Any, never: Callable[[], Any], *, rehearsed: bool
    ) -> str:
        """Hold the answer to `theirs` against that to what never was; the latter, normalised."""

        async def said(value: Any) -> str:
            body = writer.request(slot.kind, slot.field, slot.path, value, rehearsed=rehearsed)
            return await self.ask(body)

        self.tried += 1
        first, absent = await said(theirs), never()
        shown, expected = normal(first, theirs), normal(await said(absent), absent)
        if shown != expected:
            # Where two answers to what never was differ (a new id, the hour), texts say nothing.
            again = never()
            if normal(await said(again), again) != expected:
                shown, expected = TEXTS.sub(r'"\1":"*"', shown), TEXTS.sub(r'"\1":"*"', expected)
            if shown != expected:
                self.fault(
                    slot.field, f"{slot}\n  theirs: {shown[:600]}\n  never:  {expected[:600]}"
                )
        self.look_for_theirs(slot.field, first, theirs)
        return expected

    def fault(self, name: str, words: str) -> None:
        self.faults.setdefault(name, []).append(words)

    def look_for_theirs(self, name: str, said: str, asked: Any = "") -> None:
        """No answer shows a word or an id of the neighbour's that was not asked with."""
        given = orjson.dumps(asked).decode()
        shown = [word for word in self.words if word in said and word not in given]
        shown += [spelled for spelled in spelled_ids(said) & self.ids if spelled not in given]
        if shown:
            self.fault(name, f"{name} shows the neighbour's {shown}: {said[:400]}")
        if '"INTERNAL"' in said:
            self.fault(name, f"{name} fails: {said[:400]}")

    @property
    def words(self) -> set[str]:
        """The neighbour's texts, each of which nobody else has."""
        return {
            value
            for row in self.theirs.values()
            for value in row.values()
            if isinstance(value, str) and value.startswith("canary-")
        }

    @property
    def ids(self) -> set[str]:
        """The neighbour's ids, in both spellings."""
        found = {row["id"] for row in self.theirs.values() if "id" in row}
        own = {row["id"] for row in self.ours.values() if "id" in row}
        return {text for one in found - own for text in (encode_id("", one)[1:], str(one))}


def spelled_ids(said: str) -> set[str]:
    """The ids in an answer, without their kinds."""
    return {found[1] for found in ID.finditer(said)} | set(UUID_TEXT.findall(said))


def normal(answer: str, asked: Any) -> str:
    """An answer without what was asked with, and what differs between any two requests."""
    texts = list(asked.values()) if isinstance(asked, dict) else [asked]
    for text in filter(None, texts):
        answer = answer.replace(text, "<asked>")
        for tail in HEX_TAIL.findall(text):
            answer = re.sub(tail, "<asked>", answer, flags=re.IGNORECASE)
    return PASSING.sub("", answer)


async def look_around(intruder: Intruder) -> dict[str, str]:
    """Every query asked with nothing that is the neighbour's: what we see of our own."""
    writer = Writer(intruder.schema, {})
    seen = {}
    for kind, name, _ in root_fields(intruder.schema):
        if kind == "query":
            said = await intruder.ask(writer.request(kind, name))
            intruder.look_for_theirs(name, said)
            seen[name] = normal(said, "")
    return seen


async def learn_kinds(intruder: Intruder) -> dict[Slot, str | None]:
    """The kind that each ID slot wants: its refusal of nonsense says so. None: any kind.

    Asked twice, for a refusal may be of another slot of the field until that one is known.
    """
    kinds: dict[Slot, str | None] = {}
    for _ in range(2):
        writer = Writer(intruder.schema, ids_of(intruder, kinds, None))
        for slot in slots_of(intruder.schema):
            if slot.holds == "ID":
                body = writer.request(slot.kind, slot.field, slot.path, "nonsense")
                found = WANTED.search(await intruder.ask(body))
                kinds[slot] = found[1] if found else _kind_by_name(intruder, slot)
    return kinds


def _kind_by_name(intruder: Intruder, slot: Slot) -> str | None:
    """The kind whose table is named like the slot: what filters nothing refuses nothing."""
    for step in (*reversed(slot.path), slot.field):
        named = _snake(re.sub(r"(Id)?s?$", "", re.sub(r"ies$", "y", step)))
        for kind, table in intruder.tables.items():
            if named == table.rpartition(".")[2]:
                return kind
    return None


def _snake(name: str) -> str:
    return re.sub(r"([A-Z])", r"_\1", name).lower()


def ids_of(
    intruder: Intruder, kinds: Mapping[Slot, str | None], rows: Rows | None
) -> dict[tuple[str, Place], str]:
    """An id for each slot, out of a tenant's rows; without rows, ids that never were."""
    return {
        (slot.field, slot.path): encode_id(
            kind, rows[intruder.tables[kind]]["id"] if rows else new_id()
        )
        for slot, kind in kinds.items()
        if kind
    }


async def swap_ids(intruder: Intruder, kinds: Mapping[Slot, str | None]) -> None:
    """Every ID slot, with the id of the neighbour's thing of that kind.

    First for good, among ids that never were; then rehearsed, among our own, so that the field
    does look at this one. That our own id is answered otherwise shows that it does.
    """
    strangers = Writer(intruder.schema, ids_of(intruder, kinds, None))
    ourselves = Writer(intruder.schema, ids_of(intruder, kinds, intruder.ours))
    for slot, wanted in kinds.items():
        is_change = slot.kind == "mutation"
        for kind in [wanted] if wanted else sorted(intruder.tables):
            assert kind in intruder.tables, f"name the table of the ids {kind}_… (of {slot})"
            theirs = encode_id(kind, intruder.theirs[intruder.tables[kind]]["id"])
            ours = encode_id(kind, intruder.ours[intruder.tables[kind]]["id"])

            def never(kind: str = kind) -> str:
                return encode_id(kind, new_id())

            if is_change:
                await intruder.compare(slot, strangers, theirs, never, rehearsed=False)
            expected = await intruder.compare(slot, ourselves, theirs, never, rehearsed=is_change)
            body = ourselves.request(slot.kind, slot.field, slot.path, ours, rehearsed=is_change)
            intruder.telling += normal(await intruder.ask(body), ours) != expected


async def swap_words(intruder: Intruder, kinds: Mapping[Slot, str | None]) -> None:
    """Every String slot, with what stands in the neighbour's columns of a like name."""
    writer = Writer(intruder.schema, ids_of(intruder, kinds, intruder.ours))
    words = {
        name: value
        for row in intruder.theirs.values()
        for name, value in row.items()
        if isinstance(value, str) and value.startswith("canary-")
    }
    for slot in slots_of(intruder.schema):
        if slot.holds == "ID" or slot.path[-1] in CURSORS:
            continue
        theirs: Any = _like(words, slot.path)
        if slot.holds in PAIRS:
            theirs = {"source": words["external_source"], "id": words["external_id"]}

        def never(theirs: Any = theirs) -> Any:
            if isinstance(theirs, dict):
                return {**theirs, "id": _other(theirs["id"])}
            return _other(theirs)

        is_change = slot.kind == "mutation"
        await intruder.compare(slot, writer, theirs, never, rehearsed=is_change)


def _like(words: Mapping[str, str], path: Place) -> str:
    """The word of the column named like the innermost step of `path`; else a title."""
    for step in reversed(path):
        if _snake(step) in words:
            return words[_snake(step)]
    return words["title"]


def _other(word: str) -> str:
    """A word of the same make that nobody has: digits for digits, so that a phone is as long."""

    def like(letter: str) -> str:
        return secrets.choice("0123456789" if letter.isdigit() else "abcdef")

    return HEX_TAIL.sub(lambda found: "".join(map(like, found[0])), word)


async def swap_cursors(intruder: Intruder, kinds: Mapping[Slot, str | None]) -> None:
    """Every list, from a place in the neighbour's: it is a place in ours, whatever stands there."""
    ourselves = Writer(intruder.schema, ids_of(intruder, kinds, intruder.ours))
    themselves = Writer(intruder.schema, ids_of(intruder, kinds, intruder.theirs))
    for slot in slots_of(intruder.schema):
        if slot.path[-1] not in CURSORS:
            continue
        said = await intruder.ask(
            themselves.request(slot.kind, slot.field), client=intruder.neighbour
        )
        found = re.search(r'"(?:endCursor|cursor)":"([^"]+)"', said)
        if found:
            cursor = found[1]

            def never(cursor: str = cursor) -> str:
                text = urlsafe_b64decode(cursor).decode()
                moved = UUID_TEXT.sub(lambda one: _beside(one[0]), text)
                return urlsafe_b64encode(moved.encode()).decode()

            await intruder.compare(slot, ourselves, cursor, never, rehearsed=False)


def _beside(text: str) -> str:
    """An id of the same instant that never was."""
    made = UUID(text).int
    return str(UUID(int=made - made % 2**48 + secrets.randbits(48)))
