"""Signed links to a tenant's files: to bring one, to fetch one. Public pictures need none."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from tenants.ids import encode_id
from tenants.settings import Settings
from tenants.tokens import LinkRefused, check_link, sign_link

DOWNLOAD_GOOD_FOR: Final = timedelta(minutes=15)


def link_keys(chosen: Settings) -> list[bytes]:
    """The keys that sign links, the current one first. Raises RuntimeError when none is set."""
    keys = [key.strip() for key in chosen.link_keys.get_secret_value().split(",")]
    if not any(keys):
        raise RuntimeError("LINK_KEYS is not set: no link to a file can be signed")
    return [key.encode() for key in keys if key]


def upload_path(tenant_id: UUID, file_id: UUID) -> str:
    """Where the bytes of an announced file are sent."""
    return f"/files/uploads/{encode_id('shop', tenant_id)}/{encode_id('upl', file_id)}"


def download_path(tenant_id: UUID, file_id: UUID) -> str:
    """Where a stored file is fetched."""
    return f"/files/{encode_id('shop', tenant_id)}/{encode_id('upl', file_id)}"


def picture_url(chosen: Settings, tenant_id: UUID, name: str) -> str:
    """The public address of one size of a picture, good for ever."""
    return f"{chosen.public_url.rstrip('/')}/media/{encode_id('shop', tenant_id)}/{name}"


def signed_url(chosen: Settings, tenant_id: UUID, path: str, *, expires_at: datetime) -> str:
    """The address of `path` with its end and signature."""
    signed = sign_link(link_keys(chosen), tenant_id, path, expires_at=expires_at)
    return chosen.public_url.rstrip("/") + signed


def is_genuine(
    keys: Sequence[bytes],
    tenant_id: UUID,
    path: str,
    *,
    expires: str,
    signature: str,
    now: datetime,
) -> bool:
    """Whether a link was signed by us for this tenant and path, and is still good."""
    try:
        check_link(keys, tenant_id, path, expires=expires, signature=signature, now=now)
    except (LinkRefused, ValueError, OverflowError, OSError):
        return False
    return True
