"""What all things of the catalogue have in common: cleaned, kept once, versioned, told of.

An `Entity` describes a table that people edit: which fields it takes and what must be unique. The
files of the nouns put their own rules between the steps below. Each step takes all rows at once;
a row that falls is noted in the tally and left out of the next step.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import any_, delete

from domain.bulk import Fallen, Tally
from domain.catalog.slugs import (
    claim_slugs,
    forget_slugs,
    free_slugs,
    keep_old_slugs,
    taken_slugs,
)
from domain.catalog.tables import Translation
from domain.errors import Conflict, DomainError, InUse, Invalid, NotFound, Taken
from domain.inputs import Cleaner, Required, camel, clean
from domain.references import ExternalId, Ref, external_id, resolve
from domain.row_sets import IDS, delete_rows, insert_rows, lock_rows, update_rows
from tenants.ids import new_id
from tenants.scope import Row, UnitOfWork
from tenants.values.slugs import parse_slug

MOST_TRIES: Final = 5
_OUTSIDE: Final = ("external_source", "external_id")

Given = Mapping[str, Any]


@dataclass(frozen=True)
class Entity:
    """A table that people edit. `name` is its word in events, refusals and slug redirects."""

    name: str
    table: Any
    cleaners: Mapping[str, Cleaner]
    required: tuple[str, ...] = ("title",)
    fixed: tuple[str, ...] = ()
    """Fields that cannot change once it is made."""

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def has_slug(self) -> bool:
        return "slug" in self.table.__table__.c

    @property
    def has_external_id(self) -> bool:
        return "external_id" in self.table.__table__.c


@dataclass(frozen=True, slots=True)
class Edit:
    """Changes of one thing: fields left out are kept. `expected_version`: what was seen of it."""

    ref: Ref
    changes: Given
    expected_version: int | None = None


def cleaned_rows(
    entity: Entity, given: Sequence[Given], tally: Fallen, *, making: bool
) -> dict[int, dict[str, Any]]:
    """The own fields of each row, as columns; `externalId` and `slug` included."""
    cleaners = dict(entity.cleaners)
    if entity.has_slug:
        cleaners["slug"] = _slug
    if entity.has_external_id:
        cleaners["external_id"] = external_id
    rows: dict[int, dict[str, Any]] = {}
    for at, one in enumerate(given):
        values, wrong = clean(cleaners, one)
        if making:
            missing = [name for name in entity.required if one.get(name) is None]
            told = {error.path[0] for error in wrong}
            wrong += [Required(camel(name)) for name in missing if camel(name) not in told]
        if wrong:
            tally.refuse(at, *wrong)
        if "external_id" in values:
            outside = values.pop("external_id")
            values |= dict(zip(_OUTSIDE, outside or (None, None), strict=True))
        rows[at] = values
    return rows


async def insert_entities(
    uow: UnitOfWork, entity: Entity, rows: Mapping[int, dict[str, Any]], tally: Fallen
) -> dict[int, UUID]:
    """Make the rows that stand; the ids of those made. Slugs that were left out are found here."""
    chosen = {at for at in rows if entity.has_slug and rows[at].get("slug") is None}
    await _refuse_taken(uow, entity, {at: rows[at] for at in rows if tally.stands(at)}, tally)
    tally.settle()
    whole = {at: _whole(entity, rows[at]) for at in tally.standing() if at in rows}
    waiting = set(whole)
    for _ in range(MOST_TRIES):
        titleless = sorted(chosen & waiting)
        titles = [whole[at]["title"] for at in titleless]
        slugs = await free_slugs(uow, entity.name, titles) if titleless else []
        for at, slug in zip(titleless, slugs, strict=True):
            whole[at]["slug"] = slug
        made = await insert_rows(uow, entity.table, [whole[at] for at in sorted(waiting)])
        waiting = {at for at in waiting if whole[at]["id"] not in made}
        if not waiting:
            break
        # Somebody was quicker between the look and the insert; what he took shows now.
        await _refuse_taken(uow, entity, {at: whole[at] for at in waiting - chosen}, tally)
        _refuse_names(whole, waiting - chosen, tally)
        waiting = {at for at in waiting if tally.stands(at)}
    # No slug was good enough, so it is not the slug that stands in the way.
    _refuse_names(whole, waiting, tally)
    tally.settle()
    ids = {at: whole[at]["id"] for at in whole if tally.stands(at)}
    if entity.has_slug and ids:
        await claim_slugs(uow, entity.name, [whole[at]["slug"] for at in ids])
    for entity_id in ids.values():
        uow.record(f"{entity.name}.created", entity_id, version=1)
    return ids


async def lock_for_edit(
    uow: UnitOfWork, entity: Entity, edits: Sequence[Edit], tally: Fallen
) -> dict[int, Row]:
    """The present rows, locked. Rows that are not there, or not as they were seen, fall."""
    ids = await resolve(uow, entity.table, [edit.ref for edit in edits])
    locked = await lock_rows(uow, entity.table, sorted(set(ids.values())))
    current: dict[int, Row] = {}
    seen: set[UUID] = set()
    for at, edit in enumerate(edits):
        row = locked.get(ids[edit.ref]) if edit.ref in ids else None
        refused = _refused_edit(entity, edit, row, seen)
        if refused is not None:
            tally.refuse(at, refused)
        elif row is not None:
            current[at] = row
            seen.add(row["id"])
    tally.settle()
    return current


async def write_entities(
    uow: UnitOfWork,
    entity: Entity,
    current: Mapping[int, Row],
    changes: Mapping[int, dict[str, Any]],
    tally: Fallen,
) -> dict[int, list[str]]:
    """Write what differs from the locked rows; the names of the columns that changed, by row."""
    rows: dict[int, dict[str, Any]] = {}
    for at, row in current.items():
        if not tally.stands(at):
            continue
        wanted = dict(changes[at])
        if "slug" in wanted and wanted["slug"] is None:
            title = str(wanted.get("title", row["title"]))
            (wanted["slug"],) = await free_slugs(uow, entity.name, [title])
        rows[at] = {name: value for name, value in wanted.items() if value != row[name]}
        if rows[at].keys() & set(_OUTSIDE):  # they are one name
            rows[at] |= {name: wanted[name] for name in _OUTSIDE}
        for name in rows[at].keys() & set(entity.fixed):
            tally.refuse(at, Invalid(camel(name), en="cannot change", ru="нельзя изменить"))
    await _refuse_taken(uow, entity, {at: rows[at] for at in rows if tally.stands(at)}, tally)
    tally.settle()
    changed = {at: rows[at] for at in rows if rows[at] and tally.stands(at)}
    names = sorted({name for row in changed.values() for name in row})
    whole = [
        {"id": current[at]["id"]} | {name: row.get(name, current[at][name]) for name in names}
        for at, row in changed.items()
    ]
    with refused_if_taken(whole):
        versions = await update_rows(uow, entity.table, whole)
    if entity.has_slug:
        moves = [
            (current[at]["id"], current[at]["slug"], row["slug"])
            for at, row in changed.items()
            if "slug" in row
        ]
        await keep_old_slugs(uow, entity.name, moves)
    for at, written in changed.items():
        entity_id = current[at]["id"]
        version = versions[entity_id]
        uow.record(f"{entity.name}.updated", entity_id, version=version, changed=sorted(written))
    return {at: sorted(row) for at, row in changed.items()}


async def remove_entities(uow: UnitOfWork, entity: Entity, rows: Sequence[Row]) -> None:
    """Delete locked rows with their translations and old slugs. Raises InUse when held on to."""
    ids = [row["id"] for row in rows]
    if not ids:
        return
    try:
        await delete_rows(uow, entity.table, ids)
    except asyncpg.ForeignKeyViolationError as error:
        raise InUse("ids", what=error.table_name or "", count=len(ids)) from None
    await uow.execute(_DELETE_TRANSLATIONS, ids=ids)
    if entity.has_slug:
        await forget_slugs(uow, ids)
    for row in rows:
        uow.record(f"{entity.name}.deleted", row["id"], version=row["version"])


async def create_one(uow: UnitOfWork, entity: Entity, given: Given) -> UUID:
    """Make one thing that has no rules beyond its fields; its id."""
    tally = Tally(1)
    rows = cleaned_rows(entity, [given], tally, making=True)
    tally.settle()
    return (await insert_entities(uow, entity, rows, tally))[0]


async def update_one(uow: UnitOfWork, entity: Entity, edit: Edit) -> UUID:
    """Change one such thing; its id."""
    tally = Tally(1)
    current = await lock_for_edit(uow, entity, [edit], tally)
    changes = cleaned_rows(entity, [edit.changes], tally, making=False)
    tally.settle()
    await write_entities(uow, entity, current, changes, tally)
    return UUID(str(current[0]["id"]))


async def delete_one(
    uow: UnitOfWork, entity: Entity, ref: Ref, expected_version: int | None = None
) -> Row:
    """Delete one such thing; the row that it was."""
    tally = Tally(1)
    current = await lock_for_edit(uow, entity, [Edit(ref, {}, expected_version)], tally)
    await remove_entities(uow, entity, [current[0]])
    return current[0]


@contextmanager
def refused_if_taken(rows: Sequence[Mapping[str, Any]] = ()) -> Iterator[None]:
    """Somebody took a unique value between our look and our write: refuse, as if it was there.

    `rows` are those that are written; when it is but one, the refusal shows its value.
    """
    try:
        yield
    except asyncpg.UniqueViolationError as error:
        # Of a table with policies PostgreSQL tells no values, but the constraint's name; a
        # distributed one, only in its message and with the number of the shard behind it.
        said = re.search(r'"(\w+?)(?:_\d{6,})?"', error.args[0])
        constraint = error.constraint_name or (said[1] if said else "")
        column = next((one for one in _UNIQUE if constraint.endswith(f"_{one}")), "title_sort")
        name = _UNIQUE[column]
        value = rows[0].get(name, "") if len(rows) == 1 else ""
        raise Taken(camel(name), value=str(value)) from None


_UNIQUE: Final = {
    "title_sort": "title",
    "code": "code",
    "slug": "slug",
    "external_id": "external_id",
    "options_key": "options",
}
"""The last columns of unique constraints, and the fields of the input that they come from."""


def _refused_edit(
    entity: Entity, edit: Edit, row: Row | None, seen: set[UUID]
) -> DomainError | None:
    if row is None:
        return NotFound(
            "externalId" if isinstance(edit.ref, ExternalId) else "id", what=entity.name
        )
    if row["id"] in seen:
        return Invalid("id", en="comes twice in one request", ru="встречается дважды")
    if edit.expected_version not in (None, row["version"]):
        return Conflict("expectedVersion", current_version=row["version"])
    return None


async def _refuse_taken(
    uow: UnitOfWork, entity: Entity, rows: Mapping[int, dict[str, Any]], tally: Fallen
) -> None:
    """Let rows fall whose slug or external id another thing has, or an earlier row of the input."""
    if entity.has_slug:
        await _refuse_taken_slugs(uow, entity, rows, tally)
    await refuse_taken_outside(uow, entity, rows, tally)


async def refuse_taken_outside(
    uow: UnitOfWork, entity: Entity, rows: Mapping[int, dict[str, Any]], tally: Fallen
) -> None:
    """Let rows fall whose external id another thing has, or an earlier row of the input."""
    outside = {
        at: ExternalId(row["external_source"], row["external_id"])
        for at, row in rows.items()
        if row.get("external_id") is not None
    }
    if outside:
        there = set(await resolve(uow, entity.table, outside.values()))
        for at, ref in sorted(outside.items()):
            if ref in there:
                tally.refuse(at, Taken("externalId", value=ref.id))
            there.add(ref)


def _refuse_names(
    whole: Mapping[int, dict[str, Any]], waiting: Iterable[int], tally: Fallen
) -> None:
    """Let rows fall that could not be made, for the name that they are known by."""
    for at in waiting:
        if tally.stands(at):
            name = "code" if "code" in whole[at] else "title"
            tally.refuse(at, Taken(name, value=str(whole[at].get(name, ""))))


async def _refuse_taken_slugs(
    uow: UnitOfWork, entity: Entity, rows: Mapping[int, dict[str, Any]], tally: Fallen
) -> None:
    slugs = {at: row["slug"] for at, row in rows.items() if row.get("slug")}
    if not slugs:
        return
    there = await taken_slugs(uow, entity.name, slugs.values())
    for at, slug in sorted(slugs.items()):
        if slug in there:
            tally.refuse(at, Taken("slug", value=slug))
        there.add(slug)


def _whole(entity: Entity, row: dict[str, Any]) -> dict[str, Any]:
    """The row with every column that any row may have, so that all are of one shape."""
    columns = entity.table.__table__.c
    whole: dict[str, Any] = {"id": row.get("id") or new_id()}
    names = {*entity.cleaners, *row} - {"id"}
    if entity.has_slug:
        names.add("slug")
    if entity.has_external_id:
        names |= set(_OUTSIDE)
    for name in sorted(names & set(columns.keys())):
        whole[name] = row.get(name, _default(columns[name]))
    return whole


def _default(column: Any) -> Any:
    """A column's default as a value, for rows that leave out what others of the batch have."""
    if column.server_default is None:
        return None
    text = str(column.server_default.arg)
    if column.type.python_type is bool:
        return text == "true"
    if column.type.python_type is int:
        return int(text)
    return {"{}": {}, "[]": []}.get(text, text)


def _slug(value: Any) -> str | None:
    """A chosen slug; None asks for one made from the title."""
    return None if value is None else parse_slug(value)


_DELETE_TRANSLATIONS: Final = delete(Translation).where(Translation.entity_id == any_(IDS))
