"""Promotions from draft to archive.

    draft -> active <-> paused; draft, active, paused -> archived

They are edited in any state but the last; orders keep what they got.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import any_, bindparam, delete, func, select

from domain.bulk import Tally
from domain.catalog.entities import (
    Edit,
    Entity,
    Given,
    cleaned_rows,
    create_one,
    lock_for_edit,
    write_entities,
)
from domain.catalog.versions import lock_owner
from domain.errors import Invalid, NotAllowed
from domain.inputs import Required, flag, instant, line_or_none, text, whole
from domain.pricing.promotions.cleaning import clean_rule
from domain.pricing.promotions.tables import Promotion, PromotionSegment, PromotionUse
from domain.pricing.promotions.uses import recount
from domain.references import Ref
from domain.row_sets import IDS, add_rows, update_rows
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork

MOST_ACTIVE: Final = 200
"""Promotions of a shop that run by themselves at once: all of them are asked for each cart."""


class Action(StrEnum):
    """What may be done with a promotion."""

    UPDATE = "update"
    ACTIVATE = "activate"
    PAUSE = "pause"
    ADD_CODES = "add_codes"
    ARCHIVE = "archive"


STATES_FOR: Final[Mapping[Action, tuple[str, ...]]] = {
    Action.UPDATE: ("draft", "active", "paused"),
    Action.ACTIVATE: ("draft", "paused"),
    Action.PAUSE: ("active",),
    Action.ADD_CODES: ("draft", "active", "paused"),
    Action.ARCHIVE: ("draft", "active", "paused"),
}
_LEADS_TO: Final = {
    Action.ACTIVATE: "active",
    Action.PAUSE: "paused",
    Action.ARCHIVE: "archived",
}


def _kept(value: Any) -> Any:
    return value


PROMOTION: Final = Entity(
    "promotion",
    Promotion,
    {
        "title": text(200),
        "priority": whole(-1_000, 1_000),
        "is_exclusive": flag,
        "exclusion_group": line_or_none(60),
        "needs_code": flag,
        "usage_limit": whole(1, 10**9, required=False),
        "customer_limit": whole(1, 10**9, required=False),
        "offer_minutes": whole(1, 366 * 24 * 60, required=False),
        "starts_at": instant,
        "ends_at": instant,
        **dict.fromkeys(("conditions", "actions", "most_minor", "currency"), _kept),
    },
)
LIMITS: Final = {"usage_limit", "customer_limit"}

_ACTIVE: Final = select(func.count()).where(
    Promotion.state == "active", Promotion.needs_code.is_(False)
)
_USES: Final = (
    select(
        PromotionUse.promotion_id.label("id"),
        func.count().label("uses"),
    )
    .where(PromotionUse.promotion_id == any_(IDS), PromotionUse.given_back_at.is_(None))
    .group_by(PromotionUse.promotion_id)
)
_UNNAME: Final = delete(PromotionSegment).where(
    PromotionSegment.promotion_id == bindparam("promotion")
)
_CODE_USES: Final = (
    select(PromotionUse.code_id.label("id"), func.count().label("uses"))
    .where(PromotionUse.code_id == any_(IDS), PromotionUse.given_back_at.is_(None))
    .group_by(PromotionUse.code_id)
)


def allowed_actions(state: str) -> list[Action]:
    """What may be done in a state."""
    return [action for action, states in STATES_FOR.items() if state in states]


async def create_promotion(uow: UnitOfWork, given: Given) -> UUID:
    """Make a draft; its id. Its `rule` is as `cleaning` takes it.

    Raises Required, Invalid, TooMany, NotFound.
    """
    if not given.get("rule"):
        raise Required("rule")
    columns = await _with_rule(uow, given)
    with _in_order():
        promotion_id = await create_one(uow, PROMOTION, columns)
    await _name_segments(uow, promotion_id, columns["conditions"])
    return promotion_id


async def update_promotion(uow: UnitOfWork, edit: Edit) -> UUID:
    """Change a promotion; its id. A `rule` takes the place of the whole one that was.

    New limits count all uses so far. Raises NotFound, Conflict, NotAllowed, Invalid.
    """
    tally = Tally(1)
    current = await lock_for_edit(uow, PROMOTION, [edit], tally)
    _check(current[0], Action.UPDATE)
    given = await _with_rule(uow, edit.changes)
    changes = cleaned_rows(PROMOTION, [given], tally, making=False)
    tally.settle()
    with _in_order():
        written = await write_entities(uow, PROMOTION, current, changes, tally)
    if "conditions" in given:
        await _name_segments(uow, current[0]["id"], given["conditions"])
    if LIMITS & set(written.get(0, ())):
        await recount(uow, current[0]["id"])
    return UUID(str(current[0]["id"]))


async def activate_promotion(
    uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None
) -> UUID:
    """Let a promotion run, from its first instant to its last; its id."""
    row = await _lock(uow, ref, Action.ACTIVATE, expected_version)
    if not row["needs_code"] and await uow.value(_ACTIVE) >= MOST_ACTIVE:
        raise NotAllowed(
            "id",
            en=f"{MOST_ACTIVE} promotions run by themselves already",
            ru=f"уже действует {MOST_ACTIVE} автоматических акций",
        )
    return await _enter(uow, row, Action.ACTIVATE)


async def pause_promotion(
    uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None
) -> UUID:
    """Stop a promotion until it is activated again; its id."""
    row = await _lock(uow, ref, Action.PAUSE, expected_version)
    return await _enter(uow, row, Action.PAUSE)


async def archive_promotion(
    uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None
) -> UUID:
    """End a promotion for good; its id."""
    row = await _lock(uow, ref, Action.ARCHIVE, expected_version)
    return await _enter(uow, row, Action.ARCHIVE)


async def uses_of(db: Asking, promotion_ids: Sequence[UUID]) -> list[Row]:
    """`id` and `uses` of promotions that orders use."""
    return await db.rows(_USES, ids=list(promotion_ids))


async def code_uses_of(db: Asking, code_ids: Sequence[UUID]) -> list[Row]:
    """`id` and `uses` of codes that orders use."""
    return await db.rows(_CODE_USES, ids=list(code_ids))


async def _lock(uow: UnitOfWork, ref: Ref, action: Action, expected_version: int | None) -> Row:
    row = await lock_owner(
        uow, Promotion, ref, "id", what="promotion", expected_version=expected_version
    )
    _check(row, action)
    return row


def _check(row: Row, action: Action) -> None:
    if row["state"] not in STATES_FOR[action]:
        raise NotAllowed(
            "id",
            en=f"cannot be done with a promotion that is {row['state']}",
            ru=f"нельзя сделать с акцией в состоянии {row['state']}",
        )


async def _enter(uow: UnitOfWork, row: Row, action: Action) -> UUID:
    """Write a locked promotion's new state, and tell of it."""
    promotion_id: UUID = row["id"]
    state = _LEADS_TO[action]
    versions = await update_rows(uow, Promotion, [{"id": promotion_id, "state": state}])
    uow.record(f"promotion.{state}", promotion_id, version=versions[promotion_id])
    return promotion_id


