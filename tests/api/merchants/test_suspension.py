"""A merchant who is shut: nobody comes in by a key; staff may look, pay and export, not change."""

import pytest

from domain.merchants.lifecycle import resume_merchant, suspend_merchant
from domain.merchants.reception import Reception
from tenants.platform import PLATFORM
from tests.api.merchants.conftest import Office

pytestmark = pytest.mark.anyio

LOOK = "{ brands(first: 1) { nodes { id } } }"
CHANGE = """
mutation { done: brandCreate(input: {title: "Новая"}) { brand { id } userErrors { code path } } }
"""
PAY = """
mutation { done: planChange(plan: "trade") { userErrors { code path } } }
"""

KEEP = "mutation { done: exportCreate { export { id } userErrors { code path } } }"
CLOSE = "mutation { done: merchantClose { merchant { status } userErrors { code path } } }"
REOPEN = "mutation { done: merchantReopen { merchant { status } userErrors { code path } } }"
SECRET = """
mutation { done: secretSet(name: "bank", secret: "s") { secret { id } userErrors { code path } } }
"""
HOST = """
mutation { done: hostAdd(host: "tea-of-anna.example.com") { userErrors { code path } } }
"""


async def test_a_suspended_merchant_can_look_and_pay_but_change_no_goods(
    office: Office, reception: Reception
) -> None:
    await suspend_merchant(reception, office.tenant_id, reason="unpaid", principal=PLATFORM)
    assert await office.program.code(LOOK) == "FORBIDDEN"
    assert (await office.owner.ask(LOOK))["brands"] == {"nodes": []}
    assert (await office.owner.refused(CHANGE))["code"] == "NOT_ALLOWED"
    await office.owner.do(PAY)
    await resume_merchant(reception, office.tenant_id, principal=PLATFORM)
    assert (await office.owner.do(CHANGE))["brand"]


async def test_a_closing_merchant_can_export_and_reopen_and_nothing_else(office: Office) -> None:
    await office.owner.do(CLOSE)
    assert await office.program.code(LOOK) == "FORBIDDEN"
    for change in (CHANGE, SECRET, HOST, CLOSE):
        assert (await office.owner.refused(change))["code"] == "NOT_ALLOWED"
    assert (await office.owner.do(KEEP))["export"]
    assert (await office.owner.do(REOPEN))["merchant"]["status"] == "ACTIVE"
    assert (await office.owner.do(CHANGE))["brand"]
