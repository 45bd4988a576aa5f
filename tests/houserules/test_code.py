"""The rooms as written: who may open what, which words may stand where, how long files may be."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("api", "domain", "tenants", "workers", "integrations", "migrations")
LONGEST_FILE = 400

PLATFORM_USERS = {
    # Before a tenant is known, or among several; each states its reason when it opens the scope.
    "tenants/platform.py",
    "workers/settings.py",
    "workers/relay.py",
    "workers/runner.py",
}
"""Modules that may go past tenants; what `domain/merchants` may is listed below by its prefix."""
PLATFORM_ROOMS = ("domain/merchants/", "api/merchants/")

CONNECTION_MAKERS = {
    "tenants/database.py",
    "tenants/roles.py",
    "migrations/env.py",
    "migrations/distribute.py",
    "api/doctor.py",
}
"""Modules that may connect to PostgreSQL; all else is given a scope."""

TRANSACTION_WORDS = {
    "tenants/scope.py",
    "tenants/platform.py",
    "domain/feeds/spool.py",  # of its own file on this machine, not of the database
}


def files(*rooms: str) -> Iterator[Path]:
    for room in rooms:
        yield from sorted((ROOT / room).rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def comes_from_sqlalchemy(tree: ast.AST, word: str) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("sqlalchemy")
        and any(alias.name == word for alias in node.names)
        for node in ast.walk(tree)
    )


def is_constant(text: ast.expr) -> bool:
    """A text in the code, or one put together from the module's own constants."""
    if isinstance(text, ast.Call) and getattr(text.func, "id", "") == "str":
        return is_constant(text.args[0])
    if isinstance(text, ast.JoinedStr):
        return all(is_constant(part) for part in text.values)
    if isinstance(text, ast.FormattedValue):
        return is_constant(text.value)
    return isinstance(text, ast.Constant) or (isinstance(text, ast.Name) and text.id.isupper())


def names_in(tree: ast.AST) -> set[str]:
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom | ast.Import)
        for alias in node.names
    }
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return named | imported | attributes


def strings_in(tree: ast.AST) -> list[str]:
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


PARSED = {name_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in files(*ROOMS)}


def test_only_listed_modules_go_past_tenants() -> None:
    openers = {
        name
        for name, tree in PARSED.items()
        if {"platform_scope", "PlatformScope"} & names_in(tree)
        and name not in PLATFORM_USERS
        and not name.startswith(PLATFORM_ROOMS)
    }
    assert openers == set(), "list it in PLATFORM_USERS with its reason, or use a TenantScope"


def test_only_the_kernel_connects() -> None:
    connecting = {
        name
        for name, tree in PARSED.items()
        if {"create_pool", "create_async_engine", "create_engine"} & names_in(tree)
        or any(
            isinstance(node, ast.Attribute)
            and node.attr == "connect"
            and isinstance(node.value, ast.Name)
            and node.value.id == "asyncpg"
            for node in ast.walk(tree)
        )
    }
    arq_pool = {"workers/settings.py"}
    assert connecting - CONNECTION_MAKERS - arq_pool == set(), "take a scope instead"


def test_only_the_scopes_begin_and_end_transactions() -> None:
    words = ("BEGIN", "COMMIT", "ROLLBACK", "SET LOCAL app.", "set_config(")
    speaking = {
        name
        for name, tree in PARSED.items()
        if not name.startswith("migrations/")
        and any(text.startswith(words) for text in strings_in(tree))
    }
    assert speaking <= TRANSACTION_WORDS


def test_every_scope_of_a_door_or_a_job_is_told_the_setting() -> None:
    """Without it a distributed database shows no rows, and says nothing."""
    silent = {
        f"{name}:{node.lineno}"
        for name, tree in PARSED.items()
        if name.startswith(("api/", "workers/"))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "TenantScope"
        and len(node.args) < 4
        and "setting" not in {word.arg for word in node.keywords}
    }
    assert silent == set(), "pass settings.tenant_setting on"


def test_no_statement_is_made_of_text_in_the_domain() -> None:
    """Row security is no defence against injected SQL; what text there is must be a constant."""
    making = {
        name
        for name, tree in PARSED.items()
        if name.startswith(("domain/", "api/"))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (word := getattr(node.func, "id", "")) in {"text", "literal_column"}
        and comes_from_sqlalchemy(tree, word)
        and node.args
        and not is_constant(node.args[0])
    }
    assert making == set(), "a statement is built of columns and bind parameters"


def test_migrations_import_nothing_of_the_application() -> None:
    importing = {
        name
        for name, tree in PARSED.items()
        if name.startswith("migrations/versions/")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").partition(".")[0] in {"api", "domain", "tenants", "workers"}
    }
    assert importing == set(), "a migration must mean the same for ever"


def test_no_pickle_anywhere() -> None:
    assert {name for name, tree in PARSED.items() if "pickle" in names_in(tree)} == set()


@pytest.mark.parametrize("room", ROOMS)
def test_every_file_says_what_it_is_for(room: str) -> None:
    silent = [
        name_of(path)
        for path in files(room)
        if path.stat().st_size and not ast.get_docstring(PARSED[name_of(path)])
    ]
    assert silent == [], "open the file with one line that says what it is for"


def test_no_file_grows_past_its_noun() -> None:
    long = {
        name: lines
        for name in PARSED
        if not name.startswith("migrations/versions/")
        and (lines := len((ROOT / name).read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert long == {}, "look for the second noun inside, and split there"


def test_nothing_is_a_utility() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "handler"}
    named = {name for name in PARSED if vague & set(Path(name).with_suffix("").parts)}
    assert named == set()
