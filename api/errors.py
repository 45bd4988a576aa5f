"""What a payload says of a refusal: the UserError interface and its kinds."""

from typing import Any

import strawberry

from domain.errors import DomainError, ErrorCode

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


USER_ERRORS = [InputError, ConflictError, LimitError]
_KINDS = {ErrorCode.CONFLICT: "ConflictError", ErrorCode.LIMIT_REACHED: "LimitError"}


def user_error(error: DomainError, language: str) -> dict[str, Any]:
    """A domain refusal as a row under UserError."""
    return {
        "__typename": _KINDS.get(error.code, "InputError"),
        "message": error.message(language),
        "code": error.code,
        "path": list(error.path),
        **error.facts,
    }
