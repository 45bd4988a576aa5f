"""SmtpMailer: a Mailer that hands each letter to a server, by smtp:// (STARTTLS) or smtps://."""

import hashlib
from dataclasses import dataclass, field
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import formatdate, parseaddr
from typing import Any, Final, Self
from urllib.parse import unquote, urlsplit

import aiosmtplib

from domain.mail.ports import MailRefused, MailUnavailable, Message
from tenants.values.emails import parse_email

TIMEOUT_SECONDS: Final = 20.0
_PORTS: Final = {"smtp": 587, "smtps": 465}


class _InOnePiece(UnstructuredHeader, BaseHeader):
    """A header with a link. Folded, a long one would be encoded as words are, and lead nowhere."""

    def fold(self, *, policy: "Policy[Any]") -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS: Final = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _InOnePiece)
_POLICY: Final = SMTP.clone(header_factory=_HEADERS)


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """Where to deliver, and who the sender is. A connection is opened for each letter."""

    host: str
    port: int
    sender: Address
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = False
    timeout: float = TIMEOUT_SECONDS

    @classmethod
    def from_url(cls, url: str, *, sender: str) -> Self:
        """Read `smtps://user:password@host:465` and "Name <address>". Raises ValueError."""
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("A mail server is given as smtp://host:587 or smtps://host:465.")
        name, address = parseaddr(sender)
        if not address:
            raise ValueError("The sender of letters is given as Name <name@example.com>.")
        return cls(
            host=parts.hostname,
            port=parts.port or _PORTS[parts.scheme],
            sender=Address(name, addr_spec=address),
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            tls=parts.scheme == "smtps",
        )

    async def send(self, message: Message) -> None:
        """Return when the server has taken the letter. Raises MailUnavailable, MailRefused."""
        try:
            await aiosmtplib.send(
                _mime(message, self.sender),
                hostname=self.host,
                port=self.port,
                username=self.username,
                password=self.password,
                use_tls=self.tls,
                # A password never goes over the wire in the clear; a plain relay needs none.
                start_tls=True if self.username and not self.tls else None,
                timeout=self.timeout,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _refusal(min(each.code for each in error.recipients), error) from error
        except aiosmtplib.SMTPResponseException as error:
            raise _refusal(error.code, error) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise MailUnavailable(f"{self.host}: {type(error).__name__}") from error


def _mime(message: Message, sender: Address) -> EmailMessage:
    """The letter as MIME. EmailMessage refuses line ends in headers, and folds and encodes them."""
    mime = EmailMessage(policy=_POLICY)
    name = message.to.rpartition("@")[0]
    # Not every server takes a domain in letters of its own; its form in ASCII is the same one.
    domain = parse_email(message.to).key.rpartition("@")[2]
    mime["From"] = Address(message.sender or sender.display_name, addr_spec=sender.addr_spec)
    mime["To"] = Address(username=name, domain=domain)
    mime["Subject"] = message.subject
    mime["Date"] = formatdate()
    digest = hashlib.sha256(message.key.encode()).hexdigest()[:32]
    mime["Message-ID"] = f"<{digest}@{sender.domain}>"
    mime["Content-Language"] = message.language
    mime["Auto-Submitted"] = "auto-generated"
    if message.unsubscribe is not None:
        mime["List-Unsubscribe"] = f"<{message.unsubscribe}>"
        mime["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mime.set_content(message.text)
    mime.add_alternative(message.html, subtype="html")
    return mime


def _refusal(code: int, error: Exception) -> MailUnavailable | MailRefused:
    # RFC 5321, 4.2.1: 4yz is transient, 5yz permanent; anything else is no answer to a letter.
    # The text may repeat the address, so only the code is told.
    if 500 <= code <= 599:
        return MailRefused(f"{code} {type(error).__name__}")
    return MailUnavailable(f"{code} {type(error).__name__}")
