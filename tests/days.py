"""The day it is in the tests' shops, which are in Moscow: there it begins before ours."""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

SHOP_ZONE: Final = ZoneInfo("Europe/Moscow")


def today() -> date:
    return datetime.now(SHOP_ZONE).date()
