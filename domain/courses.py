"""Course: work of several units of one tenant, as a job that is under way gives it."""

from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from tenants.scope import TenantScope, UnitOfWork


class Course(Protocol):
    """What the domain asks of a job: its tenant's rows, units one after another, a word of how far.

    Each unit commits by itself, so the whole may stop in between and be begun again.
    """

    @property
    def scope(self) -> TenantScope: ...

    def writing(self, action: str) -> AbstractAsyncContextManager[UnitOfWork]:
        """A unit of work that also says that the job is alive."""
        ...

    async def progress(self, **facts: Any) -> None:
        """Say how far it is, for whoever watches."""
        ...
