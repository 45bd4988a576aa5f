"""Changing which addresses lead to things beside their own."""

import strawberry

from api.catalog import kinds
from api.catalog.admin_types.redirects import SLUGGED, Redirect, SlugKind
from api.catalog.mutations.products import WRITE
from api.inputs import ReferenceInput, ref
from api.mutation import Outcome, Payload, entity, mutation
from api.rows import in_table
from api.scalars import wanted_id
from domain.catalog import tables
from domain.catalog.redirects import create_redirect, delete_redirect
from tenants.scope import UnitOfWork


@strawberry.input
class RedirectCreateInput:
    """A slug that is to lead to a thing; one that led elsewhere leads there no more."""

    kind: SlugKind
    target: ReferenceInput
    slug: str


@strawberry.type
class RedirectPayload(Payload):
    """The redirect as it is now."""

    redirect: Redirect | None = entity("redirect", in_table(tables.SlugRedirect))


@strawberry.type
class RedirectDeletePayload(Payload):
    """The id of what is gone."""

    redirect_id: strawberry.ID | None


@strawberry.type
class RedirectMutations:
    """Root fields of redirects."""

    @mutation(permission=WRITE, returns=RedirectPayload)
    async def redirect_create(uow: UnitOfWork, input: RedirectCreateInput) -> Outcome:
        """Let a slug lead to a product, category, collection, brand or page."""
        kind = input.kind.value
        target = ref(input.target, SLUGGED[kind])
        return {"redirect": await create_redirect(uow, kind=kind, target=target, slug=input.slug)}

    @mutation(permission=WRITE, returns=RedirectDeletePayload)
    async def redirect_delete(uow: UnitOfWork, id: strawberry.ID) -> Outcome:
        """Let a slug lead nowhere again."""
        await delete_redirect(uow, wanted_id(id, kinds.REDIRECT))
        return {"redirect_id": id}
