"""A job under way, without a queue behind it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tenants.scope import TenantScope, UnitOfWork


@dataclass
class PlainCourse:
    scope: TenantScope
    failed: int = 0
    said: list[dict[str, Any]] = field(default_factory=list)

    @asynccontextmanager
    async def writing(self, action: str) -> AsyncIterator[UnitOfWork]:
        async with self.scope.writing(action) as uow:
            yield uow

    async def failures(self) -> int:
        return self.failed

    async def progress(self, **facts: Any) -> None:
        self.said.append(facts)
