"""Many at once at the admin's door: one has the name, the plan holds, nobody is told of a bug."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from starlette.types import ASGIApp

from tests.api.merchants.conftest import SIGN_UP, Office, Visitor
from tests.domain.merchants.merchants import PASSWORD, new_email

pytestmark = pytest.mark.anyio

ERRORS = "userErrors { code path }"
KEY = f"""
mutation($name: String!) {{
  done: apiKeyCreate(input: {{kind: PUBLISHABLE, name: $name}}) {{ apiKey {{ id }} {ERRORS} }}
}}
"""
HOST = f"mutation($name: String!) {{ done: hostAdd(host: $name) {{ {ERRORS} }} }}"
RENAME = f"""
mutation($id: ID!, $name: String!) {{
  done: roleUpdate(id: $id, input: {{name: $name}}) {{ role {{ name }} {ERRORS} }}
}}
"""
ROLE = f"""
mutation($name: String!) {{
  done: roleCreate(input: {{name: $name, permissions: ["orders:read"]}}) {{
    role {{ id }} {ERRORS}
  }}
}}
"""
ENTITY = f"""
mutation($inn: String!) {{
  done: legalEntityCreate(input: {{
    kind: PERSON, name: "Чайкина А. С.", inn: $inn, taxSystem: NPD
  }}) {{ legalEntity {{ isDefault }} {ERRORS} }}
}}
"""


async def outcomes(*askings: Any) -> Counter[str]:
    """How many came through ("done"), and how many were refused with each code."""
    payloads = [found["done"] for found in await asyncio.gather(*askings)]
    return Counter(
        payload["userErrors"][0]["code"] if payload["userErrors"] else "done"
        for payload in payloads
    )


async def test_one_of_many_who_sign_up_under_a_name_has_it(app: ASGIApp) -> None:
    handle = new_email()[:12]
    wish = {"shopName": "Чай", "ownerName": "А", "ownerPassword": PASSWORD, "handle": handle}
    counted = await outcomes(
        *(Visitor(app).ask(SIGN_UP, input={**wish, "ownerEmail": new_email()}) for _ in range(12))
    )
    assert counted == {"done": 1, "TAKEN": 11}


@pytest.mark.parametrize(
    ("mutation", "name", "left"), [(KEY, "Окно {}", 6), (HOST, "tea-{}.example.com", 2)]
)
async def test_the_plan_holds_however_many_ask(
    office: Office, mutation: str, name: str, left: int
) -> None:
    names = [name.format(f"{new_email()[:8]}") for _ in range(60)]
    counted = await outcomes(*(office.program.ask(mutation, name=one) for one in names))
    assert counted == {"done": left, "LIMIT_REACHED": 60 - left}


async def test_one_of_two_roles_gets_the_name(office: Office) -> None:
    roles = [(await office.program.do(ROLE, name=f"Роль {n}"))["role"]["id"] for n in range(10)]
    counted = await outcomes(*(office.program.ask(RENAME, id=id, name="Старший") for id in roles))
    assert counted == {"done": 1, "TAKEN": 9}


async def test_of_two_first_legal_entities_both_stay_and_one_is_the_default(office: Office) -> None:
    answers = await asyncio.gather(
        *(office.program.do(ENTITY, inn=inn) for inn in ("500100732259", "770708389324"))
    )
    assert sorted(one["legalEntity"]["isDefault"] for one in answers) == [False, True]
