"""Mailer: the way out for letters."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One letter to one address, in both forms."""

    to: str
    subject: str
    text: str
    html: str
    language: str
    key: str
    """The same for each sending of the same letter: receivers know a repeated one by it."""
    unsubscribe: str | None = None
    """Where a POST ends letters like this one (RFC 8058); None where there will be no other."""


class MailUnavailable(Exception):
    """The letter could not be handed over now: a timeout, a busy or greylisting server. Retry."""


class MailRefused(Exception):
    """The letter will never be taken: a wrong address, a refused sender. Do not retry."""


class Mailer(Protocol):
    """Hands letters to a mail server."""

    async def send(self, message: Message) -> None:
        """Return when the server has taken the letter. Raises MailUnavailable, MailRefused."""
        ...
