"""The document cache, and the ways to name a document."""

import hashlib

import pytest

from api.engine.documents import Documents, Named, PersistedInMemory, text_of
from api.engine.errors import PublicError
from api.engine.limits import Limits
from tests.api.engine.toy import toy_schema
from tests.api.engine.work import calls_made

SCHEMA = toy_schema()


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_document_is_checked_once() -> None:
    documents = Documents(SCHEMA, Limits())
    text = "{ products { nodes { id title } } }"
    first = documents.read(text, introspection=False)
    assert first.id == digest(text)
    assert documents.read(text, introspection=False) is first
    assert calls_made(lambda: documents.read(text, introspection=False)) < 15


def test_a_flood_of_new_documents_does_not_push_out_a_known_one() -> None:
    documents = Documents(SCHEMA, Limits(), kept=1000, probation=200)
    text = "{ hello }"
    known = documents.read(text, introspection=False)
    documents.read(text, introspection=False)
    for number in range(200):
        documents.read(f"{{ a{number}: hello }}", introspection=False)
    assert documents.read(text, introspection=False) is known
    assert len(documents.probation) < 20


def test_what_is_kept_is_bounded_by_its_nodes() -> None:
    documents = Documents(SCHEMA, Limits(), kept=500, probation=100)
    for number in range(100):
        text = f"{{ a{number}: hello b: hello }}"
        documents.read(text, introspection=False)
        documents.read(text, introspection=False)
    assert documents.kept.weight <= 500
    assert len(documents.kept) > 10


@pytest.mark.parametrize(
    "text",
    ["{ helo }", "{ hello", "{ ...A } fragment A on Query { ...A }", "{ " + "a " * 999 + "}"],
)
def test_faulty_documents_are_kept_with_their_faults(text: str) -> None:
    documents = Documents(SCHEMA, Limits())
    found = documents.read(text, introspection=False)
    assert found.errors or found.refusal
    assert documents.read(text, introspection=False) is found


def test_introspection_and_suggestions_are_for_those_who_may() -> None:
    documents = Documents(SCHEMA, Limits())
    for text in ("{ __schema { types { name } } }", '{ __type(name: "Query") { name } }'):
        assert documents.read(text, introspection=True).errors == ()
        assert documents.read(text, introspection=False).refusal is not None
    typo = "{ helo products { node { id } } product(i: 1) { id } }"
    assert "Did you mean" in str(documents.read(typo, introspection=True).errors)
    assert "Did you mean" not in str(documents.read(typo, introspection=False).errors)
    assert documents.read("{ __typename }", introspection=False).refusal is None


def test_operations_are_found_by_name() -> None:
    document = Documents(SCHEMA, Limits()).read(
        "query A { hello } query B { hello }", introspection=False
    )
    assert document.operation("B") is not None
    for missing in (None, "C"):
        with pytest.raises(PublicError):
            document.operation(missing)


class Registered:
    def __init__(self, tenant: str, text: str) -> None:
        self.known = {(tenant, digest(text)): text}

    async def text_of(self, tenant: str, document_id: str) -> str | None:
        return self.known.get((tenant, document_id))


TRUSTED = Registered("tea", "{ hello }")


async def named(what: Named, *, tenant: str = "tea", trusted_only: bool = False) -> str:
    store = PersistedInMemory()
    await store.keep("tea", digest("{ add }"), "{ add }")
    return await text_of(what, tenant, TRUSTED, store, trusted_only=trusted_only)


async def test_a_document_can_be_named_by_text_id_or_hash() -> None:
    assert await named(Named(text="{ x }")) == "{ x }"
    assert await named(Named(text="{ x }", persisted_hash=digest("{ x }"))) == "{ x }"
    assert await named(Named(document_id=digest("{ hello }"))) == "{ hello }"
    assert await named(Named(persisted_hash=digest("{ add }"))) == "{ add }"
    assert await named(Named(persisted_hash=digest("{ hello }"))) == "{ hello }"


@pytest.mark.parametrize(
    ("what", "code"),
    [
        (Named(), "BAD_USER_INPUT"),
        (Named(document_id="../../etc/passwd"), "BAD_USER_INPUT"),
        (Named(document_id=digest("{ x }")), "NOT_FOUND"),
        (Named(document_id=digest("{ add }")), "NOT_FOUND"),  # persisted, but not registered
        (Named(persisted_hash=digest("{ x }")), "NOT_FOUND"),
        (Named(text="{ y }", persisted_hash=digest("{ x }")), "BAD_USER_INPUT"),
        (Named(text="{ y }", document_id=digest("{ x }")), "BAD_USER_INPUT"),
    ],
)
async def test_what_names_no_document_is_refused(what: Named, code: str) -> None:
    with pytest.raises(PublicError) as caught:
        await named(what)
    assert caught.value.code == code


async def test_a_trusted_only_key_sends_registered_documents_only() -> None:
    assert await named(Named(document_id=digest("{ hello }")), trusted_only=True) == "{ hello }"
    for what in (Named(text="{ hello }"), Named(persisted_hash=digest("{ add }"))):
        with pytest.raises(PublicError):
            await named(what, trusted_only=True)


async def test_documents_of_another_tenant_do_not_exist() -> None:
    for what in (Named(document_id=digest("{ hello }")), Named(persisted_hash=digest("{ add }"))):
        with pytest.raises(PublicError) as caught:
            await named(what, tenant="tools")
        assert caught.value.code == "NOT_FOUND"


async def test_the_store_of_persisted_queries_is_bounded() -> None:
    store = PersistedInMemory(capacity=1000)
    for number in range(100):
        await store.keep("tea", str(number), "x" * 100)
    kept = [await store.find("tea", str(number)) for number in range(100)]
    assert [text is not None for text in kept] == [False] * 90 + [True] * 10
