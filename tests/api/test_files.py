"""Uploads, downloads and public pictures, over a real socket."""

import asyncio
import hashlib
import io
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from PIL import Image
from sqlalchemy import select, update
from starlette.applications import Starlette

from api.app import create_app, open_services
from api.files.routes import file_routes
from domain.files.links import download_path, link_keys, signed_url, upload_path
from domain.files.stored_files import announce_file, files_by_ids, settle_file
from domain.files.tables import StoredFile
from domain.merchants import plans
from domain.merchants.tables import UsageCounter
from integrations.files.local import LocalFiles
from tenants.database import Pool
from tenants.ids import decode_id, encode_id, new_id
from tenants.roles import RoleUrls
from tenants.scope import TenantScope
from tenants.settings import Settings
from tests.api.client import make_key, settings_for
from tests.api.files_door import listening, put, talk
from tests.conftest import Servers, TwoTenants

pytestmark = pytest.mark.anyio

CREATE = """
mutation Create($input: UploadCreateInput!) {
  uploadCreate(input: $input) {
    upload { id status purpose filename contentType bytes url expiresAt downloadUrl }
    userErrors { code path message }
  }
}
"""
UPLOAD = "query Upload($id: ID!) { upload(id: $id) { id status url downloadUrl } }"


def picture(kind: str = "PNG") -> bytes:
    made = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(made, kind)
    return made.getvalue()


PNG = picture()


@dataclass
class Place:
    """A running service and the folder behind it."""

    settings: Settings
    store: LocalFiles
    port: int


@pytest.fixture(scope="module")
async def place(
    database: RoleUrls, servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Place]:
    folder = tmp_path_factory.mktemp("files")
    with socket.create_server(("127.0.0.1", 0)) as on:
        port = on.getsockname()[1]
        settings = settings_for(
            database,
            servers.redis_url,
            files_url=f"file:{folder}",
            link_keys="new-key-of-32-characters-or-more-1,old-key-of-32-characters-or-more-2",
            public_url=f"http://127.0.0.1:{port}",
        )
        async with listening(create_app(settings), on):
            yield Place(settings, LocalFiles(folder), port)


@dataclass
class Merchant:
    """A merchant's client, and his rows."""

    place: Place
    scope: TenantScope
    http: httpx.AsyncClient

    async def ask(self, query: str, **variables: Any) -> Any:
        answer = await self.http.post(
            "/admin/graphql", json={"query": query, "variables": variables}
        )
        body = answer.json()
        assert "errors" not in body, body["errors"]
        return body["data"]

    async def create(self, **said: Any) -> Any:
        wanted = {
            "filename": "чашка.png",
            "contentType": "image/png",
            "bytes": len(PNG),
            "purpose": "PICTURE",
            **said,
        }
        return (await self.ask(CREATE, input=wanted))["uploadCreate"]

    async def upload(self, **said: Any) -> Any:
        payload = await self.create(**said)
        assert payload["userErrors"] == []
        return payload["upload"]

    async def row(self, upload_id: str) -> dict[str, Any] | None:
        file_id = decode_id(upload_id, "upl")
        found = (await files_by_ids(self.scope.reading, [file_id])).get(file_id)
        return dict(found) if found else None


@pytest.fixture
async def merchants(
    place: Place, pool: Pool, platform_pool: Pool, tenants: TwoTenants
) -> AsyncIterator[tuple[Merchant, Merchant]]:
    async def client(tenant_id: UUID) -> httpx.AsyncClient:
        key = await make_key(platform_pool, tenant_id, "secret", "content:read", "content:write")
        return httpx.AsyncClient(
            base_url=place.settings.public_url, headers={"Authorization": f"Bearer {key}"}
        )

    async with await client(tenants.ours) as ours, await client(tenants.neighbour) as theirs:
        yield (
            Merchant(place, TenantScope(pool, tenants.ours), ours),
            Merchant(place, TenantScope(pool, tenants.neighbour), theirs),
        )


@pytest.fixture
def ours(merchants: tuple[Merchant, Merchant]) -> Merchant:
    return merchants[0]


