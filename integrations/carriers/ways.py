"""Which ways to carriers there are, by the settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from domain.orders.shipments.ports import CarrierGate
from integrations.carriers.tariff import TariffGate
from integrations.carriers.trial import TrialGate


@dataclass(frozen=True, slots=True)
class KnownCarriers:
    """The kinds of carriers that this installation can ask."""

    http: httpx.AsyncClient
    test_url: str = ""

    def gate(self, kind: str, tariff: Sequence[Mapping[str, Any]]) -> CarrierGate | None:
        """The way to a carrier of a kind; None where it is not set up."""
        if kind == "table":
            return TariffGate(tariff)
        if kind == "test" and self.test_url:
            return TrialGate(self.http, self.test_url)
        return None
