"""What tests of customers ask of a desk."""

from typing import Any

from sqlalchemy import select

from domain.customers import tables
from tests.api.conftest import Desk

CARD = """{ id name firstName middleName lastName birthday language note fields tags version
externalId { source id } mergedInto { id } contacts { kind value isMain note }
addresses { isMain flat address { country city street } } legalEntities { name inn isMain } }"""
_ANSWER = "{ customer " + CARD + " userErrors { code path message } } }"
CREATE = "mutation ($input: CustomerCreateInput!) { customerCreate(input: $input) " + _ANSWER
UPDATE = (
    "mutation ($id: ID!, $input: CustomerUpdateInput!) { customerUpdate(id: $id, input: $input) "
    + _ANSWER
)
FOUND = """query ($where: CustomerWhere, $orderBy: [CustomerOrder!], $search: String) {
customers(where: $where, orderBy: $orderBy, search: $search) { totalCount nodes { id } } }"""
_TABLES: tuple[Any, ...] = (
    tables.Customer,
    tables.CustomerTag,
    tables.CustomerContact,
    tables.CustomerAddress,
    tables.CustomerLegalEntity,
)


async def ask(desk: Desk, text: str, **variables: Any) -> Any:
    """The answer of a document's only field."""
    (payload,) = (await desk.admin.ask(text, **variables)).values()
    return payload


async def card(desk: Desk, given: dict[str, Any]) -> Any:
    """A new card."""
    made = await ask(desk, CREATE, input=given)
    assert made["userErrors"] == []
    return made["customer"]


async def found(desk: Desk, **asked: Any) -> list[str]:
    """The ids of the cards in a list, which counts as many."""
    listed = await ask(desk, FOUND, **asked)
    assert listed["totalCount"] == len(listed["nodes"])
    return [node["id"] for node in listed["nodes"]]


async def rows(desk: Desk) -> list[Any]:
    """All that is written of this shop's customers."""
    reading = desk.shop.scope.reading
    return [sorted(map(str, await reading.rows(select(table)))) for table in _TABLES]
