"""How ids of the merchants' area begin."""

from typing import Final

LEGAL_ENTITY: Final = "len"
ROLE: Final = "rol"
STAFF: Final = "stf"
INVITATION: Final = "inv"
SESSION: Final = "ses"
API_KEY: Final = "key"
SECRET: Final = "sec"
EXPORT: Final = "exp"
EVENT: Final = "evt"
AUDIT_ENTRY: Final = "aud"
