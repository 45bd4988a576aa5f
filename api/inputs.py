"""Inputs on their way to the domain: references read, words of enums, what was left out left out.

    @strawberry.input
    class ProductUpdateInput:
        title: str | None = UNSET
        brand: ReferenceInput | None = reference(kinds.BRAND)
        expected_version: int | None = UNSET

    await update_product(uow, edit_of(kinds.PRODUCT, id, external_id, input))

The domain gets plain values by the names of the input's fields.
"""

from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, Final

import strawberry
from strawberry import UNSET

from api.references import ExternalIdInput, only_one
from api.scalars import BadInput, Base64, MoneyInput, wanted_id
from domain.catalog.entities import Edit
from domain.catalog.filing import ListChange
from domain.inputs import located
from domain.references import ExternalId, Ref
from tenants.values.money import parse_minor

_KIND: Final = "kind-of-id"


@strawberry.input(one_of=True)
class ReferenceInput:
    """One thing of the shop: by its id, or by the id that another system gave it."""

    id: strawberry.ID | None = UNSET
    external_id: ExternalIdInput | None = UNSET


@strawberry.input
class ReferencesChangeInput:
    """How a list of things changes: to exactly `set`; or by `add` and `remove`."""

    set: list[ReferenceInput] | None = UNSET
    add: list[ReferenceInput] | None = UNSET
    remove: list[ReferenceInput] | None = UNSET


@strawberry.input(one_of=True)
class ScannedCodeInput:
    """The code of one piece as it was scanned; it is kept byte for byte."""

    text: str | None = strawberry.field(
        default=UNSET, description="In JSON the separator GS is written \\u001d."
    )
    base64: Base64 | None = strawberry.field(default=UNSET, description="The same bytes as base64.")

    @property
    def code(self) -> bytes:
        return self.text.encode() if self.text else self.base64 or b""


@strawberry.input
class OptionInput:
    """What a variant is of one option: `{name: "Цвет", value: "белый"}`."""

    name: str
    value: str


def reference(kind: str, *, required: bool = False, description: str | None = None) -> Any:
    """An input's field that names things of one kind: a ReferenceInput, a list of them, a change
    of a list, or a plain id.
    """
    metadata = {_KIND: kind}
    if required:
        return strawberry.field(metadata=metadata, description=description)
    return strawberry.field(default=UNSET, metadata=metadata, description=description)


def version_of(owner: str) -> Any:
    """The field `expectedVersion` of an input that changes what belongs to a thing."""
    description = f"The {owner}'s version that was seen; any other answers CONFLICT."
    return strawberry.field(default=None, description=description)


def kind_of(field: Any) -> str | None:
    """The kind of ids that a field declared by `reference` takes."""
    kind: str | None = field.metadata.get(_KIND)
    return kind


def values(given: Any, **renamed: str) -> dict[str, Any]:
    """The fields that were given, as the domain takes them; a null stays None.

    `renamed` gives a field another name for the domain.
    """
    return {
        renamed.get(one.name, one.name): _value(getattr(given, one.name), kind_of(one))
        for one in fields(given)
        if getattr(given, one.name) is not UNSET
    }


def ref_of(kind: str, id: str | None, external_id: ExternalIdInput | None) -> Ref:
    """What a mutation changes, by exactly one of its arguments `id` and `externalId`."""
    only_one(id=id, externalId=external_id)
    return wanted_id(str(id), kind) if external_id is None else _outside(external_id)


def edit_of(kind: str, id: str | None, external_id: ExternalIdInput | None, given: Any) -> Edit:
    """An edit of the thing that the arguments name, by all that the input gives."""
    changes = values(given)
    expected_version: int | None = changes.pop("expected_version", None)
    return Edit(ref_of(kind, id, external_id), changes, expected_version)


def edit_in(kind: str, given: Any) -> Edit:
    """An edit that is a row among many: it names its thing by `id`, or else by `externalId`."""
    changes = values(given)
    expected_version: int | None = changes.pop("expected_version", None)
    id = changes.pop("id", None)
    if id is not None:
        return Edit(id, changes, expected_version)
    outside = changes.pop("external_id", None)
    if outside is None:
        raise BadInput("Each row needs the id or the externalId of what it changes.")
    return Edit(ExternalId(*outside), changes, expected_version)


def ref(given: ReferenceInput, kind: str) -> Ref:
    """The thing that a reference names. Raises BadInput for an id of another kind."""
    if given.id is not UNSET and given.id is not None:
        return wanted_id(given.id, kind)
    assert given.external_id
    return _outside(given.external_id)


def scanned(given: list[ScannedCodeInput] | None) -> list[bytes]:
    """The bytes of codes; none where none were given."""
    return [one.code for one in given or ()]


def minor(given: MoneyInput | None, *path: str | int) -> int | None:
    """An amount in minor units of its currency. Raises Invalid at `path`."""
    if given is None:
        return None
    with located(*path):
        return parse_minor(given.amount, given.currency_code)


def _value(value: Any, kind: str | None) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list):
        if value and all(isinstance(one, OptionInput) for one in value):
            return _choice(value)
        return [_value(one, kind) for one in value]
    if isinstance(value, ScannedCodeInput):
        return value.code
    if isinstance(value, ExternalIdInput):
        return value.source, value.id
    if isinstance(value, ReferenceInput):
        assert kind is not None
        return ref(value, kind)
    if isinstance(value, ReferencesChangeInput):
        assert kind is not None
        lists = {name: many or () for name, many in _lists(value, kind).items()}
        return ListChange(**lists)
    if isinstance(value, str) and kind is not None:
        return wanted_id(value, kind)
    if is_dataclass(value) and not isinstance(value, type):
        return values(value)
    return value


def _lists(given: ReferencesChangeInput, kind: str) -> dict[str, list[Ref]]:
    return {
        one.name: [ref(each, kind) for each in getattr(given, one.name) or ()]
        for one in fields(given)
        if getattr(given, one.name) is not UNSET
    }


def _choice(options: list[OptionInput]) -> dict[str, str]:
    choice = {one.name: one.value for one in options}
    if len(choice) < len(options):
        raise BadInput("options names an option twice.", argument="options")
    return choice


def _outside(given: ExternalIdInput) -> ExternalId:
    return ExternalId(given.source, given.id)
