"""The operator's door behind ./ryad: serve, work, migrate, doctor, db, keys, merchant, demo."""

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tenants.settings import Settings, settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code. Expected trouble is one line on stderr."""
    parser = argparse.ArgumentParser(prog="ryad")
    commands = parser.add_subparsers(dest="command", required=True)

    serve = commands.add_parser("serve", help="the API, on your PostgreSQL and Valkey")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--workers", type=int, default=1, help="processes; one per core")
    serve.set_defaults(run=_serve)

    commands.add_parser("work", help="the background worker").set_defaults(run=_work)
    commands.add_parser("migrate", help="bring the database to this version").set_defaults(
        run=_migrate
    )
    commands.add_parser("shell", help="a Python prompt in the scope of a shop").set_defaults(
        run=_shell
    )
    commands.add_parser("doctor", help="what is reachable, missing, unsafe").set_defaults(
        run=_doctor
    )
    demo = commands.add_parser(
        "demo",
        help="a whole shop on this machine",
        allow_abbrev=False,  # a mistyped option that erases is not to be guessed
    )
    demo.add_argument("--fresh", action="store_true", help="begin anew: erase the demo's data")
    demo.add_argument("--port", type=int, default=8000, help="0 is any free one")
    demo.set_defaults(run=_demo)

    db = commands.add_parser("db", help="work on the database as a whole")
    actions = db.add_subparsers(dest="action", required=True)
    actions.add_parser(
        "roles", help="make the three roles and the database, through DATABASE_SUPERUSER_URL"
    ).set_defaults(run=_roles)
    actions.add_parser("distribute", help="distribute it by tenant (Citus)").set_defaults(
        run=_distribute
    )
    _add_operating(commands)
    chosen = parser.parse_args(arguments)
    try:
        return int(chosen.run(chosen) or 0)
    except KeyboardInterrupt:
        return 130
    except Expected as trouble:
        print(f"ryad: {trouble}", file=sys.stderr)
        return 1
    except ValidationError as refusal:  # of the settings; the values are not told
        for error in refusal.errors():
            print(f"ryad: {str(error['loc'][0]).upper()}: {error['msg']}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"ryad: {error}; ./ryad doctor says what is not reachable", file=sys.stderr)
        return 1


def _add_operating(commands: Any) -> None:
    """The operator's reach into merchants and past them: `ryad keys …`, `ryad merchant …`."""
    keys = commands.add_parser("keys", help="rotate master keys, find a leaked key's owner")
    actions = keys.add_subparsers(dest="action", required=True)
    actions.add_parser(
        "rotate", help="wrap all data keys by the first of SECRET_KEYS, beside live traffic"
    ).set_defaults(run=_rotate_keys)
    find = actions.add_parser("find", help="whose API keys stand in a text")
    find.add_argument("text", help="a key, or its beginning (sk_live_Ab3d); - reads a text")
    find.set_defaults(run=_find_keys)

    merchant = commands.add_parser("merchant", help="suspend or resume a merchant")
    actions = merchant.add_subparsers(dest="action", required=True)
    suspend = actions.add_parser("suspend", help="shut both doors from the next request on")
    suspend.add_argument("handle", help="the merchant's, as in HANDLE.<PLATFORM_DOMAIN>")
    suspend.add_argument("--reason", required=True, help="kept, and shown to the merchant")
    suspend.set_defaults(run=_suspend)
    resume = actions.add_parser("resume", help="open the doors again")
    resume.add_argument("handle", help="the merchant's")
    resume.set_defaults(run=_resume)


NEEDED = ("database_url", "database_platform_url", "redis_url", "secret_keys", "link_keys")


class Expected(Exception):
    """Trouble that an operator can mend; the text is one line with the way out."""


def _needed(*names: str) -> Settings:
    """The settings, if these are set."""
    chosen = settings()
    missing = [name.upper() for name in names if not getattr(chosen, name).get_secret_value()]
    if missing:
        raise Expected(f"set {', '.join(missing)} (see .env.example), or try ./ryad demo")
    return chosen


