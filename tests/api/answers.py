"""Reading what mutations answer."""

from typing import Any


def refusals(payload: Any) -> list[tuple[str, str]]:
    """Codes and paths of a payload's userErrors."""
    return [(error["code"], ".".join(error["path"])) for error in payload["userErrors"]]