async def send(url: str, body: bytes = PNG, kind: str = "image/png") -> httpx.Response:
    """PUT without a key: the link is all that it takes."""
    async with httpx.AsyncClient() as http:
        return await http.put(url, content=body, headers={"Content-Type": kind})


async def get(url: str, method: str = "GET", **headers: str) -> httpx.Response:
    async with httpx.AsyncClient() as http:
        return await http.request(method, url, headers=headers)


def code_of(answer: httpx.Response) -> str:
    code: str = answer.json()["errors"][0]["extensions"]["code"]
    return code


async def test_a_file_goes_in_by_its_link_and_comes_out_as_it_was(ours: Merchant) -> None:
    upload = await ours.upload(sha256=hashlib.sha256(PNG).hexdigest())
    assert upload["status"] == "AWAITED"
    assert upload["downloadUrl"] is None
    assert (await send(upload["url"])).status_code == 204

    stored = (await ours.ask(UPLOAD, id=upload["id"]))["upload"]
    assert stored["status"] == "STORED"
    assert stored["url"] is None
    answer = await get(stored["downloadUrl"])
    assert answer.content == PNG
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-length"] == str(len(PNG))
    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"_____.png\"; filename*=UTF-8''%D1%87%D0%B0%D1%88%D0%BA%D0%B0.png"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "private, no-store"
    assert (await get(stored["downloadUrl"], "HEAD")).headers["content-length"] == str(len(PNG))


async def test_a_file_of_unsaid_length_goes_in_by_pieces(ours: Merchant) -> None:
    upload = await ours.upload()

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(PNG), 5):
            yield PNG[start : start + 5]

    async with httpx.AsyncClient() as http:
        answer = await http.put(
            upload["url"], content=pieces(), headers={"Content-Type": "image/png"}
        )
    assert answer.status_code == 204
    row = await ours.row(upload["id"])
    assert row is not None
    assert row["sha256"] == hashlib.sha256(PNG).digest()


@pytest.mark.parametrize(
    ("said", "path", "code"),
    [
        ({"bytes": 0}, ["bytes"], "INVALID"),
        ({"bytes": -1}, ["bytes"], "INVALID"),
        ({"bytes": 20 * 1024 * 1024 + 1}, ["bytes"], "INVALID"),
        ({"contentType": "image/svg+xml"}, ["contentType"], "INVALID"),
        ({"contentType": "text/html"}, ["contentType"], "INVALID"),
        ({"contentType": "text/xml"}, ["contentType"], "INVALID"),
        ({"contentType": "image/png", "purpose": "PRICE_LIST"}, ["contentType"], "INVALID"),
        ({"filename": "  "}, ["filename"], "REQUIRED"),
        ({"filename": "a" * 201}, ["filename"], "INVALID"),
        ({"filename": "a\u0007.png"}, ["filename"], "INVALID"),
        ({"sha256": "12"}, ["sha256"], "INVALID"),
        ({"sha256": "z" * 64}, ["sha256"], "INVALID"),
    ],
)
async def test_what_cannot_be_is_not_awaited(
    ours: Merchant, said: dict[str, Any], path: list[str], code: str
) -> None:
    payload = await ours.create(**said)
    assert payload["upload"] is None
    assert [(error["code"], error["path"]) for error in payload["userErrors"]] == [(code, path)]
    assert await ours.scope.reading.rows(select(StoredFile.id)) == []


@pytest.mark.parametrize("filename", ["../../etc/passwd", "C:\\work\\passwd", "/passwd"])
async def test_folders_of_a_file_name_are_left_behind(ours: Merchant, filename: str) -> None:
    assert (await ours.upload(filename=filename))["filename"] == "passwd"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (PNG[:-1], "image/png", 400),
        (b"", "image/png", 400),
        (PNG + b"x", "image/png", 413),
        (PNG, "image/jpeg", 415),
        (PNG, "", 415),
        (PNG, "text/html", 415),
        (b"<svg>".ljust(len(PNG)), "image/png", 415),
        (b"\xff\xd8\xff".ljust(len(PNG)), "image/png", 415),
    ],
)
async def test_other_bytes_than_announced_are_refused_and_may_be_sent_again(
    ours: Merchant, body: bytes, kind: str, status: int
) -> None:
    upload = await ours.upload()
    assert (await send(upload["url"], body, kind)).status_code == status
    row = await ours.row(upload["id"])
    assert row is not None
    assert (row["status"], row["sha256"]) == ("awaited", None)
    assert (await send(upload["url"])).status_code == 204


