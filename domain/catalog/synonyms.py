"""Synonyms: words that mean the same to this shop's search."""

from typing import Any, Final
from uuid import UUID

from domain.catalog.entities import Edit, Entity, Given, create_one, delete_one, update_one
from domain.catalog.tables import Synonym
from domain.errors import Invalid
from domain.inputs import text
from domain.references import Ref
from tenants.scope import UnitOfWork

MOST_WORDS: Final = 30


def _words(value: Any) -> list[str]:
    words = list(dict.fromkeys(text(60)(one).lower() for one in value or []))
    if not 2 <= len(words) <= MOST_WORDS:
        raise Invalid(
            en=f"must be from 2 to {MOST_WORDS} different words",
            ru=f"нужно от 2 до {MOST_WORDS} разных слов",
        )
    return words


SYNONYM: Final = Entity("synonym", Synonym, {"words": _words}, required=("words",))


async def create_synonym(uow: UnitOfWork, given: Given) -> UUID:
    """Let words mean the same; the group's id."""
    return await create_one(uow, SYNONYM, given)


async def update_synonym(uow: UnitOfWork, edit: Edit) -> UUID:
    """Change a group; its id."""
    return await update_one(uow, SYNONYM, edit)


async def delete_synonym(uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None) -> UUID:
    """Forget a group; its id."""
    return UUID(str((await delete_one(uow, SYNONYM, ref, expected_version))["id"]))
