"""Both stores keep the same promises: whole files or none, one tenant's apart from another's."""

import importlib.util
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from domain.files.ports import FileStore, NoSuchFile
from integrations.files.local import LocalFiles
from integrations.files.s3 import S3Files
from integrations.files.stores import file_store
from tenants.ids import new_id
from tenants.settings import Settings

pytestmark = pytest.mark.anyio

MEGABYTE = b"0123456789abcdef" * 65_536


@pytest.fixture(scope="session")
def s3_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An S3-compatible server: the one at RYAD_TEST_S3_URL, else moto's in a process of its own."""
    if given := os.environ.get("RYAD_TEST_S3_URL"):
        yield given
        return
    if importlib.util.find_spec("moto") is None:
        pytest.skip("no S3-compatible server: install moto[server] or set RYAD_TEST_S3_URL")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = (tmp_path_factory.mktemp("s3") / "moto.log").open("wb")
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


def make_bucket(endpoint: str, bucket: str) -> None:
    """Ask until the server has come up."""
    wanted = urllib.request.Request(f"{endpoint}/{bucket}", method="PUT")
    until = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(wanted, timeout=5).close()
            return
        except urllib.error.HTTPError:
            return  # it is there already
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    if request.param == "folder":
        return file_store(Settings(files_url=f"file:{tmp_path}/files", _env_file=None))
    endpoint = request.getfixturevalue("s3_endpoint")
    make_bucket(endpoint, "ryad-test")
    return file_store(
        Settings(
            files_url="s3://ryad-test/some/prefix",
            s3_endpoint=endpoint,
            s3_access_key="access",
            s3_secret_key="secret",
            _env_file=None,
        )
    )


async def pieces(*chunks: bytes, failing: Exception | None = None) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk
    if failing:
        raise failing


async def content(store: FileStore, tenant_id: object, name: str) -> bytes:
    return b"".join([chunk async for chunk in store.read(tenant_id, name)])  # type: ignore[arg-type]


async def test_a_file_comes_back_as_it_was_saved(store: FileStore) -> None:
    tenant = new_id()
    assert await store.save(tenant, "a/b.bin", pieces(b"one", b"", b"two")) == 6
    assert await content(store, tenant, "a/b.bin") == b"onetwo"
    assert await store.size(tenant, "a/b.bin") == 6


async def test_a_large_file_travels_in_parts(store: FileStore) -> None:
    tenant = new_id()
    assert await store.save(tenant, "large", pieces(*[MEGABYTE] * 20)) == 20 * len(MEGABYTE)
    assert await content(store, tenant, "large") == MEGABYTE * 20


async def test_an_empty_file_is_a_file(store: FileStore) -> None:
    tenant = new_id()
    assert await store.save(tenant, "empty", pieces()) == 0
    assert await content(store, tenant, "empty") == b""


@pytest.mark.parametrize("megabytes", [1, 20])
async def test_a_file_cut_short_leaves_the_older_one(store: FileStore, megabytes: int) -> None:
    tenant = new_id()
    await store.save(tenant, "file", pieces(b"older"))
    for name in ("file", "other"):
        with pytest.raises(ConnectionError):
            await store.save(
                tenant, name, pieces(*[MEGABYTE] * megabytes, failing=ConnectionError())
            )
    assert await content(store, tenant, "file") == b"older"
    with pytest.raises(NoSuchFile):
        await store.size(tenant, "other")


async def test_a_newer_file_takes_the_place_of_the_older(store: FileStore) -> None:
    tenant = new_id()
    await store.save(tenant, "file", pieces(b"older"))
    await store.save(tenant, "file", pieces(b"new"))
    assert await content(store, tenant, "file") == b"new"


async def test_what_is_not_there_is_said_to_be_so(store: FileStore) -> None:
    tenant = new_id()
    with pytest.raises(NoSuchFile):
        await content(store, tenant, "nothing")
    with pytest.raises(NoSuchFile):
        await store.size(tenant, "nothing")
    await store.remove(tenant, "nothing")
    await store.remove_all(tenant)


async def test_a_tenant_sees_and_removes_only_its_own(store: FileStore) -> None:
    ours, neighbour = new_id(), new_id()
    for tenant in (ours, neighbour):
        for name in ("one", "a/two"):
            await store.save(tenant, name, pieces(str(tenant).encode()))
    await store.remove(ours, "one")
    with pytest.raises(NoSuchFile):
        await content(store, ours, "one")
    await store.remove_all(ours)
    with pytest.raises(NoSuchFile):
        await content(store, ours, "a/two")
    assert await content(store, neighbour, "one") == str(neighbour).encode()
    assert await content(store, neighbour, "a/two") == str(neighbour).encode()


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/etc/passwd",
        "../x",
        "a/../../x",
        "a//b",
        "a/",
        ".hidden",
        "a\\b",
        "a\0b",
        "a/..",
        "a b",
    ],
)
async def test_no_name_leads_outside(store: FileStore, name: str) -> None:
    tenant = new_id()
    with pytest.raises(ValueError, match="not the name of a file"):
        await store.save(tenant, name, pieces(b"x"))
    with pytest.raises(ValueError, match="not the name of a file"):
        await content(store, tenant, name)
    with pytest.raises(ValueError, match="not the name of a file"):
        await store.remove(tenant, name)


async def test_a_folder_is_no_file(tmp_path: Path) -> None:
    store, tenant = LocalFiles(tmp_path), new_id()
    await store.save(tenant, "a/b", pieces(b"x"))
    with pytest.raises(NoSuchFile):
        await content(store, tenant, "a")
    with pytest.raises(NoSuchFile):
        await store.size(tenant, "a/b/c")


async def test_only_this_user_reads_the_folder(tmp_path: Path) -> None:
    store, tenant = LocalFiles(tmp_path / "files"), new_id()
    await store.save(tenant, "a/b", pieces(b"x"))
    assert [path for path in (tmp_path / "files").rglob("*") if path.stat().st_mode & 0o077] == []


@pytest.mark.parametrize("url", ["", "file:", "s3://", "ftp://somewhere", "/var/files"])
def test_an_address_of_no_store_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="FILES_URL"):
        file_store(Settings(files_url=url, _env_file=None))


def test_the_address_says_which_store_it_is() -> None:
    assert isinstance(file_store(Settings(files_url="s3://b", _env_file=None)), S3Files)
    assert isinstance(file_store(Settings(files_url="file:x", _env_file=None)), LocalFiles)
