"""A trusted document as the admin sees it."""

import strawberry

from api.mutation import Payload, entities
from api.scalars import DateTime, id_field
from domain.documents.trusted import documents_by_ids


@strawberry.type
class TrustedDocument:
    """A document of the storefront that keys may send by its id alone."""

    id: strawberry.ID = id_field("doc")
    hash: str
    name: str
    text: str
    created_at: DateTime


@strawberry.input
class TrustedDocumentInput:
    """A document to trust: `name` is for people, `text` is sent to the storefront door."""

    name: str
    text: str


@strawberry.type
class DocumentsRegisterPayload(Payload):
    """The documents, in the order of the input."""

    documents: list[TrustedDocument] | None = entities("documents", documents_by_ids)


@strawberry.type
class DocumentForgetPayload(Payload):
    """The id of the document that is trusted no more."""

    document_id: strawberry.ID | None
