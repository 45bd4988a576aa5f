"""Changing the shop: its settings, its hosts, who sells there, its secrets."""

from typing import Any, cast

import strawberry
from strawberry import UNSET

from api.context import RequestContext
from api.engine.fields import batch
from api.inputs import minor, values
from api.merchants import kinds
from api.merchants.callers import reception_of
from api.merchants.history_types import Secret
from api.merchants.shop_types import Host, LegalEntity, Shop
from api.merchants.words import RequiredContact, TaxpayerKind, TaxSystem, VatRegime
from api.mutation import Outcome, Payload, entity, mutation, unscoped_mutation
from api.rows import in_table
from api.scalars import MoneyInput, Share, wanted_id
from domain.merchants import tables
from domain.merchants.host_proofs import ask_for_proof
from domain.merchants.hosts import add_host, make_primary, remove_host
from domain.merchants.legal_entities import (
    LegalEntityWords,
    add_legal_entity,
    archive_legal_entity,
    make_default,
    update_legal_entity,
)
from domain.merchants.queries import find_shop, list_hosts
from domain.merchants.reception import Reception
from domain.merchants.secrets import remove_secret, secrets_by_ids, set_secret
from domain.merchants.settings import ShopChanges, update_shop
from domain.merchants.sign_up import read_own_host
from tenants.scope import UnitOfWork
from tenants.values.money import Money

WRITE = "settings:write"


@strawberry.input
class ShopUpdateInput:
    """What may be changed of the settings. The currency may not: every price is in it."""

    name: str | None = UNSET
    time_zone: str | None = UNSET
    language: str | None = UNSET
    languages: list[str] | None = UNSET
    storefront_origins: list[str] | None = UNSET
    contact_email: str | None = UNSET
    contact_phone: str | None = UNSET
    contact_address: str | None = UNSET
    guest_checkout: bool | None = UNSET
    required_contact: RequiredContact | None = UNSET
    minimum_order: MoneyInput | None = UNSET
    cart_hold_minutes: int | None = UNSET
    cart_kept_days: int | None = UNSET
    expiry_notice_days: int | None = UNSET
    service_level: Share | None = UNSET
    draft_hours: int | None = UNSET
    payment_hours: int | None = UNSET
    payment_reminder_hours: int | None = UNSET
    expected_version: int | None = UNSET


@strawberry.input
class LegalEntityInput:
    """A person, sole trader or company; numbers are held against their check digits."""

    kind: TaxpayerKind
    name: str
    inn: str
    tax_system: TaxSystem
    vat_regime: VatRegime | None = strawberry.field(
        default=None, description="Left out: the usual one of the tax system."
    )
    kpp: str | None = None
    ogrn: str | None = None
    address: str | None = None


async def _shop_now(parents: Any, context: RequestContext) -> list[Any]:
    return [await find_shop(context.reading) if parent.get("shop") else None for parent in parents]


@strawberry.type
class ShopPayload(Payload):
    """The settings as they are now."""

    shop: Shop | None = batch(_shop_now)


async def _hosts_now(parents: Any, context: RequestContext) -> list[Any]:
    return [
        await list_hosts(context.reading) if parent.get("hosts") else None for parent in parents
    ]


@strawberry.type
class HostsPayload(Payload):
    """The shop's hosts as they are now."""

    hosts: list[Host] | None = batch(_hosts_now)


@strawberry.type
class LegalEntityPayload(Payload):
    """The legal entity as it is now."""

    legal_entity: LegalEntity | None = entity("legal_entity", in_table(tables.LegalEntity))


@strawberry.type
class SecretPayload(Payload):
    """The secret's name and times."""

    secret: Secret | None = entity("secret", secrets_by_ids)


@strawberry.type
class SecretRemovePayload(Payload):
    """The name under which nothing is kept any more."""

    name: str | None


def entity_words(entity: LegalEntityInput) -> LegalEntityWords:
    """A legal entity as the domain reads it."""
    return LegalEntityWords(**values(entity))


