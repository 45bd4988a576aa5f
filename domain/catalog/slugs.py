"""Slugs: one for each thing of a kind, made from its title, and remembered when it changes."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Executable, Text, any_, bindparam, delete, literal, select, union_all
from sqlalchemy.dialects.postgresql import insert

from domain.catalog.tables import Brand, Category, Collection, Page, Product, SlugRedirect
from domain.row_sets import IDS, row_set
from tenants.ids import new_id
from tenants.scope import Asking, UnitOfWork
from tenants.statements import TENANT
from tenants.values.invalid import InvalidValue
from tenants.values.slugs import make_slug, number_slug

SLUGGED: Final[dict[str, Any]] = {
    "product": Product,
    "category": Category,
    "collection": Collection,
    "brand": Brand,
    "page": Page,
}

_SLUGS: Final = bindparam("slugs", type_=ARRAY(Text()))
_FIRST_NUMBERS: Final = 8


class Found(NamedTuple):
    """What a slug leads to; moved: it is reached by a slug that it had before."""

    id: UUID
    slug: str
    is_moved: bool


async def find_by_slug(db: Asking, kind: str, slug: str) -> Found | None:
    """The thing of `kind` at this slug, or the one that was there before."""
    row = await db.row(_find(SLUGGED[kind]), slug=slug, kind=kind)
    return Found(row["id"], row["slug"], row["is_moved"]) if row else None


async def taken_slugs(db: Asking, kind: str, slugs: Iterable[str]) -> set[str]:
    """Those of `slugs` that a thing of this kind has now; where it once was is free to take."""
    table = SLUGGED[kind]
    rows = await db.rows(_taken(table), slugs=list(slugs))
    return {row["slug"] for row in rows}


async def free_slugs(db: Asking, kind: str, titles: Sequence[str]) -> list[str]:
    """A slug for each title: all different, none in use, none that led to something before.

    Free when looked at: whoever inserts must be ready for another to have been quicker.
    """
    bases = [_base(title, kind) for title in titles]
    chosen: dict[int, str] = {}
    used: set[str] = set()
    looked_at: Counter[str] = Counter()
    while len(chosen) < len(bases):
        wanted = Counter(bases[at] for at in range(len(bases)) if at not in chosen)
        candidates: dict[str, list[str]] = {}
        for base, count in wanted.items():
            first = looked_at[base] + 1
            # Most titles stand alone; where one does not, look at ever more numbers at once.
            looked_at[base] += count if first == 1 else max(count, first, _FIRST_NUMBERS)
            candidates[base] = [_numbered(base, n) for n in range(first, looked_at[base] + 1)]
        used |= await _in_use(db, kind, [slug for many in candidates.values() for slug in many])
        for at in range(len(bases)):
            if at in chosen:
                continue
            slug = next((slug for slug in candidates[bases[at]] if slug not in used), None)
            if slug is not None:
                chosen[at] = slug
                used.add(slug)
    return [chosen[at] for at in range(len(bases))]


async def keep_old_slugs(
    uow: UnitOfWork, kind: str, moves: Sequence[tuple[UUID, str, str]]
) -> None:
    """After `(id, old, new)`: the old slugs lead on, and the new ones lead to nothing else."""
    if not moves:
        return
    await uow.execute(_FORGET, kind=kind, slugs=[new for _, _, new in moves])
    rows = [
        {"id": new_id(), "entity_kind": kind, "entity_id": entity_id, "slug": old}
        for entity_id, old, _ in moves
    ]
    await uow.execute(_KEEP, rows=rows)


async def claim_slugs(uow: UnitOfWork, kind: str, slugs: Sequence[str]) -> None:
    """New things have these: what was there before is no longer found by them."""
    await uow.execute(_FORGET, kind=kind, slugs=list(slugs))


async def forget_slugs(uow: UnitOfWork, ids: Sequence[UUID]) -> None:
    """The things are gone, and so is where they were."""
    await uow.execute(_FORGET_GONE, ids=list(ids))


async def _in_use(db: Asking, kind: str, slugs: Sequence[str]) -> set[str]:
    rows = await db.rows(_in_use_statement(SLUGGED[kind]), slugs=list(slugs), kind=kind)
    return {row["slug"] for row in rows}


def _base(title: str, kind: str) -> str:
    try:
        return make_slug(title)
    except InvalidValue:
        return kind  # a title in a script that has no Latin spelling here


def _numbered(base: str, number: int) -> str:
    return base if number == 1 else number_slug(base, number)


@lru_cache
def _taken(table: Any) -> Executable:
    return select(table.slug).where(table.slug == any_(_SLUGS))


@lru_cache
def _in_use_statement(table: Any) -> Executable:
    return union_all(
        select(table.slug).where(table.slug == any_(_SLUGS)),
        select(SlugRedirect.slug).where(
            SlugRedirect.entity_kind == bindparam("kind"), SlugRedirect.slug == any_(_SLUGS)
        ),
    )


@lru_cache
def _find(table: Any) -> Executable:
    here = select(table.id, table.slug, literal(False).label("is_moved")).where(
        table.slug == bindparam("slug")
    )
    before = (
        select(table.id, table.slug, literal(True).label("is_moved"))
        .join(SlugRedirect, SlugRedirect.entity_id == table.id)
        .where(
            SlugRedirect.entity_kind == bindparam("kind"), SlugRedirect.slug == bindparam("slug")
        )
    )
    found = union_all(here, before).subquery()
    return select(found).order_by(found.c.is_moved).limit(1)


_given: Final = row_set(SlugRedirect, ("id", "entity_kind", "entity_id", "slug"))
_KEEP: Final = (
    insert(SlugRedirect)
    .from_select(["tenant_id", "id", "entity_kind", "entity_id", "slug"], select(TENANT, *_given.c))
    .on_conflict_do_update(
        index_elements=["tenant_id", "entity_kind", "slug"],
        set_={"entity_id": insert(SlugRedirect).excluded.entity_id},
    )
)
_FORGET: Final = delete(SlugRedirect).where(
    SlugRedirect.entity_kind == bindparam("kind"), SlugRedirect.slug == any_(_SLUGS)
)
_FORGET_GONE: Final = delete(SlugRedirect).where(SlugRedirect.entity_id == any_(IDS))
