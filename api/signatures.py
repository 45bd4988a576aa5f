"""Resolvers that are made, not written: the arguments that strawberry is to read off them."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from api.context import Info


def sign(
    resolve: Any,
    *,
    like: Callable[..., Any],
    arguments: Sequence[inspect.Parameter],
    returns: Any = inspect.Signature.empty,
) -> None:
    """Give `resolve`, a function of `(self, info, …)`, these arguments, and the name of `like`.

    Without `returns`, the field's type is the annotation that it stands under.
    """
    own = list(inspect.signature(resolve).parameters.values())[:2]
    keyword_only = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in arguments]
    resolve.__signature__ = inspect.Signature([*own, *keyword_only], return_annotation=returns)
    resolve.__name__ = like.__name__
    resolve.__module__ = like.__module__
    resolve.__annotations__ = {
        "self": None,
        "info": Info,
        **{one.name: one.annotation for one in arguments},
    }
    if returns is not inspect.Signature.empty:
        resolve.__annotations__["return"] = returns


def optional(**kinds: Any) -> list[inspect.Parameter]:
    """Arguments that may be left out, each of a type; those without a type are not there."""
    return [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kind | None
        )
        for name, kind in kinds.items()
        if kind is not None
    ]
