"""Closed lists of words of the catalogue, the same at both doors."""

from enum import Enum

import strawberry


@strawberry.enum
class ProductKind(Enum):
    """Whether a product is sold as it is, or is made of others."""

    SIMPLE = "simple"
    BUNDLE = "bundle"


@strawberry.enum
class Unit(Enum):
    """What quantities of a product are counted in."""

    PIECE = "piece"
    GRAM = "gram"
    KILOGRAM = "kilogram"
    TONNE = "tonne"
    CENTIMETRE = "centimetre"
    METRE = "metre"
    SQUARE_METRE = "square_metre"
    MILLILITRE = "millilitre"
    LITRE = "litre"
    CUBIC_METRE = "cubic_metre"
    HOUR = "hour"
    DAY = "day"
    OTHER = "other"


@strawberry.enum
class RelationKind(Enum):
    """Why one product is shown beside another."""

    RELATED = "related"
    ACCESSORY = "accessory"
    REPLACEMENT = "replacement"
    UPSELL = "upsell"


@strawberry.enum
class AttributeKind(Enum):
    """How to read the values of an attribute."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    DATE = "date"


@strawberry.enum
class MenuTargetKind(Enum):
    """What a link of a menu leads to; NONE is a heading."""

    PRODUCT = "product"
    CATEGORY = "category"
    COLLECTION = "collection"
    BRAND = "brand"
    PAGE = "page"
    URL = "url"
    NONE = "none"