async def test_bytes_with_another_digest_are_refused(ours: Merchant) -> None:
    upload = await ours.upload(sha256="0" * 64)
    assert (await send(upload["url"])).status_code == 422
    row = await ours.row(upload["id"])
    assert row is not None
    assert row["status"] == "awaited"


async def test_chunks_that_are_too_many_are_refused_on_the_way(ours: Merchant) -> None:
    upload = await ours.upload(bytes=100)
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield PNG[:50]
        while sent < 200_000_000:
            sent += 100_000
            yield b"x" * 100_000

    async with httpx.AsyncClient() as http:
        try:
            answer = await http.put(
                upload["url"], content=endless(), headers={"Content-Type": "image/png"}
            )
            assert answer.status_code == 413
        except httpx.TransportError:
            pass  # the server hung up in the middle of it
    assert sent < 50_000_000
    row = await ours.row(upload["id"])
    assert row is not None
    assert row["status"] == "awaited"


async def test_ten_gigabytes_are_refused_by_their_announcement(ours: Merchant) -> None:
    path = httpx.URL((await ours.upload())["url"]).raw_path.decode()
    for length, status in ((10 * 1024**3, 413), ("9" * 18, 400)):
        head = put(path, {"Content-Type": "image/png", "Content-Length": length})
        assert (await talk(ours.place.port, head)).status == status


async def test_a_sender_who_leaves_may_come_again(ours: Merchant) -> None:
    upload = await ours.upload()
    path = httpx.URL(upload["url"]).raw_path.decode()
    head = put(path, {"Content-Type": "image/png", "Content-Length": len(PNG)})
    await talk(ours.place.port, head, PNG[:20], leave=True)
    for _ in range(100):
        answer = await send(upload["url"])
        if answer.status_code != 409:
            break
        await asyncio.sleep(0.02)
    assert answer.status_code == 204


async def test_a_body_that_stops_coming_is_left(ours: Merchant, tmp_path: Path) -> None:
    upload = await ours.upload()
    path = httpx.URL(upload["url"]).raw_path.decode()
    async with open_services(ours.place.settings) as services:
        routes = file_routes(lambda: services, silence_seconds=0.2)
        with socket.create_server(("127.0.0.1", 0)) as on:
            async with listening(Starlette(routes=routes), on):
                head = put(path, {"Content-Type": "image/png", "Content-Length": len(PNG)})
                answer = await talk(on.getsockname()[1], head, PNG[:20])
    assert answer.status == 408
    row = await ours.row(upload["id"])
    assert row is not None
    assert row["status"] == "awaited"


async def test_of_many_senders_one_is_heard(ours: Merchant) -> None:
    upload = await ours.upload()
    answers = await asyncio.gather(*(send(upload["url"]) for _ in range(20)))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == 204
    assert set(statuses[1:]) <= {404, 409}


async def test_a_link_serves_once(ours: Merchant) -> None:
    upload = await ours.upload()
    assert (await send(upload["url"])).status_code == 204
    again = await send(upload["url"])
    assert (again.status_code, code_of(again)) == (404, "NOT_FOUND")