@strawberry.type
class ShopMutations:
    """Root fields of the shop."""

    @mutation(permission=WRITE, returns=ShopPayload)
    async def shop_update(uow: UnitOfWork, input: ShopUpdateInput) -> Outcome:
        """Change settings of this space."""
        changes = values(input)
        expected_version = changes.pop("expected_version", None)
        if input.minimum_order:
            amount = minor(input.minimum_order, "minimumOrder")
            changes["minimum_order"] = Money(amount or 0, input.minimum_order.currency_code)
        await update_shop(uow, cast("ShopChanges", changes), expected_version=expected_version)
        return {"shop": True}

    @mutation(permission=WRITE, returns=HostsPayload, live_only=True, adapter=Reception)
    async def host_add(uow: UnitOfWork, reception: Reception, host: str) -> Outcome:
        """Claim a domain name of one's own; it leads here once it is proven, see its `proof`."""
        name = read_own_host(reception, host)
        await add_host(uow, name, given=reception.gives(name))
        return {"hosts": True}

    @mutation(permission=WRITE, returns=HostsPayload, live_only=True)
    async def host_prove(uow: UnitOfWork, host: str) -> Outcome:
        """Have the proof looked for, now that it is published; a job does it, in a moment."""
        await ask_for_proof(uow, host)
        return {"hosts": True}

    @mutation(permission=WRITE, returns=HostsPayload, live_only=True)
    async def host_remove(uow: UnitOfWork, host: str) -> Outcome:
        """Lead a host nowhere; anybody may take it then."""
        await remove_host(uow, host)
        return {"hosts": True}

    @mutation(permission=WRITE, returns=HostsPayload, live_only=True)
    async def host_make_primary(uow: UnitOfWork, host: str) -> Outcome:
        """Let links begin with this host."""
        await make_primary(uow, host)
        return {"hosts": True}

    @mutation(permission=WRITE, returns=LegalEntityPayload)
    async def legal_entity_create(uow: UnitOfWork, input: LegalEntityInput) -> Outcome:
        """A further legal entity; the first one is the default."""
        return {"legal_entity": await add_legal_entity(uow, entity_words(input))}

    @mutation(permission=WRITE, returns=LegalEntityPayload)
    async def legal_entity_update(
        uow: UnitOfWork,
        id: strawberry.ID,
        input: LegalEntityInput,
        expected_version: int | None = None,
    ) -> Outcome:
        """Write a legal entity anew, as a whole, for its numbers hang together."""
        entity_id = wanted_id(id, kinds.LEGAL_ENTITY)
        await update_legal_entity(
            uow, entity_id, entity_words(input), expected_version=expected_version
        )
        return {"legal_entity": entity_id}

    @mutation(permission=WRITE, returns=LegalEntityPayload)
    async def legal_entity_make_default(
        uow: UnitOfWork, id: strawberry.ID, expected_version: int | None = None
    ) -> Outcome:
        """Let new orders and receipts be this entity's."""
        entity_id = wanted_id(id, kinds.LEGAL_ENTITY)
        await make_default(uow, entity_id, expected_version=expected_version)
        return {"legal_entity": entity_id}

    @mutation(permission=WRITE, returns=LegalEntityPayload)
    async def legal_entity_archive(
        uow: UnitOfWork, id: strawberry.ID, expected_version: int | None = None
    ) -> Outcome:
        """Use a legal entity no more; what refers to it stays."""
        entity_id = wanted_id(id, kinds.LEGAL_ENTITY)
        await archive_legal_entity(uow, entity_id, expected_version=expected_version)
        return {"legal_entity": entity_id}

    @unscoped_mutation(permission="secrets:write", returns=SecretPayload)
    async def secret_set(context: RequestContext, name: str, secret: str) -> Outcome:
        """Keep a secret of this space (a provider's password) in place of the one before it.

        It is sealed, and nothing ever reads it back.
        """
        context.needs_open()
        context.needs_presence()
        async with context.scope.writing("secret_set") as uow:
            masters = reception_of(context).masters
            return {"secret": await set_secret(uow, masters, name=name, secret=secret)}

    @mutation(permission="secrets:write", returns=SecretRemovePayload)
    async def secret_remove(uow: UnitOfWork, name: str) -> Outcome:
        """Destroy a secret."""
        await remove_secret(uow, name=name)
        return {"name": name}
