"""The demo's two merchants, brought in as any merchant is: through the public door."""

import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any, Final

import httpx

from integrations.showcase.hardware import write_hardware_price_list
from integrations.showcase.tea import write_tea_price_list

PATIENCE_SECONDS: Final = 600
"""For a letter, and for a price list on a slow machine."""


class ShopRefused(Exception):
    """A shop could not be opened; the text is one line that says why."""


@dataclass(frozen=True, slots=True)
class DemoShop:
    """Who signs up, and what his supplier sends him."""

    name: str
    handle: str
    owner: str
    email: str
    entity: dict[str, str]
    write_price_list: Callable[[Path, str], None]
    plan: str | None = None
    """What it moves to, where the first plan is too small for its catalogue."""


SHOPS: Final = (
    DemoShop(
        "Чайный ряд",
        "chai",
        "Вера Лаптева",
        "vera@chai.example.com",
        {
            "kind": "SOLE_TRADER",
            "name": "ИП Лаптева Вера Игоревна",
            "inn": "990000000041",
            "ogrn": "302990000000004",
            "taxSystem": "USN_INCOME",
        },
        write_tea_price_list,
    ),
    DemoShop(
        "Крепёж и дом",
        "krepezh",
        "Павел Громов",
        "pavel@krepezh.example.com",
        {
            "kind": "COMPANY",
            "name": "ООО «Крепёж и дом»",
            "inn": "9900000000",
            "kpp": "990001001",
            "ogrn": "1029900000008",
            "taxSystem": "OSN",
        },
        write_hardware_price_list,
        plan="trade",
    ),
)

SIGN_UP: Final = """
mutation SignUp($input: MerchantSignUpInput!) {
  done: merchantSignUp(input: $input) { host keys { kind mode key } userErrors { message path } }
}
"""
CONFIRM: Final = """
mutation Confirm($input: EmailConfirmInput!) {
  done: emailConfirm(input: $input) { userErrors { message path } }
}
"""
PLAN: Final = """
mutation Plan($plan: String!) { done: planChange(plan: $plan) { userErrors { message path } } }
"""
UPLOAD: Final = """
mutation Upload($input: UploadCreateInput!) {
  done: uploadCreate(input: $input) { upload { id url } userErrors { message path } }
}
"""
SOURCE: Final = """
mutation Source($input: PriceListSourceCreateInput!) {
  done: priceListSourceCreate(input: $input) { source { id } userErrors { message path } }
}
"""
IMPORT: Final = """
mutation Import($input: PriceListImportStartInput!) {
  done: priceListImportStart(input: $input) {
    priceListImport { id } userErrors { message path }
  }
}
"""
RUN: Final = """
query Run($id: ID!) {
  priceListImport(id: $id) {
    status counts { productsNew variantsNew } refusal { code detail line }
  }
}
"""


@dataclass(frozen=True, slots=True)
class Door:
    """The admin door, as one key sees it."""

    address: str
    key: str | None = None

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The answer's data. Raises ShopRefused."""
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        answer = httpx.post(
            f"{self.address}/admin/graphql",
            json={"query": query, "variables": variables},
            headers=headers,
            timeout=60,
        ).json()
        if answer.get("errors"):
            raise ShopRefused(answer["errors"][0]["message"])
        data: dict[str, Any] = answer["data"]
        return data

    def do(self, mutation: str, **input: Any) -> dict[str, Any]:
        """The payload of a mutation's field `done`, which takes an input. Raises ShopRefused."""
        return self.done(mutation, input=input)

    def done(self, mutation: str, **variables: Any) -> dict[str, Any]:
        """The payload of a mutation's field `done`. Raises ShopRefused."""
        payload: dict[str, Any] = self.ask(mutation, **variables)["done"]
        for error in payload["userErrors"]:
            place = ".".join(error["path"])
            raise ShopRefused(f"{place}: {error['message']}; to begin anew: ./ryad demo --fresh")
        return payload


def sign_up(address: str, shop: DemoShop, mail: Path) -> dict[str, Any]:
    """Open the shop and confirm its owner's address by the letter; what the demo tells of it."""
    password = secrets.token_urlsafe(12)
    nobody = Door(address)
    opened = nobody.do(
        SIGN_UP,
        shopName=shop.name,
        handle=shop.handle,
        ownerName=shop.owner,
        ownerEmail=shop.email,
        ownerPassword=password,
        legalEntity=shop.entity,
    )
    nobody.do(CONFIRM, token=_token_of_letter(mail, shop.email), password=password)
    keys = {(key["kind"], key["mode"]): key["key"] for key in opened["keys"]}
    if shop.plan:
        Door(address, keys["secret", "live"]).done(PLAN, plan=shop.plan)
    return {
        "name": shop.name,
        "host": opened["host"],
        "publishable_key": keys["publishable", "live"],
        "secret_key": keys["secret", "live"],
        "test_publishable_key": keys["publishable", "test"],
        "test_secret_key": keys["secret", "test"],
        "owner_email": shop.email,
        "owner_password": password,
        "has_catalogue": False,
    }


def import_price_list(
    address: str, shop: DemoShop, secret_key: str, folder: Path, show: Callable[[str], None]
) -> str:
    """Upload the supplier's price list and wait until it is in the catalogue; the counts.

    `show` is given the counts so far, again and again. Raises ShopRefused.
    """
    file = folder / f"{shop.handle}.yml.xml"
    shop.write_price_list(file, f"{address}/showcase/pictures")
    door = Door(address, secret_key)
    upload = door.do(
        UPLOAD,
        filename=file.name,
        contentType="application/xml",
        bytes=file.stat().st_size,
        purpose="PRICE_LIST",
    )["upload"]
    with file.open("rb") as content:
        sent = httpx.put(
            upload["url"],
            content=content,
            headers={
                "Content-Type": "application/xml",
                "Content-Length": str(file.stat().st_size),
            },
            timeout=120,
        )
    if sent.is_error:
        raise ShopRefused(f"the upload was answered by {sent.status_code}: {sent.text[:200]}")
    source = door.do(SOURCE, title="Прайс-лист поставщика", code="supplier", newStatus="ACTIVE")[
        "source"
    ]
    started = door.do(IMPORT, sourceId=source["id"], uploadId=upload["id"])
    run_id = started["priceListImport"]["id"]
    ends = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < ends:
        run = door.ask(RUN, id=run_id)["priceListImport"]
        new = run["counts"]
        counts = f"{new['productsNew']:,} products, {new['variantsNew']:,} variants"
        if run["status"] == "DONE":
            return counts
        show(counts)
        if run["status"] not in ("QUEUED", "RUNNING"):
            raise ShopRefused(f"the import of {file} ended: {run['status']} {run['refusal']}")
        time.sleep(0.2)
    raise ShopRefused(f"the import of {file.name} takes too long")


def _token_of_letter(mail: Path, to: str) -> str:
    """The token in the newest letter to an address, once it has come."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < ends:
        letters = sorted(mail.glob(f"*-{to}.eml"))
        if letters:
            letter = message_from_bytes(letters[-1].read_bytes(), policy=policy.default)
            body = letter.get_body(("plain",))
            found = re.search(r"#token=(\S+)", body.get_content()) if body else None
            if found:
                return found[1]
        time.sleep(0.05)
    raise ShopRefused(f"no letter came to {to}")
