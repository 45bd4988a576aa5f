"""`ryad demo`: real servers, two merchants, their suppliers' price lists, and where to look.

Everything that a merchant would do is done through the public door: sign up, upload, import.
"""

import asyncio
import json
import os
import secrets
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from api.demo_queries import ask_queries, in_words
from api.demo_shops import SHOPS, ShopRefused, import_price_list, sign_up
from integrations.carriers.trial_server import running_carrier
from integrations.embedded import EmbeddedServersError, embedded_servers, erase_servers
from integrations.embedded.mailbox import running_mailbox
from integrations.embedded.process import chosen_port
from integrations.embedded.service import running_api, running_worker
from migrations.run import upgrade
from tenants.roles import (
    APP,
    OWNER,
    PLATFORM,
    RoleUrls,
    create_database,
    create_roles,
    role_urls,
)
from tenants.vault import new_master_key

STATE: Final = Path(".ryad")
FACTS: Final = STATE / "demo.json"
SECRETS: Final = STATE / "demo-secrets.json"
DATABASE: Final = "ryad"


def demo(*, fresh: bool, port: int) -> int:
    """Run the demo on `port`, 0 for any free one, until it is told to end; its exit code."""
    began = time.monotonic()
    _listen_for_the_end()
    STATE.mkdir(exist_ok=True)
    try:
        port = chosen_port(port)
        if fresh:
            _erase()
        with ExitStack() as running:
            address = _start(running, port)
            facts = {**_facts(), "url": address}
            _write_private(FACTS, facts)
            _open_shops(address, facts)
            with step("five queries"):
                facts["queries"] = ask_queries(address, facts["merchants"][0]["publishable_key"])
            _write_private(FACTS, facts)
            _tell(facts, seconds=time.monotonic() - began)
            _told_to_end.wait()
    except (EmbeddedServersError, ShopRefused) as trouble:
        if not _told_to_end.is_set():
            print(f"ryad: {trouble}", file=sys.stderr)
            return 1
    except BaseException:
        if not _told_to_end.is_set():
            raise
    print("\nended", flush=True)
    return 0


def _start(running: ExitStack, port: int) -> str:
    """Start everything; the API's address. What is started ends with `running`."""
    with step("PostgreSQL and Valkey"):
        servers = running.enter_context(embedded_servers(STATE / "servers"))
    known = _secrets()
    roles = role_urls(servers.database_url, known["passwords"], DATABASE)
    with step("database"):
        asyncio.run(_make_database(servers.database_url, known["passwords"]))
        upgrade(roles.owner)
    mailbox = running.enter_context(running_mailbox(STATE / "mail"))
    carrier, _ = running.enter_context(running_carrier(file=STATE / "carrier.json"))
    os.environ |= _environment(roles, servers.redis_url, known, port)
    os.environ |= {"SMTP_URL": mailbox, "TEST_CARRIER_URL": carrier}
    with step("API and worker"):
        await_worker = running.enter_context(running_worker(STATE / "worker.log"))
        address = running.enter_context(running_api(port, STATE / "api.log"))
        await_worker()
    return address


async def _make_database(superuser_url: str, passwords: dict[str, str]) -> None:
    await create_roles(superuser_url, passwords)
    await create_database(superuser_url, DATABASE)


def _environment(
    roles: RoleUrls, redis_url: str, known: dict[str, Any], port: int
) -> dict[str, str]:
    """The settings of the demo's API and worker; see tenants/settings.py."""
    return {
        "DATABASE_URL": roles.app,
        "DATABASE_PLATFORM_URL": roles.platform,
        "DATABASE_OWNER_URL": roles.owner,
        "REDIS_URL": redis_url,
        "SECRET_KEYS": known["secret_keys"],
        "LINK_KEYS": known["link_keys"],
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PLATFORM_DOMAIN": "localhost",
        "SMS_URL": "log:",
        "SHOWN_MESSAGES": str(STATE / "messages"),
        "FILES_URL": f"file:{STATE / 'files'}",
        "EXPLORING": "true",
        "PRIVATE_ADDRESSES_ALLOWED": "true",
        "SHOWCASE": "true",
    }


def _open_shops(address: str, facts: dict[str, Any]) -> None:
    """Bring in whoever is not there yet; an earlier run may have been cut short in between."""
    merchants: dict[str, dict[str, Any]] = {one["name"]: one for one in facts["merchants"]}
    for shop in SHOPS:
        merchant = merchants.get(shop.name)
        if merchant is None:
            with step(f"{shop.name}: sign-up"):
                merchant = sign_up(address, shop, STATE / "mail")
            facts["merchants"].append(merchant)
            _write_private(FACTS, facts)
        if not merchant["has_catalogue"]:
            with step(f"{shop.name}: price list") as doing:
                counts = import_price_list(address, shop, merchant["secret_key"], STATE, doing.show)
                doing.said = f"{counts}; open at {_window(merchant, address)}"
            merchant["has_catalogue"] = True
            _write_private(FACTS, facts)


