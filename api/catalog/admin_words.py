"""Closed lists of words that only the admin's door has of the catalogue."""

from enum import Enum

import strawberry


@strawberry.enum
class ProductStatus(Enum):
    """Whether a product may be shown at all; where and when is said by its publications."""

    DRAFT = "draft"
    ACTIVE = "active"
    ARCHIVED = "archived"


@strawberry.enum
class VatCategory(Enum):
    """Which rate of VAT a product has, where it is not the shop's usual one."""

    STANDARD = "standard"
    REDUCED = "reduced"
    ZERO = "zero"
    EXEMPT = "exempt"
    SPECIAL_5 = "special_5"
    SPECIAL_7 = "special_7"


@strawberry.enum
class StockPolicy(Enum):
    """Whether what there is of a variant is counted; untracked can always be sold."""

    TRACKED = "tracked"
    UNTRACKED = "untracked"


@strawberry.enum
class UnitCodes(Enum):
    """Which codes goods are known by, one by one.

    SERIAL: a number of the maker's. MARKING: the code that the law marks them by, as GS1 writes it.
    """

    NONE = "none"
    SERIAL = "serial"
    MARKING = "marking"


@strawberry.enum
class BarcodeKind(Enum):
    """The kind that a barcode's digits say it is."""

    EAN8 = "ean8"
    EAN13 = "ean13"
    GTIN14 = "gtin14"
    CODE128 = "code128"


@strawberry.enum
class MediaStatus(Enum):
    """How far a picture is: an address, stored in all sizes, or given up (`failure` says why)."""

    WAITING = "waiting"
    STORED = "stored"
    FAILED = "failed"


@strawberry.enum
class CollectionKind(Enum):
    """Whether products are picked one by one, or by a rule."""

    MANUAL = "manual"
    RULE = "rule"


@strawberry.enum
class RuleMatch(Enum):
    """How many of a rule's conditions a product must meet."""

    ALL = "all"
    ANY = "any"


@strawberry.enum
class RuleField(Enum):
    """What a condition looks at."""

    BRAND = "brand"
    CATEGORY = "category"
    ATTRIBUTE = "attribute"
    COUNTRY = "country"
    NEW_WITHIN_DAYS = "new_within_days"


@strawberry.enum
class FieldOwner(Enum):
    """What a field of the merchant's own belongs to."""

    PRODUCT = "product"
    VARIANT = "variant"
    CATEGORY = "category"
    CUSTOMER = "customer"


@strawberry.enum
class FieldKind(Enum):
    """What values a field of the merchant's own takes."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    DATE = "date"


@strawberry.enum
class BulkErrorPolicy(Enum):
    """What one bad row does to the others: none is kept, or only it is left out."""

    REJECT_ALL = "REJECT_ALL"
    SKIP_FAILED = "SKIP_FAILED"