async def _with_rule(uow: UnitOfWork, given: Given) -> dict[str, Any]:
    """The input with the columns of its `rule` in the place of it."""
    columns = {name: value for name, value in given.items() if name != "rule"}
    if "rule" not in given:
        return columns
    if given["rule"] is None:
        raise Required("rule")
    return {**columns, **await clean_rule(uow, given["rule"])}


async def _name_segments(
    uow: UnitOfWork, promotion_id: UUID, conditions: Sequence[Mapping[str, Any]]
) -> None:
    """Let a promotion name exactly the segments of its conditions."""
    named = {UUID(f"{one}") for each in conditions for one in each.get("segments", ())}
    await uow.execute(_UNNAME, promotion=promotion_id)
    rows = [{"id": new_id(), "promotion_id": promotion_id, "segment_id": one} for one in named]
    await add_rows(uow, PromotionSegment, rows)


@contextmanager
def _in_order() -> Iterator[None]:
    """The table holds what two fields say together, whichever of them was given."""
    try:
        yield
    except asyncpg.CheckViolationError as error:
        if "offer_minutes" in error.args[0]:
            raise Invalid(
                "offerMinutes",
                en="only with needsCode: each visitor has a code of his own",
                ru="только с needsCode: у каждого посетителя свой код",
            ) from None
        raise Invalid(
            "endsAt", en="must be later than startsAt", ru="должно быть позже начала"
        ) from None
