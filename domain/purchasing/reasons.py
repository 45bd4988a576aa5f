"""Reasons: the numbers of a need as they are kept with an order's line, and as people read them."""

from dataclasses import asdict
from typing import Any, Final

from domain.purchasing.needs import Need
from tenants.values.quantity import format_thousandths

_SENTENCES: Final = {
    "en": (
        "In the {cover_days} days until {cover_until} about {demand} will be asked for: "
        "{per_day} a day, by {known_days} days of history "
        "({left_out_days} days out of stock left out).",
        "{reserve} more are kept, so that {level}% of orders last until the next one comes.",
        "On the shelf: {on_shelf}; of that, {wasted} will expire unsold and {promised} are "
        "promised. Expected by then: {expected}.",
        "So {lacking} are lacking: packs of {pack}, at least {minimum}, make {quantity}.",
    ),
    "ru": (
        "За {cover_days} дн., до {cover_until}, спросят примерно {demand}: по {per_day} в день, "
        "по истории за {known_days} дн. (без {left_out_days} дн., когда товара не было).",
        "Ещё {reserve} — запас, чтобы {level}% заказов хватало до следующей поставки.",
        "На полке {on_shelf}; из них {wasted} испортится, {promised} обещано покупателям. "
        "До этого срока придёт {expected}.",
        "Не хватает {lacking}: упаковками по {pack}, не меньше {minimum}, это {quantity}.",
    ),
}
_LESS: Final = {
    "en": "The supplier has only {offered}.",
    "ru": "У поставщика есть только {offered}.",
}


def reasons_of(need: Need, offered: int | None) -> dict[str, Any]:
    """A need as JSON; `offered` is what the supplier says that it has, None where nobody said."""
    reasons = asdict(need)
    reasons["pattern"] = need.pattern.value
    reasons["cover_until"] = need.cover_until.isoformat()
    reasons["wasted_lots"] = [
        {**asdict(lot), "expires_on": lot.expires_on.isoformat()} for lot in need.wasted_lots
    ]
    return {**reasons, "offered": offered}


def explained(reasons: dict[str, Any], language: str) -> list[str]:
    """The same in sentences, in Russian or else in English."""
    safety = reasons["safety"]
    names = (
        "demand",
        "on_shelf",
        "wasted",
        "promised",
        "expected",
        "lacking",
        "pack",
        "minimum",
        "quantity",
    )
    words = {
        **{name: reasons[name] for name in ("cover_days", "known_days", "left_out_days")},
        **{name: format_thousandths(reasons[name]) for name in names},
        "cover_until": reasons["cover_until"],
        "per_day": format_thousandths(safety["demand_per_day"]),
        "reserve": format_thousandths(safety["quantity"]),
        "level": format_thousandths(safety["service_level"] * 100),
        "offered": format_thousandths(reasons["offered"] or 0),
    }
    spoken = language if language in _SENTENCES else "en"
    sentences = list(_SENTENCES[spoken])
    if reasons["offered"] is not None and reasons["offered"] < reasons["quantity"]:
        sentences.append(_LESS[spoken])
    return [sentence.format(**words) for sentence in sentences]
