"""What happened to a customer, out of the feed of events: his card, his orders and their papers,
his points. Nothing is written a second time.
"""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, select, union_all

from domain.customers.merging.signposts import with_merged
from domain.merchants.points import at_points
from domain.orders.tables import HandOver, Order, OrderDraft, OrderReturn, Shipment
from domain.paging import Page, PageRequest, Sort, count_of, page_of
from domain.pricing.tables import PointAccount
from tenants.ledger import EventRow
from tenants.principal import Principal
from tenants.scope import Asking

_CUSTOMER: Final = bindparam("customer", type_=Uuid())
_NEWEST: Final = (Sort("sequence", EventRow.sequence, descending=True),)
_CARDS: Final = with_merged(_CUSTOMER)
_POINTS: Final = select(PointAccount.id).where(PointAccount.customer_id == _CUSTOMER)
_DRAFTS: Final = select(OrderDraft.id).where(OrderDraft.customer_id == _CUSTOMER)
_HIS: Final = Order.customer_id == _CUSTOMER
_ORDERS: Final = select(Order.id).where(_HIS)
_PAPERS: Final = (
    *(
        select(table.id).join(Order, Order.id == table.order_id).where(_HIS)
        for table in (HandOver, OrderReturn)
    ),
    select(Shipment.id)
    .join(HandOver, HandOver.id == Shipment.hand_over_id)
    .join(Order, Order.id == HandOver.order_id)
    .where(_HIS),
)

WORDS: Final[dict[str, tuple[str, str]]] = {
    "customer.created": ("card made", "карточка создана"),
    "customer.updated": ("card changed", "карточка изменена"),
    "customer.registered": ("account opened", "открыт личный кабинет"),
    "customer.signed_in": ("signed in", "вход в личный кабинет"),
    "customer.session_ended": ("signed out", "выход из личного кабинета"),
    "customer.sessions_ended": ("signed out everywhere", "выход со всех устройств"),
    "customer.password_changed": ("password changed", "пароль изменён"),
    "customer.merged": ("another card merged into this one", "с карточкой объединена другая"),
    "customer.unmerged": ("parted from another card", "карточка отделена от другой"),
    "customer.exported": ("data handed out", "данные выгружены"),
    "customer.erased": ("data destroyed", "данные удалены"),
    "customer.commented": ("commented", "комментарий"),
    "customer.comment_changed": ("comment changed", "комментарий изменён"),
    "customer.comment_removed": ("comment removed", "комментарий удалён"),
    "customer.file_added": ("file added", "файл добавлен"),
    "customer.file_removed": ("file removed", "файл удалён"),
    "consent.given": ("consent given", "согласие дано"),
    "consent.withdrawn": ("consent withdrawn", "согласие отозвано"),
    "point_account.created": ("bonus account opened", "открыт бонусный счёт"),
    "point_account.entered": ("bonus points", "движение баллов"),
    "order_draft.created": ("draft made", "черновик заказа"),
    "order_draft.updated": ("draft changed", "черновик изменён"),
    "order_draft.held": ("goods kept", "товар отложен"),
    "order_draft.released": ("goods let go", "резерв снят"),
    "order_draft.offered": ("offered by a link", "заказ предложен по ссылке"),
    "order_draft.ordered": ("draft became an order", "черновик стал заказом"),
    "order_draft.cancelled": ("draft cancelled", "черновик отменён"),
    "order_draft.expired": ("draft expired", "срок черновика истёк"),
    "order.placed": ("order placed", "заказ оформлен"),
    "order.updated": ("order changed", "заказ изменён"),
    "order.edited": ("order edited", "состав заказа изменён"),
    "order.split": ("a part became an order of its own", "часть выделена в отдельный заказ"),
    "order.split_off": ("split off another order", "выделен из другого заказа"),
    "order.sorted": (
        "status, assignee or tags changed",
        "сменили статус, ответственного или метки",
    ),
    "order.commented": ("commented", "комментарий"),
    "order.comment_changed": ("comment changed", "комментарий изменён"),
    "order.comment_removed": ("comment removed", "комментарий удалён"),
    "order.payment_due": ("payment asked for", "ожидается оплата"),
    "order.paid": ("order paid", "заказ оплачен"),
    "order.confirmed": ("order confirmed", "заказ подтверждён"),
    "order.in_delivery": ("order on its way", "заказ в пути"),
    "order.handed_over": ("order handed over", "заказ выдан"),
    "order.refunded": ("money given back", "деньги возвращены"),
    "order.cancelled": ("order cancelled", "заказ отменён"),
    "order.expired": ("order expired", "срок заказа истёк"),
    "hand_over.picked": ("picked", "собрано"),
    "hand_over.shipped": ("sent", "отправлено"),
    "hand_over.updated": ("delivery changed", "доставка изменена"),
    "hand_over.handed_over": ("handed over", "вручено"),
    "hand_over.cancelled": ("delivery cancelled", "отправка отменена"),
    "shipment.booked": ("carrier has taken it on", "перевозчик принял заявку"),
    "shipment.accepted": ("carrier has the parcel", "посылка у перевозчика"),
    "shipment.in_transit": ("parcel on its way", "посылка в пути"),
    "shipment.ready": ("parcel ready to be fetched", "посылка ждёт получателя"),
    "shipment.delivered": ("parcel delivered", "посылка доставлена"),
    "shipment.returned": ("parcel comes back", "посылка возвращается"),
    "shipment.failed": ("carrier did not take it on", "перевозчик не принял заявку"),
    "shipment.retried": ("carrier asked once more", "заявка отправлена снова"),
    "shipment.cancelled": ("parcel cancelled", "посылка отменена"),
    "order_return.requested": ("return asked for", "запрошен возврат"),
    "order_return.approved": ("return approved", "возврат одобрен"),
    "order_return.received": ("return received", "возврат принят"),
    "order_return.rejected": ("return refused", "в возврате отказано"),
}
"""What an event is called, in English and Russian."""


async def list_timeline(
    db: Asking, principal: Principal, customer_id: UUID, request: PageRequest
) -> Page:
    """A page of what happened to a customer, the newest first, as far as the caller may see it."""
    asked = _asked(principal)
    return await page_of(db, asked, _NEWEST, request, customer=customer_id)


async def count_timeline(db: Asking, principal: Principal, customer_id: UUID) -> int:
    """How much that is."""
    return await count_of(db, _asked(principal), customer=customer_id)


def called(event: str, language: str) -> str:
    """What an event is called; one that has no words yet, by its type."""
    english, russian = WORDS.get(event, (event, event))
    return russian if language == "ru" else english


def order_of(event: Any) -> UUID | None:
    """The order that an event is about, if it is about one."""
    if event["type"].startswith("order."):
        found: UUID = event["entity_id"]
        return found
    named = event["payload"].get("order_id")
    return UUID(f"{named}") if named else None


def _asked(principal: Principal) -> Select[Any]:
    """The events of all that is his; of orders, those at points that the caller may see."""
    theirs: list[Select[Any]] = [_CARDS, _POINTS]
    if principal.may("orders:read"):
        theirs.append(at_points(_DRAFTS, principal, OrderDraft.location_id))
        for papers in (_ORDERS, *_PAPERS):
            theirs.append(at_points(papers, principal, Order.location_id))
    return select(EventRow).where(EventRow.entity_id.in_(union_all(*theirs)))
