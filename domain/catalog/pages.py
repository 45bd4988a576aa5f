"""Pages of the shop's own: delivery, payment, about us."""

from typing import Final
from uuid import UUID

from domain.catalog.entities import Edit, Entity, Given, create_one, delete_one, update_one
from domain.catalog.tables import Page
from domain.inputs import flag, html, line_or_none, text
from domain.references import Ref
from tenants.scope import UnitOfWork

PAGE: Final = Entity(
    "page",
    Page,
    {
        "title": text(300),
        "body_html": html,
        "is_visible": flag,
        "seo_title": line_or_none(200),
        "seo_description": line_or_none(1_000),
    },
)


async def create_page(uow: UnitOfWork, given: Given) -> UUID:
    """Make a page; its id. Raises Taken("slug"), Required("title"), Invalid."""
    return await create_one(uow, PAGE, given)


async def update_page(uow: UnitOfWork, edit: Edit) -> UUID:
    """Change a page; its id. A slug that changes leads on."""
    return await update_one(uow, PAGE, edit)


async def delete_page(uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None) -> UUID:
    """Delete a page; its id. Raises NotFound, Conflict."""
    return UUID(str((await delete_one(uow, PAGE, ref, expected_version))["id"]))
