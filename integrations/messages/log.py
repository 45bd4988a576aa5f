"""LogMailer: a Mailer that writes letters into the log, where no gateway is set up."""

import logging

from domain.mail.ports import Message

log = logging.getLogger(__name__)


class LogMailer:
    """Says each letter at level INFO. What is in the log, whoever reads it can use: a code, too."""

    async def send(self, message: Message) -> None:
        """Write it down; that cannot fail."""
        log.info(
            "%s to %s from %s: %s",
            message.channel,
            message.to,
            message.sender or "the platform",
            message.text.strip(),
        )
