"""What is asked of both servers: three pages, each with the requests that take turns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import orjson

from api.catalog.storefront_examples import LISTING, PRODUCT, SEARCH
from domain.catalog.search_words import fold
from tests.api.client import Client
from tests.benchmarks.storefront import Listening, Sent

HOST: Final = "api.example.com"
"""A name, as in production: of an address the storefront does not look up whose host it is."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its document, and for each request its variables and what the limit is given."""

    title: str
    name: str
    query: str
    variables: Sequence[dict[str, Any]]
    given: Sequence[dict[str, str]]

    def to_ryad(self, key: str) -> list[str]:
        """Its requests to the GraphQL door."""
        return [
            _http(
                "POST /storefront/graphql",
                orjson.dumps({"query": self.query, "variables": one}).decode(),
                {"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
            )
            for one in self.variables
        ]

    def to_limit(self) -> list[str]:
        """Its requests to the pages written by hand."""
        return [_http(f"GET /{self.name}?{urlencode(one)}", "", {}) for one in self.given]

    async def listened(self, client: Client) -> tuple[Sent, dict[str, str]]:
        """The statements that its first request sends, and what that request brought."""
        variables = self.variables[0]
        await client.ask(self.query, **variables)  # a new connection learns its types
        with Listening() as listening:
            await client.ask(self.query, **variables)
        return listening.sent, {name: fold(value) for name, value in self.given[0].items()}


def _http(line: str, body: str, headers: dict[str, str]) -> str:
    everything = {"Host": HOST, "Accept": "application/json", **headers}
    if body:
        everything["Content-Length"] = str(len(body.encode()))
    lines = "".join(f"{name}: {value}\r\n" for name, value in everything.items())
    return f"{line} HTTP/1.1\r\n{lines}\r\n{body}"


def pages(slugs: Sequence[str], words: Sequence[str]) -> list[Page]:
    """The listing, the page of each of some products, the search for each of some words."""
    return [
        Page("listing of 24 products", "listing", LISTING, [{"first": 24}], [{"first": "24"}]),
        Page(
            "product page",
            "product",
            PRODUCT,
            [{"slug": slug} for slug in slugs],
            [{"slug": slug} for slug in slugs],
        ),
        Page(
            "search with facets",
            "search",
            SEARCH,
            [{"query": word} for word in words],
            [{"phrase": word} for word in words],
        ),
    ]
