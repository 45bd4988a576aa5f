"""Typed fields that a merchant adds to products, variants, categories and customers."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, select

from domain.bulk import Fallen
from domain.catalog.entities import Edit, Entity, Given, create_one, delete_one, update_one
from domain.catalog.fact_tables import FIELD_KINDS, FIELD_OWNERS, FieldDefinition
from domain.errors import DomainError, Invalid
from domain.inputs import Required, code, flag, located, text, whole, word
from domain.references import Ref
from tenants.scope import Asking, Row, UnitOfWork
from tenants.values.dates import parse_date
from tenants.values.quantity import format_thousandths, parse_thousandths

LONGEST_VALUE: Final = 5_000
MOST_CHOICES: Final = 200


def _choices(value: Any) -> list[str]:
    choices = [text(200)(one) for one in value or []]
    if len(set(choices)) < len(choices) or len(choices) > MOST_CHOICES:
        raise Invalid(
            en=f"must be at most {MOST_CHOICES} different choices",
            ru=f"не больше {MOST_CHOICES} разных вариантов",
        )
    return choices


FIELD: Final = Entity(
    "field_definition",
    FieldDefinition,
    {
        "title": text(200),
        "entity_kind": word(*FIELD_OWNERS),
        "code": code,
        "kind": word(*FIELD_KINDS),
        "choices": _choices,
        "is_required": flag,
        "position": whole(0, 10_000),
    },
    required=("title", "entity_kind", "code", "kind"),
    fixed=("entity_kind", "code", "kind"),
)

_DEFINITIONS: Final = (
    select(FieldDefinition)
    .where(FieldDefinition.entity_kind == bindparam("entity_kind"))
    .order_by(FieldDefinition.position, FieldDefinition.id)
)


async def define_field(uow: UnitOfWork, given: Given) -> UUID:
    """Add a field to all things of a kind; its id. Raises Taken("code")."""
    return await create_one(uow, FIELD, given)


async def update_field(uow: UnitOfWork, edit: Edit) -> UUID:
    """Change a field's title, choices or place; values that are kept already stay as they are."""
    return await update_one(uow, FIELD, edit)


async def delete_field(uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None) -> None:
    """Take a field away; values that things have of it are no longer shown."""
    await delete_one(uow, FIELD, ref, expected_version)


async def list_fields(db: Asking, entity_kind: str) -> list[Row]:
    """The fields of a kind of thing, in their order."""
    return await db.rows(_DEFINITIONS, entity_kind=entity_kind)


async def checked_fields(
    db: Asking,
    entity_kind: str,
    rows: Mapping[int, dict[str, Any]],
    kept: Mapping[int, Mapping[str, Any]],
    fallen: Fallen,
) -> None:
    """Put `fields` of each row over what it has kept; null clears one. Wrong values let it fall."""
    if not any("fields" in row for row in rows.values()) and kept:
        return
    definitions = {row["code"]: row for row in await list_fields(db, entity_kind)}
    for at, row in rows.items():
        if at in kept and "fields" not in row:
            continue
        merged, wrong = _merged(definitions, row.get("fields") or {}, kept.get(at, {}))
        if wrong:
            fallen.refuse(at, *wrong)
        else:
            row["fields"] = merged


def _merged(
    definitions: Mapping[str, Row], given: Mapping[str, Any], kept: Mapping[str, Any]
) -> tuple[dict[str, Any], Sequence[DomainError]]:
    merged, wrong = dict(kept), list[DomainError]()
    for name, value in given.items():
        definition = definitions.get(name)
        if definition is None:
            wrong.append(Invalid("fields", name, en="there is no such field", ru="нет такого поля"))
            continue
        try:
            if value is None:
                merged.pop(name, None)
            else:
                with located("fields", name):
                    merged[name] = field_value(definition, value)
        except DomainError as error:
            wrong.append(error)
    wrong += [
        Required("fields", name)
        for name, definition in definitions.items()
        if definition["is_required"] and name not in merged
    ]
    return merged, wrong


def field_value(definition: Row, value: Any) -> Any:
    """The one spelling that a value of this kind is kept in. Raises Invalid."""
    match definition["kind"]:
        case "boolean":
            return flag(value)
        case "number":
            return format_thousandths(parse_thousandths(str(value)))
        case "date":
            return parse_date(str(value)).isoformat()
        case "choice":
            return word(*definition["choices"])(value)
        case _:
            return text(LONGEST_VALUE)(value)
