"""The admin's schema, put together from the areas; its text is admin.graphql."""

from typing import Final

from api.catalog.admin_examples import EXAMPLES as CATALOG_EXAMPLES
from api.catalog.admin_nodes import NODES as CATALOG_NODES
from api.catalog.admin_queries import ProductQueries
from api.catalog.admin_shelf_queries import ShelfQueries
from api.catalog.admin_window_queries import WindowQueries
from api.catalog.mutations.collections import CollectionMutations
from api.catalog.mutations.facts import FactMutations
from api.catalog.mutations.media import MediaMutations
from api.catalog.mutations.products import ProductMutations
from api.catalog.mutations.redirects import RedirectMutations
from api.catalog.mutations.shelves import ShelfMutations
from api.catalog.mutations.translations import TranslationMutations
from api.catalog.mutations.variants import VariantMutations
from api.catalog.mutations.window import WindowMutations
from api.customers.card_mutations import CardMutations
from api.customers.consent_mutations import ConsentMutations
from api.customers.merging_mutations import MergingMutations, MergingQueries
from api.customers.mutations import CustomerMutations
from api.customers.queries import CUSTOMER_NODES, CustomerQueries
from api.customers.segment_mutations import SegmentMutations
from api.customers.segment_queries import SEGMENT_NODES, SegmentQueries
from api.customers.timeline_queries import TimelineQueries
from api.documents.mutations import DocumentMutations
from api.documents.queries import DocumentQueries
from api.engine.fields import PUBLIC
from api.explorer import Example
from api.feeds.mutations import FeedMutations
from api.feeds.queries import FEED_NODES, FeedQueries
from api.files.mutations import FileMutations
from api.files.queries import FileQueries
from api.jobs.queries import JOB_NODES, JobQueries
from api.merchants.account_mutations import AccountMutations
from api.merchants.entrance_mutations import EntranceMutations
from api.merchants.history_queries import HistoryQueries
from api.merchants.merchant_mutations import MerchantMutations
from api.merchants.nodes import NODES as MERCHANT_NODES
from api.merchants.shop_mutations import ShopMutations
from api.merchants.shop_queries import ShopQueries
from api.merchants.staff_mutations import ApiKeyMutations, StaffMutations
from api.merchants.staff_queries import StaffQueries
from api.nodes import node_queries
from api.orders.delivery.mutations import DeliveryMutations
from api.orders.delivery.queries import DELIVERY_NODES, DeliveryQueries
from api.orders.desk.export_mutations import EXPORT_NODES, OrderExportMutations, OrderExportQueries
from api.orders.desk.mutations import OrderDeskMutations
from api.orders.desk.queries import DESK_NODES, OrderDeskQueries
from api.orders.desk.timeline_queries import OrderTimelineQueries
from api.orders.desk.view_mutations import OrderViewMutations, OrderViewQueries
from api.orders.drafts.mutations import OrderDraftMutations
from api.orders.drafts.queries import DRAFT_NODES, OrderDraftQueries
from api.orders.edits.mutations import OrderEditMutations
from api.orders.hand_overs.mutations import HandOverMutations
from api.orders.hand_overs.queries import HAND_OVER_NODES, HandOverQueries
from api.orders.orders.mutations import OrderMutations
from api.orders.orders.queries import ORDER_NODES, OrderQueries
from api.orders.returns.mutations import OrderReturnMutations
from api.orders.returns.queries import RETURN_NODES, OrderReturnQueries
from api.orders.shipments.mutations import ShipmentMutations
from api.orders.shipments.queries import SHIPMENT_NODES, ShipmentQueries
from api.pricing.group_mutations import CustomerGroupMutations
from api.pricing.mutations import PricingMutations
from api.pricing.promotions.mutations import PromotionMutations
from api.pricing.promotions.queries import PromotionQueries
from api.pricing.purses.mutations import PurseMutations
from api.pricing.purses.queries import PurseQueries
from api.pricing.queries import PricingQueries
from api.pricing.quote_queries import QuoteQueries
from api.purchasing.nodes import NODES as PURCHASING_NODES
from api.purchasing.orders.mutations import PurchaseOrderMutations
from api.purchasing.orders.queries import PurchaseOrderQueries
from api.purchasing.planning.queries import ProposalQueries
from api.purchasing.receipts.mutations import GoodsReceiptMutations
from api.purchasing.receipts.queries import GoodsReceiptQueries
from api.purchasing.returns.mutations import SupplierReturnMutations
from api.purchasing.returns.queries import SupplierReturnQueries
from api.purchasing.suppliers.mutations import SupplierMutations
from api.purchasing.suppliers.queries import SupplierQueries
from api.schemas import build_schema
from api.stock.adjustments.mutations import AdjustmentMutations
from api.stock.adjustments.queries import ADJUSTMENT_NODES, AdjustmentQueries
from api.stock.markdowns.mutations import LotMarkdownMutations
from api.stock.mutations import StockMutations
from api.stock.notices.mutations import StockAlertMutations
from api.stock.notices.queries import StockAlertQueries
from api.stock.queries import StockQueries
from api.stock.sheets.mutations import StockSheetMutations
from api.stock.sheets.queries import STOCK_SHEET_NODES, StockSheetQueries
from api.stock.stocktakes.mutations import StocktakeMutations
from api.stock.stocktakes.queries import STOCKTAKE_NODES, StocktakeQueries
from api.stock.transfers.mutations import TransferMutations
from api.stock.transfers.queries import TRANSFER_NODES, TransferQueries
from api.stock.units.mutations import StockUnitMutations
from api.stock.units.queries import StockUnitQueries

