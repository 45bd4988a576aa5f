"""The page behind a letter's last link: to look at it changes nothing, to press its button does.

Scanners of mail fetch links before people do; so a GET shows, and a POST ends (RFC 8058 too). The
link is the credential: it is signed, names one shop and one buyer's wish, and needs no login.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from html import escape
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import Executable, bindparam, select
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from api.context import Services
from api.door import request_id_of
from domain.customers.consents.messages import MESSAGE, SUBJECT, leave_by_letter
from domain.customers.consents.messages import unsubscribe_path as message_path
from domain.files.links import is_genuine, link_keys
from domain.merchants.tables import Shop
from domain.stock.notices.letters import SUBSCRIPTION, unsubscribe_path
from domain.stock.notices.tables import BackInStock
from domain.stock.notices.waiting import leave
from tenants.ids import WrongId, decode_id, prefix_of
from tenants.principal import Actor, Principal
from tenants.scope import TenantScope, UnitOfWork

_ASKED: Final = select(BackInStock.language).where(BackInStock.id == bindparam("asked"))
_SHOP: Final = select(Shop.name, Shop.language)


class Words(NamedTuple):
    """What the page says in one language; {shop} is the shop's name."""

    title: str
    question: str
    button: str
    done: str
    wrong: str


_WORDS: Final = {
    "ru": Words(
        "Письма о наличии",
        "Больше не сообщать вам, что товары магазина «{shop}» снова в продаже?",
        "Не сообщать",
        "Готово: магазин «{shop}» больше не пишет вам о наличии товаров.",
        "Ссылка неверна, или срок её действия истёк.",
    ),
    "en": Words(
        "Letters of what is back",
        "Tell you no more when goods of the shop “{shop}” are back in stock?",
        "Tell me no more",
        "Done: the shop “{shop}” writes to you of such goods no more.",
        "The link is wrong, or out of date.",
    ),
}
_NEWS: Final = {
    "ru": Words(
        "Рассылка",
        "Отозвать согласие на сообщения магазина «{shop}» по этому каналу?",
        "Отозвать",
        "Готово: магазин «{shop}» больше не пришлёт вам таких сообщений.",
        _WORDS["ru"].wrong,
    ),
    "en": Words(
        "Letters of the shop",
        "Withdraw your consent to messages of the shop “{shop}” by this channel?",
        "Withdraw",
        "Done: the shop “{shop}” sends you no such messages any more.",
        _WORDS["en"].wrong,
    ),
}


class Wish(NamedTuple):
    """A kind of link: the row behind it, with a language; its path; its end; its words."""

    asked: Executable
    path: Callable[[UUID, UUID], str]
    end: Callable[[UnitOfWork, UUID], Awaitable[bool]]
    words: Mapping[str, Words]


_WISHES: Final = {
    SUBSCRIPTION: Wish(_ASKED, unsubscribe_path, leave, _WORDS),
    MESSAGE: Wish(SUBJECT, message_path, leave_by_letter, _NEWS),
}
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}
_STYLE: Final = (
    "body{max-width:32em;margin:4em auto;padding:0 1em;font:17px/1.5 sans-serif;color:#222}"
    "button{font:inherit;padding:.6em 1.2em;border:0;border-radius:6px;"
    "background:#1c6b4a;color:#fff;cursor:pointer}"
)


def unsubscribe_routes(services: Callable[[], Services | None]) -> list[Route]:
    """The one route; `api.app` says which services it has once it has started."""

    async def endpoint(request: Request) -> Response:
        started = services()
        assert started is not None
        found = _named(request, started)
        if found is None:
            return _page("ru", 404, f"{_WORDS['ru'].wrong} {_WORDS['en'].wrong}")
        scope, wish, asked = found
        shop = await scope.reading.row(_SHOP)
        wished = await scope.reading.row(wish.asked, asked=asked)
        if shop is None:
            return _page("ru", 404, _WORDS["ru"].wrong)
        if request.method == "POST":
            async with scope.writing("unsubscribe") as uow:
                await wish.end(uow, asked)
        spoken = (wished and wished["language"]) or shop["language"]
        spoken = spoken if spoken in wish.words else "en"
        words, is_over = wish.words[spoken], wished is None or request.method == "POST"
        text = (words.done if is_over else words.question).format(shop=shop["name"])
        button = None if is_over else words.button
        return _page(spoken, 200, text, title=words.title, button=button)

    return [Route("/unsubscribe/{shop}/{wish}", endpoint, methods=["GET", "POST"])]


def _named(request: Request, services: Services) -> tuple[TenantScope, Wish, UUID] | None:
    """The tenant, and the buyer's wish with its kind, that a genuine link names."""
    query = request.query_params
    try:
        tenant_id = decode_id(request.path_params["shop"], "shop")
        kind = prefix_of(request.path_params["wish"])
        wish = _WISHES[kind]
        asked = decode_id(request.path_params["wish"], kind)
    except (WrongId, KeyError):
        return None
    if not is_genuine(
        link_keys(services.settings),
        tenant_id,
        wish.path(tenant_id, asked),
        expires=query.get("expires", ""),
        signature=query.get("signature", ""),
        now=datetime.now(UTC),
    ):
        return None
    address = request.client.host if request.client else None
    principal = Principal(Actor.SYSTEM, address=address, request_id=request_id_of(request.scope))
    setting = services.settings.tenant_setting
    return TenantScope(services.pool, tenant_id, principal, setting), wish, asked


def _page(
    language: str, status: int, text: str, *, title: str | None = None, button: str | None = None
) -> Response:
    title = escape(title or _WORDS[language].title)
    form = f'<form method="post"><button>{escape(button)}</button></form>' if button else ""
    return HTMLResponse(
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title>'
        f"<style>{_STYLE}</style><h1>{title}</h1><p>{escape(text)}</p>{form}</html>\n",
        status,
        _HEADERS,
    )
