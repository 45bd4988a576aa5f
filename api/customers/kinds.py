"""How ids of customers begin."""

from typing import Final

CUSTOMER: Final = "cus"
CONTACT: Final = "cct"
ADDRESS: Final = "cad"
LEGAL_ENTITY: Final = "cle"
CONSENT_TEXT: Final = "cnt"
SESSION: Final = "cse"
CODE: Final = "ccd"
SEGMENT: Final = "seg"
SNAPSHOT: Final = "sgs"
COMMENT: Final = "ccm"
FILE: Final = "cfl"
