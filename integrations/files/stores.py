"""Which store the settings name: a folder, or a bucket."""

from pathlib import Path

from domain.files.ports import FileStore
from integrations.files.local import LocalFiles
from integrations.files.s3 import S3Address, S3Files
from tenants.settings import Settings


def file_store(chosen: Settings) -> FileStore:
    """The store at `files_url`: `file:<folder>` or `s3://bucket/prefix`. Raises ValueError."""
    kind, _, place = chosen.files_url.partition(":")
    if kind == "file" and place:
        return LocalFiles(Path(place))
    bucket, _, prefix = place.removeprefix("//").partition("/")
    if kind != "s3" or not bucket:
        raise ValueError("FILES_URL must be file:<folder> or s3://bucket/prefix")
    return S3Files.at(
        S3Address(
            bucket=bucket,
            prefix=prefix.strip("/"),
            endpoint=chosen.s3_endpoint,
            region=chosen.s3_region,
            access_key=chosen.s3_access_key.get_secret_value(),
            secret_key=chosen.s3_secret_key.get_secret_value(),
        )
    )
