"""What shops sell: products and how they are shown, prices, stock, imported price lists."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import protect

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


# In the order in which they can be made.
TABLES = (
    "attribute",
    "brand",
    "category",
    "channel",
    "collection",
    "field_definition",
    "location",
    "menu",
    "page",
    "price_list",
    "slug_redirect",
    "synonym",
    "translation",
    "attribute_choice",
    "category_ancestor",
    "menu_item",
    "price_list_source",
    "product",
    "collection_product",
    "import_run",
    "imported_category",
    "imported_product",
    "product_category",
    "product_option",
    "product_relation",
    "publication",
    "variant",
    "attribute_value",
    "barcode",
    "bundle_item",
    "import_problem",
    "imported_variant",
    "media",
    "price",
    "product_option_value",
    "stock_level",
    "variant_option_value",
)


def upgrade() -> None:
    op.create_table(
        "attribute",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("is_filterable", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "title_sort",
            sa.Text(),
            sa.Computed("translate(lower(title), 'ё', 'е')", persisted=True),
            nullable=False,
        ),
        sa.Column("external_source", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "kind IN ('text', 'number', 'boolean', 'choice', 'date')", name="ck_attribute_kind"
        ),
        sa.CheckConstraint("unit IS NULL OR kind = 'number'", name="ck_attribute_unit"),
        sa.CheckConstraint(
            "(external_source IS NULL) = (external_id IS NULL)",
            name="ck_attribute_external_id_has_source",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_attribute"),
        sa.UniqueConstraint("tenant_id", "code", name="uq_attribute_tenant_id_code"),
        sa.UniqueConstraint(
            "tenant_id",
            "external_source",
            "external_id",
            name="uq_attribute_tenant_id_external_source_external_id",
        ),
    )
    op.create_index(
        "ix_attribute_position_id", "attribute", ["tenant_id", "position", "id"], unique=False
    )
    op.create_index(
        "ix_attribute_title_sort_id", "attribute", ["tenant_id", "title_sort", "id"], unique=False
    )
    op.create_table(
        "brand",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("description_html", sa.Text(), server_default="", nullable=False),
        sa.Column("seo_title", sa.Text(), nullable=True),
        sa.Column("seo_description", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "title_sort",
            sa.Text(),
            sa.Computed("translate(lower(title), 'ё', 'е')", persisted=True),
            nullable=False,
        ),
        sa.Column("external_source", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(external_source IS NULL) = (external_id IS NULL)",
            name="ck_brand_external_id_has_source",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_brand"),
        sa.UniqueConstraint(
            "tenant_id",
            "external_source",
            "external_id",
            name="uq_brand_tenant_id_external_source_external_id",
        ),
        sa.UniqueConstraint("tenant_id", "slug", name="uq_brand_tenant_id_slug"),
        sa.UniqueConstraint("tenant_id", "title_sort", name="uq_brand_tenant_id_title_sort"),
    )
    op.create_table(
        "category",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("depth", sa.BigInteger(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("description_html", sa.Text(), server_default="", nullable=False),
        sa.Column("is_visible", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("seo_title", sa.Text(), nullable=True),
        sa.Column("seo_description", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("fields", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "title_sort",
            sa.Text(),
            sa.Computed("translate(lower(title), 'ё', 'е')", persisted=True),
            nullable=False,
        ),
        sa.Column("external_source", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(external_source IS NULL) = (external_id IS NULL)",
            name="ck_category_external_id_has_source",
        ),
        sa.CheckConstraint("parent_id <> id", name="ck_category_not_its_own_parent"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parent_id"],
            ["category.tenant_id", "category.id"],
            name="fk_category_tenant_id_parent_id",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_category"),
        sa.UniqueConstraint(
            "tenant_id",
            "external_source",
            "external_id",
            name="uq_category_tenant_id_external_source_external_id",
        ),
        sa.UniqueConstraint("tenant_id", "slug", name="uq_category_tenant_id_slug"),
    )
    op.create_index(
        "ix_category_parent_id_position_id",
        "category",
        ["tenant_id", "parent_id", "position", "id"],
        unique=False,
    )
    op.create_index(
        "ix_category_title_sort_id", "category", ["tenant_id", "title_sort", "id"], unique=False
    )
    op.create_table(
        "channel",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("is_default", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "title_sort",
            sa.Text(),
            sa.Computed("translate(lower(title), 'ё', 'е')", persisted=True),
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_channel"),
        sa.UniqueConstraint("tenant_id", "code", name="uq_channel_tenant_id_code"),
    )
    op.create_index(
        "uq_channel_is_default",
        "channel",
        ["tenant_id", "is_default"],
        unique=True,
        postgresql_where=sa.text("is_default"),
    )
    op.create_table(
        "collection",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("description_html", sa.Text(), server_default="", nullable=False),
        sa.Column("is_visible", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("rule", postgresql.JSONB(), nullable=True),
        sa.Column("seo_title", sa.Text(), nullable=True),
        sa.Column("seo_description", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "title_sort",
            sa.Text(),
            sa.Computed("translate(lower(title), 'ё', 'е')", persisted=True),
            nullable=False,
        ),
        sa.Column("external_source", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("(kind = 'rule') = (rule IS NOT NULL)", name="ck_collection_rule"),
        sa.CheckConstraint("kind IN ('manual', 'rule')", name="ck_collection_kind"),
        sa.CheckConstraint(
            "(external_source IS NULL) = (external_id IS NULL)",
            name="ck_collection_external_id_has_source",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_collection"),
        sa.UniqueConstraint(
            "tenant_id",
            "external_source",
            "external_id",
            name="uq_collection_tenant_id_external_source_external_id",
        ),
        sa.UniqueConstraint("tenant_id", "slug", name="uq_collection_tenant_id_slug"),
    )
    op.create_index(
        "ix_collection_id",
        "collection",
        ["tenant_id", "id"],
        unique=False,
        postgresql_where=sa.text("kind = 'rule'"),
    )
    op.create_index(
        "ix_collection_title_sort_id", "collection", ["tenant_id", "title_sort", "id"], unique=False
    )
    op.create_table(
        "field_definition",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("choices", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("is_required", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "title_sort",
            sa.Text(),
            sa.Computed("translate(lower(title), 'ё', 'е')", persisted=True),
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "entity_kind IN ('product', 'variant', 'category')",
            name="ck_field_definition_entity_kind",
        ),
        sa.CheckConstraint(
            "kind IN ('text', 'number', 'boolean', 'choice', 'date')",
            name="ck_field_definition_kind",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_field_definition"),
        sa.UniqueConstraint(
            "tenant_id",
            "entity_kind",
            "code",
            name="uq_field_definition_tenant_id_entity_kind_code",
        ),
    )
    op.create_table(
        "location",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="warehouse", nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("is_default", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("priority", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "title_sort",
            sa.Text(),
            sa.Computed("translate(lower(title), 'ё', 'е')", persisted=True),
            nullable=False,
        ),
        sa.Column("external_source", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "kind IN ('warehouse', 'store', 'pickup_point', 'supplier')", name="ck_location_kind"
        ),
        sa.CheckConstraint(
            "(external_source IS NULL) = (external_id IS NULL)",
            name="ck_location_external_id_has_source",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_location"),
        sa.UniqueConstraint("tenant_id", "code", name="uq_location_tenant_id_code"),
        sa.UniqueConstraint(
            "tenant_id",
            "external_source",
            "external_id",
            name="uq_location_tenant_id_external_source_external_id",
        ),
    )
    op.create_index(
        "uq_location_is_default",
        "location",
        ["tenant_id", "is_default"],
        unique=True,
        postgresql_where=sa.text("is_default"),
    )
    op.create_table(
        "menu",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "title_sort",
            sa.Text(),
            sa.Computed("translate(lower(title), 'ё', 'е')", persisted=True),
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_menu"),
        sa.UniqueConstraint("tenant_id", "code", name="uq_menu_tenant_id_code"),
    )
    op.create_table(
        "page",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), server_default="", nullable=False),
        sa.Column("is_visible", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("seo_title", sa.Text(), nullable=True),
        sa.Column("seo_description", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "title_sort",
            sa.Text(),
            sa.Computed("translate(lower(title), 'ё', 'е')", persisted=True),
            nullable=False,
        ),
        sa.Column("external_source", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(external_source IS NULL) = (external_id IS NULL)",
            name="ck_page_external_id_has_source",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_page"),
        sa.UniqueConstraint(
            "tenant_id",
            "external_source",
            "external_id",
            name="uq_page_tenant_id_external_source_external_id",
        ),
        sa.UniqueConstraint("tenant_id", "slug", name="uq_page_tenant_id_slug"),
    )
    op.create_index(
        "ix_page_title_sort_id", "page", ["tenant_id", "title_sort", "id"], unique=False
    )
    op.create_table(
        "price_list",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("is_default", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("priority", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "title_sort",
            sa.Text(),
            sa.Computed("translate(lower(title), 'ё', 'е')", persisted=True),
            nullable=False,
        ),
        sa.Column("external_source", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name="ck_price_list_currency"),
        sa.CheckConstraint(
            "(external_source IS NULL) = (external_id IS NULL)",
            name="ck_price_list_external_id_has_source",
        ),
        sa.CheckConstraint("valid_from < valid_until", name="ck_price_list_validity"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_price_list"),
        sa.UniqueConstraint("tenant_id", "code", name="uq_price_list_tenant_id_code"),
        sa.UniqueConstraint(
            "tenant_id",
            "external_source",
            "external_id",
            name="uq_price_list_tenant_id_external_source_external_id",
        ),
    )
    op.create_index(
        "uq_price_list_is_default",
        "price_list",
        ["tenant_id", "is_default"],
        unique=True,
        postgresql_where=sa.text("is_default"),
    )
    op.create_table(
        "slug_redirect",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_kind", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "entity_kind IN ('product', 'category', 'collection', 'brand', 'page')",
            name="ck_slug_redirect_entity_kind",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_slug_redirect"),
        sa.UniqueConstraint(
            "tenant_id", "entity_kind", "slug", name="uq_slug_redirect_tenant_id_entity_kind_slug"
        ),
    )
    op.create_index(
        "ix_slug_redirect_entity_id", "slug_redirect", ["tenant_id", "entity_id"], unique=False
    )
    op.create_table(
        "synonym",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("words", postgresql.JSONB(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_synonym"),
    )
    op.create_table(
        "translation",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_kind", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "entity_kind IN ('product', 'variant', 'product_option', "
            "'product_option_value', 'category', 'collection', 'brand', 'attribute', "
            "'attribute_choice', 'media', 'menu_item', 'page')",
            name="ck_translation_entity_kind",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_translation"),
        sa.UniqueConstraint(
            "tenant_id",
            "entity_id",
            "language",
            "field",
            name="uq_translation_tenant_id_entity_id_language_field",
        ),
    )
    op.create_table(
        "attribute_choice",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attribute_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "attribute_id"],
            ["attribute.tenant_id", "attribute.id"],
            name="fk_attribute_choice_tenant_id_attribute_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_attribute_choice"),
        sa.UniqueConstraint(
            "tenant_id",
            "attribute_id",
            "key",
            name="uq_attribute_choice_tenant_id_attribute_id_key",
        ),
    )
    op.create_table(
        "category_ancestor",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("ancestor_id", sa.Uuid(), nullable=False),
        sa.Column("depth", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(depth = 0) = (category_id = ancestor_id)", name="ck_category_ancestor_itself_at_0"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ancestor_id"],
            ["category.tenant_id", "category.id"],
            name="fk_category_ancestor_tenant_id_ancestor_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "category_id"],
            ["category.tenant_id", "category.id"],
            name="fk_category_ancestor_tenant_id_category_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "category_id", "ancestor_id", name="pk_category_ancestor"
        ),
    )
    op.create_index(
        "ix_category_ancestor_ancestor_id_category_id",
        "category_ancestor",
        ["tenant_id", "ancestor_id", "category_id"],
        unique=False,
    )
    op.create_table(
        "menu_item",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("menu_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("target_kind", sa.Text(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.CheckConstraint("(target_kind = 'url') = (url IS NOT NULL)", name="ck_menu_item_url"),
        sa.CheckConstraint(
            "(target_kind IN ('url', 'none')) = (target_id IS NULL)", name="ck_menu_item_target_id"
        ),
        sa.CheckConstraint(
            "target_kind IN ('product', 'category', 'collection', 'brand', 'page', 'url', 'none')",
            name="ck_menu_item_target_kind",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "menu_id"],
            ["menu.tenant_id", "menu.id"],
            name="fk_menu_item_tenant_id_menu_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parent_id"],
            ["menu_item.tenant_id", "menu_item.id"],
            name="fk_menu_item_tenant_id_parent_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_menu_item"),
    )
    op.create_index(
        "ix_menu_item_menu_id_position",
        "menu_item",
        ["tenant_id", "menu_id", "position"],
        unique=False,
    )
    op.create_index("ix_menu_item_parent_id", "menu_item", ["tenant_id", "parent_id"], unique=False)
    op.create_table(
        "price_list_source",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), server_default="yml", nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("price_list_id", sa.Uuid(), nullable=True),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("channel_id", sa.Uuid(), nullable=True),
        sa.Column("new_status", sa.Text(), server_default="active", nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "title_sort",
            sa.Text(),
            sa.Computed("translate(lower(title), 'ё', 'е')", persisted=True),
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("format IN ('yml')", name="ck_price_list_source_format"),
        sa.CheckConstraint(
            "new_status IN ('draft', 'active')", name="ck_price_list_source_new_status"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "channel_id"],
            ["channel.tenant_id", "channel.id"],
            name="fk_price_list_source_tenant_id_channel_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "location_id"],
            ["location.tenant_id", "location.id"],
            name="fk_price_list_source_tenant_id_location_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "price_list_id"],
            ["price_list.tenant_id", "price_list.id"],
            name="fk_price_list_source_tenant_id_price_list_id",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_price_list_source"),
        sa.UniqueConstraint("tenant_id", "code", name="uq_price_list_source_tenant_id_code"),
    )
    op.create_index(
        "ix_price_list_source_channel_id",
        "price_list_source",
        ["tenant_id", "channel_id"],
        unique=False,
    )
    op.create_index(
        "ix_price_list_source_location_id",
        "price_list_source",
        ["tenant_id", "location_id"],
        unique=False,
    )
    op.create_index(
        "ix_price_list_source_price_list_id",
        "price_list_source",
        ["tenant_id", "price_list_id"],
        unique=False,
    )
    op.create_table(
        "product",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="simple", nullable=False),
        sa.Column("status", sa.Text(), server_default="draft", nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("description_html", sa.Text(), server_default="", nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=True),
        sa.Column("vat_category", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), server_default="piece", nullable=False),
        sa.Column("is_adult", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("seo_title", sa.Text(), nullable=True),
        sa.Column("seo_description", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("fields", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "title_sort",
            sa.Text(),
            sa.Computed("translate(lower(title), 'ё', 'е')", persisted=True),
            nullable=False,
        ),
        sa.Column("external_source", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("country ~ '^[A-Z]{2}$'", name="ck_product_country"),
        sa.CheckConstraint("kind IN ('simple', 'bundle')", name="ck_product_kind"),
        sa.CheckConstraint("status IN ('draft', 'active', 'archived')", name="ck_product_status"),
        sa.CheckConstraint(
            "unit IN ('piece', 'gram', 'kilogram', 'tonne', 'centimetre', 'metre', "
            "'square_metre', 'millilitre', 'litre', 'cubic_metre', 'hour', 'day', 'other')",
            name="ck_product_unit",
        ),
        sa.CheckConstraint(
            "vat_category IN ('standard', 'reduced', 'zero', 'exempt', 'special_5', 'special_7')",
            name="ck_product_vat_category",
        ),
        sa.CheckConstraint(
            "(external_source IS NULL) = (external_id IS NULL)",
            name="ck_product_external_id_has_source",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "brand_id"],
            ["brand.tenant_id", "brand.id"],
            name="fk_product_tenant_id_brand_id",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_product"),
        sa.UniqueConstraint(
            "tenant_id",
            "external_source",
            "external_id",
            name="uq_product_tenant_id_external_source_external_id",
        ),
        sa.UniqueConstraint("tenant_id", "slug", name="uq_product_tenant_id_slug"),
    )
    op.create_index(
        "ix_product_brand_id_id", "product", ["tenant_id", "brand_id", "id"], unique=False
    )
    op.create_index("ix_product_status_id", "product", ["tenant_id", "status", "id"], unique=False)
    op.create_index(
        "ix_product_title_sort_id", "product", ["tenant_id", "title_sort", "id"], unique=False
    )
    op.create_index(
        "ix_product_updated_at_id", "product", ["tenant_id", "updated_at", "id"], unique=False
    )
    op.create_table(
        "collection_product",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("collection_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "collection_id"],
            ["collection.tenant_id", "collection.id"],
            name="fk_collection_product_tenant_id_collection_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "product_id"],
            ["product.tenant_id", "product.id"],
            name="fk_collection_product_tenant_id_product_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_collection_product"),
        sa.UniqueConstraint(
            "tenant_id",
            "collection_id",
            "product_id",
            name="uq_collection_product_tenant_id_collection_id_product_id",
        ),
    )
    op.create_index(
        "ix_collection_product_collection_id_position_product_id",
        "collection_product",
        ["tenant_id", "collection_id", "position", "product_id"],
        unique=False,
    )
    op.create_index(
        "ix_collection_product_product_id",
        "collection_product",
        ["tenant_id", "product_id"],
        unique=False,
    )
    op.create_table(
        "import_run",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), server_default="queued", nullable=False),
        sa.Column("file_key", sa.Text(), nullable=False),
        sa.Column("counts", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("problem_counts", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("applied_to", sa.Text(), nullable=True),
        sa.Column("refusal_code", sa.Text(), nullable=True),
        sa.Column("refusal_detail", sa.Text(), nullable=True),
        sa.Column("refusal_line", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('queued', 'running', 'done', 'refused', 'failed', 'cancelled')",
            name="ck_import_run_status",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "source_id"],
            ["price_list_source.tenant_id", "price_list_source.id"],
            name="fk_import_run_tenant_id_source_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_import_run"),
    )
    op.create_index(
        "ix_import_run_source_id_id", "import_run", ["tenant_id", "source_id", "id"], unique=False
    )
    op.create_table(
        "imported_category",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("row_hash", sa.LargeBinary(), nullable=False),
        sa.Column("title_hash", sa.LargeBinary(), nullable=False),
        sa.Column("parent_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "category_id"],
            ["category.tenant_id", "category.id"],
            name="fk_imported_category_tenant_id_category_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "source_id"],
            ["price_list_source.tenant_id", "price_list_source.id"],
            name="fk_imported_category_tenant_id_source_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_imported_category"),
        sa.UniqueConstraint(
            "tenant_id",
            "category_id",
            "source_id",
            name="uq_imported_category_tenant_id_category_id_source_id",
        ),
    )
    op.create_index(
        "ix_imported_category_source_id",
        "imported_category",
        ["tenant_id", "source_id"],
        unique=False,
    )
    op.create_table(
        "imported_product",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("row_hash", sa.LargeBinary(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("title_hash", sa.LargeBinary(), nullable=False),
        sa.Column("description_hash", sa.LargeBinary(), nullable=False),
        sa.Column("attributes_hash", sa.LargeBinary(), nullable=False),
        sa.Column("media_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "product_id"],
            ["product.tenant_id", "product.id"],
            name="fk_imported_product_tenant_id_product_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "source_id"],
            ["price_list_source.tenant_id", "price_list_source.id"],
            name="fk_imported_product_tenant_id_source_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_imported_product"),
        sa.UniqueConstraint(
            "tenant_id",
            "product_id",
            "source_id",
            name="uq_imported_product_tenant_id_product_id_source_id",
        ),
    )
    op.create_index(
        "ix_imported_product_source_id",
        "imported_product",
        ["tenant_id", "source_id"],
        unique=False,
    )
    op.create_table(
        "product_category",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("is_main", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "category_id"],
            ["category.tenant_id", "category.id"],
            name="fk_product_category_tenant_id_category_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "product_id"],
            ["product.tenant_id", "product.id"],
            name="fk_product_category_tenant_id_product_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_product_category"),
        sa.UniqueConstraint(
            "tenant_id",
            "product_id",
            "category_id",
            name="uq_product_category_tenant_id_product_id_category_id",
        ),
    )
    op.create_index(
        "ix_product_category_category_id_position_product_id",
        "product_category",
        ["tenant_id", "category_id", "position", "product_id"],
        unique=False,
    )
    op.create_index(
        "uq_product_category_product_id",
        "product_category",
        ["tenant_id", "product_id"],
        unique=True,
        postgresql_where=sa.text("is_main"),
    )
    op.create_table(
        "product_option",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "product_id"],
            ["product.tenant_id", "product.id"],
            name="fk_product_option_tenant_id_product_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_product_option"),
        sa.UniqueConstraint(
            "tenant_id", "product_id", "title", name="uq_product_option_tenant_id_product_id_title"
        ),
    )
    op.create_table(
        "product_relation",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("related_product_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('related', 'accessory', 'replacement', 'upsell')",
            name="ck_product_relation_kind",
        ),
        sa.CheckConstraint(
            "product_id <> related_product_id", name="ck_product_relation_not_itself"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "product_id"],
            ["product.tenant_id", "product.id"],
            name="fk_product_relation_tenant_id_product_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "related_product_id"],
            ["product.tenant_id", "product.id"],
            name="fk_product_relation_tenant_id_related_product_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_product_relation"),
        sa.UniqueConstraint(
            "tenant_id", "product_id", "kind", "related_product_id", name="uq_product_relation_once"
        ),
    )
    op.create_index(
        "ix_product_relation_related_product_id",
        "product_relation",
        ["tenant_id", "related_product_id"],
        unique=False,
    )
    op.create_table(
        "publication",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("published_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("published_from < published_until", name="ck_publication_order"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "channel_id"],
            ["channel.tenant_id", "channel.id"],
            name="fk_publication_tenant_id_channel_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "product_id"],
            ["product.tenant_id", "product.id"],
            name="fk_publication_tenant_id_product_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_publication"),
        sa.UniqueConstraint(
            "tenant_id",
            "product_id",
            "channel_id",
            name="uq_publication_tenant_id_product_id_channel_id",
        ),
    )
    op.create_table(
        "variant",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("sku", sa.Text(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("stock_policy", sa.Text(), server_default="tracked", nullable=False),
        sa.Column("is_weighed", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("min_quantity", sa.BigInteger(), server_default="1000", nullable=False),
        sa.Column("quantity_step", sa.BigInteger(), server_default="1000", nullable=False),
        sa.Column("weight_grams", sa.BigInteger(), nullable=True),
        sa.Column("length_mm", sa.BigInteger(), nullable=True),
        sa.Column("width_mm", sa.BigInteger(), nullable=True),
        sa.Column("height_mm", sa.BigInteger(), nullable=True),
        sa.Column("options_key", sa.Text(), server_default="", nullable=False),
        sa.Column("metadata", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("fields", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("external_source", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "stock_policy IN ('tracked', 'untracked')", name="ck_variant_stock_policy"
        ),
        sa.CheckConstraint(
            "(external_source IS NULL) = (external_id IS NULL)",
            name="ck_variant_external_id_has_source",
        ),
        sa.CheckConstraint(
            "least(length_mm, width_mm, height_mm) >= 0", name="ck_variant_dimensions"
        ),
        sa.CheckConstraint("quantity_step > 0 AND min_quantity > 0", name="ck_variant_quantities"),
        sa.CheckConstraint("weight_grams >= 0", name="ck_variant_weight_grams"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "product_id"],
            ["product.tenant_id", "product.id"],
            name="fk_variant_tenant_id_product_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_variant"),
        sa.UniqueConstraint(
            "tenant_id",
            "external_source",
            "external_id",
            name="uq_variant_tenant_id_external_source_external_id",
        ),
        sa.UniqueConstraint(
            "tenant_id",
            "product_id",
            "options_key",
            name="uq_variant_tenant_id_product_id_options_key",
        ),
    )
    op.create_index(
        "ix_variant_product_id_position_id",
        "variant",
        ["tenant_id", "product_id", "position", "id"],
        unique=False,
    )
    op.create_index("ix_variant_sku_id", "variant", ["tenant_id", "sku", "id"], unique=False)
    op.create_table(
        "attribute_value",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attribute_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("boolean", sa.Boolean(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("choice_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(text, number, boolean, day) = 1", name="ck_attribute_value_one_value"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "attribute_id"],
            ["attribute.tenant_id", "attribute.id"],
            name="fk_attribute_value_tenant_id_attribute_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "choice_id"],
            ["attribute_choice.tenant_id", "attribute_choice.id"],
            name="fk_attribute_value_tenant_id_choice_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "product_id"],
            ["product.tenant_id", "product.id"],
            name="fk_attribute_value_tenant_id_product_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "variant_id"],
            ["variant.tenant_id", "variant.id"],
            name="fk_attribute_value_tenant_id_variant_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_attribute_value"),
        sa.UniqueConstraint(
            "tenant_id",
            "product_id",
            "attribute_id",
            "variant_id",
            "key",
            name="uq_attribute_value_once",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(
        "ix_attribute_value_choice_id",
        "attribute_value",
        ["tenant_id", "choice_id"],
        unique=False,
        postgresql_where=sa.text("choice_id IS NOT NULL"),
    )
    op.create_index(
        "ix_attribute_value_variant_id",
        "attribute_value",
        ["tenant_id", "variant_id"],
        unique=False,
        postgresql_where=sa.text("variant_id IS NOT NULL"),
    )
    op.create_table(
        "barcode",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('ean8', 'ean13', 'gtin14', 'code128')", name="ck_barcode_kind"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "variant_id"],
            ["variant.tenant_id", "variant.id"],
            name="fk_barcode_tenant_id_variant_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_barcode"),
        sa.UniqueConstraint("tenant_id", "code", name="uq_barcode_tenant_id_code"),
    )
    op.create_index(
        "ix_barcode_variant_id_position",
        "barcode",
        ["tenant_id", "variant_id", "position"],
        unique=False,
    )
    op.create_table(
        "bundle_item",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("part_variant_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name="ck_bundle_item_quantity"),
        sa.CheckConstraint("variant_id <> part_variant_id", name="ck_bundle_item_not_itself"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "part_variant_id"],
            ["variant.tenant_id", "variant.id"],
            name="fk_bundle_item_tenant_id_part_variant_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "variant_id"],
            ["variant.tenant_id", "variant.id"],
            name="fk_bundle_item_tenant_id_variant_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_bundle_item"),
        sa.UniqueConstraint(
            "tenant_id",
            "variant_id",
            "part_variant_id",
            name="uq_bundle_item_tenant_id_variant_id_part_variant_id",
        ),
    )
    op.create_index(
        "ix_bundle_item_part_variant_id",
        "bundle_item",
        ["tenant_id", "part_variant_id"],
        unique=False,
    )
    op.create_table(
        "import_problem",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("earlier_line", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("severity IN ('error', 'warning')", name="ck_import_problem_severity"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "run_id"],
            ["import_run.tenant_id", "import_run.id"],
            name="fk_import_problem_tenant_id_run_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_import_problem"),
        sa.UniqueConstraint(
            "tenant_id", "run_id", "position", name="uq_import_problem_tenant_id_run_id_position"
        ),
    )
    op.create_table(
        "imported_variant",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("barcodes_hash", sa.LargeBinary(), nullable=False),
        sa.Column("options_hash", sa.LargeBinary(), nullable=False),
        sa.Column("price_hash", sa.LargeBinary(), nullable=False),
        sa.Column("stock_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "source_id"],
            ["price_list_source.tenant_id", "price_list_source.id"],
            name="fk_imported_variant_tenant_id_source_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "variant_id"],
            ["variant.tenant_id", "variant.id"],
            name="fk_imported_variant_tenant_id_variant_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_imported_variant"),
        sa.UniqueConstraint(
            "tenant_id",
            "variant_id",
            "source_id",
            name="uq_imported_variant_tenant_id_variant_id_source_id",
        ),
    )
    op.create_index(
        "ix_imported_variant_source_id",
        "imported_variant",
        ["tenant_id", "source_id"],
        unique=False,
    )
    op.create_table(
        "media",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("alt", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("source_url", sa.Text(), nullable=True),
        sa.Column("external_source", sa.Text(), nullable=True),
        sa.Column("storage_key", sa.Text(), nullable=True),
        sa.Column("content_type", sa.Text(), nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=True),
        sa.Column("width", sa.BigInteger(), nullable=True),
        sa.Column("height", sa.BigInteger(), nullable=True),
        sa.Column("sizes", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("status IN ('waiting', 'stored', 'failed')", name="ck_media_status"),
        sa.CheckConstraint(
            "source_url IS NOT NULL OR storage_key IS NOT NULL", name="ck_media_has_place"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "product_id"],
            ["product.tenant_id", "product.id"],
            name="fk_media_tenant_id_product_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "variant_id"],
            ["variant.tenant_id", "variant.id"],
            name="fk_media_tenant_id_variant_id",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_media"),
    )
    op.create_index(
        "ix_media_id",
        "media",
        ["tenant_id", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_index(
        "ix_media_product_id_position_id",
        "media",
        ["tenant_id", "product_id", "position", "id"],
        unique=False,
    )
    op.create_index(
        "ix_media_variant_id",
        "media",
        ["tenant_id", "variant_id"],
        unique=False,
        postgresql_where=sa.text("variant_id IS NOT NULL"),
    )
    op.create_table(
        "price",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("price_list_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("min_quantity", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("compare_at_minor", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("amount_minor >= 0", name="ck_price_amount_minor"),
        sa.CheckConstraint("compare_at_minor >= 0", name="ck_price_compare_at_minor"),
        sa.CheckConstraint("min_quantity > 0", name="ck_price_min_quantity"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "price_list_id"],
            ["price_list.tenant_id", "price_list.id"],
            name="fk_price_tenant_id_price_list_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "variant_id"],
            ["variant.tenant_id", "variant.id"],
            name="fk_price_tenant_id_variant_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_price"),
        sa.UniqueConstraint(
            "tenant_id",
            "variant_id",
            "price_list_id",
            "min_quantity",
            name="uq_price_tenant_id_variant_id_price_list_id_min_quantity",
        ),
    )
    op.create_table(
        "product_option_value",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("option_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "option_id"],
            ["product_option.tenant_id", "product_option.id"],
            name="fk_product_option_value_tenant_id_option_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_product_option_value"),
        sa.UniqueConstraint(
            "tenant_id",
            "option_id",
            "title",
            name="uq_product_option_value_tenant_id_option_id_title",
        ),
    )
    op.create_table(
        "stock_level",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("on_hand", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("reserved", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "reserved BETWEEN 0 AND on_hand", name="ck_stock_level_reserved_is_there"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "location_id"],
            ["location.tenant_id", "location.id"],
            name="fk_stock_level_tenant_id_location_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "variant_id"],
            ["variant.tenant_id", "variant.id"],
            name="fk_stock_level_tenant_id_variant_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_stock_level"),
        sa.UniqueConstraint(
            "tenant_id",
            "variant_id",
            "location_id",
            name="uq_stock_level_tenant_id_variant_id_location_id",
        ),
    )
    op.create_table(
        "variant_option_value",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("option_id", sa.Uuid(), nullable=False),
        sa.Column("value_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "option_id"],
            ["product_option.tenant_id", "product_option.id"],
            name="fk_variant_option_value_tenant_id_option_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "value_id"],
            ["product_option_value.tenant_id", "product_option_value.id"],
            name="fk_variant_option_value_tenant_id_value_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "variant_id"],
            ["variant.tenant_id", "variant.id"],
            name="fk_variant_option_value_tenant_id_variant_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_variant_option_value"),
        sa.UniqueConstraint(
            "tenant_id",
            "variant_id",
            "option_id",
            name="uq_variant_option_value_tenant_id_variant_id_option_id",
        ),
    )
    op.create_index(
        "ix_variant_option_value_option_id",
        "variant_option_value",
        ["tenant_id", "option_id"],
        unique=False,
    )
    op.create_index(
        "ix_variant_option_value_value_id",
        "variant_option_value",
        ["tenant_id", "value_id"],
        unique=False,
    )
    for table in TABLES:
        protect(table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
