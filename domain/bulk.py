"""Up to 100 rows in one go: all or nothing, or each for itself."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, Protocol
from uuid import UUID

from domain.errors import DomainError, ErrorCode, Said, Taken
from tenants.scope import UnitOfWork

MOST_ROWS: Final = 100
MOST_TRIES: Final = 5

Asked = ParamSpec("Asked")


class ErrorPolicy(StrEnum):
    """What one bad row does to the others."""

    REJECT_ALL = "REJECT_ALL"
    SKIP_FAILED = "SKIP_FAILED"


class TooMany(Said):
    """More than fits into one request."""

    code = ErrorCode.TOO_MANY

    def __init__(self, *path: str | int, most: int) -> None:
        super().__init__(*path, en=f"at most {most} at once", ru=f"не больше {most} за раз")


class Rejected(DomainError):
    """Several refusals at once: `errors`, each with its own path."""

    def __init__(self, errors: list[DomainError]) -> None:
        self.errors = errors
        super().__init__(*errors[0].path)

    def message(self, language: str) -> str:
        return "; ".join(error.message(language) for error in self.errors)


def refuse(wrong: Sequence[DomainError]) -> None:
    """Raise what is wrong, all at once; nothing is."""
    if wrong:
        raise wrong[0] if len(wrong) == 1 else Rejected(list(wrong))


@dataclass(frozen=True, slots=True)
class Outcome:
    """The id made or changed for each row given, None for one that was skipped; and why."""

    ids: list[UUID | None]
    errors: list[DomainError]


class Fallen(Protocol):
    """Where the steps of a bulk write note the rows that fall."""

    def refuse(self, at: int, *errors: DomainError) -> None: ...
    def stands(self, at: int) -> bool: ...
    def standing(self) -> list[int]: ...
    def settle(self) -> None: ...


@dataclass(slots=True)
class Tally:
    """Which rows still stand. `path` leads to the list in the input; None: one thing, no list."""

    count: int
    policy: ErrorPolicy = ErrorPolicy.REJECT_ALL
    path: tuple[str, ...] | None = None
    errors: dict[int, list[DomainError]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.count > MOST_ROWS:
            raise TooMany(*(self.path or ()), most=MOST_ROWS)

    def refuse(self, at: int, *errors: DomainError) -> None:
        """Let row `at` fall, for reasons whose paths begin inside the row."""
        for error in errors:
            located = error if self.path is None else error.at(*self.path, at)
            self.errors.setdefault(at, []).append(located)

    def stands(self, at: int) -> bool:
        return at not in self.errors

    def standing(self) -> list[int]:
        """The rows that nothing is wrong with so far."""
        return [at for at in range(self.count) if at not in self.errors]

    def settle(self) -> None:
        """Stop here when one row fell and all were to stand or fall together."""
        if self.errors and self.policy is ErrorPolicy.REJECT_ALL:
            refuse(self._all())

    def outcome(self, ids: Mapping[int, UUID]) -> Outcome:
        """What came of it; raises as `settle` does."""
        self.settle()
        made = [ids.get(at) if self.stands(at) else None for at in range(self.count)]
        return Outcome(made, self._all())

    def _all(self) -> list[DomainError]:
        return [error for at in sorted(self.errors) for error in self.errors[at]]


def looks_again(
    write: Callable[Concatenate[UnitOfWork, Asked], Coroutine[Any, Any, Outcome]],
) -> Callable[Concatenate[UnitOfWork, Asked], Coroutine[Any, Any, Outcome]]:
    """Decorate a bulk write, so that who was quicker costs SKIP_FAILED only the rows he took from.

    Taken comes out of such a write when somebody took a value between its look and its insert. Then
    all is undone and done again: this time the look finds him, and lets just those rows fall.
    """

    @wraps(write)
    async def written(uow: UnitOfWork, /, *args: Asked.args, **kwargs: Asked.kwargs) -> Outcome:
        asked: Mapping[str, Any] = kwargs
        if asked.get("policy") is not ErrorPolicy.SKIP_FAILED:
            return await write(uow, *args, **kwargs)
        for tries_left in range(MOST_TRIES - 1, -1, -1):
            try:
                async with uow.attempt():
                    return await write(uow, *args, **kwargs)
            except Taken:
                if not tries_left:
                    raise
        raise AssertionError("the last try returns or raises")

    return written


@dataclass(frozen=True, slots=True)
class Nested:
    """Rows inside the rows of another tally: one that falls takes the row around it with it.

    `owners` says for each inner row which outer row it is in, and its path from there.
    """

    outer: Fallen
    owners: Sequence[tuple[int, tuple[str | int, ...]]]

    def refuse(self, at: int, *errors: DomainError) -> None:
        owner, path = self.owners[at]
        self.outer.refuse(owner, *(error.at(*path) for error in errors))

    def stands(self, at: int) -> bool:
        return self.outer.stands(self.owners[at][0])

    def standing(self) -> list[int]:
        return [at for at in range(len(self.owners)) if self.stands(at)]

    def settle(self) -> None:
        self.outer.settle()
