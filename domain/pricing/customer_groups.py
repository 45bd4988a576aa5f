"""Groups of customers: who has prices and promotions of his own."""

from typing import Final
from uuid import UUID

from domain.catalog.entities import Edit, Entity, Given, create_one, delete_one, update_one
from domain.inputs import code, text
from domain.pricing.tables import CustomerGroup
from domain.references import Ref
from tenants.scope import UnitOfWork

CUSTOMER_GROUP: Final = Entity(
    "customer_group",
    CustomerGroup,
    {"title": text(200), "code": code},
    required=("title", "code"),
)


async def create_customer_group(uow: UnitOfWork, given: Given) -> UUID:
    """Make a group; its id. Raises Taken("code")."""
    return await create_one(uow, CUSTOMER_GROUP, given)


async def update_customer_group(uow: UnitOfWork, edit: Edit) -> UUID:
    """Change a group; its id."""
    return await update_one(uow, CUSTOMER_GROUP, edit)


async def delete_customer_group(
    uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None
) -> UUID:
    """Delete a group that nothing depends on; its id. Raises InUse."""
    gone = await delete_one(uow, CUSTOMER_GROUP, ref, expected_version)
    return UUID(str(gone["id"]))