async def test_all_wrong_links_have_one_answer(
    merchants: tuple[Merchant, Merchant], place: Place
) -> None:
    ours, theirs = merchants
    upload, their_upload = await ours.upload(), await theirs.upload()
    await send(their_upload["url"])
    url = httpx.URL(upload["url"])
    tenant, neighbour = ours.scope.tenant_id, theirs.scope.tenant_id
    file_id, their_id = (decode_id(one["id"], "upl") for one in (upload, their_upload))
    tomorrow = datetime.now(UTC) + timedelta(days=1)

    def signed(whose: UUID, path: str, by: str | None = None) -> str:
        keys = (
            place.settings
            if by is None
            else place.settings.model_copy(update={"link_keys": type(place.settings.link_keys)(by)})
        )
        return signed_url(keys, whose, path, expires_at=tomorrow)

    yesterday = signed_url(
        place.settings,
        tenant,
        upload_path(tenant, file_id),
        expires_at=datetime.now(UTC) - timedelta(days=1),
    )
    wrong = [
        str(url.copy_remove_param("signature")),
        str(url.copy_remove_param("expires")),
        str(url.copy_set_param("signature", "x" * 43)),
        str(url.copy_set_param("signature", url.params["signature"][:-1] + "?")),
        str(url.copy_set_param("expires", int(url.params["expires"]) + 60)),
        str(url.copy_set_param("expires", "9" * 400)),
        str(url.copy_set_param("expires", "-1")),
        str(url.copy_with(path=upload_path(tenant, new_id()))),
        str(url.copy_with(path=upload_path(neighbour, file_id))),
        str(url.copy_with(path=upload_path(tenant, their_id))),
        str(url.copy_with(path=download_path(tenant, file_id))),
        str(url.copy_with(path="/files/uploads/shop_x/upl_x")),
        yesterday,
        # Signed by us, but for what is not there, not his, or not what the path is for.
        signed(tenant, upload_path(tenant, new_id())),
        signed(tenant, upload_path(tenant, their_id)),
        signed(tenant, upload_path(neighbour, their_id)),
        signed(tenant, upload_path(tenant, file_id), by="another-key-of-32-characters-or-more"),
        signed(tenant, download_path(tenant, their_id)),
        signed(tenant, download_path(tenant, file_id)),
        signed(tenant, download_path(neighbour, their_id)),
    ]
    seen = set()
    for link in wrong:
        answer = await (send(link) if "/uploads/" in link else get(link))
        body = answer.json()
        body["errors"][0]["extensions"].pop("requestId")
        headers = set(answer.headers) - {"date", "server", "connection"}
        seen.add((answer.status_code, str(body), str(sorted(headers))))
    assert len(seen) == 1, seen
    assert next(iter(seen))[0] == 404
    assert (await send(upload["url"])).status_code == 204, "nothing of it changed anything"


async def test_a_link_signed_by_the_former_key_is_good(ours: Merchant) -> None:
    upload = await ours.upload()
    settings, tenant = ours.place.settings, ours.scope.tenant_id
    old = link_keys(settings)[1].decode()
    link = signed_url(
        settings.model_copy(update={"link_keys": type(settings.link_keys)(old)}),
        tenant,
        upload_path(tenant, decode_id(upload["id"], "upl")),
        expires_at=datetime.now(UTC) + timedelta(minutes=1),
    )
    assert (await send(link)).status_code == 204


async def test_a_neighbours_upload_is_as_if_it_were_not(
    merchants: tuple[Merchant, Merchant],
) -> None:
    ours, theirs = merchants
    upload = await theirs.upload()
    assert (await ours.ask(UPLOAD, id=upload["id"]))["upload"] is None
    assert (await ours.ask(UPLOAD, id=encode_id("upl", new_id())))["upload"] is None


async def test_uploads_are_held_to_the_plan(ours: Merchant) -> None:
    async with ours.scope.writing("test") as uow:
        await plans.take(uow, "storage_bytes")
        await uow.execute(
            update(UsageCounter)
            .where(UsageCounter.what == "storage_bytes")
            .values(allowed=len(PNG) + 1)
        )
    assert (await ours.upload())["status"] == "AWAITED"
    payload = await ours.create(bytes=1)
    assert payload["upload"] is None
    assert payload["userErrors"][0]["code"] == "LIMIT_REACHED"


async def test_the_clerk_needs_the_permission(
    place: Place, platform_pool: Pool, tenants: TwoTenants
) -> None:
    key = await make_key(platform_pool, tenants.ours, "secret", "content:read")
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {key}"}) as http:
        answer = await http.post(
            f"{place.settings.public_url}/admin/graphql",
            json={"query": CREATE, "variables": {"input": {
                "filename": "a", "contentType": "image/png", "bytes": 1, "purpose": "PICTURE",
            }}},
        )  # fmt: skip
    assert code_of(answer) == "FORBIDDEN"


