"""Whom a request comes from, past our own proxies: the last hop that they wrote, not the client."""

from typing import Any, cast

import pytest
from starlette.requests import Request

from api.context import Services
from api.credentials import seen_of
from tenants.settings import Settings


def address(trusted: int, *lines: str) -> str | None:
    """The address seen in a request from 10.0.0.9 with these lines of X-Forwarded-For."""
    nothing = cast(Any, None)
    settings = Settings(trusted_proxies=trusted, _env_file=None)
    headers = [(b"x-forwarded-for", line.encode()) for line in lines]
    scope = {"type": "http", "headers": headers, "client": ("10.0.0.9", 1)}
    return seen_of(Request(scope), Services(nothing, nothing, settings, nothing, {})).address


@pytest.mark.parametrize(
    ("trusted", "lines", "seen"),
    [
        (0, ["6.6.6.6"], "10.0.0.9"),
        (1, ["1.2.3.4"], "1.2.3.4"),
        (1, ["6.6.6.6, 1.2.3.4"], "1.2.3.4"),
        (1, ["6.6.6.6", "1.2.3.4"], "1.2.3.4"),
        (2, ["6.6.6.6", "1.2.3.4, 10.0.0.1"], "1.2.3.4"),
        (2, ["1.2.3.4"], "10.0.0.9"),
        (1, ["nonsense"], "10.0.0.9"),
        (1, [], "10.0.0.9"),
    ],
)
def test_the_address_is_the_one_that_our_own_proxy_wrote(
    trusted: int, lines: list[str], seen: str
) -> None:
    assert address(trusted, *lines) == seen
