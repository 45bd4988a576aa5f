"""Closed lists of customers, as both doors say them."""

from enum import Enum

import strawberry


@strawberry.enum
class ContactKind(Enum):
    """Ways to reach somebody."""

    PHONE = "phone"
    EMAIL = "email"


@strawberry.enum
class ContactSource(Enum):
    """Who gave a contact: staff, somebody at a checkout, or the customer in his account."""

    STAFF = "staff"
    GUEST = "guest"
    ACCOUNT = "account"
