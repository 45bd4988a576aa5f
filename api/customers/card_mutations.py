"""Comments and files on cards."""

from typing import Any

import strawberry

from api.catalog.kinds import UPLOAD
from api.customers import kinds
from api.customers.card_types import (
    CustomerComment,
    CustomerCommentAddInput,
    CustomerCommentUpdateInput,
    CustomerFile,
    CustomerFileAddInput,
    CustomerFileUploadInput,
    CustomerFileUploadPayload,
)
from api.customers.mutations import WRITE, CustomerPayload
from api.inputs import ref, values
from api.mutation import Outcome, Payload, entity, mutation
from api.rows import in_table
from api.scalars import wanted_id
from domain.customers import tables
from domain.customers.comments import add_comment, change_comment, remove_comment
from domain.customers.files import add_file, customer_files_by_ids, remove_file
from domain.files.uploads import create_upload
from tenants.scope import UnitOfWork


@strawberry.type
class CustomerCommentPayload(Payload):
    """The comment as it is now."""

    comment: CustomerComment | None = entity("comment", in_table(tables.CustomerComment))


@strawberry.type
class CustomerFilePayload(Payload):
    """The file."""

    file: CustomerFile | None = entity("file", customer_files_by_ids)


@strawberry.type
class CardMutations:
    """Root fields of what staff put on cards."""

    @mutation(permission=WRITE, returns=CustomerCommentPayload)
    async def customer_comment_add(uow: UnitOfWork, input: CustomerCommentAddInput) -> Outcome:
        """Write on a card. The customer never sees it."""
        made = await add_comment(
            uow,
            ref(input.customer, kinds.CUSTOMER),
            text=input.text,
            is_pinned=input.is_pinned,
        )
        return {"comment": made}

    @mutation(permission=WRITE, returns=CustomerCommentPayload)
    async def customer_comment_update(
        uow: UnitOfWork, id: strawberry.ID, input: CustomerCommentUpdateInput
    ) -> Outcome:
        """Change a comment, or pin it."""
        comment_id = wanted_id(id, kinds.COMMENT)
        return {"comment": await change_comment(uow, comment_id, values(input))}

    @mutation(permission=WRITE, returns=CustomerPayload)
    async def customer_comment_remove(uow: UnitOfWork, id: strawberry.ID) -> Outcome:
        """Take a comment off its card."""
        return {"customer": await remove_comment(uow, wanted_id(id, kinds.COMMENT))}

    @mutation(permission=WRITE, returns=CustomerFileUploadPayload)
    async def customer_file_upload(uow: UnitOfWork, input: CustomerFileUploadInput) -> Outcome:
        """Get a link to send one file for a card to, within an hour."""
        given: Any = values(input)
        return {"upload": await create_upload(uow, purpose="customer_file", **given)}

    @mutation(permission=WRITE, returns=CustomerFilePayload)
    async def customer_file_add(uow: UnitOfWork, input: CustomerFileAddInput) -> Outcome:
        """Put a file that was sent on a card, for good."""
        added = await add_file(
            uow,
            ref(input.customer, kinds.CUSTOMER),
            upload_id=wanted_id(input.upload_id, UPLOAD),
            title=input.title or None,
        )
        return {"file": added}

    @mutation(permission=WRITE, returns=CustomerPayload)
    async def customer_file_remove(uow: UnitOfWork, id: strawberry.ID) -> Outcome:
        """Take a file off its card, and destroy it."""
        return {"customer": await remove_file(uow, wanted_id(id, kinds.FILE))}
