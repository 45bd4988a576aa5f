"""A customer's card and its parts: contacts, addresses, legal entities, tags."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.customers.accounts.tables import CustomerAccount as CustomerAccount
from domain.customers.accounts.tables import CustomerCode as CustomerCode
from domain.customers.accounts.tables import CustomerSession as CustomerSession
from domain.customers.consents.tables import Consent as Consent
from domain.customers.consents.tables import ConsentText as ConsentText
from domain.customers.consents.tables import CustomerMessage as CustomerMessage
from domain.customers.merging.tables import CustomerMerge as CustomerMerge
from domain.customers.segments.tables import CustomerSegment as CustomerSegment
from domain.customers.segments.tables import SegmentSnapshot as SegmentSnapshot
from domain.customers.segments.tables import SnapshotMember as SnapshotMember
from domain.merchants.tables import ENTITY_KINDS
from domain.shared_columns import NOW, Edited, FromOutside, external_once
from tenants.personal import impersonal, personal
from tenants.tables import Base, TenantOwned, one_of, owned, tenant_index

CONTACT_KINDS: Final = ("phone", "email")
CONTACT_CHANNELS: Final = ("email", "sms", "phone", "messenger")
CONTACT_SOURCES: Final = ("staff", "guest", "account")
_NAME_SORT: Final = (
    "btrim(translate(lower(coalesce(last_name || ' ', '') || coalesce(first_name || ' ', '') "
    "|| coalesce(middle_name, '')), 'ё', 'е'))"
)


class Customer(TenantOwned, FromOutside, Edited, Base):
    """One buyer. A card that was merged into another stays as a signpost to it.

    `name_sort`: last, first and middle name as names are sorted and searched. `quiet_hours` are as
    21:00-09:00, on the shop's clock. `fields` are the merchant's own. Of a card that was
    `erased_at` the row alone is left, for sums that name it.
    """

    __tablename__ = "customer"
    first_name: Mapped[str | None] = mapped_column(info=personal("to call the buyer by"))
    middle_name: Mapped[str | None] = mapped_column(info=personal("to call the buyer by"))
    last_name: Mapped[str | None] = mapped_column(info=personal("to call the buyer by"))
    name_sort: Mapped[str] = mapped_column(
        Computed(_NAME_SORT, persisted=True), info=impersonal("made of the names, gone with them")
    )
    birthday: Mapped[date | None] = mapped_column(info=personal("to congratulate, to check age"))
    language: Mapped[str | None] = mapped_column(info=personal("to write in it"))
    note: Mapped[str | None] = mapped_column(info=personal("what staff should know to serve him"))
    contact_channel: Mapped[str | None] = mapped_column(
        info=personal("how he wants to be written to")
    )
    quiet_hours: Mapped[str | None] = mapped_column(info=personal("when not to disturb him"))
    fields: Mapped[dict[str, Any]] = mapped_column(
        server_default="{}", info=personal("what the merchant asks of buyers", erased="blank")
    )
    merged_into_id: Mapped[UUID | None]
    erased_at: Mapped[datetime | None]
    __table_args__ = (
        *external_once(),
        owned("merged_into_id", "customer"),
        tenant_index("customer", "name_sort"),
        tenant_index("customer", "merged_into_id", where=text("merged_into_id IS NOT NULL")),
        Index(
            "ix_customer_name_search",
            "tenant_id",
            "name_sort",
            postgresql_using="gin",
            postgresql_ops={"name_sort": "gin_trgm_ops"},
        ),
        CheckConstraint("merged_into_id <> id", name="merged_into_another"),
        one_of("contact_channel", *CONTACT_CHANNELS),
    )


class CustomerComment(TenantOwned, Base):
    """What a member of staff wrote on a card, for the others. Those that are pinned come first."""

    __tablename__ = "customer_comment"
    customer_id: Mapped[UUID]
    text: Mapped[str] = mapped_column(info=personal("what staff should know", erased="row"))
    is_pinned: Mapped[bool] = mapped_column(server_default="false")
    actor: Mapped[str] = mapped_column(info=impersonal("the kind of whoever wrote it"))
    actor_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    edited_at: Mapped[datetime | None]
    __table_args__ = (
        owned("customer_id", "customer", cascade=True),
        tenant_index("customer_comment", "customer_id"),
    )


class CustomerFile(TenantOwned, Base):
    """A file on a card: a contract, a drawing. Only staff who see customers get a link to it."""

    __tablename__ = "customer_file"
    customer_id: Mapped[UUID]
    file_id: Mapped[UUID]
    title: Mapped[str] = mapped_column(info=personal("to find it again", erased="row"))
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    __table_args__ = (
        owned("customer_id", "customer"),
        owned("file_id", "stored_file"),
        UniqueConstraint("tenant_id", "file_id"),
        tenant_index("customer_file", "customer_id"),
    )


class CustomerTag(TenantOwned, Base):
    """A word of the merchant's own on a card."""

    __tablename__ = "customer_tag"
    customer_id: Mapped[UUID]
    tag: Mapped[str] = mapped_column(info=personal("how the merchant sorts buyers", erased="row"))
    __table_args__ = (
        owned("customer_id", "customer", cascade=True),
        UniqueConstraint("tenant_id", "customer_id", "tag"),
        tenant_index("customer_tag", "tag"),
    )


