"""Hosts: the names under which a shop is found; each leads to one merchant of the deployment.

What stands under the platform's own domain is given. A name of the shop's own is claimed first, by
anybody, and leads nowhere until it is proven (host_proofs.py); the first to prove it has it.
"""

from typing import Final

from sqlalchemy import Text, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from domain.errors import NotAllowed, NotFound, Taken
from domain.merchants.host_proofs import new_word
from domain.merchants.plans import release, take
from tenants.platform_tables import Host
from tenants.scope import Asking, UnitOfWork

_LEADS_SOMEWHERE: Final = select(func.count()).select_from(
    func.platform.identify_host(bindparam("name", type_=Text())).table_valued("tenant_id")
)
_IS_OWN: Final = select(Host.host).where(
    Host.host == bindparam("name", type_=Text()), Host.proven_at.is_not(None)
)


async def add_host(uow: UnitOfWork, host: str, *, given: bool = False) -> None:
    """Claim a host (as `read_own_host` gives it) for this shop; `given` needs no proof.

    Taken by another merchant or by this one is the same answer: it does not say whose. Raises
    Taken, LimitReached.
    """
    await take(uow, "hosts")
    if await is_taken(uow, host):
        raise Taken("host", value=host)
    await put_host(uow, host, given=given)
    uow.record("host.added", None, host=host)


async def is_taken(asking: Asking, host: str) -> bool:
    """Whether a host leads to a shop, whosever it is."""
    return bool(await asking.value(_LEADS_SOMEWHERE, name=host))


async def put_host(
    uow: UnitOfWork, host: str, *, given: bool, is_primary: bool = False, field: str = "host"
) -> None:
    """The row itself; what is not given gets the word that proves it. Raises Taken at `field`."""
    added = await uow.execute(
        insert(Host)
        .values(
            host=host,
            tenant_id=uow.tenant_id,
            is_primary=is_primary,
            created_at=uow.now,
            proven_at=uow.now if given else None,
            proof=None if given else new_word(),
        )
        .on_conflict_do_nothing()
    )
    if not added:
        raise Taken(field, value=host)


async def remove_host(uow: UnitOfWork, host: str) -> None:
    """Lead a host nowhere; anybody may take it then. Raises NotFound, NotAllowed if primary."""
    is_primary = await uow.value(select(Host.is_primary).where(Host.host == host).with_for_update())
    if is_primary is None:
        raise NotFound("host", what="host")
    if is_primary:
        raise NotAllowed(
            "host",
            en="make another host the primary one first",
            ru="сначала сделайте основным другой адрес",
        )
    await uow.execute(delete(Host).where(Host.host == host))
    await release(uow, "hosts")
    uow.record("host.removed", None, host=host)


async def make_primary(uow: UnitOfWork, host: str) -> None:
    """Let links in letters and feeds begin with this host. Raises NotFound, NotAllowed."""
    rows = await uow.rows(select(Host.host, Host.proven_at).order_by(Host.host).with_for_update())
    proven = {row["host"]: row["proven_at"] for row in rows}
    if host not in proven:
        raise NotFound("host", what="host")
    if proven[host] is None:
        raise NotAllowed(
            "host",
            en="prove first that this host is yours",
            ru="сначала подтвердите, что этот адрес ваш",
        )
    await uow.execute(update(Host).where(Host.is_primary).values(is_primary=False))
    await uow.execute(update(Host).where(Host.host == host).values(is_primary=True))
    uow.record("host.made_primary", None, host=host)


async def is_origin_allowed(live: Asking, origins: list[str], origin: str) -> bool:
    """Whether a browser's page of `origin` may use this shop: its own hosts, or those it named.

    `live` reads the live space, which has the hosts; `origins` are its settings.
    """
    if origin in origins:
        return True
    scheme, _, host = origin.partition("://")
    if scheme != "https":
        return False
    return await live.value(_IS_OWN, name=host) is not None
