"""Mailer: the way out for letters, by e-mail and by text message alike."""

from dataclasses import dataclass
from typing import Final, Protocol

EMAIL: Final = "email"
SMS: Final = "sms"


@dataclass(frozen=True, slots=True)
class Message:
    """One letter to one address, in both forms; a text message is `text` alone, to a phone."""

    to: str
    subject: str
    text: str
    html: str
    language: str
    key: str
    """The same for each sending of the same letter: receivers know a repeated one by it."""
    unsubscribe: str | None = None
    """Where a POST ends letters like this one (RFC 8058); None where there will be no other."""
    channel: str = EMAIL
    sender: str | None = None
    """The shop that writes, by its name; None: the platform does."""


class MailUnavailable(Exception):
    """The letter could not be handed over now: a timeout, a busy or greylisting server. Retry."""


class MailRefused(Exception):
    """The letter will never be taken: a wrong address, a refused sender. Do not retry."""


class Mailer(Protocol):
    """Hands letters to whoever brings them: a mail server, a gateway of text messages."""

    async def send(self, message: Message) -> None:
        """Return when the letter was taken. Raises MailUnavailable, MailRefused."""
        ...
