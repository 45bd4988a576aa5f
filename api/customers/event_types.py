"""Events as timelines tell them: by what they are called, and by whom."""

from collections.abc import Sequence
from typing import Any

import strawberry

from api.context import RequestContext
from api.engine.fields import batch, computed
from api.merchants.history_types import Event
from api.merchants.named_ids import actor_id
from domain.customers.timeline import called


async def _titles(parents: Sequence[Any], context: RequestContext) -> list[str]:
    return [called(parent["type"], context.language) for parent in parents]


@strawberry.type
class TitledEvent(Event):
    """Something that happened, by its name."""

    title: str = batch(
        _titles, reads=["type"], description="What it is called, in the request's language."
    )
    actor_id: strawberry.ID | None = computed(actor_id)
