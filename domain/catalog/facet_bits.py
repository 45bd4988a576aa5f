"""Facets gathered into bits, so that a search counts thousands of products as fast as a few.

A search that matches many ANDs its matches with each value's bits. Listings that changed since the
last gathering have no ordinal and are counted by themselves: counts are right at any time, and
gathering only keeps them fast.
"""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Executable,
    Uuid,
    bindparam,
    column,
    delete,
    func,
    literal_column,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from domain.catalog.listing_tables import SEGMENT, FacetBits, FacetNumbering, Listing
from domain.catalog.tables import Channel
from tenants.scope import UnitOfWork
from tenants.statements import TENANT

MOST_AT_ONCE: Final = 5_000
WORN_OUT: Final = 2
"""Ordinals given for each listing when it is time to begin anew."""

CHANNEL: Final = bindparam("channel", type_=Uuid())
START: Final = bindparam("start", type_=BigInteger())
CHANNELS: Final = select(Channel.id).order_by(Channel.id)
BEGIN: Final = (
    insert(FacetNumbering)
    .values(tenant_id=TENANT, channel_id=CHANNEL, given=literal_column("0"))
    .on_conflict_do_nothing()
)
GIVEN: Final = (
    select(FacetNumbering.given).where(FacetNumbering.channel_id == CHANNEL).with_for_update()
)
LISTED: Final = select(func.count()).where(Listing.channel_id == CHANNEL)
FORGET: Final = (
    delete(FacetBits).where(FacetBits.channel_id == CHANNEL),
    update(Listing)
    .where(Listing.channel_id == CHANNEL, Listing.ordinal.is_not(None))
    .values(ordinal=None),
)
GIVE: Final = (
    update(FacetNumbering)
    .where(FacetNumbering.channel_id == CHANNEL)
    .values(given=bindparam("now_given", type_=BigInteger()))
)


def _number() -> Executable:
    # What a unit of work holds just now is left for the next time, instead of waiting for it.
    waiting = (
        select(Listing.product_id)
        .where(Listing.channel_id == CHANNEL, Listing.ordinal.is_(None))
        .limit(literal_column(str(MOST_AT_ONCE)))
        .with_for_update(skip_locked=True)
        .cte("waiting")
    )
    numbered = select(
        waiting.c.product_id, (START + func.row_number().over() - 1).label("ordinal")
    ).subquery("numbered")
    return (
        update(Listing)
        .where(Listing.product_id == numbered.c.product_id, Listing.channel_id == CHANNEL)
        .values(ordinal=numbered.c.ordinal)
    )


def _gather() -> Executable:
    each = func.unnest(Listing.facets).table_valued(column("code", BigInteger), name="each_code")
    code = each.render_derived()
    nothing: Any = literal_column(f"repeat('0', {SEGMENT})::bit({SEGMENT})")
    place: Any = literal_column(f"(listing.ordinal % {SEGMENT})::int")
    segment: Any = literal_column(f"listing.ordinal / {SEGMENT}", BigInteger)
    values: dict[str, Any] = {
        "tenant_id": TENANT,
        "channel_id": CHANNEL,
        "segment": segment,
        "code": code.c.code,
        "bits": func.bit_or(func.set_bit(nothing, place, literal_column("1"))),
    }
    rows = (
        select(*(value.label(name) for name, value in values.items()))
        .select_from(Listing)
        .join(code, true())
        .where(Listing.channel_id == CHANNEL, Listing.ordinal >= START)
        .group_by(segment, code.c.code)
    )
    gathered = insert(FacetBits).from_select(list(values), rows)
    return gathered.on_conflict_do_update(
        index_elements=["tenant_id", "channel_id", "segment", "code"],
        set_={"bits": FacetBits.bits.op("|")(gathered.excluded.bits)},
    )


NUMBER: Final = _number()
GATHER: Final = _gather()


async def gather_facets(uow: UnitOfWork) -> int:
    """Give ordinals to listings that have none, at most 5,000 in each channel; how many got one.

    To be called again until it is 0: after an import, and every few minutes where goods change.
    """
    gathered = 0
    for row in await uow.rows(CHANNELS):
        gathered += await _gather_channel(uow, row["id"])
    return gathered


async def _gather_channel(uow: UnitOfWork, channel: UUID) -> int:
    await uow.execute(BEGIN, channel=channel)
    given: int = await uow.value(GIVEN, channel=channel)
    if given > WORN_OUT * await uow.value(LISTED, channel=channel) + SEGMENT:
        for statement in FORGET:
            await uow.execute(statement, channel=channel)
        given = 0
    numbered = await uow.execute(NUMBER, channel=channel, start=given)
    if numbered:
        await uow.execute(GATHER, channel=channel, start=given)
    await uow.execute(GIVE, channel=channel, now_given=given + numbered)
    return numbered
