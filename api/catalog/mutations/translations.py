"""Putting the texts of things into other languages."""

from collections.abc import Sequence
from typing import Any, Final

import strawberry

from api.catalog import kinds
from api.catalog.admin_inputs.facts import TranslationsSetInput
from api.catalog.admin_types.facts import Translation
from api.catalog.mutations.products import WRITE
from api.context import RequestContext
from api.engine.fields import batch
from api.mutation import Outcome, Payload, mutation
from api.scalars import BadInput, wanted_id
from domain.catalog.translations import FIELDS, translate, translations_of
from domain.inputs import camel
from tenants.ids import WrongId, decode_id, prefix_of
from tenants.scope import UnitOfWork
from tenants.values.languages import parse_language

TRANSLATED: Final = {
    kinds.PRODUCT: "product",
    kinds.VARIANT: "variant",
    kinds.OPTION: "product_option",
    kinds.OPTION_VALUE: "product_option_value",
    kinds.CATEGORY: "category",
    kinds.COLLECTION: "collection",
    kinds.BRAND: "brand",
    kinds.ATTRIBUTE: "attribute",
    kinds.CHOICE: "attribute_choice",
    kinds.IMAGE: "media",
    kinds.MENU_ITEM: "menu_item",
    kinds.PAGE: "page",
}
"""Kinds of ids, and the words of the domain for what they are of."""


async def _texts(parents: Sequence[Any], context: RequestContext) -> list[list[Any] | None]:
    return [
        await translations_of(
            context.reading, [decode_id(one["id"], prefix_of(one["id"]))], language=one["language"]
        )
        if one.get("id")
        else None
        for one in parents
    ]


@strawberry.type
class TranslationsSetPayload(Payload):
    """All texts of the thing in that language, as they are now."""

    translations: list[Translation] | None = batch(_texts, items=3)


@strawberry.type
class TranslationMutations:
    """Root fields of translations."""

    @mutation(permission=WRITE, returns=TranslationsSetPayload)
    async def translations_set(uow: UnitOfWork, input: TranslationsSetInput) -> Outcome:
        """Put texts of one thing into a language; without one, buyers read the shop's own."""
        kind = _kind_of(input.id)
        names = {camel(name): name for name in FIELDS[TRANSLATED[kind]][1]}
        await translate(
            uow,
            kind=TRANSLATED[kind],
            entity_id=wanted_id(input.id, kind),
            language=input.language,
            words={names.get(one.name, one.name): one.value for one in input.words},
        )
        return {"id": input.id, "language": parse_language(input.language)}


def _kind_of(id: str) -> str:
    """The kind of an id of something with texts. Raises BadInput."""
    try:
        kind = prefix_of(id)
    except WrongId as error:
        raise BadInput(str(error)) from None
    if kind not in TRANSLATED:
        known = ", ".join(f"{one}_…" for one in TRANSLATED)
        raise BadInput(f"An id of one of these kinds is wanted: {known}.")
    return kind
