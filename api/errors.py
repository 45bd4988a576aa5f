"""What a payload says of a refusal: the UserError interface and its kinds."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, Final
from uuid import UUID

import strawberry

from api.catalog.kinds import VARIANT
from api.engine.fields import computed
from api.scalars import Quantity
from domain.bulk import Rejected
from domain.errors import DomainError, ErrorCode
from domain.inputs import camel
from domain.orders.carts.problems import Code as CartCode
from domain.orders.carts.problems import Fix
from tenants.ids import encode_id

UserErrorCode = strawberry.enum(ErrorCode, name="UserErrorCode")


@strawberry.interface
class UserError:
    """A refusal that the sender can mend."""

    message: str
    code: UserErrorCode  # type: ignore[valid-type]
    path: list[str]
    """Where in the input, from its root; list indexes as strings."""


@strawberry.type
class InputError(UserError):
    """Something in the input cannot be, or does not fit."""


@strawberry.type
class ConflictError(UserError):
    """Someone else changed it meanwhile."""

    current_version: int


@strawberry.type
class LimitError(UserError):
    """The plan allows no more."""

    limit: int
    used: int


@strawberry.type
class InsufficientStockError(UserError):
    """Less can be had than is asked for."""

    variant_id: strawberry.ID = computed(
        # Kept under an idempotency key it is text.
        lambda row: encode_id(VARIANT, UUID(str(row["variant_id"])))
    )
    requested: Quantity = strawberry.field(description="All that is asked for of the variant.")
    available: Quantity


CartProblemCode = strawberry.enum(
    CartCode, name="CartProblemCode", description="What is wrong with a cart."
)
CartFix = strawberry.enum(Fix, name="CartFix", description="What helps against it.")


@strawberry.type
class CartProblemError(UserError):
    """What hinders a cart from being ordered: one of its `problems`."""

    problem: CartProblemCode  # type: ignore[valid-type]
    fix: CartFix  # type: ignore[valid-type]
    available: Quantity | None = strawberry.field(
        description="How much can be had, where too little is there."
    )


USER_ERRORS = [InputError, ConflictError, LimitError, InsufficientStockError, CartProblemError]
_KINDS = {
    ErrorCode.CONFLICT: "ConflictError",
    ErrorCode.LIMIT_REACHED: "LimitError",
    ErrorCode.INSUFFICIENT_STOCK: "InsufficientStockError",
    ErrorCode.CART_PROBLEM: "CartProblemError",
}


_INNER_ENDS: Final = ("Id", "Minor")
"""What the domain's names have at their ends and the API's have not: `variantId` is `variant`."""
_OUTER_END: Final = "Code"
"""What it is the other way round: `currency` is `currencyCode`."""


def user_errors(
    error: DomainError, language: str, arguments: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """A domain refusal as rows under UserError: one, or all those of a rejected bulk."""
    errors = error.errors if isinstance(error, Rejected) else [error]
    return [
        {
            "__typename": _KINDS.get(one.code, "InputError"),
            "message": one.message(language),
            "code": one.code,
            "path": as_written(one.path, arguments),
            **one.facts,
        }
        for one in errors
    ]


def as_written(path: Sequence[str], arguments: Mapping[str, Any]) -> list[str]:
    """A refusal's path in the words of the client's own input, as deep as that goes.

    The domain says `variants.0.options.Цвет`; the client wrote `variants: [{options: [{name:
    "Цвет", …}]}]`, so the path is `variants.0.options.1`. Paths begin inside `input`.
    """
    here: Any = {camel(name): value for name, value in arguments.items()}
    if path and "input" in here and _member(here, path[0]) is None:
        here = here["input"]
    written: list[str] = []
    for step in path:
        if here is None or isinstance(here, str | int | bool):
            break
        found = _member(here, step)
        name, here = (step, None) if found is None else found
        written.append(name)
        if found is None:
            return [*written, *path[len(written) :]]
    return written


def _member(here: Any, step: str) -> tuple[str, Any] | None:
    """The member of an input that `step` means: its name there, and its value."""
    if isinstance(here, list):
        if step.isdigit():
            return (step, here[int(step)]) if int(step) < len(here) else None
        names = (step, camel(step))
        named = (at for at, one in enumerate(here) if getattr(one, "name", None) in names)
        at = next(named, None)
        return None if at is None else (str(at), None)
    members = _members(here)
    # One thing is changed by what the domain does to many, and was named by either id.
    if step in ("id", "ids") and members.get("externalId") and not members.get("id"):
        return "externalId", ""
    if step == "ids" and members.get("id"):
        return "id", ""
    wanted = camel(step)
    inner = (wanted.removesuffix(end) for end in _INNER_ENDS if wanted.endswith(end))
    for name in (step, wanted, *inner, wanted + _OUTER_END):
        if name in members:
            return name, members[name]
    return None


def _members(here: Any) -> dict[str, Any]:
    if is_dataclass(here) and not isinstance(here, type):
        return {
            getattr(one, "graphql_name", None) or camel(one.name): getattr(here, one.name)
            for one in fields(here)
        }
    return dict(here) if isinstance(here, Mapping) else {}
