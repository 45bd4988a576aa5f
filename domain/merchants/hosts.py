"""Hosts: the names under which a shop is found; each belongs to one merchant of the deployment."""

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from domain.errors import NotAllowed, NotFound, Taken
from domain.merchants.plans import release, take
from tenants.platform_tables import Host
from tenants.scope import Asking, UnitOfWork


async def add_host(uow: UnitOfWork, host: str) -> None:
    """Lead a host (as `read_own_host` gives it) to this shop.

    Taken by another merchant or by this one is the same answer: it does not say whose. Raises
    Taken, LimitReached.
    """
    await take(uow, "hosts")
    added = await uow.execute(
        insert(Host)
        .values(host=host, tenant_id=uow.tenant_id, is_primary=False, created_at=uow.now)
        .on_conflict_do_nothing()
    )
    if not added:
        raise Taken("host", value=host)
    uow.record("host.added", None, host=host)


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
    """Let links in letters and feeds begin with this host. Raises NotFound."""
    hosts = await uow.rows(select(Host.host).order_by(Host.host).with_for_update())
    if host not in [row["host"] for row in hosts]:
        raise NotFound("host", what="host")
    await uow.execute(update(Host).where(Host.is_primary).values(is_primary=False))
    await uow.execute(update(Host).where(Host.host == host).values(is_primary=True))
    uow.record("host.made_primary", None, host=host)


async def is_origin_allowed(live: Asking, origins: list[str], origin: str) -> bool:
    """Whether a browser's page of `origin` may use this shop: its own hosts, or those it named.

    `live` reads the live space, which has the hosts; `origins` are the space's own settings.
    """
    if origin in origins:
        return True
    scheme, _, host = origin.partition("://")
    if scheme != "https":
        return False
    return await live.value(select(Host.host).where(Host.host == host)) is not None
