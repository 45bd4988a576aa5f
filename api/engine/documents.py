"""Documents: read once, checked once, kept when they come again; and how a request names one."""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from api.engine.cost import Appraisal, appraise
from api.engine.errors import MOST_ERRORS, PublicError
from api.engine.limits import Limits, Measured, measure
from api.engine.plans import Plans

RULES: Final = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(slots=True)
class Document:
    """A text that was read and checked. `id` is the sha-256 of the text, in hex."""

    id: str
    node: DocumentNode | None = None
    plans: Plans | None = None
    """How its operations are run, compiled when they first are."""
    measured: Measured | None = None
    refusal: PublicError | None = None
    """Over a hard cap, or asking for what this caller may not see of the schema."""
    errors: tuple[GraphQLError, ...] = ()
    """What the parser or validation found."""
    code: str = "GRAPHQL_VALIDATION_FAILED"
    _appraisals: dict[int, Appraisal] = field(default_factory=dict)

    @property
    def weight(self) -> int:
        """Its nodes, and a floor for what is kept of any document."""
        return 10 + (self.measured.visited if self.measured else 0)

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation that a request means. Raises PublicError where that cannot be told."""
        assert self.node is not None
        operations = [
            node
            for node in self.node.definitions
            if isinstance(node, OperationDefinitionNode)
            and (name is None or (node.name is not None and node.name.value == name))
        ]
        if len(operations) == 1:
            return operations[0]
        if name is not None:
            raise PublicError(f"The document has no operation {name!r}.")
        raise PublicError("The document has no single operation: give its operationName.")

    def appraisal(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
        limits: Limits,
    ) -> Appraisal:
        """What `operation` costs and needs; worked out again when page sizes differ."""
        known = self._appraisals.get(id(operation))
        if known is None or not known.holds_for(variables):
            assert self.node is not None
            known = appraise(schema, self.node, operation, variables, limits)
            self._appraisals[id(operation)] = known
        return known


class Documents:
    """The documents of one schema, by the hash of their text.

    A document seen once waits on probation, the one seen again is kept: a flood of new documents
    pushes out other newcomers only. Both parts are bounded by the nodes they hold, 1 KB or so each.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        limits: Limits,
        *,
        side_by_side: bool = True,
        kept: int = 60_000,
        probation: int = 6_000,
    ) -> None:
        """`side_by_side` as the documents' Plans have it."""
        self.schema = schema
        self.side_by_side = side_by_side
        self.limits = limits
        self.kept = Shelf(kept)
        self.probation = Shelf(probation)

    def find(self, text: str, *, introspection: bool) -> Document | None:
        """The document of this text, where it was read before and is still here."""
        key = (_digest(text), introspection)
        if document := self.kept.find(key):
            return document
        if document := self.probation.take(key):
            self.kept.put(key, document)
        return document

    def read(self, text: str, *, introspection: bool) -> Document:
        """Parse, measure and validate `text`, or find it done. The faults are in the Document.

        `introspection` allows questions about the schema, and suggestions of names in errors.
        """
        document = self.find(text, introspection=introspection)
        if document is None:
            document = self._check(_digest(text), text, introspection)
            self.probation.put((document.id, introspection), document)
        return document

    def _check(self, digest: str, text: str, introspection: bool) -> Document:
        limits = self.limits
        try:
            node = parse(
                text,
                max_lexical_tokens=limits.tokens,
                max_comments=limits.tokens,
                max_source_length=limits.body_bytes,
            )
        except GraphQLSyntaxError as error:
            capped = error.message.endswith("Parsing aborted.")
            code = "GRAPHQL_VALIDATION_FAILED" if capped else "GRAPHQL_PARSE_FAILED"
            return Document(digest, errors=(error,), code=code)
        try:
            measured = measure(node, limits)
        except PublicError as error:
            return Document(digest, refusal=error)
        if measured.introspects and not introspection:
            words = "Introspection is not open to this key."
            refusal = PublicError(words, code="GRAPHQL_VALIDATION_FAILED")
            return Document(digest, measured=measured, refusal=refusal)
        errors = validate(
            self.schema, node, RULES, max_errors=MOST_ERRORS, hide_suggestions=not introspection
        )
        plans = Plans(node, side_by_side=self.side_by_side)
        return Document(digest, node, plans, measured, errors=tuple(errors))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class Shelf:
    """Documents in the order of their last use; the longest unused make room."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.weight = 0
        self._documents: OrderedDict[tuple[str, bool], Document] = OrderedDict()

    def __len__(self) -> int:
        return len(self._documents)

    def find(self, key: tuple[str, bool]) -> Document | None:
        """The document, now the last one to go."""
        if document := self._documents.get(key):
            self._documents.move_to_end(key)
        return document

    def take(self, key: tuple[str, bool]) -> Document | None:
        """The document, taken off this shelf."""
        if document := self._documents.pop(key, None):
            self.weight -= document.weight
        return document

    def put(self, key: tuple[str, bool], document: Document) -> None:
        """Add a document that is not here yet."""
        self._documents[key] = document
        self.weight += document.weight
        while self.weight > self.capacity:
            _, oldest = self._documents.popitem(last=False)
            self.weight -= oldest.weight


class TrustedDocuments(Protocol):
    """The documents that a tenant has registered."""

    async def text_of(self, tenant: str, document_id: str) -> str | None:
        """The text whose id (sha-256 of it, in hex) the tenant registered."""


class PersistedQueries(Protocol):
    """A bounded store of documents that clients have shown once and then name by their hash."""

    async def find(self, tenant: str, digest: str) -> str | None:
        """The text with this sha-256, if it is still there."""

    async def keep(self, tenant: str, digest: str, text: str) -> None:
        """Remember a text that proved valid; older ones may have to go."""


class NoTrustedDocuments:
    """A door where nobody has registered anything."""

    async def text_of(self, tenant: str, document_id: str) -> str | None:
        return None


class PersistedInMemory:
    """Persisted queries of one process: the latest ones, up to `capacity` characters."""

    def __init__(self, capacity: int = 4_000_000) -> None:
        self._capacity = capacity
        self._size = 0
        self._texts: OrderedDict[tuple[str, str], str] = OrderedDict()

    async def find(self, tenant: str, digest: str) -> str | None:
        if text := self._texts.get((tenant, digest)):
            self._texts.move_to_end((tenant, digest))
        return text

    async def keep(self, tenant: str, digest: str, text: str) -> None:
        if (tenant, digest) not in self._texts:
            self._texts[tenant, digest] = text
            self._size += len(text)
        while self._size > self._capacity:
            _, oldest = self._texts.popitem(last=False)
            self._size -= len(oldest)


@dataclass(frozen=True, slots=True)
class Named:
    """How a request says which document it means; at least one of the three is given."""

    text: str | None = None
    document_id: str | None = None
    persisted_hash: str | None = None


async def text_of(
    named: Named,
    tenant: str,
    trusted: TrustedDocuments,
    persisted: PersistedQueries,
    *,
    trusted_only: bool,
) -> str:
    """The document's text. Raises PublicError where there is none, or the key may not send it.

    A hash without a text that is not known here answers PersistedQueryNotFound, so that the
    client sends both once more.
    """
    wanted = named.document_id or named.persisted_hash
    if wanted is not None and not _SHA256.fullmatch(wanted):
        raise PublicError("A document's id is the sha-256 of its text, in small hex letters.")
    if named.text is not None:
        if trusted_only:
            raise PublicError(
                "This key sends documents by their documentId only.", code="FORBIDDEN"
            )
        if wanted is not None and _digest(named.text) != wanted:
            raise PublicError("The hash given is not the document's.")
        return named.text
    if wanted is None:
        raise PublicError("The request names no document: give query or documentId.")
    text = await trusted.text_of(tenant, wanted)
    if text is None and named.document_id is None and not trusted_only:
        text = await persisted.find(tenant, wanted)
    if text is None:
        # Clients that use persisted queries look for this very word.
        words = "PersistedQueryNotFound" if named.persisted_hash else "There is no such document."
        raise PublicError(words, code="NOT_FOUND")
    return text
