"""What may be done with a draft in each of its states, and how it moves on.

requested, open -> offered -> ordered; offered -> open by a change
requested, open, offered -> ordered by staff, cancelled, expired
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar, Final

from sqlalchemy import bindparam, select

from domain.errors import DomainError, ErrorCode, NotAllowed, NotFound
from domain.orders.carts.carts import cart_digest
from domain.orders.drafts.tables import LIVE, OrderDraft
from domain.references import Ref
from domain.stock.documents import Stated, lock_document
from tenants.principal import Principal
from tenants.scope import Asking, Row, UnitOfWork

WHAT: Final = "order_draft"
_BY_TOKEN: Final = select(OrderDraft).where(
    OrderDraft.token_hash == bindparam("digest", type_=OrderDraft.token_hash.type)
)
_LOCK_BY_TOKEN: Final = _BY_TOKEN.with_for_update()


class OfferOver(DomainError):
    """The draft is valid no more."""

    code = ErrorCode.EXPIRED
    texts: ClassVar[dict[str, str]] = {
        "en": "this offer is valid no more; ask the shop for another one",
        "ru": "срок предложения истёк; попросите магазин выставить новое",
    }


class Action(StrEnum):
    """What may be done with a draft."""

    CHANGE = "change"
    HOLD = "hold"
    RELEASE = "release"
    OFFER = "offer"
    PLACE = "place"
    CANCEL = "cancel"


STATES_FOR: Final[Mapping[Action, tuple[str, ...]]] = dict.fromkeys(Action, LIVE)
_AFTER_ITS_TIME: Final = (Action.RELEASE, Action.CANCEL)


def check_sees_draft(principal: Principal, draft: Row | Mapping[str, Any], *path: str) -> None:
    """A draft for a point beyond the caller's own is to him as if it were not there."""
    if principal.points is not None and draft["location_id"] not in principal.points:
        raise NotFound(*path, what=WHAT)


DRAFTS: Final = Stated(WHAT, OrderDraft, STATES_FOR, check_sees_draft)


def allowed_actions(draft: Row) -> list[Action]:
    """What may be done with a draft now."""
    actions = DRAFTS.allowed_actions(draft["state"])
    return [one for one in actions if one is not Action.RELEASE or draft["hold_id"] is not None]


async def lock_draft(
    uow: UnitOfWork, ref: Ref, action: Action, *, expected_version: int | None = None
) -> Row:
    """A draft that this may be done with, locked. Raises NotFound, Conflict, NotAllowed; OfferOver
    for one that is past its time, whether or not it was ended yet.
    """
    draft = await lock_document(uow, DRAFTS, ref, action, "id", expected_version=expected_version)
    if action not in allowed_actions(draft):
        raise NotAllowed("id", en="its goods are not held", ru="товар не в резерве")
    if action not in _AFTER_ITS_TIME and uow.now >= draft["valid_until"]:
        raise OfferOver("id")
    return draft


async def find_offered(db: Asking, token: str) -> Row | None:
    """The draft that a link opens, whatever became of it."""
    digest = cart_digest(token)
    return None if digest is None else await db.row(_BY_TOKEN, digest=digest)


async def lock_offered(uow: UnitOfWork, token: str) -> Row:
    """The same, locked. Raises NotFound at `token`."""
    digest = cart_digest(token)
    draft = None if digest is None else await uow.row(_LOCK_BY_TOKEN, digest=digest)
    if draft is None:
        raise NotFound("token", what=WHAT)
    return draft
