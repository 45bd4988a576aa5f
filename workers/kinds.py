"""Every kind of job, by its name, and the domain function that does it."""

from collections.abc import Mapping

from tenants.database import Pool
from tenants.settings import Settings
from workers.runner import Kind


def kinds_of(chosen: Settings, pool: Pool, platform_pool: Pool) -> Mapping[str, Kind]:
    """The kinds that this worker does, with what they need of the outside."""
    del chosen, pool, platform_pool
    return {}
