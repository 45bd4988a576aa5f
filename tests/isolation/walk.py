"""One whole walk: ours and a neighbour's shop filled, a door tried with all that is his."""

from typing import Any
from uuid import UUID

import asyncpg
from graphql import GraphQLSchema
from starlette.types import ASGIApp

from tenants.database import Pool
from tenants.tokens import KeyKind
from tests.api.client import Client, make_key
from tests.isolation.intruder import (
    Intruder,
    learn_kinds,
    look_around,
    swap_cursors,
    swap_ids,
    swap_words,
)
from tests.seeds import seed_everything, tenant_tables

TABLE_OF_KIND = {
    "att": "attribute",
    "aud": "audit_entry",
    "brd": "brand",
    "cad": "customer_address",
    "car": "carrier",
    "cat": "category",
    "ccd": "customer_code",
    "ccm": "customer_comment",
    "cfl": "customer_file",
    "cct": "customer_contact",
    "cgr": "customer_group",
    "adl": "stock_adjustment_line",
    "chn": "channel",
    "cho": "attribute_choice",
    "cle": "customer_legal_entity",
    "cln": "cart_line",
    "cnt": "consent_text",
    "cnv": "stock_adjustment",
    "col": "collection",
    "crt": "cart",
    "cse": "customer_session",
    "cus": "customer",
    "dlv": "delivery_method",
    "doc": "trusted_document",
    "drf": "order_draft",
    "evt": "event",
    "exp": "export",
    "fld": "field_definition",
    "gft": "gift_card",
    "grc": "goods_receipt",
    "hld": "stock_hold",
    "hln": "stock_hold_line",
    "hnd": "hand_over",
    "imp": "import_run",
    "inv": "invitation",
    "job": "platform.job",
    "key": "platform.api_key",
    "len": "legal_entity",
    "loc": "location",
    "lot": "lot",
    "lvl": "loyalty_level",
    "med": "media",
    "mni": "menu_item",
    "mnu": "menu",
    "ofr": "supplier_offer",
    "ocm": "order_comment",
    "oen": "order_entry",
    "oln": "order_line",
    "opt": "product_option",
    "opv": "product_option_value",
    "ord": "sales_order",
    "ost": "order_status",
    "oex": "order_export",
    "orv": "order_revision",
    "ovw": "order_view",
    "pag": "page",
    "prc": "price",
    "prd": "product",
    "prm": "promotion",
    "prl": "price_list",
    "pul": "purchase_order_line",
    "pur": "purchase_order",
    "rdr": "slug_redirect",
    "rol": "role",
    "rtn": "order_return",
    "seg": "customer_segment",
    "ses": "platform.staff_session",
    "sgs": "customer_segment_snapshot",
    "pls": "price_list_source",
    "pmc": "promotion_code",
    "shm": "shipment",
    "sim": "stock_import",
    "spl": "stock_adjustment",
    "srl": "supplier_return_line",
    "srt": "supplier_return",
    "stc": "stocktake_count",
    "stf": "staff_member",
    "stk": "stocktake",
    "stl": "stocktake_line",
    "sup": "supplier",
    "sxp": "stock_export",
    "syn": "synonym",
    "trf": "transfer",
    "trl": "transfer_line",
    "upl": "stored_file",
    "var": "variant",
    "wro": "stock_adjustment",
}
"""Which table the ids of a kind are of."""


async def walk(
    door: ASGIApp,
    schema: GraphQLSchema,
    path: str,
    kind: KeyKind,
    *,
    ours: UUID,
    other: UUID,
    superuser: "asyncpg.Connection[Any]",
    platform_pool: Pool,
) -> Intruder:
    """Try everything; the intruder that comes back has the faults."""
    filled = await seed_everything(superuser, ours)
    ourselves = Client(door, await make_key(platform_pool, ours, kind, "*"), path)
    themselves = Client(door, await make_key(platform_pool, other, kind, "*"), path)
    async with ourselves._http() as http, themselves._http() as neighbour:
        intruder = Intruder(http, neighbour, path, schema, TABLE_OF_KIND, filled, {})
        await look_around(intruder)  # the first use of a key is noted in the key
        alone = await look_around(intruder)
        intruder.theirs = await seed_everything(superuser, other)
        before = await fingerprint(superuser, other)
        for name, seen in (await look_around(intruder)).items():
            if seen != alone[name]:
                intruder.fault(name, f"{name}\n  alone:  {alone[name]}\n  beside: {seen}")
        kinds = await learn_kinds(intruder)
        await swap_ids(intruder, kinds)
        await swap_words(intruder, kinds)
        for table, rows in (await fingerprint(superuser, other)).items():
            if rows != before[table]:
                intruder.fault(table, f"the neighbour's rows of {table} are changed")
        await swap_cursors(intruder, kinds)
    return intruder


async def fingerprint(superuser: "asyncpg.Connection[Any]", tenant_id: UUID) -> dict[str, str]:
    """What every table holds of a tenant, in one word each."""
    return {
        table.fullname: await superuser.fetchval(
            f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) "
            f"FROM {table.fullname} t WHERE tenant_id = $1",
            tenant_id,
        )
        for table in tenant_tables()
    }
