"""Looking after an upload."""

import strawberry

from api.files.types import Upload
from api.lists import by_id
from domain.files.uploads import uploads_by_ids


@strawberry.type
class FileQueries:
    """Root fields of the area."""

    upload: Upload | None = by_id(
        uploads_by_ids,
        "upl",
        permission="content:read",
        description="An upload that is awaited, or stored and not yet removed.",
    )
