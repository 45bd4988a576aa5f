"""The categories of a price list, put into the shop's tree."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from domain.catalog.categories import DEEPEST, lock_tree, update_category
from domain.catalog.entities import Edit
from domain.catalog.slugs import claim_slugs, free_slugs
from domain.catalog.tables import Category, CategoryAncestor
from domain.feeds.grouping import digest
from domain.feeds.imported import categories_by_key, hex_of, remember, written_categories
from domain.feeds.ports import FeedCategory
from domain.feeds.tables import ImportedCategory
from domain.row_sets import insert_rows, row_set
from tenants.ids import new_id
from tenants.scope import Row, UnitOfWork
from tenants.statements import TENANT

LONGEST_TITLE: Final = 300

_pairs: Final = row_set(CategoryAncestor, ("category_id", "ancestor_id", "depth"))
_LINES: Final = (
    insert(CategoryAncestor)
    .from_select(["tenant_id", "category_id", "ancestor_id", "depth"], select(TENANT, *_pairs.c))
    .on_conflict_do_nothing()
)
_LAST: Final = select(func.coalesce(func.max(Category.position) + 1, 0)).where(
    Category.parent_id.is_(None)
)


@dataclass(slots=True)
class Tree:
    """The source's categories as they are and will be: each one's line of ids from the root."""

    lines: dict[str, tuple[UUID, ...]] = field(default_factory=dict)
    new: list[dict[str, Any]] = field(default_factory=list)

    def id_of(self, key: str | None) -> UUID | None:
        line = self.lines.get(key) if key is not None else None
        return line[-1] if line else None

    def under(self, key: str | None) -> tuple[UUID, ...]:
        """The line that a child of `key` hangs on: cut where the tree would grow too deep."""
        return (self.lines.get(key) or ())[: DEEPEST - 1] if key is not None else ()

    def has_room(self, key: str, above: tuple[UUID, ...]) -> bool:
        """Whether it and all below it may hang there: not inside itself, and not too deep."""
        own = len(self.lines[key])
        deepest = max(len(line) for line in self._branch(key).values())
        return self.id_of(key) not in above and len(above) + 1 + deepest - own <= DEEPEST

    def move(self, key: str, above: tuple[UUID, ...]) -> None:
        """It hangs there now, with all below it."""
        own = len(self.lines[key]) - 1
        for one, line in self._branch(key).items():
            self.lines[one] = (*above, *line[own:])

    def _branch(self, key: str) -> dict[str, tuple[UUID, ...]]:
        top = self.id_of(key)
        return {one: line for one, line in self.lines.items() if top in line}


async def import_categories(
    uow: UnitOfWork, source_id: UUID, source: str, categories: Sequence[FeedCategory]
) -> tuple[dict[str, UUID], int]:
    """Make what is new, change what the file changed; ids by the source's keys, and how many
    were written. Titles and places that the merchant chose himself are kept.
    """
    await lock_tree(uow)
    there = await categories_by_key(uow, source)
    written = await written_categories(uow, source_id)
    tree = Tree({key: _line(row) for key, row in there.items()})
    links: list[dict[str, Any]] = []
    changed: list[tuple[FeedCategory, Row]] = []
    position = int(await uow.value(_LAST))
    latest = {category.external_id: category for category in categories}
    for category in latest.values():
        row = there.get(category.external_id)
        if row is None:
            _plan(tree, source, category, position + len(tree.new))
            links.append(_link(source_id, tree.lines[category.external_id][-1], category))
        elif _is_changed(category, written.get(row["id"])):
            changed.append((category, row))
    await _insert(uow, tree.new)
    for category, row in changed:
        await _change(uow, tree, category, row, written.get(row["id"]))
        links.append(_link(source_id, row["id"], category))
    await remember(uow, ImportedCategory, links)
    ids = {key: line[-1] for key, line in tree.lines.items()}
    return ids, len(links)


def _plan(tree: Tree, source: str, category: FeedCategory, position: int) -> None:
    above = tree.under(category.parent_external_id)
    category_id = new_id()
    line = tree.lines[category.external_id] = (*above, category_id)
    tree.new.append(
        {
            "id": category_id,
            "parent_id": above[-1] if above else None,
            "title": category.title[:LONGEST_TITLE],
            "position": position,
            "path": ".".join(str(one) for one in line),
            "depth": len(above),
            "external_source": source,
            "external_id": category.external_id,
        }
    )


async def _insert(uow: UnitOfWork, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    slugs = await free_slugs(uow, "category", [row["title"] for row in rows])
    for row, slug in zip(rows, slugs, strict=True):
        row |= {"slug": slug, "created_at": uow.now, "updated_at": uow.now}
    await insert_rows(uow, Category, rows)
    await claim_slugs(uow, "category", slugs)
    pairs = [
        {"category_id": row["id"], "ancestor_id": ancestor, "depth": depth}
        for row in rows
        for depth, ancestor in enumerate(reversed(row["path"].split(".")))
    ]
    await uow.execute(_LINES, rows=pairs)
    for row in rows:
        uow.record("category.created", row["id"], version=1)


async def _change(
    uow: UnitOfWork, tree: Tree, category: FeedCategory, row: Row, before: Row | None
) -> None:
    """What the file says anew; a title only where it is the one that the file gave before."""
    changes: dict[str, Any] = {}
    if before is None or digest(row["title"]) == before["title_hash"]:
        changes["title"] = category.title[:LONGEST_TITLE]
    above = tree.under(category.parent_external_id)
    parent_id = above[-1] if above else None
    moved = before is not None and before["parent_hash"] != digest(category.parent_external_id)
    if moved and parent_id != row["parent_id"] and tree.has_room(category.external_id, above):
        changes["parent"] = parent_id
    await update_category(uow, Edit(row["id"], changes))
    if "parent" in changes:
        tree.move(category.external_id, above)


def _line(row: Row) -> tuple[UUID, ...]:
    return tuple(UUID(one) for one in row["path"].split("."))


def _is_changed(category: FeedCategory, before: Row | None) -> bool:
    return before is None or before["row_hash"] != _row_hash(category)


def _row_hash(category: FeedCategory) -> bytes:
    return digest([category.title, category.parent_external_id])


def _link(source_id: UUID, category_id: UUID, category: FeedCategory) -> dict[str, Any]:
    return {
        "id": new_id(),
        "source_id": source_id,
        "category_id": category_id,
        "row_hash": hex_of(_row_hash(category)),
        "title_hash": hex_of(digest(category.title[:LONGEST_TITLE])),
        "parent_hash": hex_of(digest(category.parent_external_id)),
    }