class CustomerGroupMember(TenantOwned, Base):
    """A customer is of a group, whose prices and promotions are his."""

    __tablename__ = "customer_group_member"
    customer_id: Mapped[UUID]
    group_id: Mapped[UUID]
    __table_args__ = (
        owned("customer_id", "customer", cascade=True),
        owned("group_id", "customer_group"),
        UniqueConstraint("tenant_id", "customer_id", "group_id"),
        tenant_index("customer_group_member", "group_id"),
    )


class CustomerErasure(TenantOwned, Base):
    """The proof that a person's data were destroyed: when, by whom, how much; none of the data."""

    __tablename__ = "customer_erasure"
    customer_id: Mapped[UUID]
    actor: Mapped[str] = mapped_column(info=impersonal("the kind of whoever did it"))
    actor_id: Mapped[UUID | None]
    rows: Mapped[dict[str, Any]] = mapped_column(info=impersonal("numbers of rows by table"))
    done_at: Mapped[datetime] = mapped_column(server_default=NOW)
    __table_args__ = (
        owned("customer_id", "customer"),
        tenant_index("customer_erasure", "customer_id", unique=True),
    )


class CustomerContact(TenantOwned, Base):
    """A phone or an e-mail address: `value` as it is written to, `key` as such are compared.

    Of each kind one is the main one. `verified_at`: when the buyer showed that it is his.
    """

    __tablename__ = "customer_contact"
    customer_id: Mapped[UUID]
    kind: Mapped[str]
    value: Mapped[str] = mapped_column(info=personal("to reach the buyer", erased="row"))
    key: Mapped[str] = mapped_column(info=personal("to know the buyer again", erased="row"))
    note: Mapped[str | None] = mapped_column(
        info=personal("whose phone it is, when to call", erased="row")
    )
    is_main: Mapped[bool]
    source: Mapped[str]
    verified_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    __table_args__ = (
        owned("customer_id", "customer", cascade=True),
        one_of("kind", *CONTACT_KINDS),
        one_of("source", *CONTACT_SOURCES),
        UniqueConstraint("tenant_id", "customer_id", "kind", "key"),
        tenant_index("customer_contact", "key"),
        tenant_index("customer_contact", "customer_id", "kind", unique=True, where=text("is_main")),
        Index(
            "ix_customer_contact_key_search",
            "tenant_id",
            "key",
            postgresql_using="gin",
            postgresql_ops={"key": "gin_trgm_ops"},
        ),
    )


class CustomerAddress(TenantOwned, Base):
    """Where things are brought: `address` as places have it, and who opens the door there."""

    __tablename__ = "customer_address"
    customer_id: Mapped[UUID]
    title: Mapped[str | None] = mapped_column(
        info=personal("to choose among addresses", erased="row")
    )
    address: Mapped[dict[str, Any]] = mapped_column(info=personal("to deliver", erased="row"))
    flat: Mapped[str | None] = mapped_column(info=personal("to deliver", erased="row"))
    recipient: Mapped[str | None] = mapped_column(info=personal("to deliver", erased="row"))
    phone: Mapped[str | None] = mapped_column(info=personal("to deliver", erased="row"))
    note: Mapped[str | None] = mapped_column(info=personal("to deliver", erased="row"))
    is_main: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    __table_args__ = (
        owned("customer_id", "customer", cascade=True),
        tenant_index("customer_address", "customer_id"),
        tenant_index("customer_address", "customer_id", unique=True, where=text("is_main")),
    )


class CustomerLegalEntity(TenantOwned, Base):
    """Whom the buyer buys for, in the words of the tax service; a card may have several."""

    __tablename__ = "customer_legal_entity"
    customer_id: Mapped[UUID]
    kind: Mapped[str]
    name: Mapped[str] = mapped_column(info=personal("to bill", erased="row"))
    inn: Mapped[str] = mapped_column(info=personal("to bill", erased="row"))
    kpp: Mapped[str | None] = mapped_column(info=personal("to bill", erased="row"))
    ogrn: Mapped[str | None] = mapped_column(info=personal("to bill", erased="row"))
    address: Mapped[str | None] = mapped_column(info=personal("to bill", erased="row"))
    bank_details: Mapped[str | None] = mapped_column(
        info=personal("to bill, to pay back", erased="row")
    )
    is_main: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    __table_args__ = (
        owned("customer_id", "customer", cascade=True),
        one_of("kind", *ENTITY_KINDS),
        tenant_index("customer_legal_entity", "customer_id"),
        tenant_index("customer_legal_entity", "inn"),
        tenant_index("customer_legal_entity", "customer_id", unique=True, where=text("is_main")),
    )
