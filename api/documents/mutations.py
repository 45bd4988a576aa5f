"""Registering trusted documents, each checked against the storefront's schema first."""

from typing import Final

import strawberry

from api.documents.types import (
    DocumentForgetPayload,
    DocumentsRegisterPayload,
    TrustedDocumentInput,
)
from api.engine.documents import Documents
from api.engine.limits import Limits
from api.mutation import Outcome, mutation
from api.scalars import wanted_id
from api.storefront import SCHEMA
from domain.documents.trusted import forget_document, register_document
from domain.errors import Invalid
from domain.merchants.names import read_name
from tenants.scope import UnitOfWork

MOST_AT_ONCE: Final = 100
STOREFRONT: Final = Documents(SCHEMA, Limits())
"""Where a text is checked as the storefront's door would check it."""


@strawberry.type
class DocumentMutations:
    """Root fields of the area."""

    @mutation(permission="settings:write", returns=DocumentsRegisterPayload)
    async def documents_register(uow: UnitOfWork, documents: list[TrustedDocumentInput]) -> Outcome:
        """Trust documents of the storefront; up to 100 at once, all or none."""
        if len(documents) > MOST_AT_ONCE:
            raise Invalid(
                "documents",
                en=f"{MOST_AT_ONCE} documents at most",
                ru=f"не больше {MOST_AT_ONCE} документов",
            )
        ids = []
        for number, document in enumerate(documents):
            read = STOREFRONT.read(document.text, introspection=False)
            fault = read.refusal or next(iter(read.errors), None)
            if fault:
                raise Invalid("documents", number, "text", en=str(fault), ru=str(fault))
            name = read_name(document.name, "documents", str(number), "name")
            ids.append(await register_document(uow, name=name, text=document.text))
        return {"documents": ids}

    @mutation(permission="settings:write", returns=DocumentForgetPayload)
    async def document_forget(uow: UnitOfWork, id: strawberry.ID) -> Outcome:
        """Stop trusting a document; keys that send trusted ones only cannot send it any more."""
        await forget_document(uow, wanted_id(id, "doc"))
        return {"document_id": id}
