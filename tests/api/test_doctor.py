"""`ryad doctor` tells each unsafe setting, finds real trouble, and prints no secret."""

from pathlib import Path

import asyncpg
import pytest

from api.doctor import findings
from api.doctor_settings import of_settings
from tenants.roles import RoleUrls
from tenants.settings import Settings
from tenants.vault import new_master_key
from tests.conftest import PASSWORDS, Servers

SAFE = {
    "secret_keys": f"k1:{new_master_key()}",
    "link_keys": "3f9c1e07ab52d864" * 4,
    "public_url": "https://shops.example.com",
    "platform_domain": "shops.example.com",
    "trusted_proxies": "1",
    "smtp_url": "smtps://mail.example.com",
    "mail_from": "Ryad <noreply@shops.example.com>",
    "files_url": "file:/var/tmp",
}


def settings(**changed: str) -> Settings:
    return Settings.model_validate(SAFE | changed)


def told(**changed: str) -> str:
    return "\n".join(
        f"{verdict} {words}"
        for verdict, words in of_settings(settings(**changed))
        if verdict != "ok"
    )


def test_of_a_safe_start_nothing_is_told() -> None:
    assert told() == ""


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("secret_keys", "", "BAD SECRET_KEYS: not set; a new one: "),
        ("secret_keys", "k1:short", "BAD SECRET_KEYS: Key k1 "),
        ("secret_keys", f"k1:{'A' * 43}=", "BAD SECRET_KEYS: can be guessed"),
        ("link_keys", "", "BAD LINK_KEYS"),
        ("link_keys", "0123456789abcdef", "BAD LINK_KEYS"),
        ("link_keys", "a" * 64, "BAD LINK_KEYS"),
        ("public_url", "http://shops.example.com", "warn PUBLIC_URL"),
        ("trusted_proxies", "0", "warn TRUSTED_PROXIES"),
        ("platform_domain", "localhost", "warn PLATFORM_DOMAIN"),
        ("smtp_url", "", "warn SMTP_URL"),
        ("mail_from", "Ryad <noreply@localhost>", "warn MAIL_FROM"),
        ("files_url", "file:media", "warn FILES_URL: media lies in the checkout"),
        ("files_url", "ftp://files", "BAD FILES_URL must be"),
        ("files_url", "file:/dev/null/x", "BAD FILES_URL: /dev/null/x cannot be written"),
        ("files_url", "s3://goods", "BAD S3_ACCESS_KEY is not set"),
        ("exploring", "true", "warn EXPLORING"),
        ("showcase", "true", "warn SHOWCASE"),
        ("private_addresses_allowed", "true", "BAD PRIVATE_ADDRESSES_ALLOWED"),
        ("log_level", "debug", "warn LOG_LEVEL"),
    ],
)
def test_each_unsafe_setting_is_told(name: str, value: str, words: str) -> None:
    assert told(**{name: value}).startswith(words)


def test_an_open_or_misspelt_env_file_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("DATABSE_URL=postgresql://nobody\nPOSTGRES_PASSWORD=x\n")
    (tmp_path / ".env").chmod(0o644)
    assert "chmod 600" in told()
    assert "names DATABSE_URL, which is no setting" in told()
    assert "POSTGRES_PASSWORD" not in told()


def reachable(database: RoleUrls, servers: Servers, **changed: str) -> Settings:
    urls = {
        "database_url": database.app,
        "database_platform_url": database.platform,
        "database_owner_url": database.owner,
        "redis_url": servers.redis_url,
    }
    return settings(**urls | changed)


async def test_a_real_start_is_found_as_it_is(
    database: RoleUrls, servers: Servers, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only what makes the tests' server fast is bad about it; and nobody reads a password."""
    assert await findings(reachable(database, servers)) == 1
    lines = capsys.readouterr().out.splitlines()
    bad = [line for line in lines if line.startswith((" BAD", "warn"))]
    assert len(bad) == 9
    assert all("a power cut" in line for line in bad)
    assert any(line.startswith("  ok  migrations: at ") for line in lines)
    assert not any(password in "".join(lines) for password in PASSWORDS.values())


async def test_a_role_that_passes_the_policies_is_told(
    database: RoleUrls, servers: Servers, capsys: pytest.CaptureFixture[str]
) -> None:
    for too_strong in (database.platform, database.owner, servers.superuser_url):
        assert await findings(reachable(database, servers, database_url=too_strong)) == 1
        assert "DATABASE_URL: this role can pass the policies" in capsys.readouterr().out
    await findings(reachable(database, servers, database_platform_url=database.app))
    assert "DATABASE_PLATFORM_URL: this role sees no tenants" in capsys.readouterr().out


async def test_addresses_of_two_databases_are_told(
    database: RoleUrls, servers: Servers, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = servers.superuser_url
    await findings(reachable(database, servers, database_owner_url=elsewhere))
    out = capsys.readouterr().out
    assert "the DATABASE_…URL settings lead to different databases" in out
    assert "DATABASE_OWNER_URL: a superuser" in out
    assert "migrations: at nothing" in out


async def test_what_cannot_be_reached_is_one_line_without_the_password(
    database: RoleUrls, servers: Servers, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = {
        "database_url": "postgresql://ryad_app:hush@127.0.0.1:9/ryad",
        "database_platform_url": "not an address: hush",
        "redis_url": "reddis://:hush@127.0.0.1:9/0",
    }
    assert await findings(reachable(database, servers, **wrong)) == 1
    out = capsys.readouterr().out
    assert "hush" not in out
    for name in wrong:
        assert f" BAD  {name.upper()}: cannot connect (" in out
    with pytest.raises((OSError, asyncpg.PostgresError)):
        await asyncpg.connect(wrong["database_url"])
