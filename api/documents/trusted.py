"""The storefront door's way to trusted documents."""

from uuid import UUID

from domain.documents.trusted import find_text
from tenants.database import Pool, TenantSetting
from tenants.scope import TenantScope


class TrustedInTable:
    """What each tenant registered; taken back at once when it is forgotten."""

    def __init__(self, pool: Pool, setting: TenantSetting) -> None:
        self.pool = pool
        self.setting = setting

    async def text_of(self, tenant: str, document_id: str) -> str | None:
        """The text whose sha-256 (hex) the tenant registered."""
        scope = TenantScope(self.pool, UUID(tenant), setting=self.setting)
        return await find_text(scope.reading, document_id)
