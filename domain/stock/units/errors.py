"""Refusals of codes: known already, not there, not named."""

from typing import ClassVar, Final

from domain.errors import DomainError, ErrorCode

_RUSSIAN: Final = {
    "in_stock": "на складе",
    "in_transit": "в пути",
    "sold": "продана",
    "returned": "возвращена",
    "written_off": "списана",
    "sent_back": "возвращена поставщику",
    "converted": "переработана",
    "untracked": "больше не отслеживается",
}


class _OfUnit(DomainError):
    """A refusal that says in which `state` the unit is."""

    def __init__(self, *path: str | int, state: str = "in_stock") -> None:
        super().__init__(
            *path, state=state, english=state.replace("_", " "), russian=_RUSSIAN[state]
        )


class CodeKnown(_OfUnit):
    """There is a unit by this code already."""

    code = ErrorCode.TAKEN
    texts: ClassVar[dict[str, str]] = {
        "en": "there is a unit by this code already; it is {english}",
        "ru": "единица с таким кодом уже есть: {russian}",
    }


class UnitElsewhere(_OfUnit):
    """The unit is not where it is to be taken from, or may not be taken as it is."""

    code = ErrorCode.NOT_ALLOWED
    texts: ClassVar[dict[str, str]] = {
        "en": "the unit is not there to be taken; it is {english}",
        "ru": "этой единицы здесь нет или её нельзя взять: {russian}",
    }


class CodesWanted(DomainError):
    """Goods that are known one by one were to be moved without the codes of `missing` pieces."""

    code = ErrorCode.REQUIRED
    texts: ClassVar[dict[str, str]] = {
        "en": "name the codes of {missing} more",
        "ru": "не хватает кодов: {missing}",
    }

    def __init__(self, *path: str | int, missing: int) -> None:
        super().__init__(*path, missing=missing)
