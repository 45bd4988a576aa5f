"""All settings of the service, in one place: from the environment, or a `.env` file.

A secret is never printed: its type shows stars. `ryad doctor` says what is missing or unsafe.
"""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Names are the environment's, in capitals: `DATABASE_URL`, `SECRET_KEYS`, …"""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    database_url: SecretStr = SecretStr("")
    """postgresql:// address of the role ryad_app: all that tenants do."""
    database_platform_url: SecretStr = SecretStr("")
    """The same database as ryad_platform: sign-up, sign-in, the job relay, erasure."""
    database_owner_url: SecretStr = SecretStr("")
    """The same database as ryad_owner: migrations alone; the API and workers run without it."""
    redis_url: SecretStr = SecretStr("")
    """redis:// address of Valkey or Redis: job wake-ups and rate limits, never the truth."""

    secret_keys: SecretStr = SecretStr("")
    """Keys that wrap tenants' data keys, the current one first: `k2:<base64>,k1:<base64>`."""
    link_keys: SecretStr = SecretStr("")
    """Keys that sign file links, the current one first, comma-separated, 32 characters or more."""

    public_url: str = "http://127.0.0.1:8000"
    """Where buyers and staff reach this service; letters and file links begin with it."""
    platform_domain: str = "localhost"
    """A shop with the handle `chai` is reached at `chai.<this domain>`."""
    trusted_proxies: int = Field(0, ge=0, le=5)
    """How many proxies stand before us: so many addresses at the end of X-Forwarded-For count."""

    smtp_url: SecretStr = SecretStr("")
    """smtp://user:password@host:587 (STARTTLS), smtps://…:465; empty: letters wait in the queue."""
    mail_from: str = "Ryad <noreply@localhost>"
    """The sender of letters to staff."""

    sms_url: SecretStr = SecretStr("")
    """`log:` writes text messages to buyers into the log; empty: they wait in the queue."""
    test_carrier_url: str = ""
    """Where the demo's carrier answers, for carriers of the kind TEST; empty: there is none."""
    shown_messages: str = ""
    """A folder where the demo keeps what shops send to buyers, for its page /showcase/messages."""

    files_url: str = "file:.ryad/files"
    """Where uploads and exports are kept: `file:<folder>` or `s3://bucket/prefix`."""
    s3_endpoint: str = ""
    """Address of an S3-compatible store; empty: the usual one."""
    s3_region: str = "us-east-1"
    """The region that requests are signed for."""
    s3_access_key: SecretStr = SecretStr("")
    s3_secret_key: SecretStr = SecretStr("")
    private_addresses_allowed: bool = False
    """Let feeds and pictures be fetched from private addresses; for the demo and tests only."""

    tenant_setting: Literal["statement", "transaction"] = "statement"
    """How reads tell PostgreSQL their tenant; `transaction` for a distributed database."""
    pool_size: int = Field(10, ge=2, le=200)
    """Database connections of one process."""
    storefront_seconds: float = Field(2.0, gt=0, le=60)
    """How long an operation of a buyer may take before it is stopped."""
    admin_seconds: float = Field(10.0, gt=0, le=60)
    """The same for the merchant's door."""
    showcase: bool = False
    """Serve the pictures of the demo's suppliers under /showcase."""
    exploring: bool = False
    """Explorer page and introspection for the anonymous too; on in the demo, off in production."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    otel_exporter_otlp_endpoint: str = ""
    """Where a collector takes spans by OTLP over HTTP, such as http://127.0.0.1:4318; empty: none.

    All else that OpenTelemetry can be told (OTEL_SERVICE_NAME, OTEL_TRACES_SAMPLER, headers) it
    reads from the environment itself.
    """

    @property
    def files_folder(self) -> Path:
        """The folder of a `file:` store."""
        return Path(self.files_url.removeprefix("file:"))


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
