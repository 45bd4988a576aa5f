"""Legal entities: who sells. A shop may have several; one is the default."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from domain.errors import Conflict, Invalid, NotAllowed, NotFound, Taken
from domain.merchants.names import read_name
from domain.merchants.tables import LegalEntity, Shop
from tenants.ids import new_id
from tenants.scope import UnitOfWork
from tenants.values.invalid import InvalidValue, Reason
from tenants.values.taxpayers import Taxpayer, TaxpayerKind, parse_taxpayer

# Who may be taxed how: chapters 23, 26.1, 26.2 and 26.5 of the Tax Code, and law 422-FZ (npd, the
# tax of the self-employed, who may be sole traders too).
TAX_SYSTEMS_OF: Final[Mapping[TaxpayerKind, tuple[str, ...]]] = {
    "person": ("npd",),
    "sole_trader": ("osn", "usn_income", "usn_income_outcome", "esn", "patent", "npd"),
    "company": ("osn", "usn_income", "usn_income_outcome", "esn"),
}
# How each of them may stand to VAT, the usual first: articles 145, 145.1 and 164 (paragraph 8) of
# the code; patents and the self-employed pay none.
VAT_REGIMES_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "osn": ("general", "none"),
    "esn": ("general", "none"),
    "usn_income": ("none", "special_5", "special_7", "general"),
    "usn_income_outcome": ("none", "special_5", "special_7", "general"),
    "patent": ("none",),
    "npd": ("none",),
}
LONGEST_NAME: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalEntityWords:
    """A legal entity as somebody typed it. No `vat_regime`: the usual one of its tax system."""

    kind: TaxpayerKind
    name: str
    inn: str
    kpp: str | None = None
    ogrn: str | None = None
    tax_system: str
    vat_regime: str | None = None
    address: str | None = None


def read_taxpayer(
    kind: TaxpayerKind, *path: str, inn: str, kpp: str | None, ogrn: str | None
) -> Taxpayer:
    """Numbers that fit each other and their kind. Raises Invalid at the one that does not."""
    try:
        return parse_taxpayer(kind, inn=inn, kpp=kpp, ogrn=ogrn)
    except InvalidValue as error:
        field = _field_of(error.reason_code)
        raise Invalid(*path, field, en=error.message("en"), ru=error.message("ru")) from None


def read_legal_entity(words: LegalEntityWords, *path: str) -> dict[str, Any]:
    """The columns of a legal entity. Raises Invalid where numbers or tax system do not fit."""
    taxpayer = read_taxpayer(words.kind, *path, inn=words.inn, kpp=words.kpp, ogrn=words.ogrn)
    if words.tax_system not in TAX_SYSTEMS_OF[words.kind]:
        raise Invalid(
            *path,
            "taxSystem",
            en="this kind of taxpayer has no such tax system",
            ru="у такого налогоплательщика не бывает этой системы налогообложения",
        )
    regimes = VAT_REGIMES_OF[words.tax_system]
    vat_regime = words.vat_regime or regimes[0]
    if vat_regime not in regimes:
        raise Invalid(
            *path,
            "vatRegime",
            en="nobody pays VAT like this under this tax system",
            ru="при этой системе налогообложения НДС так не платят",
        )
    name = read_name(words.name, *path, "name", longest=LONGEST_NAME)
    return {
        "kind": taxpayer.kind,
        "name": name,
        "inn": taxpayer.inn,
        "kpp": taxpayer.kpp,
        "ogrn": taxpayer.ogrn,
        "tax_system": words.tax_system,
        "vat_regime": vat_regime,
        "address": words.address,
    }


async def add_legal_entity(uow: UnitOfWork, words: LegalEntityWords) -> UUID:
    """A further legal entity; the first one is the default. Raises Invalid, Taken."""
    columns = read_legal_entity(words)
    # Of two first ones at once, the second waits here, and finds that it is not.
    await uow.value(select(Shop.id).with_for_update())
    is_first = await uow.value(select(LegalEntity.id).where(LegalEntity.is_default)) is None
    entity_id = await uow.value(
        insert(LegalEntity)
        .values(tenant_id=uow.tenant_id, id=new_id(), is_default=is_first, **columns)
        .on_conflict_do_nothing()
        .returning(LegalEntity.id)
    )
    if entity_id is None:
        raise Taken("inn", value=columns["inn"])
    uow.record("legal_entity.added", entity_id, name=columns["name"], inn=columns["inn"])
    return UUID(str(entity_id))


async def update_legal_entity(
    uow: UnitOfWork,
    entity_id: UUID,
    words: LegalEntityWords,
    *,
    expected_version: int | None = None,
) -> None:
    """Write a legal entity anew, as a whole, for its numbers hang together.

    Raises NotFound, Conflict, Invalid, Taken.
    """
    columns = read_legal_entity(words)
    await _in_use(uow, entity_id, expected_version)
    twin = await uow.value(
        select(LegalEntity.id).where(
            LegalEntity.id != entity_id,
            LegalEntity.inn == columns["inn"],
            LegalEntity.kpp.is_not_distinct_from(columns["kpp"]),
            LegalEntity.archived_at.is_(None),
        )
    )
    if twin is not None:
        raise Taken("inn", value=columns["inn"])
    await uow.execute(
        update(LegalEntity)
        .where(LegalEntity.id == entity_id)
        .values(**columns, version=LegalEntity.version + 1, updated_at=uow.now)
    )
    uow.record("legal_entity.changed", entity_id, name=columns["name"], inn=columns["inn"])


async def make_default(
    uow: UnitOfWork, entity_id: UUID, *, expected_version: int | None = None
) -> None:
    """Let new orders and receipts be this entity's. Raises NotFound, Conflict."""
    # The one that is the default now is locked first, so two changes go one after the other.
    await uow.value(select(LegalEntity.id).where(LegalEntity.is_default).with_for_update())
    await _in_use(uow, entity_id, expected_version)
    await uow.execute(update(LegalEntity).where(LegalEntity.is_default).values(is_default=False))
    await uow.execute(
        update(LegalEntity)
        .where(LegalEntity.id == entity_id)
        .values(is_default=True, version=LegalEntity.version + 1, updated_at=uow.now)
    )
    uow.record("legal_entity.made_default", entity_id)


async def archive_legal_entity(
    uow: UnitOfWork, entity_id: UUID, *, expected_version: int | None = None
) -> None:
    """Use it no more; what refers to it stays. Raises NotFound, Conflict, NotAllowed (default)."""
    entity = await _in_use(uow, entity_id, expected_version)
    if entity["is_default"]:
        raise NotAllowed(
            en="make another legal entity the default first",
            ru="сначала сделайте основным другое юридическое лицо",
        )
    await uow.execute(
        update(LegalEntity)
        .where(LegalEntity.id == entity_id)
        .values(archived_at=uow.now, version=LegalEntity.version + 1, updated_at=uow.now)
    )
    uow.record("legal_entity.archived", entity_id)


async def _in_use(uow: UnitOfWork, entity_id: UUID, expected_version: int | None) -> Any:
    entity = await uow.row(
        select(LegalEntity.is_default, LegalEntity.version)
        .where(LegalEntity.id == entity_id, LegalEntity.archived_at.is_(None))
        .with_for_update()
    )
    if entity is None:
        raise NotFound("id", what="legal entity")
    if expected_version is not None and entity["version"] != expected_version:
        raise Conflict("expectedVersion", current_version=entity["version"])
    return entity


def _field_of(reason: Reason) -> str:
    return reason.value.partition("_")[0].lower()