QUERIES: Final[list[type]] = [
    ProductQueries,
    ShelfQueries,
    WindowQueries,
    PricingQueries,
    QuoteQueries,
    PromotionQueries,
    PurseQueries,
    StockQueries,
    StockAlertQueries,
    AdjustmentQueries,
    TransferQueries,
    SupplierQueries,
    PurchaseOrderQueries,
    GoodsReceiptQueries,
    SupplierReturnQueries,
    OrderQueries,
    OrderDraftQueries,
    OrderDeskQueries,
    OrderViewQueries,
    OrderExportQueries,
    OrderTimelineQueries,
    DeliveryQueries,
    HandOverQueries,
    ShipmentQueries,
    OrderReturnQueries,
    StockSheetQueries,
    StockUnitQueries,
    StocktakeQueries,
    ProposalQueries,
    CustomerQueries,
    MergingQueries,
    SegmentQueries,
    TimelineQueries,
    FeedQueries,
    JobQueries,
    DocumentQueries,
    FileQueries,
    ShopQueries,
    StaffQueries,
    HistoryQueries,
    # Each kind says what one needs to see it.
    node_queries(
        [
            *CATALOG_NODES,
            *ADJUSTMENT_NODES,
            *TRANSFER_NODES,
            *STOCK_SHEET_NODES,
            *STOCKTAKE_NODES,
            *PURCHASING_NODES,
            *CUSTOMER_NODES,
            *SEGMENT_NODES,
            *ORDER_NODES,
            *DRAFT_NODES,
            *DESK_NODES,
            *EXPORT_NODES,
            *DELIVERY_NODES,
            *HAND_OVER_NODES,
            *SHIPMENT_NODES,
            *RETURN_NODES,
            *FEED_NODES,
            *JOB_NODES,
            *MERCHANT_NODES,
        ],
        permission=PUBLIC,
    ),
]
MUTATIONS: Final[list[type]] = [
    EntranceMutations,
    AccountMutations,
    ShopMutations,
    StaffMutations,
    ApiKeyMutations,
    MerchantMutations,
    ProductMutations,
    VariantMutations,
    ShelfMutations,
    CollectionMutations,
    FactMutations,
    MediaMutations,
    WindowMutations,
    RedirectMutations,
    TranslationMutations,
    PricingMutations,
    CustomerGroupMutations,
    PromotionMutations,
    PurseMutations,
    StockMutations,
    LotMarkdownMutations,
    StockAlertMutations,
    AdjustmentMutations,
    TransferMutations,
    SupplierMutations,
    PurchaseOrderMutations,
    GoodsReceiptMutations,
    SupplierReturnMutations,
    OrderMutations,
    OrderDraftMutations,
    OrderDeskMutations,
    OrderViewMutations,
    OrderExportMutations,
    DeliveryMutations,
    HandOverMutations,
    ShipmentMutations,
    OrderReturnMutations,
    OrderEditMutations,
    StockSheetMutations,
    StockUnitMutations,
    StocktakeMutations,
    CustomerMutations,
    ConsentMutations,
    MergingMutations,
    SegmentMutations,
    CardMutations,
    FeedMutations,
    DocumentMutations,
    FileMutations,
]
SCHEMA: Final = build_schema(queries=QUERIES, mutations=MUTATIONS)

EXAMPLES: Final[list[Example]] = [*CATALOG_EXAMPLES]
