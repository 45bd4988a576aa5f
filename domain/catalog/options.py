"""Options: what the variants of a product differ in. `{"Цвет": "белый", "Объём": "0,5 л"}`.

An option, and a value of it, comes to be with the first variant that has it. All variants of a
product have the same options, and no two the same values.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import Text, any_, bindparam, cast, delete, func, literal, select, union_all, update
from sqlalchemy.dialects.postgresql import aggregate_order_by

from domain.catalog.changes import products_changed
from domain.catalog.tables import (
    Product,
    ProductOption,
    ProductOptionValue,
    Translation,
    Variant,
    VariantOptionValue,
)
from domain.catalog.versions import edited, lock_owner
from domain.errors import DomainError, InUse, Invalid, NotFound, Taken
from domain.inputs import located, text
from domain.references import Ref
from domain.row_sets import IDS, insert_rows, rows_by_id
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork

MOST_OPTIONS: Final = 5
LONGEST_TITLE: Final = 100

Choice = Mapping[str, str]
"""Option titles to value titles."""

_OPTIONS: Final = (
    select(ProductOption.id, ProductOption.product_id, ProductOption.title, ProductOption.position)
    .where(ProductOption.product_id == any_(IDS))
    .order_by(ProductOption.product_id, ProductOption.position, ProductOption.id)
)
_VALUES: Final = (
    select(
        ProductOptionValue.id,
        ProductOptionValue.option_id,
        ProductOptionValue.title,
        ProductOptionValue.position,
    )
    .where(ProductOptionValue.option_id == any_(IDS))
    .order_by(ProductOptionValue.option_id, ProductOptionValue.position, ProductOptionValue.id)
)
_VALUES_OF_PRODUCTS: Final = (
    select(
        ProductOption.product_id,
        ProductOption.title.label("option"),
        ProductOptionValue.id,
        ProductOptionValue.option_id,
        ProductOptionValue.title,
    )
    .join(ProductOption, ProductOption.id == ProductOptionValue.option_id)
    .where(ProductOption.product_id == any_(IDS))
    .order_by(ProductOption.position, ProductOptionValue.position)
)
_CHOICES: Final = (
    select(
        VariantOptionValue.variant_id,
        VariantOptionValue.option_id,
        VariantOptionValue.value_id,
        ProductOption.title.label("option"),
        ProductOptionValue.title.label("value"),
    )
    .join(ProductOption, ProductOption.id == VariantOptionValue.option_id)
    .join(ProductOptionValue, ProductOptionValue.id == VariantOptionValue.value_id)
    .where(VariantOptionValue.variant_id == any_(IDS))
    .order_by(VariantOptionValue.variant_id, ProductOption.position, ProductOption.id)
)
_UNCHOOSE: Final = delete(VariantOptionValue).where(VariantOptionValue.variant_id == any_(IDS))
_VARIANTS: Final = select(Variant.id).where(Variant.product_id == bindparam("product_id"))
_keys: Final = (
    select(
        Variant.id.label("variant_id"),
        func.coalesce(
            func.string_agg(
                cast(VariantOptionValue.value_id, Text),
                aggregate_order_by(literal(","), VariantOptionValue.value_id),
            ),
            "",
        ).label("key"),
    )
    .outerjoin(VariantOptionValue, VariantOptionValue.variant_id == Variant.id)
    .where(Variant.product_id == bindparam("product_id"))
    .group_by(Variant.id)
    .subquery()
)
_REKEY: Final = (
    update(Variant).where(Variant.id == _keys.c.variant_id).values(options_key=_keys.c.key)
)
_DELETE_WORDS: Final = delete(Translation).where(
    Translation.entity_id.in_(
        union_all(
            select(ProductOption.id).where(ProductOption.id == bindparam("option_id")),
            select(ProductOptionValue.id).where(
                ProductOptionValue.option_id == bindparam("option_id")
            ),
        )
    )
)


def cleaned_choice(given: Any) -> tuple[dict[str, str], list[DomainError]]:
    """The choice with its titles cleaned, and what is wrong with it."""
    choice: dict[str, str] = {}
    wrong: list[DomainError] = []
    title = text(LONGEST_TITLE)
    for option, value in (given or {}).items():
        try:
            name = title(option)
            if name in choice:
                raise Taken(value=name)
            choice[name] = title(value)
        except DomainError as error:
            wrong.append(error.at("options", str(option)))
    if len(choice) > MOST_OPTIONS:
        wrong.append(
            Invalid("options", en=f"at most {MOST_OPTIONS} options", ru=f"не больше {MOST_OPTIONS}")
        )
    return choice, wrong


@dataclass(slots=True)
class OptionBook:
    """The options and values of some products as they are, and those that are to be made.

    Both maps go from an owner (product, option) to ids by title, in order.
    """

    options: defaultdict[UUID, dict[str, UUID]] = field(default_factory=lambda: defaultdict(dict))
    values: defaultdict[UUID, dict[str, UUID]] = field(default_factory=lambda: defaultdict(dict))
    new_options: list[dict[str, Any]] = field(default_factory=list)
    new_values: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    async def of(cls, db: Asking, product_ids: Iterable[UUID]) -> "OptionBook":
        """What these products have now."""
        ids = list(set(product_ids))
        book = cls()
        if ids:
            for row in await db.rows(_OPTIONS, ids=ids):
                book.options[row["product_id"]][row["title"]] = row["id"]
            for row in await db.rows(_VALUES_OF_PRODUCTS, ids=ids):
                book.values[row["option_id"]][row["title"]] = row["id"]
        return book

    def choose(self, product_id: UUID, choice: Choice) -> dict[UUID, UUID]:
        """Option ids to value ids; what is not there yet is noted to be made."""
        chosen: dict[UUID, UUID] = {}
        for option, value in choice.items():
            option_id = _noted(
                self.options[product_id], option, self.new_options, {"product_id": product_id}
            )
            chosen[option_id] = _noted(
                self.values[option_id], value, self.new_values, {"option_id": option_id}
            )
        return chosen

    async def write(self, uow: UnitOfWork) -> None:
        """Make what was noted. Raises Taken when another made the same just now."""
        for table, rows in (
            (ProductOption, self.new_options),
            (ProductOptionValue, self.new_values),
        ):
            made = await insert_rows(uow, table, rows)
            for row in rows:
                if row["id"] not in made:
                    raise Taken("options", value=row["title"])


def _noted(
    there: dict[str, UUID], title: str, new: list[dict[str, Any]], owner: dict[str, UUID]
) -> UUID:
    """The id of what is called so; when it is not there yet, a row for it is noted at the end."""
    if title not in there:
        there[title] = new_id()
        new.append({"id": there[title], **owner, "title": title, "position": len(there) - 1})
    return there[title]


def options_key(chosen: Mapping[UUID, UUID]) -> str:
    """The one spelling of a choice: its value ids, sorted and joined."""
    return ",".join(sorted(str(value_id) for value_id in chosen.values()))


async def write_choices(
    uow: UnitOfWork, chosen: Mapping[UUID, Mapping[UUID, UUID]], *, new: bool
) -> None:
    """Give each variant exactly these values: variant id to option id to value id."""
    if not new and chosen:
        await uow.execute(_UNCHOOSE, ids=list(chosen))
    rows = [
        {"id": new_id(), "variant_id": variant_id, "option_id": option_id, "value_id": value_id}
        for variant_id, values in chosen.items()
        for option_id, value_id in values.items()
    ]
    await insert_rows(uow, VariantOptionValue, rows)


async def options_of(db: Asking, product_ids: Sequence[UUID]) -> list[Row]:
    """`id`, `product_id`, `title`, `position` of the options of many products, in order."""
    return await db.rows(_OPTIONS, ids=list(product_ids))


async def values_of(db: Asking, option_ids: Sequence[UUID]) -> list[Row]:
    """`id`, `option_id`, `title`, `position` of the values of many options, in order."""
    return await db.rows(_VALUES, ids=list(option_ids))


async def choices_of(db: Asking, variant_ids: Sequence[UUID]) -> list[Row]:
    """`variant_id`, `option_id`, `value_id`, `option`, `value` of many variants, in order."""
    return await db.rows(_CHOICES, ids=list(variant_ids))


async def choices_by_variant(db: Asking, variant_ids: Sequence[UUID]) -> dict[UUID, dict[str, str]]:
    """The choice that each variant is; one without options is left out."""
    choices: defaultdict[UUID, dict[str, str]] = defaultdict(dict)
    for row in await choices_of(db, variant_ids):
        choices[row["variant_id"]][row["option"]] = row["value"]
    return choices


async def add_option(
    uow: UnitOfWork,
    product: Ref,
    *,
    title: str,
    value: str,
    expected_version: int | None = None,
) -> UUID:
    """Add an option to a product; all variants that it has get `value`. Its id.

    Raises NotFound, Taken, Invalid, and Conflict for another version of the product.
    """
    owner = await lock_owner(
        uow, Product, product, "productId", what="product", expected_version=expected_version
    )
    product_id = owner["id"]
    choice, wrong = cleaned_choice({title: value})
    if wrong:
        raise wrong[0]
    book = await OptionBook.of(uow, [product_id])
    (name,) = choice
    if name in book.options[product_id]:
        raise Taken("title", value=name)
    if len(book.options[product_id]) >= MOST_OPTIONS:
        raise Invalid(en=f"at most {MOST_OPTIONS} options", ru=f"не больше {MOST_OPTIONS}")
    ((option_id, value_id),) = book.choose(product_id, choice).items()
    await book.write(uow)
    variants = await uow.rows(_VARIANTS, product_id=product_id)
    await write_choices(uow, {row["id"]: {option_id: value_id} for row in variants}, new=True)
    await uow.execute(_REKEY, product_id=product_id)
    await _changed(uow, product_id)
    return option_id


async def rename_option(
    uow: UnitOfWork,
    option_id: UUID,
    *,
    title: str | None = None,
    position: int | None = None,
    expected_version: int | None = None,
) -> None:
    """Change what an option is called, or where it stands. Raises Taken, NotFound, Conflict."""
    option = await _locked(uow, option_id, expected_version)
    await _rename(uow, ProductOption, option, title, position)
    await _changed(uow, option["product_id"])


async def rename_option_value(
    uow: UnitOfWork,
    value_id: UUID,
    *,
    title: str | None = None,
    position: int | None = None,
    expected_version: int | None = None,
) -> None:
    """Change what a value is called, or where it stands. Raises Taken, NotFound, Conflict."""
    value = await _found(uow, ProductOptionValue, value_id, "optionValue")
    option = await _locked(uow, value["option_id"], expected_version)
    await _rename(uow, ProductOptionValue, value, title, position)
    await _changed(uow, option["product_id"])


async def delete_option(
    uow: UnitOfWork, option_id: UUID, *, expected_version: int | None = None
) -> None:
    """Take an option away. Raises InUse when two variants would then be the same choice."""
    option = await _locked(uow, option_id, expected_version)
    product_id = option["product_id"]
    await uow.execute(_DELETE_WORDS, option_id=option_id)
    await uow.execute(delete(ProductOption).where(ProductOption.id == option_id))
    try:
        await uow.execute(_REKEY, product_id=product_id)
    except asyncpg.UniqueViolationError:
        raise InUse("id", what="variants", count=2) from None
    await _changed(uow, product_id)


async def _locked(uow: UnitOfWork, option_id: UUID, expected_version: int | None) -> Row:
    """An option, with its product locked, as it was seen. Raises NotFound, Conflict."""
    owner_id = (await _found(uow, ProductOption, option_id, "option"))["product_id"]
    await lock_owner(uow, Product, owner_id, "id", what="option", expected_version=expected_version)
    return await _found(uow, ProductOption, option_id, "option")


async def _found(db: Asking, table: Any, row_id: UUID, what: str) -> Row:
    rows = await rows_by_id(db, table, [row_id])
    if row_id not in rows:
        raise NotFound("id", what=what)
    return rows[row_id]


async def _rename(
    uow: UnitOfWork, table: Any, row: Row, title: str | None, position: int | None
) -> None:
    with located("title"):
        cleaned = None if title is None else text(LONGEST_TITLE)(title)
    wanted = {
        "title": row["title"] if cleaned is None else cleaned,
        "position": row["position"] if position is None else position,
    }
    try:
        await uow.execute(update(table).where(table.id == row["id"]).values(wanted))
    except asyncpg.UniqueViolationError:
        raise Taken("title", value=str(wanted["title"])) from None


async def _changed(uow: UnitOfWork, product_id: UUID) -> None:
    await edited(uow, Product, [product_id], what="product", changed=["options"])
    await products_changed(uow, [product_id])
