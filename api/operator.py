"""What `ryad keys` and `ryad merchant` do: an operator's reach into one merchant, or past all.

Each use leaves its reason in `platform.platform_access`; what changes a merchant stands in the
merchant's own audit log too. What is printed holds no secret.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from api.merchants.kinds import API_KEY
from domain.merchants.api_keys import find_leaked
from domain.merchants.lifecycle import merchant_of_handle, resume_merchant, suspend_merchant
from domain.merchants.reception import Reception
from domain.merchants.secrets import rewrap_data_keys
from domain.opening import reception_of
from tenants.database import open_pool
from tenants.ids import encode_id
from tenants.platform import PLATFORM
from tenants.scope import Row
from tenants.settings import Settings


@asynccontextmanager
async def reception_for(settings: Settings) -> AsyncIterator[Reception]:
    """The reception of one command, closed when it is done. Raises BadMasterKeys."""
    url = settings.database_platform_url.get_secret_value()
    async with open_pool(url, size=2, name="ryad operator") as pool:
        reception = reception_of(settings, pool)
        try:
            yield reception
        finally:
            reception.passwords.close()


async def rotate_keys(reception: Reception) -> int:
    """Wrap all data keys by the first of SECRET_KEYS. Raises SecretUnreadable."""
    moved = await rewrap_data_keys(reception)
    current, *older = reception.masters.ids
    print(f"{moved} data keys were wrapped anew; all lie under {current} now")
    if older:
        print(
            f"Start every process with {current} in front of SECRET_KEYS and run this once more: "
            f"when it moves none, {', '.join(older)} may go"
        )
    return 0


async def find_keys(reception: Reception, text: str) -> int:
    """Print whose API keys stand in `text`, whole or by their beginning; 1 when there are none."""
    found = await find_leaked(reception, text)
    for row in found:
        key = encode_id(API_KEY, row["id"])
        print(f"{row['prefix']}…{row['last_four']}  {row['handle']}  {key}  {_state(row)}")
    if not found:
        print("no key of ours stands there; a beginning is 12 letters, like sk_live_Ab3d")
        return 1
    return 0


def _state(row: Row) -> str:
    if row["revoked_at"]:
        return f"revoked {row['revoked_at']:%Y-%m-%d %H:%M} UTC"
    return f"good until {row['expires_at']:%Y-%m-%d %H:%M} UTC" if row["expires_at"] else "open"


async def suspend(reception: Reception, handle: str, reason: str) -> int:
    """Shut a merchant's doors, and say so. Raises NotFound, NotAllowed."""
    merchant = await merchant_of_handle(reception, handle)
    await suspend_merchant(reception, merchant, reason=reason, principal=PLATFORM)
    print(
        f"{handle} is suspended from the next request on; to undo: ./ryad merchant resume {handle}"
    )
    return 0


async def resume(reception: Reception, handle: str) -> int:
    """Open a merchant's doors again, and say so. Raises NotFound, NotAllowed."""
    merchant = await merchant_of_handle(reception, handle)
    await resume_merchant(reception, merchant, principal=PLATFORM)
    print(f"{handle} is open again")
    return 0
