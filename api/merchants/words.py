"""Closed lists of words of the merchants' area."""

from enum import Enum

import strawberry


@strawberry.enum
class TaxpayerKind(Enum):
    """Who a legal entity is."""

    PERSON = "person"
    SOLE_TRADER = "sole_trader"
    COMPANY = "company"


@strawberry.enum
class TaxSystem(Enum):
    """Tax systems of Russia, as receipts name them."""

    OSN = "osn"
    USN_INCOME = "usn_income"
    USN_INCOME_OUTCOME = "usn_income_outcome"
    ESN = "esn"
    PATENT = "patent"
    NPD = "npd"


@strawberry.enum
class VatRegime(Enum):
    """How a seller stands to VAT.

    GENERAL: each product at the rate of its category. SPECIAL_5, SPECIAL_7: a small taxpayer's rate
    for all but what is exempt or at zero. NONE: all is sold without VAT.
    """

    GENERAL = "general"
    SPECIAL_5 = "special_5"
    SPECIAL_7 = "special_7"
    NONE = "none"


@strawberry.enum
class Mode(Enum):
    """Live data, or the test space beside it."""

    LIVE = "live"
    TEST = "test"


@strawberry.enum
class RequiredContact(Enum):
    """What a buyer has to leave."""

    EMAIL = "email"
    PHONE = "phone"
    EITHER = "either"
    BOTH = "both"


@strawberry.enum
class StaffStatus(Enum):
    """Whether a member may come in. The pending have not confirmed with their password yet."""

    PENDING = "pending"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REMOVED = "removed"


@strawberry.enum
class ApiKeyKind(Enum):
    """A publishable key is for shop windows and may be seen by all; a secret one is not."""

    PUBLISHABLE = "publishable"
    SECRET = "secret"


@strawberry.enum
class MerchantStatus(Enum):
    """Whether the doors are open. A closing merchant is erased after a while."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSING = "closing"
    ERASED = "erased"


@strawberry.enum
class ActorKind(Enum):
    """Who did something."""

    SYSTEM = "system"
    STAFF = "staff"
    KEY = "key"
    STOREFRONT = "storefront"
    PLATFORM = "platform"


@strawberry.enum
class ExportStatus(Enum):
    """Whether the file is there already; CANCELLED: there will be none."""

    WAITING = "waiting"
    READY = "ready"
    CANCELLED = "cancelled"


@strawberry.enum
class HostProblem(Enum):
    """Why a host is not proven: the word is in neither place; one could not be asked just now and
    the other has no word; another shop has proven the host."""

    NOT_THERE = "not_there"
    UNREACHABLE = "unreachable"
    TAKEN = "taken"
