"""Sign-up: a merchant with two spaces, an owner, keys and an empty shop, in one transaction.

No answer tells whether the address has an account. The shop is opened in any case; what differs
goes to the mailbox. A new person confirms the address by a letter. An old one who gave the right
password owns the shop at once; one who did not is asked by letter, and until he agrees with his
password the shop is nobody's but its keys'.
"""

from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from domain.errors import Invalid, Taken, valid
from domain.mail.letter_jobs import send_later
from domain.merchants.api_keys import NewKey, store_first_keys
from domain.merchants.attempts import DAY, HOUR, by_address, count_tries
from domain.merchants.hosts import is_taken, put_host
from domain.merchants.identities import find_identity, read_new_password
from domain.merchants.legal_entities import LegalEntityWords, read_legal_entity
from domain.merchants.names import read_name
from domain.merchants.permissions import OWNER
from domain.merchants.plans import FIRST_PLAN, take
from domain.merchants.reception import Reception
from domain.merchants.roles import add_system_roles
from domain.merchants.tables import LegalEntity, Membership, Shop, StaffMember
from tenants.identify import Seen
from tenants.ids import new_id
from tenants.platform import PlatformUnit
from tenants.platform_tables import Identity, Tenant
from tenants.scope import UnitOfWork
from tenants.values.currencies import parse_currency
from tenants.values.emails import Email, parse_email
from tenants.values.hosts import parse_host, platform_host
from tenants.values.invalid import InvalidValue
from tenants.values.languages import SPOKEN, parse_language
from tenants.values.slugs import make_slug, number_slug
from tenants.values.timezones import parse_time_zone

LONGEST_HANDLE: Final = 40
HANDLES_TRIED: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    """What a merchant-to-be fills in. Without a handle one is made of the shop's name."""

    shop_name: str
    owner_name: str
    owner_email: str
    owner_password: str = field(repr=False)
    handle: str | None = None
    host: str | None = None
    currency: str = "RUB"
    time_zone: str = "Europe/Moscow"
    country: str = "RU"
    language: str = "ru"
    legal_entity: LegalEntityWords | None = None


@dataclass(frozen=True, slots=True)
class NewMerchant:
    """A merchant just opened; the texts of its keys are shown this once."""

    tenant_id: UUID
    test_tenant_id: UUID
    handle: str
    host: str
    keys: list[NewKey]


async def sign_up(
    reception: Reception, wish: SignUp, *, seen: Seen, vouched: bool = False
) -> NewMerchant:
    """Open a shop. Raises Invalid, Taken (the handle or host), TooManyTries.

    `vouched` is for the operator's own door: no limit by address, the owner's address counts as
    confirmed, and no letter is sent.
    """
    facts = _read(reception, wish)
    scope = await reception.past_tenants("sign-up", seen)
    if not vouched:
        await count_tries(scope, [by_address("sign-up", seen.address, (HOUR, 5), (DAY, 20))])
    async with scope.writing() as unit:
        known = await find_identity(unit, facts.email.key)
    # A check and a hash whoever it is, so that the time tells nothing.
    proven = await reception.passwords.verify(
        known["password_hash"] if known else None, wish.owner_password
    )
    hashed = await reception.passwords.hash(wish.owner_password)
    async with scope.writing() as unit:
        merchant_id, twin_id = new_id(), new_id()
        handle = await _open_tenants(unit, facts, merchant_id, twin_id)
        identity_id = None if known is None else known["id"]
        if identity_id is None:
            identity_id = await _new_identity(unit, facts, hashed, confirmed=vouched)
        trusted = vouched or (proven and known is not None and known["email_confirmed_at"])
        async with unit.tenant(merchant_id, "merchantSignUp") as uow:
            host = await _add_hosts(uow, reception, facts, handle, vouched=vouched)
            roles = await add_system_roles(uow, language=facts.language)
            staff_id = await _add_owner(uow, facts, identity_id, roles[OWNER.code], bool(trusted))
            keys = await store_first_keys(uow)
            await take(uow, "api_keys", len(keys))
            await _open_shop(uow, reception, facts)
            if not vouched:
                await send_later(uow, "sign_up", staff_id=str(staff_id))
            uow.record("merchant.signed_up", merchant_id, handle=handle, host=host)
        await unit.execute(
            insert(Membership).values(identity_id=identity_id, tenant_id=merchant_id)
        )
        async with unit.tenant(twin_id, "merchantSignUp") as uow:
            await _open_shop(uow, reception, facts)
    return NewMerchant(merchant_id, twin_id, handle, host, keys)


@dataclass(frozen=True, slots=True)
class _Facts:
    """A sign-up, read and found possible."""

    shop_name: str
    owner_name: str
    email: Email
    handles: list[str]
    own_host: str | None
    shop: dict[str, Any]
    language: str
    legal_entity: dict[str, Any] | None


