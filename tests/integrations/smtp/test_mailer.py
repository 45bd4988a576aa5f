"""SmtpMailer against a real SMTP server: the letter arrives whole, refusals keep their meaning."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP

from domain.mail.layout import Letter
from domain.mail.letters import (
    CHANGES,
    account_changed,
    account_exists,
    back_in_stock,
    confirm_address,
    invitation,
    password_reset,
    shop_opened,
)
from domain.mail.ports import MailRefused, MailUnavailable, Message
from integrations.smtp.mailer import SmtpMailer

pytestmark = pytest.mark.anyio


class Mailbox:
    """Takes letters, or answers as it is told."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.recipients: list[str] = []
        self.to_recipient = "250 OK"
        self.to_letter = "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
            self.recipients.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.to_letter.startswith("250"):
            self.raw.append(envelope.content)
            letter = message_from_bytes(envelope.content, policy=default)
            assert isinstance(letter, EmailMessage)
            self.letters.append(letter)
        return self.to_letter


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
async def mailer(mailbox: Mailbox) -> AsyncIterator[SmtpMailer]:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(mailbox, loop=loop), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield SmtpMailer.from_url(f"smtp://127.0.0.1:{port}", sender="Ряд <noreply@ryad.test>")
    server.close()


def message(**changes: str) -> Message:
    letter = confirm_address("ru", name="Анна", shop="Чай & Co", link="https://w.test/c#token=ot_1")
    told = {
        "to": "anna@tea.test",
        "subject": letter.subject,
        "text": letter.text,
        "html": letter.html,
        "language": "ru",
        "key": "one letter",
        **changes,
    }
    return Message(**told)


async def test_a_shop_writes_under_its_own_name(mailer: SmtpMailer, mailbox: Mailbox) -> None:
    await mailer.send(message(sender="Чай, кофе & Co"))
    [letter] = mailbox.letters
    assert letter["From"].addresses[0].display_name == "Чай, кофе & Co"
    assert letter["From"].addresses[0].addr_spec == "noreply@ryad.test"


async def test_a_letter_arrives_whole_in_both_forms(mailer: SmtpMailer, mailbox: Mailbox) -> None:
    await mailer.send(message())
    [letter] = mailbox.letters
    assert mailbox.recipients == ["anna@tea.test"]
    assert letter["Subject"] == "Подтвердите адрес — и «Чай & Co» ваш"
    assert str(letter["From"]) == "Ряд <noreply@ryad.test>"
    assert letter["Auto-Submitted"] == "auto-generated"
    text, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert text
    assert html
    assert "https://w.test/c#token=ot_1" in text.get_content()
    assert "Чай &amp; Co" in html.get_content()
    assert max(len(line) for line in mailbox.raw[0].split(b"\r\n")) <= 998


async def test_a_domain_in_letters_of_its_own_is_written_to_in_ascii(
    mailer: SmtpMailer, mailbox: Mailbox
) -> None:
    await mailer.send(message(to="Anna@чай.рф"))
    assert mailbox.recipients == ["Anna@xn--80as4b.xn--p1ai"]
    assert b"To: Anna@xn--80as4b.xn--p1ai\r\n" in mailbox.raw[0]


async def test_the_same_letter_has_the_same_message_id(
    mailer: SmtpMailer, mailbox: Mailbox
) -> None:
    await mailer.send(message())
    await mailer.send(message())
    await mailer.send(message(key="another letter"))
    first, again, other = [letter["Message-ID"] for letter in mailbox.letters]
    assert first == again != other


@pytest.mark.parametrize(
    ("changes", "answers"),
    [
        ({"to_recipient": "550 5.1.1 no such mailbox"}, MailRefused),
        ({"to_recipient": "450 4.2.0 greylisted"}, MailUnavailable),
        ({"to_letter": "552 5.3.4 too large"}, MailRefused),
        ({"to_letter": "451 4.3.0 try again"}, MailUnavailable),
    ],
)
async def test_a_refusal_is_for_good_and_a_delay_is_not(
    mailer: SmtpMailer, mailbox: Mailbox, changes: dict[str, str], answers: type[Exception]
) -> None:
    for name, value in changes.items():
        setattr(mailbox, name, value)
    with pytest.raises(answers) as refused:
        await mailer.send(message())
    assert "anna" not in str(refused.value)
    assert mailbox.letters == []


