"""Barcodes: each leads to one variant of the shop."""

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, Text, any_, bindparam, delete, select

from domain.bulk import Fallen
from domain.catalog.tables import Barcode
from domain.errors import Invalid, Taken
from domain.inputs import as_refusal
from domain.row_sets import IDS, insert_rows
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork
from tenants.values.barcodes import Barcode as Code
from tenants.values.barcodes import parse_barcode
from tenants.values.invalid import InvalidValue

MOST_PER_VARIANT: Final = 20

_CODES: Final = bindparam("codes", type_=ARRAY(Text()))
_OWNERS: Final = select(Barcode.code, Barcode.variant_id).where(Barcode.code == any_(_CODES))
_OF_VARIANTS: Final = (
    select(Barcode.variant_id, Barcode.code, Barcode.kind)
    .where(Barcode.variant_id == any_(IDS))
    .order_by(Barcode.variant_id, Barcode.position)
)
_CLEAR: Final = delete(Barcode).where(Barcode.variant_id == any_(IDS))


async def find_variant_by_barcode(db: Asking, code: str) -> UUID | None:
    """The variant that a scanned code leads to. Raises InvalidValue for what is no code."""
    code = parse_barcode(code).code
    return (await owners_of_barcodes(db, [code])).get(code)


async def owners_of_barcodes(db: Asking, codes: Sequence[str]) -> dict[str, UUID]:
    """The variants that codes, as `parse_barcode` writes them, lead to."""
    rows = await db.rows(_OWNERS, codes=list(codes))
    return {row["code"]: row["variant_id"] for row in rows}


async def barcodes_of(db: Asking, variant_ids: Sequence[UUID]) -> list[Row]:
    """`variant_id`, `code`, `kind` of the barcodes of many variants, in their order."""
    return await db.rows(_OF_VARIANTS, ids=list(variant_ids))


async def cleaned_barcodes(
    db: Asking,
    wanted: Mapping[int, Sequence[str]],
    variant_ids: Mapping[int, UUID],
    fallen: Fallen,
) -> dict[int, list[Code]]:
    """The codes of each row; rows fall whose code is none, or leads to another variant.

    `variant_ids` names the variants of rows that exist already: they may keep their codes.
    """
    codes: dict[int, list[Code]] = {}
    for at, texts in wanted.items():
        codes[at] = _parsed(at, texts, fallen)
    every = sorted({one.code for many in codes.values() for one in many})
    rows = await db.rows(_OWNERS, codes=every) if every else []
    owners: dict[str, Any] = {row["code"]: row["variant_id"] for row in rows}
    # A code that is taken off one row of this input is free for another.
    let_go = {variant_ids[at] for at in wanted if at in variant_ids}
    owners = {code: owner for code, owner in owners.items() if owner not in let_go}
    for at, many in sorted(codes.items()):
        for number, one in enumerate(many):
            if owners.setdefault(one.code, at) != at:
                fallen.refuse(at, Taken("barcodes", number, value=one.code))
    return codes


async def write_barcodes(
    uow: UnitOfWork, codes: Mapping[UUID, Sequence[Code]], *, new: bool
) -> None:
    """Give each variant exactly these codes. Raises Taken when another was quicker."""
    if taken := await put_barcodes(uow, codes, new=new):
        raise Taken("barcodes", value=taken[0][1])


async def put_barcodes(
    uow: UnitOfWork, codes: Mapping[UUID, Sequence[Code]], *, new: bool
) -> list[tuple[UUID, str]]:
    """Give each variant these codes; those (variant, code) that lead to another are left out."""
    if not codes:
        return []
    if not new:
        await uow.execute(_CLEAR, ids=list(codes))
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "variant_id": variant_id,
            "code": one.code,
            "kind": one.kind,
            "position": number,
        }
        for variant_id, many in codes.items()
        for number, one in enumerate(many)
    ]
    rows.sort(key=itemgetter("code"))  # two who want the same codes wait in a row, not in a ring
    made = await insert_rows(uow, Barcode, rows)
    return [(row["variant_id"], row["code"]) for row in rows if row["id"] not in made]


def _parsed(at: int, texts: Iterable[str], fallen: Fallen) -> list[Code]:
    codes: dict[str, Code] = {}
    for number, text in enumerate(texts):
        try:
            code = parse_barcode(text)
        except InvalidValue as error:
            fallen.refuse(at, as_refusal(error, "barcodes", number))
            continue
        codes[code.code] = code
    if len(codes) > MOST_PER_VARIANT:
        fallen.refuse(
            at,
            Invalid(
                "barcodes",
                en=f"at most {MOST_PER_VARIANT} of a variant",
                ru=f"не больше {MOST_PER_VARIANT} у варианта",
            ),
        )
    return list(codes.values())
