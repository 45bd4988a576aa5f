"""Spans of what the doors run: what they need of a tracer, and whether one can be had here."""

from contextlib import AbstractContextManager, nullcontext
from importlib.util import find_spec
from typing import Final, Protocol

from api.engine.tracing import Listener
from tenants.settings import Settings

PACKAGES: Final = {
    "opentelemetry.sdk": "opentelemetry-sdk",
    "opentelemetry.exporter.otlp.proto.http": "opentelemetry-exporter-otlp-proto-http",
}
"""What sends spans, by module; both are in the extra `telemetry`."""


class OperationSpan(Listener, Protocol):
    """The span of a running operation: it listens to the steps, which become spans below it."""

    def ended(self, errors: int) -> None:
        """Say how many errors the answer has."""


class Spans(Protocol):
    """Whoever makes spans of operations."""

    def operation(
        self, kind: str, name: str | None, document_id: str, cost: int
    ) -> AbstractContextManager[OperationSpan | None]:
        """Entered while an operation runs. None: nobody wants to know of this one.

        `document_id` is the hash of the document's text. The text and the variables are not told:
        they hold what buyers type, and secrets.
        """


class NoSpans:
    """Where there is no collector."""

    def operation(
        self, kind: str, name: str | None, document_id: str, cost: int
    ) -> AbstractContextManager[None]:
        """Nothing is made of it."""
        return nullcontext()


def missing_packages(settings: Settings) -> list[str]:
    """What has to be installed before spans can be sent where the settings say."""
    if not settings.otel_exporter_otlp_endpoint:
        return []
    return [package for module, package in PACKAGES.items() if not _is_installed(module)]


def what_is_missing(settings: Settings) -> str | None:
    """The same in words; None where nothing is."""
    packages = missing_packages(settings)
    if not packages:
        return None
    are = "is" if len(packages) == 1 else "are"
    return (
        f"OTEL_EXPORTER_OTLP_ENDPOINT is set, but {' and '.join(packages)} {are} not installed:"
        " no spans are sent"
    )


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # a package above it is missing
        return False
