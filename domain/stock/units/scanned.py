"""Variants as a scanner or a person names them: by id, by external id, by barcode, by SKU."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Text, any_, bindparam, select

from domain.catalog.barcodes import owners_of_barcodes
from domain.catalog.tables import Variant
from domain.errors import Invalid, NotFound
from domain.inputs import Required
from domain.references import Ref, resolve
from tenants.scope import Asking
from tenants.values.barcodes import parse_barcode
from tenants.values.invalid import InvalidValue

_SKUS: Final = select(Variant.sku, Variant.id).where(
    Variant.sku == any_(bindparam("skus", type_=ARRAY(Text())))
)


class Name(NamedTuple):
    """One of the three says which variant is meant."""

    variant: Ref | None = None
    barcode: str | None = None
    sku: str | None = None

    @property
    def field(self) -> str:
        """Which of them it is."""
        return "barcode" if self.barcode else "sku" if self.sku else "variantId"

    @property
    def code(self) -> str | None:
        """The barcode as it is kept; None for what is no barcode."""
        try:
            return parse_barcode(self.barcode or "").code
        except InvalidValue:
            return None


async def find_scanned(db: Asking, names: Iterable[Name]) -> Mapping[Name, Sequence[UUID]]:
    """The variants that names lead to, in three statements at most: several may have one SKU."""
    asked = set(names)
    codes = [code for name in asked if (code := name.code) is not None]
    owners = await owners_of_barcodes(db, codes) if codes else {}
    ids = await resolve(db, Variant, [name.variant for name in asked])
    wanted = [name.sku for name in asked if name.sku is not None]
    skus: dict[str | None, list[UUID]] = {}
    for row in await db.rows(_SKUS, skus=wanted) if wanted else ():
        skus.setdefault(row["sku"], []).append(row["id"])
    found: dict[Name, Sequence[UUID]] = {}
    for name in asked:
        if name.variant is not None:
            found[name] = [ids[name.variant]] if name.variant in ids else []
        elif name.barcode is not None:
            found[name] = [owners[name.code]] if name.code in owners else []
        else:
            found[name] = skus.get(name.sku, [])
    return found


def only_one(name: Name, found: Mapping[Name, Sequence[UUID]]) -> UUID:
    """The variant that a name leads to. Raises Required, NotFound, Invalid where it is not one."""
    fields = {"variantId": name.variant, "barcode": name.barcode, "sku": name.sku}
    given = [field for field, value in fields.items() if value is not None]
    if not given:
        raise Required("variantId")
    if len(given) > 1:
        raise Invalid(given[1], en="is one name too many", ru="лишнее: товар уже назван")
    ids = found[name]
    if not ids:
        raise NotFound(given[0], what="variant")
    if len(ids) > 1:
        raise Invalid(given[0], en="several variants have it", ru="есть у нескольких товаров")
    return ids[0]
