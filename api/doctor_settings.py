"""What the settings alone say to `ryad doctor`, before anything is reached."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values

from api.telemetry import what_is_missing
from tenants.settings import Settings
from tenants.vault import BadMasterKeys, parse_master_keys

Verdict = Literal["ok", "warn", "BAD"]
Finding = tuple[Verdict, str]

SHORTEST_LINK_KEY: Final = 32
FEWEST_KINDS_OF_CHARACTERS: Final = 10
"""Of a random key's 32 or more; a word, or one character again and again, has fewer."""
NOT_OURS: Final = {"POSTGRES_PASSWORD", "DATABASE_SUPERUSER_URL"}
"""Names that .env holds for compose.yaml and for `ryad db roles`."""


def of_settings(settings: Settings) -> list[Finding]:
    """Everything that is missing or unsafe in them."""
    return [finding for look in _LOOKS for finding in look(settings)]


def _at_keys(settings: Settings) -> Iterator[Finding]:
    written = settings.secret_keys.get_secret_value()
    new_key = 'a new one: echo "k1:$(openssl rand -base64 32)"'
    try:
        keys = parse_master_keys(written)
    except BadMasterKeys as error:
        yield ("BAD", f"SECRET_KEYS: {str(error)[:-1] if written else 'not set'}; {new_key}")
    else:
        if any(_is_guessable(part.partition(":")[2]) for part in written.split(",")):
            yield ("BAD", f"SECRET_KEYS: can be guessed; {new_key}")
        else:
            yield ("ok", f"SECRET_KEYS: {', '.join(keys.ids)}, current {keys.current}")
    links = [key for key in settings.link_keys.get_secret_value().split(",") if key]
    if not links or any(len(key) < SHORTEST_LINK_KEY or _is_guessable(key) for key in links):
        yield (
            "BAD",
            f"LINK_KEYS: {SHORTEST_LINK_KEY} random characters or more: openssl rand -hex 32",
        )


def _is_guessable(key: str) -> bool:
    return len(set(key)) < FEWEST_KINDS_OF_CHARACTERS


def _at_addresses(settings: Settings) -> Iterator[Finding]:
    public = urlsplit(settings.public_url)
    if public.scheme != "https":
        yield ("warn", f"PUBLIC_URL is {settings.public_url}: keys travel unencrypted")
    elif settings.trusted_proxies == 0:
        yield (
            "warn",
            "TRUSTED_PROXIES is 0, but a proxy ends TLS: all visitors seem to be that proxy,"
            " and share its limits",
        )
    if settings.platform_domain == "localhost":
        yield ("warn", "PLATFORM_DOMAIN is localhost: shops have no reachable hosts")


def _at_mail(settings: Settings) -> Iterator[Finding]:
    if not settings.smtp_url.get_secret_value():
        yield ("warn", "SMTP_URL is not set: letters wait in the queue")
    elif settings.mail_from.rstrip(">").endswith("@localhost"):
        yield ("warn", "MAIL_FROM is at localhost: other mail servers refuse it")


def _at_files(settings: Settings) -> Iterator[Finding]:
    kind, _, place = settings.files_url.partition(":")
    if kind == "s3":
        for name in ("s3_access_key", "s3_secret_key"):
            if not getattr(settings, name).get_secret_value():
                yield ("BAD", f"{name.upper()} is not set, and FILES_URL is an S3 store")
        if settings.s3_endpoint.startswith("http:"):
            yield ("warn", "S3_ENDPOINT is http: files travel unencrypted")
    elif kind != "file" or not place:
        yield ("BAD", "FILES_URL must be file:<folder> or s3://bucket/prefix")
    elif not _can_be_made(settings.files_folder):
        yield ("BAD", f"FILES_URL: {settings.files_folder} cannot be written by this account")
    elif not settings.files_folder.is_absolute():
        yield ("warn", f"FILES_URL: {settings.files_folder} lies in the checkout, and goes with it")


def _can_be_made(folder: Path) -> bool:
    folder = folder.absolute()
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    return nearest.is_dir() and os.access(nearest, os.W_OK)


def _at_what_is_for_the_demo(settings: Settings) -> Iterator[Finding]:
    if settings.exploring:
        yield ("warn", "EXPLORING is on: the schema is open to the anonymous")
    if settings.showcase:
        yield ("warn", "SHOWCASE is on: anybody can have pictures drawn here")
    if settings.private_addresses_allowed:
        yield ("BAD", "PRIVATE_ADDRESSES_ALLOWED is on: feeds can reach your own network")
    if settings.log_level == "debug":
        yield ("warn", "LOG_LEVEL is debug: buyers' words get into the logs")


def _at_telemetry(settings: Settings) -> Iterator[Finding]:
    if settings.otel_exporter_otlp_endpoint:
        missing = what_is_missing(settings)
        yield ("BAD", missing) if missing else ("ok", "OTEL_EXPORTER_OTLP_ENDPOINT: spans are sent")


def _at_env_file(settings: Settings) -> Iterator[Finding]:
    file = Path(str(settings.model_config.get("env_file")))
    if not file.exists():
        return
    if file.stat().st_mode & 0o077:
        yield ("warn", f"{file} holds secrets, and others can read it: chmod 600 {file}")
    known = {name.upper() for name in type(settings).model_fields} | NOT_OURS
    for name in dotenv_values(file):
        if name.upper() not in known:
            yield ("warn", f"{file} names {name}, which is no setting")


_LOOKS: Final[tuple[Callable[[Settings], Iterator[Finding]], ...]] = (
    _at_keys,
    _at_addresses,
    _at_mail,
    _at_files,
    _at_telemetry,
    _at_what_is_for_the_demo,
    _at_env_file,
)
