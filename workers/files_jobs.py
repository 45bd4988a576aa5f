"""Jobs of files and pictures: what they need of the outside, and which function does them."""

from collections.abc import Mapping
from typing import Any

from domain.catalog.media_files import FORGET, STORE, forget_pictures, store_waiting
from domain.files.fetching import Fetcher
from domain.files.ports import FileStore
from domain.files.stored_files import REMOVE, remove_file
from workers.runner import Course, Kind


def file_kinds(store: FileStore, fetcher: Fetcher) -> Mapping[str, Kind]:
    """The kinds of jobs that keep files and pictures, by name."""

    async def remove(course: Course, **arguments: Any) -> None:
        await remove_file(course, store, **arguments)

    async def store_pictures(course: Course, **arguments: Any) -> dict[str, int]:
        return await store_waiting(course, store, fetcher, **arguments)

    return {
        REMOVE: Kind(course=remove),
        STORE: Kind(course=store_pictures),
        FORGET: Kind(step=forget_pictures),
    }
