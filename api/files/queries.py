"""Looking after an upload."""

from typing import Any

import strawberry

from api.context import Info
from api.engine.fields import root
from api.files.types import Upload
from api.scalars import wanted_id
from domain.files.uploads import uploads_by_ids


@strawberry.type
class FileQueries:
    """Root fields of the area."""

    @root(permission="content:read")
    async def upload(self, info: Info, id: strawberry.ID) -> Upload | None:
        """An upload that is awaited, or stored and not yet removed."""
        upload_id = wanted_id(id, "upl")
        found: Any = await uploads_by_ids(info.context.reading, [upload_id])
        return found.get(upload_id)  # type: ignore[no-any-return]
