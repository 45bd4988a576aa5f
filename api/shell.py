"""`ryad shell`: a Python prompt that may `await`, and opens any shop's scope by its handle."""

import ast
import asyncio
import code
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from inspect import iscoroutine
from types import CodeType
from typing import Any, Final

from api.operator import reception_for
from domain.merchants.lifecycle import merchant_of_handle
from tenants.database import Pool, open_pool
from tenants.platform import PLATFORM
from tenants.scope import TenantScope
from tenants.settings import Settings

BANNER: Final = """\
settings                     what this process was told
tea = await shop("HANDLE")   the scope of a merchant's live shop; what it writes is kept
for example:                 from sqlalchemy import select
                             from domain.catalog.tables import Product
                             await tea.reading.rows(select(Product.title).limit(3))"""


def shell(settings: Settings) -> None:
    """Talk until Ctrl-D."""
    with suppress(ImportError):
        import readline  # noqa: F401  (gives the prompt its arrows and history)
    with asyncio.Runner() as loop:
        opened = AsyncExitStack()
        names = {"settings": settings, "shop": shop_opener(settings, opened)}
        try:
            Prompt(loop, names).interact(BANNER, exitmsg="")
        finally:
            loop.run(opened.aclose())


class Prompt(code.InteractiveConsole):
    """A console whose lines may wait: `loop` runs each to its end, or until Ctrl-C."""

    def __init__(self, loop: asyncio.Runner, names: dict[str, Any]) -> None:
        super().__init__(names)
        self.loop = loop
        self.compile.compiler.flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT

    def runcode(self, code: CodeType) -> None:
        """Run what was typed; a failure is shown, and the next line may come."""
        try:
            waiting = eval(code, self.locals)  # a coroutine where something is awaited
            if iscoroutine(waiting):
                self.loop.run(waiting)
        except SystemExit:
            raise
        except BaseException:
            self.showtraceback()


def shop_opener(
    settings: Settings, opened: AsyncExitStack
) -> Callable[[str], Awaitable[TenantScope]]:
    """The prompt's `shop`; the pool that the first shop needs is left in `opened`."""
    pool: Pool | None = None

    async def shop(handle: str) -> TenantScope:
        """The scope of a merchant's live shop; its history names the platform. Raises NotFound."""
        nonlocal pool
        async with reception_for(settings) as reception:
            tenant_id = await merchant_of_handle(reception, handle)
        if pool is None:
            url, setting = settings.database_url.get_secret_value(), settings.tenant_setting
            pool = await opened.enter_async_context(
                open_pool(url, size=2, name="ryad shell", setting=setting)
            )
        return TenantScope(pool, tenant_id, PLATFORM, settings.tenant_setting)

    return shop
