"""All tables of orders."""

from domain.orders.carts.tables import Cart as Cart
from domain.orders.carts.tables import CartLine as CartLine
from domain.orders.delivery.tables import DeliveryMethod as DeliveryMethod
from domain.orders.desk.tables import OrderComment as OrderComment
from domain.orders.desk.tables import OrderCommentText as OrderCommentText
from domain.orders.desk.tables import OrderExport as OrderExport
from domain.orders.desk.tables import OrderStatus as OrderStatus
from domain.orders.desk.tables import OrderTag as OrderTag
from domain.orders.desk.tables import OrderView as OrderView
from domain.orders.drafts.tables import OrderDraft as OrderDraft
from domain.orders.drafts.tables import OrderDraftLine as OrderDraftLine
from domain.orders.edits.tables import OrderRevision as OrderRevision
from domain.orders.edits.tables import OrderRevisionLine as OrderRevisionLine
from domain.orders.hand_overs.tables import HandOver as HandOver
from domain.orders.hand_overs.tables import HandOverLine as HandOverLine
from domain.orders.hand_overs.tables import HandOverPart as HandOverPart
from domain.orders.orders.tables import Order as Order
from domain.orders.orders.tables import OrderEntry as OrderEntry
from domain.orders.orders.tables import OrderLine as OrderLine
from domain.orders.returns.tables import OrderReturn as OrderReturn
from domain.orders.returns.tables import OrderReturnLine as OrderReturnLine
from domain.orders.shipments.tables import Carrier as Carrier
from domain.orders.shipments.tables import Shipment as Shipment
from domain.orders.shipments.tables import ShipmentStep as ShipmentStep
from domain.orders.shipments.tables import TrackingRange as TrackingRange
