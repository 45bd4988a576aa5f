"""Variants: what is put into a cart. A product has one at least, and at most 250.

Input: the fields of VARIANT, `options` (`{"Цвет": "белый"}`, a value for each option of the
product), `barcodes` (all of them, the one to print first) and `external_id`.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, func, select, update

from domain.bulk import ErrorPolicy, Fallen, Nested, Outcome, Tally, TooMany, looks_again
from domain.catalog.barcodes import barcodes_of, cleaned_barcodes, write_barcodes
from domain.catalog.changes import products_changed
from domain.catalog.entities import (
    Edit,
    Entity,
    Given,
    cleaned_rows,
    insert_entities,
    lock_for_edit,
    refuse_taken_outside,
    refused_if_taken,
    remove_entities,
    write_entities,
)
from domain.catalog.fields import checked_fields
from domain.catalog.options import (
    OptionBook,
    choices_by_variant,
    cleaned_choice,
    options_key,
    write_choices,
)
from domain.catalog.product_tables import STOCK_POLICIES
from domain.catalog.tables import BundleItem, Media, Product, Variant
from domain.catalog.versions import edited
from domain.errors import InUse, Invalid, NotAllowed, NotFound, Taken
from domain.inputs import flag, json_object, line_or_none, text, whole, word
from domain.merchants.plans import release, take
from domain.references import Ref, resolve
from domain.row_sets import IDS, lock_rows
from tenants.ids import new_id
from tenants.scope import Asking, UnitOfWork
from tenants.values.barcodes import Barcode as Code

MOST_VARIANTS: Final = 250
HEAVIEST_GRAMS: Final = 100_000_000
LONGEST_MM: Final = 1_000_000
MOST_QUANTITY: Final = 10**12

_LENGTH: Final = whole(0, LONGEST_MM, required=False)
VARIANT: Final = Entity(
    "variant",
    Variant,
    {
        "title": text(300, required=False),
        "sku": line_or_none(100),
        "position": whole(0, 100_000),
        "is_active": flag,
        "stock_policy": word(*STOCK_POLICIES),
        "is_weighed": flag,
        "min_quantity": whole(1, MOST_QUANTITY),
        "quantity_step": whole(1, MOST_QUANTITY),
        "weight_grams": whole(0, HEAVIEST_GRAMS, required=False),
        "length_mm": _LENGTH,
        "width_mm": _LENGTH,
        "height_mm": _LENGTH,
        "metadata": json_object(20_000),
        "fields": json_object(100_000),
    },
    required=(),
)

_SIBLINGS: Final = (
    select(Variant.id, Variant.product_id, Variant.position)
    .where(Variant.product_id == any_(IDS))
    .order_by(Variant.product_id, Variant.position, Variant.id)
)
_PARTS: Final = select(func.count()).where(BundleItem.part_variant_id == any_(IDS))
_LEAVE_MEDIA: Final = update(Media).where(Media.variant_id == any_(IDS)).values(variant_id=None)


@dataclass(frozen=True, slots=True)
class Planned:
    """Variants that were looked at and found good, ready to be written. Keys: rows of the input."""

    rows: dict[int, dict[str, Any]]
    choices: dict[int, dict[str, str]]
    codes: dict[int, list[Code]]


@looks_again
async def create_variants(
    uow: UnitOfWork,
    *,
    product: Ref,
    given: Sequence[Given],
    policy: ErrorPolicy = ErrorPolicy.REJECT_ALL,
    path: tuple[str, ...] | None = ("variants",),
) -> Outcome:
    """Add variants to one product, up to 100 at once.

    Refusals of a row: Invalid, Required, Taken("barcodes" | "options" | "externalId"). Raises
    NotFound for the product.
    """
    product_id = (await resolve(uow, Product, [product])).get(product)
    # The lock makes the look at what the product has, and the write, one thing.
    if product_id is None or product_id not in await lock_rows(uow, Product, [product_id]):
        raise NotFound("productId", what="product")
    tally = Tally(len(given), policy, path)
    planned = await plan_variants(uow, dict.fromkeys(range(len(given)), product_id), given, tally)
    tally.settle()
    ids = await write_variants(uow, planned, tally)
    await products_changed(uow, [product_id])
    return tally.outcome(ids)


@looks_again
async def update_variants(
    uow: UnitOfWork,
    edits: Sequence[Edit],
    *,
    policy: ErrorPolicy = ErrorPolicy.REJECT_ALL,
    path: tuple[str, ...] | None = ("variants",),
) -> Outcome:
    """Change up to 100 variants of any products. Refusals: as of new ones, NotFound, Conflict."""
    tally = Tally(len(edits), policy, path)
    there = await resolve(uow, Variant, [edit.ref for edit in edits])
    await _lock_products_of(uow, list(there.values()))
    current = await lock_for_edit(uow, VARIANT, edits, tally)
    changes = cleaned_rows(VARIANT, [edit.changes for edit in edits], tally, making=False)
    standing = {at: changes[at] for at in current if tally.stands(at)}
    kept = {at: current[at]["fields"] for at in standing}
    await checked_fields(uow, "variant", standing, kept, tally)
    ids: dict[int, UUID] = {at: row["id"] for at, row in current.items()}
    codes = await cleaned_barcodes(
        uow,
        {
            at: edits[at].changes["barcodes"] or []
            for at in standing
            if "barcodes" in edits[at].changes
        },
        ids,
        tally,
    )
    codes = await _other_codes(uow, codes, ids)
    choices = await _changed_choices(uow, edits, current, tally)
    tally.settle()
    book = await OptionBook.of(uow, [row["product_id"] for row in current.values()])
    chosen = {
        at: book.choose(current[at]["product_id"], choice)
        for at, choice in choices.items()
        if tally.stands(at)
    }
    await book.write(uow)
    for at, values in chosen.items():
        changes[at]["options_key"] = options_key(values)
    with refused_if_taken():
        changed = await write_entities(uow, VARIANT, current, changes, tally)
    chosen = {at: values for at, values in chosen.items() if tally.stands(at)}
    await write_choices(uow, {ids[at]: values for at, values in chosen.items()}, new=False)
    await write_barcodes(
        uow, {ids[at]: many for at, many in codes.items() if tally.stands(at)}, new=False
    )
    recoded = {ids[at] for at in codes.keys() - changed.keys() if tally.stands(at)}
    await edited(uow, Variant, recoded, what="variant", changed=["barcodes"])
    touched = {*changed, *codes, *chosen}
    await products_changed(uow, {current[at]["product_id"] for at in touched})
    return tally.outcome(ids)


async def update_variant(uow: UnitOfWork, edit: Edit) -> UUID:
    """Change one variant; its id."""
    outcome = await update_variants(uow, [edit], path=None)
    assert outcome.ids[0] is not None
    return outcome.ids[0]


async def delete_variants(uow: UnitOfWork, refs: Sequence[Ref]) -> list[UUID]:
    """Delete variants with their prices and stock; their ids. Their pictures stay the product's.

    Raises NotFound; NotAllowed for the last variant of a product; InUse for a part of a bundle.
    """
    there = await resolve(uow, Variant, refs)
    await _lock_products_of(uow, list(there.values()))
    tally = Tally(len(refs), path=("ids",))
    current = await lock_for_edit(uow, VARIANT, [Edit(ref, {}) for ref in refs], tally)
    ids = [row["id"] for row in current.values()]
    products = {row["product_id"] for row in current.values()}
    siblings = await uow.rows(_SIBLINGS, ids=list(products))
    left = Counter(row["product_id"] for row in siblings if row["id"] not in set(ids))
    if any(left[product_id] == 0 for product_id in products):
        raise NotAllowed(
            "ids",
            en="a product keeps one variant at least; archive or delete the product instead",
            ru="у товара остаётся хотя бы один вариант; заархивируйте или удалите товар",
        )
    if bundles := await uow.value(_PARTS, ids=ids):
        raise InUse("ids", what="bundles", count=bundles)
    await uow.execute(_LEAVE_MEDIA, ids=ids)
    await remove_entities(uow, VARIANT, list(current.values()))
    await release(uow, "variants", len(ids))
    await products_changed(uow, products)
    return ids


async def plan_variants(
    uow: UnitOfWork,
    products: Mapping[int, UUID],
    given: Sequence[Given],
    fallen: Fallen,
) -> Planned:
    """Look at new variants before anything is written. `products`: whose each row is to be."""
    rows = cleaned_rows(VARIANT, given, fallen, making=True)
    await refuse_taken_outside(uow, VARIANT, rows, fallen)
    await checked_fields(uow, "variant", rows, {}, fallen)
    choices: dict[int, dict[str, str]] = {}
    for at, one in enumerate(given):
        choices[at], wrong = cleaned_choice(one.get("options"))
        if wrong:
            fallen.refuse(at, *wrong)
    codes = await cleaned_barcodes(
        uow, {at: one.get("barcodes") or [] for at, one in enumerate(given)}, {}, fallen
    )
    siblings: defaultdict[UUID, list[Any]] = defaultdict(list)
    for row in await uow.rows(_SIBLINGS, ids=list(set(products.values()))):
        siblings[row["product_id"]].append(row)
    there = await choices_by_variant(uow, [row["id"] for rows in siblings.values() for row in rows])
    _refuse_same_choices(products, choices, siblings, there, fallen)
    number: Counter[UUID] = Counter()
    for at, new in rows.items():
        product_id = products[at]
        number[product_id] += 1
        first = 1 + max((one["position"] for one in siblings[product_id]), default=-1)
        new |= {"id": new_id(), "product_id": product_id}
        new.setdefault("position", first + number[product_id] - 1)
        if len(siblings[product_id]) + number[product_id] > MOST_VARIANTS:
            fallen.refuse(at, TooMany(most=MOST_VARIANTS))
    return Planned(rows, choices, codes)


async def write_variants(uow: UnitOfWork, planned: Planned, fallen: Fallen) -> dict[int, UUID]:
    """Write what was planned and still stands; the ids by row.

    Raises Taken when somebody was quicker, and LimitReached.
    """
    standing = [at for at in fallen.standing() if at in planned.rows]
    if not standing:
        return {}
    book = await OptionBook.of(uow, [planned.rows[at]["product_id"] for at in standing])
    chosen = {
        at: book.choose(planned.rows[at]["product_id"], planned.choices[at]) for at in standing
    }
    await book.write(uow)
    await take(uow, "variants", len(standing))
    rows = {at: planned.rows[at] | {"options_key": options_key(chosen[at])} for at in standing}
    ids = await insert_entities(uow, VARIANT, rows, fallen)
    if lost := [at for at in standing if at not in ids]:
        raise Taken("externalId", value=str(rows[lost[0]].get("external_id", "")))
    await write_choices(uow, {ids[at]: chosen[at] for at in ids}, new=True)
    await write_barcodes(uow, {ids[at]: planned.codes[at] for at in ids}, new=True)
    return ids


def nested_variants(
    products: Mapping[int, Mapping[str, Any]], ids: Mapping[int, UUID], tally: Fallen
) -> tuple[dict[int, UUID], list[Given], Nested]:
    """The variants inside new products, one of no words where none are given.

    Comes back: whose each is, what is given of it, and the tally that leads back to its product.
    """
    owners: list[tuple[int, tuple[str | int, ...]]] = []
    given: list[Given] = []
    whose: dict[int, UUID] = {}
    for at, one in products.items():
        for number, variant in enumerate(one.get("variants") or [{}]):
            whose[len(given)] = ids[at]
            given.append(variant)
            owners.append((at, ("variants", number)))
    return whose, given, Nested(tally, owners)


def _refuse_same_choices(
    products: Mapping[int, UUID],
    choices: Mapping[int, dict[str, str]],
    siblings: Mapping[UUID, Sequence[Any]],
    there: Mapping[UUID, dict[str, str]],
    fallen: Fallen,
) -> None:
    """Rows fall that choose by other options than their siblings, or choose the same."""
    known: dict[UUID, list[dict[str, str]]] = {
        product_id: [there.get(row["id"], {}) for row in siblings.get(product_id, ())]
        for product_id in set(products.values())
    }
    for at, choice in choices.items():
        others = known[products[at]]
        if others and choice.keys() != others[0].keys():
            fallen.refuse(at, _other_options(others[0]))
        elif choice in others:
            fallen.refuse(at, Taken("options", value=", ".join(choice.values())))
        others.append(choice)


def _other_options(wanted: Mapping[str, str]) -> Invalid:
    titles = ", ".join(wanted) or "—"
    return Invalid(
        "options",
        en=f"needs a value for each option of the product and no other: {titles}",
        ru=f"нужно значение для каждого параметра товара и ни для каких других: {titles}",
    )


async def _other_codes(
    db: Asking, codes: Mapping[int, list[Code]], ids: Mapping[int, UUID]
) -> dict[int, list[Code]]:
    """Those rows whose codes are not what their variants have already."""
    there: defaultdict[UUID, list[str]] = defaultdict(list)
    for row in await barcodes_of(db, [ids[at] for at in codes]):
        there[row["variant_id"]].append(row["code"])
    return {at: many for at, many in codes.items() if [one.code for one in many] != there[ids[at]]}


async def _changed_choices(
    uow: UnitOfWork, edits: Sequence[Edit], current: Mapping[int, Any], fallen: Fallen
) -> dict[int, dict[str, str]]:
    """The whole new choice of each row that changes its own."""
    asked = [at for at in current if "options" in edits[at].changes and fallen.stands(at)]
    if not asked:
        return {}
    products = list({current[at]["product_id"] for at in asked})
    siblings = await uow.rows(_SIBLINGS, ids=products)
    there = await choices_by_variant(uow, [row["id"] for row in siblings])
    owner = {row["id"]: row["product_id"] for row in siblings}
    choices: dict[int, dict[str, str]] = {}
    for at in asked:
        choice, wrong = cleaned_choice(edits[at].changes["options"])
        variant_id = current[at]["id"]
        old = there.get(variant_id, {})
        if not wrong and not choice.keys() <= old.keys():
            wrong = [_other_options(old)]
        if wrong:
            fallen.refuse(at, *wrong)
            continue
        choices[at] = there[variant_id] = {**old, **choice}
    for at in choices:
        same = [
            one
            for one, choice in there.items()
            if choice == choices[at] and owner[one] == current[at]["product_id"]
        ]
        if len(same) > 1:
            fallen.refuse(at, Taken("options", value=", ".join(choices[at].values())))
    return {at: choice for at, choice in choices.items() if fallen.stands(at)}


async def _lock_products_of(uow: UnitOfWork, variant_ids: Sequence[UUID]) -> None:
    """Lock products before their variants, as everyone does, so that nobody waits in a ring."""
    rows = await uow.rows(_PRODUCTS_OF, ids=list(variant_ids)) if variant_ids else []
    await lock_rows(uow, Product, sorted({row["product_id"] for row in rows}))


_PRODUCTS_OF: Final = select(Variant.product_id).where(Variant.id == any_(IDS))
