"""Redirects: addresses that lead to a thing beside its own, kept when it moved or set by hand."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from domain.catalog.slugs import SLUGGED, taken_slugs
from domain.catalog.tables import SlugRedirect
from domain.errors import NotFound, Taken
from domain.inputs import located
from domain.references import Ref, get_id
from domain.row_sets import lock_rows
from tenants.ids import new_id
from tenants.scope import UnitOfWork
from tenants.values.slugs import parse_slug


async def create_redirect(uow: UnitOfWork, *, kind: str, target: Ref, slug: str) -> UUID:
    """Let `slug` lead to a product, category, collection, brand or page; the redirect's id.

    One that led elsewhere leads here now. Raises NotFound, Invalid, and Taken when a thing of the
    kind has the slug itself.
    """
    with located("slug"):
        slug = parse_slug(slug)
    entity_id = await get_id(uow, SLUGGED[kind], target, "target", what=kind)
    if await taken_slugs(uow, kind, [slug]):
        raise Taken("slug", value=slug)
    values: dict[str, Any] = {"entity_kind": kind, "entity_id": entity_id, "slug": slug}
    redirect_id: UUID = await uow.value(
        _new.values(tenant_id=uow.tenant_id, id=new_id(), created_at=uow.now, **values)
        .on_conflict_do_update(
            index_elements=["tenant_id", "entity_kind", "slug"], set_={"entity_id": entity_id}
        )
        .returning(SlugRedirect.id)
    )
    uow.record(f"{kind}.updated", entity_id, changed=["redirects"])
    return redirect_id


async def delete_redirect(uow: UnitOfWork, redirect_id: UUID) -> None:
    """Let an address lead nowhere again. Raises NotFound."""
    redirect = (await lock_rows(uow, SlugRedirect, [redirect_id])).get(redirect_id)
    if redirect is None:
        raise NotFound("id", what="redirect")
    await uow.execute(delete(SlugRedirect).where(SlugRedirect.id == redirect_id))
    uow.record(f"{redirect['entity_kind']}.updated", redirect["entity_id"], changed=["redirects"])


_new: Final = insert(SlugRedirect)
