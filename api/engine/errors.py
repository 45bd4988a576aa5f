"""What a client may see of an error, and what only the log may."""

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from graphql import GraphQLError

log = logging.getLogger(__name__)

MOST_ERRORS = 10  # a response names at most so many errors


class PublicError(Exception):
    """A refusal whose words are meant for the client.

    `code` becomes `extensions.code`; `extensions` is shown beside it (JSON values only).
    A subclass may set `code` as a class attribute and build its own message.
    """

    code: str = "BAD_USER_INPUT"

    def __init__(self, public_message: str, *, code: str | None = None, **extensions: Any) -> None:
        super().__init__(public_message)
        self.code = code or type(self).code
        self.public_message = public_message
        self.extensions: dict[str, Any] = extensions


INTERNAL = PublicError(
    "Something went wrong on our side. Quote the request id when you report it.", code="INTERNAL"
)

Explain = Callable[[Exception], PublicError | None]
"""Finds words for an error that is no bug, and that the client could not foresee; None: a bug."""


def unexplained(error: Exception) -> PublicError | None:
    """Where whatever is not public is a bug."""
    return None


def public_error(message: str, code: str, request_id: str, **extensions: Any) -> dict[str, Any]:
    """One entry of `errors`, ready to be written as JSON."""
    return {
        "message": message,
        "extensions": {"code": code, **extensions, "requestId": request_id},
    }


def refused(error: PublicError, request_id: str) -> dict[str, Any]:
    """The entry of `errors` for a refusal before execution."""
    return public_error(error.public_message, error.code, request_id, **error.extensions)


def document_errors(
    errors: Iterable[GraphQLError], code: str, request_id: str
) -> list[dict[str, Any]]:
    """Entries for errors that graphql-core found in the document or its variables.

    A PublicError raised by a scalar while it read an input value keeps its own code and words.
    """
    entries = []
    for error in list(errors)[:MOST_ERRORS]:
        cause = _cause(error)
        if isinstance(cause, PublicError):
            entry = refused(cause, request_id)
        else:
            entry = public_error(error.message, code, request_id)
        entries.append(_placed(entry, error))
    return entries


def field_errors(
    errors: Sequence[GraphQLError],
    request_id: str,
    operation: str,
    explain: Explain = unexplained,
) -> list[dict[str, Any]]:
    """Entries for errors raised while fields were resolved; what is not public is logged once."""
    logged: set[int] = set()
    entries = []
    for error in errors[:MOST_ERRORS]:
        cause = _cause(error)
        if isinstance(cause, PublicError):
            entry = refused(cause, request_id)
        elif isinstance(cause, GraphQLError) and cause.nodes:
            # graphql-core refused an argument's value; its words speak of the request alone.
            entry = public_error(cause.message, "BAD_USER_INPUT", request_id)
        else:
            told = explain(cause)
            if id(cause) not in logged:
                logged.add(id(cause))
                log.log(
                    logging.WARNING if told else logging.ERROR,
                    "field failed",
                    exc_info=cause,
                    extra={
                        "request_id": request_id,
                        "operation": operation,
                        "path": ".".join(map(str, error.path or ())),
                        "errors": len(errors),
                    },
                )
            entry = refused(told or INTERNAL, request_id)
        entries.append(_placed(entry, error))
    return entries


def _cause(error: GraphQLError) -> Exception:
    """The innermost exception below graphql-core's own wrappers."""
    cause: Exception = error
    while isinstance(cause, GraphQLError) and isinstance(cause.original_error, Exception):
        cause = cause.original_error
    return cause


def _placed(entry: dict[str, Any], error: GraphQLError) -> dict[str, Any]:
    if error.locations:
        entry["locations"] = [
            {"line": place.line, "column": place.column} for place in error.locations
        ]
    if error.path is not None:
        entry["path"] = list(error.path)
    return entry
