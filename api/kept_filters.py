"""Filters that were kept, shown as they were given: ids and enums as clients spell them."""

from typing import Any
from uuid import UUID

import strawberry
from strawberry.types import get_object_definition

from api.inputs import kind_of
from domain.inputs import camel
from tenants.ids import encode_id


def shown(input_class: type, kept: Any, kind: str | None = None) -> Any:
    """What `read_where` made of an input, and JSON has kept, as the input again.

    What its fields no longer know is shown as it was kept.
    """
    definition = get_object_definition(input_class, strict=True)
    known = {one.graphql_name or camel(one.python_name): one for one in definition.fields}
    return {
        name: _value(known[name], value, kind) if name in known else value
        for name, value in kept.items()
    }


def _value(field: Any, value: Any, kind: str | None) -> Any:
    of, kind = _innermost(field.type), kind_of(field) or kind
    if isinstance(value, list):
        return [_one(of, one, kind) for one in value]
    return _one(of, value, kind)


def _one(of: Any, value: Any, kind: str | None) -> Any:
    if isinstance(value, dict) and isinstance(of, type) and get_object_definition(of):
        return shown(of, value, kind)
    if of is strawberry.ID and kind is not None and isinstance(value, str):
        return encode_id(kind, UUID(value))
    if hasattr(of, "wrapped_cls"):
        return next((one.name for one in of.wrapped_cls if one.value == value), value)
    return value


def _innermost(declared: Any) -> Any:
    """The type inside of lists and optionals."""
    while hasattr(declared, "of_type"):
        declared = declared.of_type
    return declared