async def test_a_server_that_is_away_may_come_back() -> None:
    away = SmtpMailer.from_url("smtp://127.0.0.1:9", sender="noreply@ryad.test")
    with pytest.raises(MailUnavailable):
        await away.send(message())


async def test_a_server_that_says_nothing_is_not_waited_for_for_ever() -> None:
    release = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await release.wait()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    mute = SmtpMailer.from_url(f"smtp://127.0.0.1:{port}", sender="noreply@ryad.test")
    with pytest.raises(MailUnavailable):
        await SmtpMailer(mute.host, mute.port, mute.sender, timeout=0.2).send(message())
    release.set()
    server.close()


async def test_no_password_is_sent_in_the_clear(mailer: SmtpMailer, mailbox: Mailbox) -> None:
    """The server of this test offers no TLS: with a password set, nothing is handed to it."""
    known = SmtpMailer.from_url(
        f"smtp://user:secret@127.0.0.1:{mailer.port}", sender="noreply@ryad.test"
    )
    assert "secret" not in repr(known)
    with pytest.raises(MailUnavailable):
        await known.send(message())
    assert mailbox.letters == []


@pytest.mark.parametrize("name", ["Анна\r\nBcc: all@tea.test", "a\nb", "<script>alert(1)</script>"])
async def test_a_name_is_text_and_nothing_else(
    mailer: SmtpMailer, mailbox: Mailbox, name: str
) -> None:
    letter = invitation("ru", inviter=name, shop=name, role=name, link="https://w.test/i#token=1")
    await mailer.send(message(subject=letter.subject, text=letter.text, html=letter.html))
    [arrived] = mailbox.letters
    assert arrived["Bcc"] is None
    assert mailbox.recipients == ["anna@tea.test"]
    html = arrived.get_body(("html",))
    assert html
    assert "<script>" not in html.get_content()


@pytest.mark.parametrize("url", ["", "http://mail.test", "smtp://", "mail.test:25"])
def test_what_is_no_mail_server_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="mail server"):
        SmtpMailer.from_url(url, sender="noreply@ryad.test")


@pytest.mark.parametrize("language", ["ru", "en", "de"])
def test_each_letter_says_the_same_in_both_forms(language: str) -> None:
    who = {"name": "Анна", "shop": "Чай"}
    link = "https://w.test/x#token=ot_1"
    letters: list[Letter] = [
        confirm_address(language, **who, link=link),
        account_exists(language, **who, link=link),
        shop_opened(language, **who, link=link),
        invitation(language, inviter=None, shop="Чай", role="Кассир", link=link),
        password_reset(language, name="Анна", link=link),
    ]
    for letter in letters:
        assert link in letter.text
        assert f'href="{link}"' in letter.html
        assert letter.subject
    for what in CHANGES:
        assert account_changed(language, name="Анна", what=what).text


async def test_a_letter_says_how_to_get_no_more_of_its_kind(
    mailer: SmtpMailer, mailbox: Mailbox
) -> None:
    """RFC 8058; the address stays in one piece, however long it is."""
    link = f"https://w.test/unsubscribe/{'x' * 120}?expires=1&signature={'y' * 43}"
    letter = back_in_stock("ru", shop="Чай", title="Ассам", link=None, unsubscribe=link)
    told = message(subject=letter.subject, text=letter.text, html=letter.html)
    await mailer.send(replace(told, unsubscribe=link))
    [arrived] = mailbox.letters
    assert arrived["List-Unsubscribe"] == f"<{link}>"
    assert arrived["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"<{link}>".encode() in mailbox.raw[0]
    assert link in letter.text
    await mailer.send(message())
    assert "List-Unsubscribe" not in mailbox.letters[1]
