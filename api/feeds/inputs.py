"""Inputs of sources of price lists and imports. In updates, left out = keep, null = clear."""

import strawberry
from strawberry import UNSET

from api.catalog import kinds as catalog_kinds
from api.feeds.types import SOURCE, MissingRule, NewProductStatus
from api.inputs import ReferenceInput, reference
from api.pricing.kinds import PRICE_LIST
from api.stock.kinds import LOCATION


@strawberry.input
class PriceListSourceCreateInput:
    """A supplier's price list; its code becomes the `source` of external ids, for good."""

    code: str
    title: str
    url: str | None = UNSET
    price_list: ReferenceInput | None = reference(PRICE_LIST)
    location: ReferenceInput | None = reference(LOCATION)
    channel: ReferenceInput | None = reference(catalog_kinds.CHANNEL)
    new_status: NewProductStatus = NewProductStatus.ACTIVE
    on_missing: MissingRule = MissingRule.LEAVE
    most_missing_percent: int = 30


@strawberry.input
class PriceListSourceUpdateInput:
    """Changes of a source: what is left out is kept, null is the shop's default."""

    expected_version: int | None = UNSET
    title: str | None = UNSET
    url: str | None = UNSET
    price_list: ReferenceInput | None = reference(PRICE_LIST)
    location: ReferenceInput | None = reference(LOCATION)
    channel: ReferenceInput | None = reference(catalog_kinds.CHANNEL)
    new_status: NewProductStatus | None = UNSET
    on_missing: MissingRule | None = UNSET
    most_missing_percent: int | None = UNSET


@strawberry.input
class PriceListImportStartInput:
    """Which file to read for which source: an upload of the purpose PRICE_LIST, else what the
    source's url has. Of that, one that its server calls unchanged is left alone unless asked for.
    """

    source_id: strawberry.ID = reference(SOURCE, required=True)
    upload_id: strawberry.ID | None = reference(catalog_kinds.UPLOAD)
    even_if_unchanged: bool = False
