"""Inputs of channels, menus, pages, synonyms and pictures."""

import strawberry
from strawberry import UNSET

from api.catalog import kinds
from api.catalog.words import MenuTargetKind
from api.inputs import ReferenceInput, reference, version_of
from api.references import ExternalIdInput


@strawberry.input
class ChannelCreateInput:
    """A new place where products are shown; the shop's first is the default one."""

    code: str
    title: str
    is_default: bool | None = UNSET
    position: int | None = UNSET


@strawberry.input
class ChannelUpdateInput:
    """Changes of a channel: what is left out is kept."""

    expected_version: int | None = UNSET
    code: str | None = UNSET
    title: str | None = UNSET
    is_default: bool | None = strawberry.field(
        default=UNSET, description="True: it takes the place of the default channel."
    )
    position: int | None = UNSET


@strawberry.input
class PageCreateInput:
    """A new page, hidden unless it says otherwise."""

    title: str
    external_id: ExternalIdInput | None = UNSET
    slug: str | None = UNSET
    body_html: str | None = UNSET
    is_visible: bool = False
    seo_title: str | None = UNSET
    seo_description: str | None = UNSET


@strawberry.input
class PageUpdateInput:
    """Changes of a page: what is left out is kept, null clears."""

    expected_version: int | None = UNSET
    external_id: ExternalIdInput | None = UNSET
    title: str | None = UNSET
    slug: str | None = UNSET
    body_html: str | None = UNSET
    is_visible: bool | None = UNSET
    seo_title: str | None = UNSET
    seo_description: str | None = UNSET


@strawberry.input
class MenuCreateInput:
    """A new menu without links."""

    code: str
    title: str


@strawberry.input
class MenuUpdateInput:
    """Changes of a menu: what is left out is kept."""

    expected_version: int | None = UNSET
    code: str | None = UNSET
    title: str | None = UNSET


@strawberry.input
class LinkInput:
    """A link, with those under it; `target` for a thing of the shop, `url` for an address."""

    title: str
    kind: MenuTargetKind = MenuTargetKind.NONE
    target: ReferenceInput | None = None
    url: str | None = None
    under: "list[LinkInput] | None" = None


@strawberry.input
class MenuItemsSetInput:
    """All links of a menu; 500 at most, four levels deep."""

    menu_id: strawberry.ID = reference(kinds.MENU, required=True)
    links: list[LinkInput]
    expected_version: int | None = version_of("menu")


@strawberry.input
class SynonymCreateInput:
    """Words that are to mean the same; 2 to 30."""

    words: list[str]


@strawberry.input
class SynonymUpdateInput:
    """All words of the group."""

    expected_version: int | None = UNSET
    words: list[str] | None = UNSET


@strawberry.input
class NewMediaInput:
    """A picture: an upload of the purpose PICTURE, or an http(s) address to fetch it from."""

    upload_id: strawberry.ID | None = reference(kinds.UPLOAD)
    source_url: str | None = UNSET
    alt: str | None = UNSET
    variant: ReferenceInput | None = reference(
        kinds.VARIANT, description="The variant that it shows, if just that one."
    )


@strawberry.input
class MediaAddInput:
    """Pictures for the end of a product's; 100 at most in all."""

    product: ReferenceInput = reference(kinds.PRODUCT, required=True)
    media: list[NewMediaInput]
    expected_version: int | None = version_of("product")


@strawberry.input
class MediaReorderInput:
    """The order in which a product's pictures are to be shown, the first first."""

    product: ReferenceInput = reference(kinds.PRODUCT, required=True)
    media_ids: list[strawberry.ID]
    expected_version: int | None = version_of("product")


@strawberry.input
class MediaUpdateInput:
    """A picture's words and place; what is left out is kept."""

    alt: str | None = None
    position: int | None = strawberry.field(default=None, description="0 is the first.")
    expected_version: int | None = version_of("product")