async def test_a_page_of_another_site_may_send_by_the_link(ours: Merchant) -> None:
    upload = await ours.upload()
    answer = await get(upload["url"], "OPTIONS", Origin="https://shop.example")
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-methods"] == "PUT"
    assert answer.headers["access-control-allow-headers"] == "Content-Type"
    assert (await send(upload["url"])).headers["access-control-allow-origin"] == "*"


async def test_names_of_files_cannot_say_anything_in_the_head(ours: Merchant) -> None:
    upload = await ours.upload(filename='a"; x=\r\nX-Evil: 1.png'.replace("\r\n", " "))
    await send(upload["url"])
    stored = (await ours.ask(UPLOAD, id=upload["id"]))["upload"]
    said = (await get(stored["downloadUrl"])).headers["content-disposition"]
    assert said.startswith("attachment; filename=\"a__ x_ X-Evil_ 1.png\"; filename*=UTF-8''a%22")


async def test_what_was_made_here_is_fetched_by_a_signed_link(ours: Merchant) -> None:
    tenant, file_id = ours.scope.tenant_id, new_id()

    async def lines() -> AsyncIterator[bytes]:
        yield b"{}\n"

    async with ours.scope.writing("test") as uow:
        await announce_file(
            uow, file_id, purpose="export", name="exports/x.jsonl", filename="x.jsonl",
            content_type="application/jsonl", bytes=0,
        )  # fmt: skip
    size = await ours.place.store.save(tenant, "exports/x.jsonl", lines())
    async with ours.scope.writing("test") as uow:
        ends = uow.now + timedelta(days=7)
        await settle_file(uow, file_id, sha256=b"", expires_at=ends, bytes=size)
    link = signed_url(
        ours.place.settings,
        tenant,
        download_path(tenant, file_id),
        expires_at=datetime.now(UTC) + timedelta(minutes=1),
    )
    assert (await get(link)).content == b"{}\n"
    await ours.place.store.remove(tenant, "exports/x.jsonl")
    assert (await get(link)).status_code == 404


async def test_pictures_are_for_all_the_world_and_kept_for_ever(ours: Merchant) -> None:
    tenant, name = ours.scope.tenant_id, f"{encode_id('pic', new_id())}-320.webp"
    url = f"{ours.place.settings.public_url}/media/{encode_id('shop', tenant)}/{name}"
    assert (await get(url)).status_code == 404

    async def data() -> AsyncIterator[bytes]:
        yield b"webp"

    await ours.place.store.save(tenant, f"media/{name}", data())
    answer = await get(url)
    assert answer.content == b"webp"
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    same = await get(url, **{"If-None-Match": f'"x", {answer.headers["etag"]}'})
    assert (same.status_code, same.content) == (304, b"")


async def test_nothing_but_pictures_is_public(merchants: tuple[Merchant, Merchant]) -> None:
    ours, theirs = merchants
    upload = await ours.upload()
    await send(upload["url"])
    shop = encode_id("shop", ours.scope.tenant_id)
    their_shop = encode_id("shop", theirs.scope.tenant_id)
    name = f"{encode_id('pic', new_id())}-320.webp"

    async def data() -> AsyncIterator[bytes]:
        yield b"webp"

    await ours.place.store.save(ours.scope.tenant_id, f"media/{name}", data())
    for path in (
        f"/media/{shop}/{upload['id']}",
        f"/media/{shop}/uploads/{upload['id']}",
        f"/media/{shop}/..%2fuploads%2f{upload['id']}",
        f"/media/{shop}/%2e%2e/uploads/{upload['id']}",
        f"/media/{their_shop}/{name}",
        f"/media/{their_shop}/..%2f..%2f{ours.scope.tenant_id}%2fmedia%2f{name}",
        f"/media/{ours.scope.tenant_id}/{name}",
        f"/media/{shop}/{name}%00",
        f"/media/{shop}/{name}%0a",
        f"/files/{shop}/{upload['id']}",
    ):
        answer = await talk(
            ours.place.port, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
        )
        assert answer.status == 404, path