def _tell(facts: dict[str, Any], *, seconds: float) -> None:
    """What to ask, and where; the addresses come last, for they are what is looked for."""
    print(
        "\n  Five queries to paste into the tea shop's window, and what they answered just now:\n"
    )
    for number, asked in enumerate(facts["queries"], 1):
        print(f"  {number}. {in_words(asked)}\n")
    for merchant in facts["merchants"]:
        print(f"  {merchant['name']}")
        print(f"    shop window   {_window(merchant, facts['url'])}/storefront/graphql")
        key = merchant["publishable_key"]
        print(f"    storefront    {facts['url']}/storefront/graphql#key={key}")
        print(f"    admin         {facts['url']}/admin/graphql#key={merchant['secret_key']}")
        print(f"    owner         {merchant['owner_email']}  {merchant['owner_password']}\n")
    print(f"  All of this, with the whole answers: {FACTS}")
    print(f"  What buyers are sent: {facts['url']}/showcase/messages")
    print(f"  Letters: {STATE / 'mail'}; logs: {STATE / 'api.log'}, {STATE / 'worker.log'}")
    print(f"\nready in {seconds:.1f} s; Ctrl-C ends it and keeps the data", flush=True)


def _window(merchant: dict[str, Any], address: str) -> str:
    """The address of a shop's own host, on the port of the API's `address`."""
    return f"http://{merchant['host']}:{address.rpartition(':')[2]}"


def _facts() -> dict[str, Any]:
    """What earlier runs of the demo made."""
    if not FACTS.exists():
        return {"merchants": []}
    facts: dict[str, Any] = json.loads(FACTS.read_text(encoding="utf-8"))
    return facts


def _secrets() -> dict[str, Any]:
    """Passwords and keys of this demo, made once and kept for the next start."""
    if SECRETS.exists():
        known: dict[str, Any] = json.loads(SECRETS.read_text(encoding="utf-8"))
        return known
    known = {
        "passwords": {role: secrets.token_urlsafe(24) for role in (OWNER, APP, PLATFORM)},
        "secret_keys": f"k1:{new_master_key()}",
        "link_keys": secrets.token_hex(32),
    }
    _write_private(SECRETS, known)
    return known


def _write_private(path: Path, facts: dict[str, Any]) -> None:
    path.touch(mode=0o600)
    path.write_text(json.dumps(facts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _erase() -> None:
    """Forget every earlier run."""
    erase_servers(STATE / "servers")
    for path in (FACTS, SECRETS, STATE / "carrier.json"):
        path.unlink(missing_ok=True)
    for folder in (STATE / "files", STATE / "mail", STATE / "messages"):
        shutil.rmtree(folder, ignore_errors=True)


_told_to_end: Final = threading.Event()


def _listen_for_the_end() -> None:
    """Ctrl-C and SIGTERM interrupt whatever is being done; once, so that all can end.

    A finaliser swallows an interrupt: each step asks again. An event loop does not survive one:
    its tasks are cancelled instead.
    """

    def end(*_: object) -> None:
        if _told_to_end.is_set():
            return
        _told_to_end.set()
        try:
            tasks = asyncio.all_tasks()
        except RuntimeError:
            raise KeyboardInterrupt from None
        for task in tasks:
            task.get_loop().call_soon_threadsafe(task.cancel)

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)


def _go_on() -> None:
    if _told_to_end.is_set():
        raise KeyboardInterrupt


@dataclass
class Step:
    """A step that is being done: its line on the screen."""

    title: str
    said: str = ""
    """What is to be told of it when it is done."""

    def show(self, words: str = "") -> None:
        """Show how far it is; in a log, where a line cannot be written twice, nothing."""
        _go_on()
        if sys.stdout.isatty():
            print(f"\r\033[K  {self.title} ... {words}", end="", flush=True)


@contextmanager
def step(title: str) -> Iterator[Step]:
    """Show what is being done, how long it took, and what the block has to say of it."""
    began = time.monotonic()
    doing = Step(title)
    print(f"  {title} ...", end="", flush=True)
    try:
        _go_on()
        yield doing
        doing.show()
    except BaseException:
        print(" not done", flush=True)
        raise
    print(f" {time.monotonic() - began:.1f} s  {doing.said}".rstrip(), flush=True)
