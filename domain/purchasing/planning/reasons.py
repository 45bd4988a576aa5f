"""Reasons: the numbers of a need as they are kept with an order's line, and as people read them."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from domain.purchasing.planning.forecasts import BACK_TEST_WEEKS, BackTest
from domain.purchasing.planning.needs import Need
from tenants.values.quantity import format_thousandths
from tenants.values.shares import format_percent

_SENTENCES: Final = {
    "en": (
        "In the {cover_days} days until {cover_until} about {demand} will be asked for: "
        "{per_day} a day, by {known_days} days of history "
        "({left_out_days} days out of stock left out).",
        "{reserve} more are kept, so that {level}% of orders last until the next one comes{by}.",
        "On the shelf: {on_shelf}; of that, {wasted} will expire unsold and {promised} are "
        "promised. Expected by then: {expected}.",
        "So {lacking} are lacking: packs of {pack}, at least {minimum}, make {quantity}.",
    ),
    "ru": (
        "За {cover_days} дн., до {cover_until}, спросят примерно {demand}: по {per_day} в день, "
        "по истории за {known_days} дн. (без {left_out_days} дн., когда товара не было).",
        "Ещё {reserve} — запас, чтобы {level}% заказов хватало до следующей поставки{by}.",
        "На полке {on_shelf}; из них {wasted} испортится, {promised} обещано покупателям. "
        "До этого срока придёт {expected}.",
        "Не хватает {lacking}: упаковками по {pack}, не меньше {minimum}, это {quantity}.",
    ),
}
_SAID_BY: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "CALLER": " (as was asked for)",
        "SUPPLIER": " (as is set for this supplier)",
        "SHOP": " (as the shop's settings say)",
    },
    "ru": {
        "CALLER": " (так указано в запросе)",
        "SUPPLIER": " (так задано для поставщика)",
        "SHOP": " (так задано в настройках магазина)",
    },
}
_AT_LEAST: Final = {
    "en": "The minimum level here is {minimum_level}, so {kept} are kept.",
    "ru": "Минимальный остаток здесь {minimum_level}, поэтому запас — {kept}.",
}
_LESS: Final = {
    "en": "The supplier has only {offered}.",
    "ru": "У поставщика есть только {offered}.",
}
_TESTED: Final = {
    "en": "In {weeks} of the past {most} weeks {sold} a week were sold on average; the forecast of "
    "each was off by {error}, the week before by {naive_error} (root mean square).",
    "ru": "За {weeks} из последних {most} нед. в среднем продано {sold} в неделю; прогноз недели "
    "ошибался на {error}, продажи неделей раньше — на {naive_error} (среднеквадратично).",
}
_WEEK: Final = 7


class BackTestGap(StrEnum):
    """Why no past week could be compared: goods were there on too few days, or not of late."""

    TOO_LITTLE_HISTORY = "TOO_LITTLE_HISTORY"
    OUT_OF_STOCK = "OUT_OF_STOCK"


_UNTESTED: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        BackTestGap.TOO_LITTLE_HISTORY: "There is too little history to test the forecast by.",
        BackTestGap.OUT_OF_STOCK: "There were no goods in the past {most} weeks, so the forecast "
        "could not be tested.",
    },
    "ru": {
        BackTestGap.TOO_LITTLE_HISTORY: "История слишком коротка, чтобы проверить прогноз.",
        BackTestGap.OUT_OF_STOCK: "Последние {most} нед. товара не было, проверить прогноз не на "
        "чем.",
    },
}


def reasons_of(
    need: Need, offered: int | None, tested: BackTest, *, today: date, said_by: str
) -> dict[str, Any]:
    """A need and how its forecast would have done, as JSON; `offered` is what the supplier says
    that it has, None where nobody said; the service level is `said_by` a word of SaidBy."""
    reasons = asdict(need)
    reasons["pattern"] = need.pattern.value
    reasons["cover_until"] = need.cover_until.isoformat()
    reasons["wasted_lots"] = [
        {**asdict(lot), "expires_on": lot.expires_on.isoformat()} for lot in need.wasted_lots
    ]
    more = {"offered": offered, "said_by": said_by}
    return {**reasons, **more, "back_test": _back_test(need, tested, today)}


def _back_test(need: Need, tested: BackTest, today: date) -> dict[str, Any]:
    gap = None
    if not tested.compared:
        is_short = need.known_days <= _WEEK
        gap = BackTestGap.TOO_LITTLE_HISTORY if is_short else BackTestGap.OUT_OF_STOCK
    return {
        "weeks": len(tested.compared),
        "sold": tested.sold,
        "error": tested.error,
        "naive_error": tested.naive_error,
        "gap": gap and gap.value,
        "compared": [
            {
                "starts_on": (today - timedelta(days=_WEEK * week.ago)).isoformat(),
                "sold": week.sold,
                "forecast": week.forecast,
                "naive": week.naive,
            }
            for week in tested.compared
        ],
    }


def share_of(safety: Mapping[str, Any]) -> int:
    """The service level of a safety stock, ten-thousandths; orders once had it in thousandths."""
    share: int = safety.get("service_share") or safety["service_level"] * 10
    return share


def kept_of(reasons: Mapping[str, Any]) -> int:
    """What is kept beyond demand; the safety stock alone in orders of before there was more."""
    kept: int = reasons.get("kept", reasons["safety"]["quantity"])
    return kept


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
        "level": format_percent(share_of(safety)),
        "minimum_level": format_thousandths(reasons.get("minimum_level", 0)),
        "kept": format_thousandths(kept_of(reasons)),
        "offered": format_thousandths(reasons["offered"] or 0),
    }
    spoken = language if language in _SENTENCES else "en"
    words["by"] = _SAID_BY[spoken].get(reasons.get("said_by", ""), "")
    sentences = list(_SENTENCES[spoken])
    if reasons.get("minimum_level"):
        sentences.insert(2, _AT_LEAST[spoken])
    if reasons["offered"] is not None and reasons["offered"] < reasons["quantity"]:
        sentences.append(_LESS[spoken])
    return [sentence.format(**words) for sentence in sentences] + _told(reasons, spoken)


def _told(reasons: dict[str, Any], spoken: str) -> list[str]:
    """What the back-test says; nothing of an order that was made when there was none."""
    tested = reasons.get("back_test")
    if tested is None:
        return []
    if tested["gap"] is not None:
        return [_UNTESTED[spoken][tested["gap"]].format(most=BACK_TEST_WEEKS)]
    figures = {name: format_thousandths(tested[name]) for name in ("sold", "error", "naive_error")}
    return [_TESTED[spoken].format(weeks=tested["weeks"], most=BACK_TEST_WEEKS, **figures)]
