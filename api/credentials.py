"""From a request's headers to its caller: the two doors, and who may come in by which."""

import ipaddress
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import lru_cache
from typing import Final

from starlette.requests import Request

from api.context import LANGUAGES, RequestContext, Services
from api.door import request_id_of
from api.engine.errors import PublicError
from domain.customers.accounts.sessions import find_session
from tenants.identify import (
    CUSTOMER_PERMISSIONS,
    Caller,
    OtherShop,
    Seen,
    caller_by_host,
    caller_by_key,
    caller_by_session,
)
from tenants.principal import Actor, Principal
from tenants.tokens import MalformedKey, TokenKind, parse_key, token_digest
from tenants.values.hosts import parse_host
from tenants.values.invalid import InvalidValue

WRONG_KEY = PublicError(
    "This key or session is unknown, expired or revoked.", code="UNAUTHENTICATED"
)
WRONG_CUSTOMER = PublicError(
    "This customer token is unknown or has ended: sign in again.", code="UNAUTHENTICATED"
)
NO_SHOP = PublicError("There is no shop here.", code="NOT_FOUND")
HOST_LETTERS: Final = 300
"""Looked at in a Host header: a name has 253 at most, and what is longer stays too long."""


def storefront_context(services: Services) -> Callable[[Request], Awaitable[RequestContext]]:
    """Callers of the storefront: a publishable key, or nobody at a shop's own host."""

    async def open_context(request: Request) -> RequestContext:
        seen = seen_of(request, services)
        token, host = bearer(request), shop_host(request.headers.get("host", "")[:HOST_LETTERS])
        if token is not None:
            caller = await _by_key(services, token, seen, "publishable", host)
        else:
            here = await caller_by_host(services.pool, host, seen) if host else None
            if here is None:
                raise NO_SHOP
            caller = here
        context = _context(request, services, caller, seen)
        customer_token = request.headers.get("x-customer-token")
        return context if customer_token is None else await _as_customer(context, customer_token)

    return open_context


def admin_context(services: Services) -> Callable[[Request], Awaitable[RequestContext]]:
    """Callers of the admin door: a secret key, a session, or nobody yet (to sign up or in)."""

    async def open_context(request: Request) -> RequestContext:
        seen = seen_of(request, services)
        token = bearer(request)
        if token is None:
            return _context(request, services, None, seen)
        if not token.startswith(f"{TokenKind.SESSION}_"):
            caller = await _by_key(services, token, seen, "secret")
            return _context(request, services, caller, seen)
        try:
            digest = token_digest(TokenKind.SESSION, token)
        except MalformedKey:
            raise WRONG_KEY from None
        session = await caller_by_session(services.pool, digest, seen)
        if session is None:
            raise WRONG_KEY
        return _context(request, services, session, seen)

    return open_context


async def _as_customer(context: RequestContext, token: str) -> RequestContext:
    """The same request, made by a customer who is signed in: nothing of it is for a cache."""
    try:
        digest = token_digest(TokenKind.CUSTOMER, token)
    except MalformedKey:
        raise WRONG_CUSTOMER from None
    session = await find_session(context.scope, digest)
    if session is None:
        raise WRONG_CUSTOMER
    context.principal = replace(
        context.principal,
        id=session["customer_id"],
        credential_id=session["id"],
        permissions=CUSTOMER_PERMISSIONS,
    )
    context.is_cacheable = False
    return context


async def _by_key(
    services: Services, token: str, seen: Seen, kind: str, host: str | None = None
) -> Caller:
    try:
        key = parse_key(token)
    except MalformedKey:
        raise WRONG_KEY from None
    if key.kind != kind:
        raise PublicError(f"This door takes a {kind} key.", code="UNAUTHENTICATED")
    try:
        caller = await caller_by_key(services.pool, key.digest, seen, host=host)
    except OtherShop:
        raise NO_SHOP from None
    if caller is None:
        raise WRONG_KEY
    return caller


def _context(
    request: Request,
    services: Services,
    caller: Caller | None,
    seen: Seen,
) -> RequestContext:
    """The context of an open door. Raises FORBIDDEN while the shop is shut."""
    if caller and caller.status != "active" and caller.principal.actor is not Actor.STAFF:
        raise PublicError("This shop is closed for now.", code="FORBIDDEN")
    nobody = Principal(Actor.STOREFRONT, address=seen.address, request_id=seen.request_id)
    is_posted = request.method == "POST"
    return RequestContext(
        services,
        caller,
        caller.principal if caller else nobody,
        language=language_in(request.headers.get("accept-language", "")),
        idempotency_key=request.headers.get("idempotency-key"),
        user_agent=(request.headers.get("user-agent") or "")[:200] or None,
        is_posted=is_posted,
        # What comes by POST is kept by no cache, so its version need not be read.
        is_cacheable=not is_posted
        and caller is not None
        and caller.principal.actor is Actor.STOREFRONT,
    )


@lru_cache(maxsize=1_000)  # nearly all requests name one of a few hosts
def shop_host(host: str) -> str | None:
    """The name in a Host header, normalised; None where it can be no shop's."""
    name, _, _ = host.partition(":")
    try:
        return parse_host(name, allow_local=True).ascii
    except InvalidValue:
        return None


def bearer(request: Request) -> str | None:
    """The token of the Authorization header; None where there is no such header."""
    header = request.headers.get("authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise PublicError("Authorization must be: Bearer <key>", code="UNAUTHENTICATED")
    return token.strip()


def seen_of(request: Request, services: Services) -> Seen:
    """The address that the request came from, past our own proxies, and its id."""
    address = request.client.host if request.client else None
    trusted = services.settings.trusted_proxies
    if trusted:
        # Some proxies add a line of their own below the one that the client made up.
        lines = request.headers.getlist("x-forwarded-for")
        hops = [hop.strip() for hop in ",".join(lines).split(",")]
        if len(hops) >= trusted and _is_address(hops[-trusted]):
            address = hops[-trusted]
    return Seen(address, request_id_of(request.scope))


@lru_cache(maxsize=100)  # most visitors' browsers say one of a few
def language_in(header: str) -> str:
    """The first of our languages that an Accept-Language header names; else English."""
    for entry in header.split(","):
        language = entry.partition(";")[0].strip().lower()[:2]
        if language in LANGUAGES:
            return language
    return "en"


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
