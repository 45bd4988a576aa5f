"""What can be allowed: the closed list of permissions, and the roles that a new shop begins with.

The words are those of API fields, of roles and of secret keys' scopes. "*" is all of them, also
those that come later; only who has it can give it.
"""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from domain.errors import Invalid, NotAllowed
from tenants.principal import Actor, Principal

EVERYTHING: Final = "*"


class Title(NamedTuple):
    """What a permission lets one do, for people."""

    en: str
    ru: str


PERMISSIONS: Final[dict[str, Title]] = {
    "products:read": Title("See the catalogue", "Видеть каталог"),
    "products:write": Title("Change the catalogue", "Менять каталог"),
    "prices:read": Title("See prices and price lists", "Видеть цены и прайс-листы"),
    "prices:write": Title("Change prices and price lists", "Менять цены и прайс-листы"),
    "inventory:read": Title("See stock", "Видеть остатки"),
    "inventory:write": Title("Change stock", "Менять остатки"),
    "stocktakes:count": Title(
        "Count goods at stocktakes, without seeing the books",
        "Считать товар при инвентаризации, не видя учётных остатков",
    ),
    "stocktakes:review": Title(
        "Run stocktakes, see what they found",
        "Проводить инвентаризации, видеть расхождения",
    ),
    "stocktakes:approve": Title(
        "Approve stocktakes: correct the books",
        "Утверждать инвентаризации: исправлять остатки",
    ),
    "purchasing:read": Title("See suppliers and purchases", "Видеть поставщиков и закупки"),
    "purchasing:write": Title("Buy from suppliers", "Закупать у поставщиков"),
    "content:read": Title("See pages, menus and files", "Видеть страницы, меню и файлы"),
    "content:write": Title("Change pages, menus and files", "Менять страницы, меню и файлы"),
    "imports:run": Title("Import price lists", "Загружать прайс-листы"),
    "orders:read": Title("See orders", "Видеть заказы"),
    "orders:write": Title("Take and change orders", "Оформлять и менять заказы"),
    "payments:read": Title("See payments", "Видеть платежи"),
    "payments:write": Title("Take payments", "Принимать платежи"),
    "refunds:write": Title("Give money back", "Возвращать деньги"),
    "receipts:read": Title("See fiscal receipts", "Видеть кассовые чеки"),
    "receipts:write": Title("Print and repeat fiscal receipts", "Печатать и повторять чеки"),
    "customers:read": Title("See customers", "Видеть покупателей"),
    "customers:write": Title("Change customers", "Менять данные покупателей"),
    "promotions:read": Title("See promotions", "Видеть акции и скидки"),
    "promotions:write": Title("Change promotions", "Менять акции и скидки"),
    "reports:read": Title("See reports", "Видеть отчёты"),
    "webhooks:write": Title("Set up webhooks", "Настраивать вебхуки"),
    "events:read": Title("Read the feed of events", "Читать ленту событий"),
    "jobs:read": Title("Watch background jobs", "Следить за фоновыми задачами"),
    "settings:read": Title("See the shop's settings", "Видеть настройки магазина"),
    "settings:write": Title("Change the shop's settings", "Менять настройки магазина"),
    "secrets:write": Title("Set providers' secrets", "Задавать секреты подключений"),
    "staff:read": Title("See staff and roles", "Видеть сотрудников и роли"),
    "staff:write": Title("Invite and change staff", "Приглашать и менять сотрудников"),
    "keys:read": Title("See API keys", "Видеть ключи API"),
    "keys:write": Title("Create and revoke API keys", "Создавать и отзывать ключи API"),
    "plan:read": Title("See the plan and usage", "Видеть тариф и расход"),
    "plan:write": Title("Change the plan", "Менять тариф"),
    "audit:read": Title("Read the audit log", "Читать журнал действий"),
    "export:run": Title("Export all data", "Выгружать все данные"),
    "merchant:close": Title("Close the shop", "Закрыть магазин"),
}

_READ_ALL: Final = tuple(
    word
    for word in PERMISSIONS
    if word.endswith(":read") and word not in ("audit:read", "keys:read", "staff:read", "plan:read")
)


class SystemRole(NamedTuple):
    """A role that each shop has from the start."""

    code: str
    en: str
    ru: str
    permissions: tuple[str, ...]

    def name(self, language: str) -> str:
        return self.ru if language == "ru" else self.en


OWNER: Final = SystemRole("owner", "Owner", "Владелец", (EVERYTHING,))
SYSTEM_ROLES: Final = (
    OWNER,
    SystemRole(
        "manager",
        "Manager",
        "Управляющий",
        tuple(
            word
            for word in PERMISSIONS
            if word
            not in ("merchant:close", "plan:write", "keys:write", "secrets:write", "export:run")
        ),
    ),
    SystemRole(
        "content_editor",
        "Content editor",
        "Контент-менеджер",
        (
            "products:read",
            "products:write",
            "prices:read",
            "inventory:read",
            "content:read",
            "content:write",
            "imports:run",
        ),
    ),
    SystemRole(
        "cashier",
        "Cashier",
        "Кассир",
        (
            "products:read",
            "prices:read",
            "inventory:read",
            "orders:read",
            "orders:write",
            "payments:read",
            "payments:write",
            "receipts:read",
            "receipts:write",
            "customers:read",
            "promotions:read",
        ),
    ),
    SystemRole(
        "stock_keeper",
        "Stock keeper",
        "Кладовщик",
        (
            "products:read",
            "inventory:read",
            "inventory:write",
            "stocktakes:count",
            "stocktakes:review",
            "purchasing:read",
            "orders:read",
        ),
    ),
    SystemRole("analyst", "Analyst", "Аналитик", _READ_ALL),
)


def known_permissions(words: Iterable[str], *path: str) -> list[str]:
    """The words in the list's order, each once. Raises Invalid for one that is not on the list."""
    asked = set(words)
    if unknown := sorted(asked - PERMISSIONS.keys() - {EVERYTHING}):
        raise Invalid(
            *path,
            en=f"there is no permission “{unknown[0]}”",
            ru=f"нет такого разрешения: «{unknown[0]}»",
        )
    if EVERYTHING in asked:
        return [EVERYTHING]
    return [word for word in PERMISSIONS if word in asked]


def check_may_give(principal: Principal, permissions: Iterable[Any], *path: str) -> None:
    """Nobody gives, or rules over, what he has not. Raises NotAllowed with the first such word."""
    if principal.actor in (Actor.SYSTEM, Actor.PLATFORM):
        return
    for word in permissions:
        if not principal.may(str(word)):
            raise NotAllowed(
                *path,
                en=f"you do not have the permission “{word}” yourself",
                ru=f"у вас самих нет разрешения «{word}»",
            )
