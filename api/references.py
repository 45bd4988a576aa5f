"""Naming a thing at the doors: by its id, or by what another system calls it."""

import strawberry

from api.scalars import BadInput
from domain.errors import DomainError
from domain.references import ExternalId, external_id


@strawberry.input
class ExternalIdInput:
    """The id that another system gave a thing when it made it here."""

    source: str = strawberry.field(description="The system's short name: erp.")
    id: str


def read_external_id(given: ExternalIdInput) -> ExternalId:
    """The external id, in the spelling that is stored. Raises BadInput."""
    try:
        read = external_id((given.source, given.id))
    except DomainError as error:
        raise BadInput(f"externalId {error.message('en')}.", argument="externalId") from None
    assert read is not None
    return read


def only_one(**arguments: object) -> str:
    """The name of the one argument that is given. Raises BadInput for none, or several."""
    given = [name for name, value in arguments.items() if value is not None]
    if len(given) != 1:
        listed = ", ".join(arguments)
        raise BadInput(f"Give exactly one of these arguments: {listed}.")
    return given[0]