def _read(reception: Reception, wish: SignUp) -> _Facts:
    email = valid(parse_email, wish.owner_email, "ownerEmail")
    read_new_password(wish.owner_password, email.address, "ownerPassword")
    shop_name = read_name(wish.shop_name, "shopName")
    language = valid(parse_language, wish.language, "language")
    own_host = None
    if wish.host is not None:
        own_host = read_own_host(reception, wish.host)
    return _Facts(
        shop_name=shop_name,
        owner_name=read_name(wish.owner_name, "ownerName"),
        email=email,
        handles=_handles(reception, wish.handle, shop_name),
        own_host=own_host,
        shop={
            "name": shop_name,
            "currency": valid(parse_currency, wish.currency, "currency"),
            "time_zone": valid(parse_time_zone, wish.time_zone, "timeZone"),
            "country": read_country(wish.country),
            "language": language,
            "languages": [language],
            "storefront_origins": [],
        },
        language=language if language in SPOKEN else "en",
        legal_entity=(
            read_legal_entity(wish.legal_entity, "legalEntity") if wish.legal_entity else None
        ),
    )


def read_country(text: str) -> str:
    """An ISO 3166 code of two capital letters. Raises Invalid."""
    if len(text) != 2 or not (text.isascii() and text.isalpha() and text.isupper()):
        raise Invalid("country", en="a country is a code such as RU", ru="страна — это код вида RU")
    return text


def read_own_host(reception: Reception, text: str) -> str:
    """A host of the shop's own, not under the platform's domain. Raises Invalid."""
    host = valid(lambda name: parse_host(name, allow_local=reception.local_hosts), text, "host")
    if host.ascii == reception.domain or host.ascii.endswith(f".{reception.domain}"):
        raise Invalid(
            "host",
            en="names under the platform's own domain come by the shop's handle",
            ru="имена в домене платформы даются по краткому имени магазина",
        )
    return host.ascii


def _handles(reception: Reception, asked: str | None, shop_name: str) -> list[str]:
    """The handle asked for, or several to try."""
    if asked is not None:
        host = valid(lambda label: platform_host(label, reception.domain), asked, "handle")
        return [host.ascii.partition(".")[0]]
    try:
        slug = make_slug(shop_name, longest=LONGEST_HANDLE)
    except InvalidValue:
        slug = "shop"
    numbered = [number_slug(slug, at, longest=LONGEST_HANDLE) for at in range(2, HANDLES_TRIED)]
    return [handle for handle in (slug, *numbered) if _is_free_label(reception, handle)]


def _is_free_label(reception: Reception, handle: str) -> bool:
    try:
        platform_host(handle, reception.domain)
    except InvalidValue:
        return False
    return True


async def _open_tenants(unit: PlatformUnit, facts: _Facts, merchant_id: UUID, twin_id: UUID) -> str:
    """The two spaces under the first handle that is free; the handle. Raises Taken."""
    columns = {
        "live_tenant_id": merchant_id,
        "status": "active",
        "plan": FIRST_PLAN,
        "created_at": unit.now,
    }
    for handle in facts.handles:
        opened = await unit.execute(
            insert(Tenant)
            .values(id=merchant_id, mode="live", handle=handle, **columns)
            .on_conflict_do_nothing()
        )
        if opened:
            twin = insert(Tenant).values(id=twin_id, mode="test", handle=handle, **columns)
            await unit.execute(twin)
            return handle
    raise Taken("handle", value=facts.handles[0])


async def _new_identity(unit: PlatformUnit, facts: _Facts, hashed: str, *, confirmed: bool) -> UUID:
    """The new person's id; of who came with the same address a moment ago, that one's."""
    await unit.execute(
        insert(Identity)
        .values(
            id=new_id(),
            email=facts.email.address,
            email_key=facts.email.key,
            name=facts.owner_name,
            language=facts.language,
            password_hash=hashed,
            email_confirmed_at=unit.now if confirmed else None,
            recovery_hashes=[],
            created_at=unit.now,
        )
        .on_conflict_do_nothing()
    )
    found = await find_identity(unit, facts.email.key)
    assert found is not None
    return UUID(str(found["id"]))


async def _add_hosts(
    uow: UnitOfWork, reception: Reception, facts: _Facts, handle: str, *, vouched: bool
) -> str:
    """The handle's host, and the shop's own where it was asked for; which one is primary.

    The shop's own is proven later, unless the operator vouches for it or it is nobody's.
    """
    given, own = platform_host(handle, reception.domain).ascii, facts.own_host
    is_given = own is not None and (vouched or reception.gives(own))
    primary = own if own is not None and is_given else given
    await take(uow, "hosts")
    await put_host(uow, given, given=True, is_primary=given == primary, field="handle")
    if own is not None:
        await take(uow, "hosts")
        if await is_taken(uow, own):
            raise Taken("host", value=own)
        await put_host(uow, own, given=is_given, is_primary=own == primary)
    return primary


async def _add_owner(
    uow: UnitOfWork, facts: _Facts, identity_id: UUID, role_id: UUID, is_trusted: bool
) -> UUID:
    await take(uow, "staff")
    return await uow.add(
        StaffMember,
        identity_id=identity_id,
        role_id=role_id,
        name=facts.owner_name,
        email=facts.email.address,
        email_key=facts.email.key,
        points=None,
        status="active" if is_trusted else "pending",
    )


async def _open_shop(uow: UnitOfWork, reception: Reception, facts: _Facts) -> None:
    """What each space has from the start."""
    await uow.add(Shop, id=uow.tenant_id, **facts.shop)
    if facts.legal_entity is not None:
        await uow.add(LegalEntity, is_default=True, **facts.legal_entity)
    for start in reception.starters:
        await start(uow)
    uow.record("shop.opened", uow.tenant_id, name=facts.shop_name)
