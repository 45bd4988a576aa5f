"""What is kept of people is in the register: what for, how long, what erasing does to it."""

import pytest
from sqlalchemy import ARRAY, BigInteger, Boolean, Column, DateTime, LargeBinary, Table, Uuid
from sqlalchemy.dialects.postgresql import TSTZRANGE

from migrations.models import metadata
from tenants.personal import Personal, personal_columns, said_of

SOUNDS_LIKE_A_PERSON = {
    "address",
    "birthday",
    "contact_name",
    "email",
    "email_key",
    "first_name",
    "last_name",
    "middle_name",
    "phone",
    "recipient",
    "user_agent",
}
"""Names of columns that hold a person's data wherever they stand, or the register says why not."""

STRUCTURE = (Uuid, BigInteger, Boolean, DateTime, LargeBinary, ARRAY, TSTZRANGE)
"""Types that are numbers, marks and links; what of these tells of a person has a telling name."""

SHUT_WORDS = {"kind", "state", "status", "source", "external_source", "external_id"}
"""Columns of closed lists, and names that another system gave."""


def tables_of_people() -> list[Table]:
    """The customer, and whatever belongs to one."""
    return [
        table
        for table in metadata.sorted_tables
        if table.name == "customer" or "customer_id" in table.columns
    ]


def tells_something(column: Column[object]) -> bool:
    return not isinstance(column.type, STRUCTURE) and column.name not in SHUT_WORDS


def test_what_sounds_like_a_person_is_in_the_register() -> None:
    silent = [
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if column.name in SOUNDS_LIKE_A_PERSON and said_of(column) is None
    ]
    assert silent == [], "say so in the column: info=personal(purpose) or info=impersonal(why)"


def test_all_that_a_customers_tables_tell_is_in_the_register() -> None:
    people = tables_of_people()
    silent = [
        f"{table.name}.{column.name}"
        for table in people
        for column in table.columns
        if tells_something(column) and said_of(column) is None
    ]
    assert len(people) > 4
    assert silent == [], "say so in the column: info=personal(purpose) or info=impersonal(why)"


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=str)
def test_what_erasing_clears_can_be_cleared(table: Table) -> None:
    for column, said in personal_columns(table):
        assert said.purpose, column
        assert said.retention, column
        if said.erased == "clear" and table.name == "customer":
            assert column.nullable, f"{column} cannot be null: erase it to an empty value"


def test_the_register_knows_each_kind_of_entry() -> None:
    said = [said_of(column) for table in metadata.sorted_tables for column in table.columns]
    assert any(isinstance(one, Personal) for one in said)
    assert any(isinstance(one, str) for one in said)
