"""The master keys of a test process: one database is sealed by one setting."""

from tenants.vault import new_master_key

MASTER_KEYS = f"k1:{new_master_key()}"
