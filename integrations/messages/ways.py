"""Which way out each channel has, by the settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from domain.mail.ports import EMAIL, SMS, Mailer, Message
from integrations.messages.log import LogMailer
from integrations.messages.page import ShownMailer
from integrations.smtp.mailer import SmtpMailer
from tenants.settings import Settings


@dataclass(frozen=True, slots=True)
class ByChannel:
    """A Mailer that gives each letter to the one of its channel."""

    ways: Mapping[str, Mailer]
    otherwise: Mailer

    async def send(self, message: Message) -> None:
        """Raises as the one who sends it does."""
        await self.ways.get(message.channel, self.otherwise).send(message)


def mailer_of(chosen: Settings, *, otherwise: Mailer) -> Mailer:
    """The way out for all letters; `otherwise` has those of channels that are not set up.

    Raises ValueError for a setting that names no way.
    """
    ways: dict[str, Mailer] = {}
    if smtp := chosen.smtp_url.get_secret_value():
        ways[EMAIL] = SmtpMailer.from_url(smtp, sender=chosen.mail_from)
    if sms := chosen.sms_url.get_secret_value():
        if sms != "log:":
            raise ValueError("SMS_URL must be log: or empty")
        ways[SMS] = LogMailer()
    by_channel = ByChannel(ways, otherwise)
    if chosen.shown_messages:
        return ShownMailer(by_channel, Path(chosen.shown_messages))
    return by_channel
