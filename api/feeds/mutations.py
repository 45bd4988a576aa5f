"""Changing sources of price lists; starting and stopping imports."""

from typing import Final

import strawberry

from api.catalog.kinds import UPLOAD
from api.feeds.inputs import (
    PriceListImportStartInput,
    PriceListSourceCreateInput,
    PriceListSourceUpdateInput,
)
from api.feeds.types import IMPORT, SOURCE, PriceListImport, PriceListSource
from api.inputs import edit_of, values
from api.mutation import Outcome, Payload, entity, mutation
from api.rows import in_table
from api.scalars import wanted_id
from domain.feeds import tables
from domain.feeds.runs import cancel_import, runs_by_ids, start_import
from domain.feeds.sources import create_source, delete_source, update_source
from domain.files.uploads import use_upload
from tenants.scope import UnitOfWork

RUN: Final = "imports:run"


@strawberry.type
class PriceListSourcePayload(Payload):
    """The source as it is now."""

    source: PriceListSource | None = entity("source", in_table(tables.PriceListSource))


@strawberry.type
class PriceListSourceDeletePayload(Payload):
    """The id of what is gone."""

    source_id: strawberry.ID | None


@strawberry.type
class PriceListImportPayload(Payload):
    """The import as it is now; ask for it again to see how far it is."""

    price_list_import: PriceListImport | None = entity("price_list_import", runs_by_ids)


@strawberry.type
class FeedMutations:
    """Root fields of the area."""

    @mutation(permission=RUN, returns=PriceListSourcePayload)
    async def price_list_source_create(
        uow: UnitOfWork, input: PriceListSourceCreateInput
    ) -> Outcome:
        """Name a supplier's price list, and where its prices, stock and products go."""
        return {"source": await create_source(uow, values(input))}

    @mutation(permission=RUN, returns=PriceListSourcePayload)
    async def price_list_source_update(
        uow: UnitOfWork, id: strawberry.ID, input: PriceListSourceUpdateInput
    ) -> Outcome:
        """Change a source."""
        return {"source": await update_source(uow, edit_of(SOURCE, id, None, input))}

    @mutation(permission=RUN, returns=PriceListSourceDeletePayload)
    async def price_list_source_delete(
        uow: UnitOfWork, id: strawberry.ID, expected_version: int | None = None
    ) -> Outcome:
        """Forget a source and its imports; what it brought stays in the catalogue."""
        await delete_source(uow, wanted_id(id, SOURCE), expected_version=expected_version)
        return {"source_id": id}

    @mutation(permission=RUN, returns=PriceListImportPayload)
    async def price_list_import_start(uow: UnitOfWork, input: PriceListImportStartInput) -> Outcome:
        """Read a price list into the catalogue; refused while another import of it is under way."""
        file_key = None
        if input.upload_id:
            upload_id = wanted_id(input.upload_id, UPLOAD)
            upload = await use_upload(uow, upload_id, "uploadId", purpose="price_list")
            file_key = upload["name"]
        run_id = await start_import(
            uow,
            source=wanted_id(input.source_id, SOURCE),
            file_key=file_key,
            even_if_unchanged=input.even_if_unchanged,
        )
        return {"price_list_import": run_id}

    @mutation(permission=RUN, returns=PriceListImportPayload)
    async def price_list_import_cancel(uow: UnitOfWork, id: strawberry.ID) -> Outcome:
        """Stop an import before its next slice; what it brought so far stays."""
        run_id = wanted_id(id, IMPORT)
        await cancel_import(uow, run_id)
        return {"price_list_import": run_id}