def _log() -> None:
    """Let this process say on stderr what it does."""
    logging.basicConfig(
        level=settings().log_level.upper(),
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    logging.getLogger("httpx").setLevel(logging.WARNING)


def _serve(chosen: Any) -> None:
    import uvicorn

    from api.telemetry import what_is_missing

    _log()
    found = _needed(*NEEDED)
    if missing := what_is_missing(found):
        print(f"ryad: {missing}", file=sys.stderr)
    uvicorn.run(
        "api.app:app",
        factory=True,
        host=chosen.host,
        port=chosen.port,
        workers=chosen.workers if chosen.workers > 1 else None,
        loop="uvloop",
        http="api.listening:BoundedHttp",
        log_level=settings().log_level,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=10,
    )


def _work(chosen: Any) -> None:
    from workers.settings import work

    _log()
    work(_needed(*NEEDED))


def _migrate(chosen: Any) -> None:
    from migrations.run import newest, upgrade

    found = _needed("database_owner_url")
    upgrade(found.database_owner_url.get_secret_value())
    print(f"the database is at {newest()}")


def _shell(chosen: Any) -> None:
    from api.shell import shell

    shell(_needed("database_url", "database_platform_url", "secret_keys"))


def _doctor(chosen: Any) -> int:
    from api.doctor import findings

    return asyncio.run(findings(settings()))


def _demo(chosen: Any) -> int:
    from api.demo import demo

    return demo(fresh=chosen.fresh, port=chosen.port)


def _roles(chosen: Any) -> None:
    """Roles get the passwords of the three DATABASE_…URL settings, or new ones that are shown."""
    from tenants.roles import (
        APP,
        OWNER,
        PLATFORM,
        RoleUrls,
        create_database,
        create_roles,
        new_role_urls,
        passwords_of,
    )

    superuser = os.environ.get("DATABASE_SUPERUSER_URL")
    if not superuser:
        raise Expected("set DATABASE_SUPERUSER_URL: the postgresql:// address of a superuser")
    known = settings()
    given = {
        OWNER: known.database_owner_url.get_secret_value(),
        APP: known.database_url.get_secret_value(),
        PLATFORM: known.database_platform_url.get_secret_value(),
    }
    urls = RoleUrls(*given.values()) if all(given.values()) else new_role_urls(superuser, "ryad")

    async def make() -> None:
        await create_roles(superuser, passwords_of(urls))
        await create_database(superuser, urls.app.rpartition("/")[2])

    asyncio.run(make())
    if not all(given.values()):
        print(f"DATABASE_URL={urls.app}")
        print(f"DATABASE_PLATFORM_URL={urls.platform}")
        print(f"DATABASE_OWNER_URL={urls.owner}")


def _distribute(chosen: Any) -> int:
    from migrations.distribute import distribute

    found = _needed("database_owner_url")
    return asyncio.run(distribute(found.database_owner_url.get_secret_value()))


def _rotate_keys(chosen: Any) -> int:
    from api.operator import rotate_keys

    return _at_reception(rotate_keys)


def _find_keys(chosen: Any) -> int:
    from api.operator import find_keys

    # On the command line a whole key would stay in the shell's history.
    return _at_reception(find_keys, sys.stdin.read() if chosen.text == "-" else chosen.text)


def _suspend(chosen: Any) -> int:
    from api.operator import suspend

    return _at_reception(suspend, chosen.handle, chosen.reason)


def _resume(chosen: Any) -> int:
    from api.operator import resume

    return _at_reception(resume, chosen.handle)


def _at_reception(act: Callable[..., Awaitable[int]], *given: str) -> int:
    """Run a command of `api.operator` with what was given for it; its exit code."""
    import asyncpg

    from api.operator import reception_for
    from domain.errors import DomainError
    from tenants.vault import BadMasterKeys, SecretUnreadable

    found = _needed("database_platform_url", "secret_keys")

    async def acting() -> int:
        async with reception_for(found) as reception:
            return await act(reception, *given)

    try:
        return asyncio.run(acting())
    except (BadMasterKeys, SecretUnreadable, DomainError) as refusal:
        raise Expected(str(refusal)) from refusal
    except (OSError, asyncpg.PostgresError) as error:
        raise Expected(f"the database: {error}; see ./ryad doctor") from error


if __name__ == "__main__":
    os.chdir(Path(__file__).resolve().parent.parent)
    sys.exit(main())
