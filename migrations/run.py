"""Alembic's commands as plain functions, for the operator's door and for tests."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory


def config(owner_url: str = "") -> Config:
    """Alembic's settings; `owner_url` is a postgresql:// address of the owner role."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent))
    settings.set_main_option("sqlalchemy.url", owner_url.replace("%", "%%"))
    return settings


def upgrade(owner_url: str, revision: str = "head") -> None:
    """Bring the database to `revision`. Runs its own event loop: call it from a thread or none."""
    command.upgrade(config(owner_url), revision)


def downgrade(owner_url: str, revision: str) -> None:
    """Take the database back to `revision`."""
    command.downgrade(config(owner_url), revision)


def newest() -> str:
    """The revision that the code expects."""
    return ScriptDirectory.from_config(config()).get_current_head() or ""
