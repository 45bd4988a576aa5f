"""How staff sort an order: its status, who sees to it, its tags."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, bindparam, delete, select

from domain.bulk import TooMany
from domain.catalog.versions import edited, lock_owner
from domain.errors import Invalid, NotFound
from domain.inputs import located, text
from domain.orders.desk.colleagues import reach_colleagues
from domain.orders.desk.tables import OrderStatus, OrderTag
from domain.orders.orders.states import WHAT, check_sees_order
from domain.orders.orders.tables import Order
from domain.references import Ref
from domain.row_sets import IDS, add_rows, rows_by_id, update_rows
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork

MOST_TAGS: Final = 50
_TAG: Final = text(50)
_TAGS: Final = (
    select(OrderTag.order_id, OrderTag.tag)
    .where(OrderTag.order_id == any_(IDS))
    .order_by(OrderTag.order_id, OrderTag.tag)
)
_UNTAG: Final = delete(OrderTag).where(
    OrderTag.order_id == bindparam("order", type_=OrderTag.order_id.type)
)


async def lock_on_desk(uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None) -> Row:
    """An order that the caller sees, locked in whatever state. Raises NotFound, Conflict."""
    order = await lock_owner(uow, Order, ref, "id", what=WHAT, expected_version=expected_version)
    check_sees_order(uow.principal, order, "id")
    return order


async def sort_order(
    uow: UnitOfWork, ref: Ref, given: Mapping[str, Any], *, expected_version: int | None = None
) -> UUID:
    """Change `status_id`, `assignee_id` (None clears) and `tags` (`set`, or `add` and `remove`) of
    an order; its id. Raises NotFound, Conflict, NotAllowed, Invalid, TooMany.
    """
    order = await lock_on_desk(uow, ref, expected_version=expected_version)
    order_id: UUID = order["id"]
    columns = {name: given[name] for name in ("status_id", "assignee_id") if name in given}
    if columns.get("status_id") is not None:
        await _check_status(uow, order, columns["status_id"])
    if columns.get("assignee_id") is not None:
        await reach_colleagues(uow, order, [columns["assignee_id"]], "assigneeId")
    changed = {name: value for name, value in columns.items() if value != order[name]}
    tags = await _change_tags(uow, order_id, given.get("tags"))
    if changed:
        versions = await update_rows(uow, Order, [{"id": order_id, **changed}])
        facts = {name: value and str(value) for name, value in changed.items()} | tags
        uow.record(f"{WHAT}.sorted", order_id, version=versions[order_id], **facts)
    elif tags:
        await edited(uow, Order, [order_id], what=WHAT, changed=["tags"])
    return order_id


async def tags_of(db: Asking, order_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """The tags of orders, in the order of letters."""
    found: dict[UUID, list[str]] = {}
    for row in await db.rows(_TAGS, ids=list(order_ids)):
        found.setdefault(row["order_id"], []).append(row["tag"])
    return found


async def _check_status(uow: UnitOfWork, order: Row, status_id: UUID) -> None:
    status = (await rows_by_id(uow, OrderStatus, [status_id])).get(status_id)
    if status is None:
        raise NotFound("statusId", what="order_status")
    if status["state"] != order["state"]:
        raise Invalid(
            "statusId",
            en=f"is for orders that are {status['state']}, and this one is {order['state']}",
            ru=f"для заказов в состоянии {status['state']}, а этот — {order['state']}",
        )


async def _change_tags(
    uow: UnitOfWork, order_id: UUID, given: Mapping[str, Any] | None
) -> dict[str, list[str]]:
    """Write the tags that come of a change; what they are now, where that is news."""
    if given is None:
        return {}
    there = (await tags_of(uow, [order_id])).get(order_id, [])
    asked = {name: _read(name, given.get(name)) for name in ("set", "add", "remove")}
    begun = set(there) if given.get("set") is None else asked["set"]
    tags = sorted((begun | asked["add"]) - asked["remove"])
    if len(tags) > MOST_TAGS:
        raise TooMany("tags", most=MOST_TAGS)
    if tags == there:
        return {}
    await uow.execute(_UNTAG, order=order_id)
    rows = [{"id": new_id(), "order_id": order_id, "tag": tag} for tag in tags]
    await add_rows(uow, OrderTag, rows)
    return {"tags": tags}


def _read(name: str, given: Sequence[Any] | None) -> set[str]:
    tags = set()
    for at, one in enumerate(given or ()):
        with located("tags", name, at):
            tags.add(_TAG(one))
    return tags
