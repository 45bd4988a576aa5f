"""Numbers of documents, for people: 1, 2, 3 of each kind, without gaps."""

from typing import Final

from sqlalchemy import bindparam, literal_column
from sqlalchemy.dialects.postgresql import insert

from domain.stock.tables import DocumentCounter
from tenants.ids import new_id
from tenants.scope import UnitOfWork
from tenants.statements import TENANT

_NEXT: Final = (
    insert(DocumentCounter)
    .values(tenant_id=TENANT, id=bindparam("new"), kind=bindparam("counted"), last=1)
    .on_conflict_do_update(
        index_elements=["tenant_id", "kind"],
        set_={"last": DocumentCounter.last + literal_column("1")},
    )
    .returning(DocumentCounter.last)
)


async def next_number(uow: UnitOfWork, kind: str) -> int:
    """The next number of this kind of document; a unit that is not kept gives it back.

    Whoever takes one makes others wait until his unit ends, so it is taken as late as can be.
    """
    number: int = await uow.value(_NEXT, new=new_id(), counted=kind)
    return number
