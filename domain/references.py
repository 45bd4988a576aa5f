"""Naming a thing of the shop: by our id, or by the id that the system which made it gave it."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

from sqlalchemy import Executable, any_, select

from domain.errors import DomainError, Invalid, NotFound
from domain.inputs import Cleaner, Required, code, text
from domain.row_sets import IDS, row_set
from tenants.scope import Asking


class ExternalId(NamedTuple):
    """`id` as `source` (a code such as "erp") calls it."""

    source: str
    id: str


Ref: TypeAlias = UUID | ExternalId

LONGEST_EXTERNAL_ID = 200


def external_id(value: Any) -> ExternalId | None:
    """Clean the external id of a thing that is made or changed; None takes it away."""
    if value is None:
        return None
    source, outside_id = value
    return ExternalId(code(source), _outside(outside_id))


async def resolve(db: Asking, table: Any, refs: Iterable[Ref | None]) -> dict[Ref, UUID]:
    """The ids of the things there are; what is not in it does not exist in this shop."""
    wanted = {ref for ref in refs if ref is not None}
    outside = [ref for ref in wanted if isinstance(ref, ExternalId)]
    ids = [ref for ref in wanted if not isinstance(ref, ExternalId)]
    found: dict[Ref, UUID] = {}
    if ids:
        found |= {row["id"]: row["id"] for row in await db.rows(_by_ids(table), ids=ids)}
    if outside and hasattr(table, "external_id"):
        rows = [{"external_source": ref.source, "external_id": ref.id} for ref in outside]
        for row in await db.rows(_by_external_ids(table), rows=rows):
            found[ExternalId(row["external_source"], row["external_id"])] = row["id"]
    return found


async def get_id(db: Asking, table: Any, ref: Ref | None, *path: str | int, what: str) -> UUID:
    """The id of one thing. Raises NotFound, or Required for None."""
    if ref is None:
        raise Required(*path)
    found = await resolve(db, table, [ref])
    if ref not in found:
        raise NotFound(*path, what=what)
    return found[ref]


def misnamed(variant: Ref, ids: Mapping[Ref, UUID], seen: set[UUID]) -> DomainError | None:
    """What is wrong with the variant that a row among many names; `seen` are those before it."""
    if variant not in ids:
        return NotFound("variantId", what="variant")
    if ids[variant] in seen:
        return Invalid("variantId", en="comes twice", ru="встречается дважды")
    seen.add(ids[variant])
    return None


@lru_cache(maxsize=100)
def _by_ids(table: Any) -> Executable:
    return select(table.id).where(table.id == any_(IDS))


@lru_cache(maxsize=100)
def _by_external_ids(table: Any) -> Executable:
    given = row_set(table, ("external_source", "external_id"))
    return select(table.id, table.external_source, table.external_id).join(
        given,
        (table.external_source == given.c.external_source)
        & (table.external_id == given.c.external_id),
    )


_outside: Cleaner = text(LONGEST_EXTERNAL_ID)
