"""Changing attributes and what they say of products, fields of the merchant's own, and words."""

import strawberry

from api.catalog import kinds
from api.catalog.admin_inputs.facts import (
    AttributeChoicesAddInput,
    AttributeCreateInput,
    AttributeUpdateInput,
    AttributeValuesSetInput,
    FieldDefinitionCreateInput,
    FieldDefinitionUpdateInput,
)
from api.catalog.admin_types.facts import Attribute, AttributeChoice, FieldDefinition
from api.catalog.mutations.products import WRITE, ProductPayload
from api.inputs import edit_of, ref, ref_of, values
from api.mutation import Outcome, Payload, entities, entity, mutation
from api.references import ExternalIdInput
from api.rows import in_table
from api.scalars import wanted_id
from domain.catalog import tables
from domain.catalog.attribute_values import Fact, set_facts
from domain.catalog.attributes import (
    add_choices,
    create_attribute,
    delete_attribute,
    delete_choice,
    rename_choice,
    update_attribute,
)
from domain.catalog.fields import define_field, delete_field, update_field
from tenants.ids import encode_id
from tenants.scope import UnitOfWork


@strawberry.type
class AttributePayload(Payload):
    """The attribute as it is now."""

    attribute: Attribute | None = entity("attribute", in_table(tables.Attribute))


@strawberry.type
class AttributeDeletePayload(Payload):
    """The id of what is gone."""

    attribute_id: strawberry.ID | None


@strawberry.type
class AttributeChoicePayload(Payload):
    """The choice as it is now."""

    choice: AttributeChoice | None = entity("choice", in_table(tables.AttributeChoice))


@strawberry.type
class AttributeChoicesPayload(Payload):
    """The new choices, in the order of the input."""

    choices: list[AttributeChoice] | None = entities("choices", in_table(tables.AttributeChoice))


@strawberry.type
class AttributeChoiceDeletePayload(Payload):
    """The id of what is gone."""

    choice_id: strawberry.ID | None


@strawberry.type
class FieldDefinitionPayload(Payload):
    """The field definition as it is now."""

    field_definition: FieldDefinition | None = entity(
        "field_definition", in_table(tables.FieldDefinition)
    )


@strawberry.type
class FieldDefinitionDeletePayload(Payload):
    """The id of what is gone."""

    field_definition_id: strawberry.ID | None


@strawberry.type
class FactMutations:
    """Root fields of attributes, their values, and the merchant's own fields."""

    @mutation(permission=WRITE, returns=AttributePayload)
    async def attribute_create(uow: UnitOfWork, input: AttributeCreateInput) -> Outcome:
        """Make an attribute."""
        return {"attribute": await create_attribute(uow, values(input))}

    @mutation(permission=WRITE, returns=AttributePayload)
    async def attribute_update(
        uow: UnitOfWork,
        input: AttributeUpdateInput,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Outcome:
        """Change an attribute; its kind is for good."""
        edit = edit_of(kinds.ATTRIBUTE, id, external_id, input)
        return {"attribute": await update_attribute(uow, edit)}

    @mutation(permission=WRITE, returns=AttributeDeletePayload)
    async def attribute_delete(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Delete an attribute with all values that products have of it."""
        ref = ref_of(kinds.ATTRIBUTE, id, external_id)
        gone = await delete_attribute(uow, ref, expected_version=expected_version)
        return {"attribute_id": encode_id(kinds.ATTRIBUTE, gone)}

    @mutation(permission=WRITE, returns=AttributeChoicesPayload)
    async def attribute_choices_add(uow: UnitOfWork, input: AttributeChoicesAddInput) -> Outcome:
        """Give an attribute of kind CHOICE more choices."""
        attribute = ref(input.attribute, kinds.ATTRIBUTE)
        version = input.expected_version
        made = await add_choices(uow, attribute, input.choices, expected_version=version)
        return {"choices": made}

    @mutation(permission=WRITE, returns=AttributeChoicePayload)
    async def attribute_choice_rename(
        uow: UnitOfWork, id: strawberry.ID, title: str, expected_version: int | None = None
    ) -> Outcome:
        """Call a choice something else, wherever it was chosen.

        `expectedVersion` is the attribute's.
        """
        choice_id = wanted_id(id, kinds.CHOICE)
        await rename_choice(uow, choice_id, title=title, expected_version=expected_version)
        return {"choice": choice_id}

    @mutation(permission=WRITE, returns=AttributeChoiceDeletePayload)
    async def attribute_choice_delete(
        uow: UnitOfWork, id: strawberry.ID, expected_version: int | None = None
    ) -> Outcome:
        """Take a choice away; refused while it is chosen. `expectedVersion` is the attribute's."""
        await delete_choice(uow, wanted_id(id, kinds.CHOICE), expected_version=expected_version)
        return {"choice_id": id}

    @mutation(permission=WRITE, returns=ProductPayload)
    async def attribute_values_set(uow: UnitOfWork, input: AttributeValuesSetInput) -> Outcome:
        """Say what is true of a product, or of one of its variants."""
        facts = [Fact(ref(one.attribute, kinds.ATTRIBUTE), one.values) for one in input.facts]
        variant = ref(input.variant, kinds.VARIANT) if input.variant else None
        changed = await set_facts(
            uow,
            product=ref(input.product, kinds.PRODUCT),
            facts=facts,
            variant=variant,
            expected_version=input.expected_version,
        )
        return {"product": changed}

    @mutation(permission=WRITE, returns=FieldDefinitionPayload)
    async def field_definition_create(
        uow: UnitOfWork, input: FieldDefinitionCreateInput
    ) -> Outcome:
        """Add a field of the merchant's own to all things of a kind."""
        return {"field_definition": await define_field(uow, values(input, owner="entity_kind"))}

    @mutation(permission=WRITE, returns=FieldDefinitionPayload)
    async def field_definition_update(
        uow: UnitOfWork, id: strawberry.ID, input: FieldDefinitionUpdateInput
    ) -> Outcome:
        """Change a field; values kept already stay as they are."""
        edit = edit_of(kinds.FIELD, id, None, input)
        return {"field_definition": await update_field(uow, edit)}

    @mutation(permission=WRITE, returns=FieldDefinitionDeletePayload)
    async def field_definition_delete(
        uow: UnitOfWork, id: strawberry.ID, expected_version: int | None = None
    ) -> Outcome:
        """Take a field away; values of it are no longer shown."""
        ref = wanted_id(id, kinds.FIELD)
        await delete_field(uow, ref, expected_version=expected_version)
        return {"field_definition_id": id}
