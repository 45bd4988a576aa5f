"""Where letters go by their channel, and the demo's page of them."""

import logging
from pathlib import Path

import pytest

from domain.mail.ports import SMS, MailRefused, Message
from integrations.messages.page import messages_page
from integrations.messages.ways import ByChannel, mailer_of
from tenants.settings import Settings
from tests.fakes.mailer import KeptMail

pytestmark = pytest.mark.anyio


def letter(text: str = "Заказ 7 принят", *, channel: str = "email", **more: str) -> Message:
    to = "+79161234567" if channel == SMS else "anna@tea.test"
    html = "" if channel == SMS else f"<!doctype html><p>{text}</p>"
    return Message(to, "Заказ 7", text, html, "ru", "k1", channel=channel, **more)


def chosen(**given: str) -> Settings:
    return Settings(_env_file=None, **given)  # type: ignore[arg-type]


async def test_each_channel_has_its_way() -> None:
    mail, other = KeptMail(), KeptMail()
    ways = ByChannel({"email": mail}, other)
    await ways.send(letter())
    await ways.send(letter(channel=SMS))
    assert [one.channel for one in mail.letters] == ["email"]
    assert [one.channel for one in other.letters] == ["sms"]


async def test_a_text_message_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    waiting = KeptMail()
    with caplog.at_level(logging.INFO):
        await mailer_of(chosen(sms_url="log:"), otherwise=waiting).send(
            letter("Код 123456", channel=SMS, sender="Чай")
        )
    assert "sms to +79161234567 from Чай: Код 123456" in caplog.text
    assert waiting.letters == []


async def test_what_has_no_way_waits() -> None:
    waiting = KeptMail()
    await mailer_of(chosen(), otherwise=waiting).send(letter(channel=SMS))
    assert len(waiting.letters) == 1


def test_a_way_that_is_none() -> None:
    with pytest.raises(ValueError, match="SMS_URL"):
        mailer_of(chosen(sms_url="sms.example"), otherwise=KeptMail())


async def test_the_page_shows_the_newest_first(tmp_path: Path) -> None:
    assert "Пока ничего" in messages_page(tmp_path / "none")
    mailer = mailer_of(chosen(shown_messages=str(tmp_path)), otherwise=KeptMail())
    await mailer.send(letter("первое", sender="Чай"))
    await mailer.send(letter("второе", channel=SMS, sender="Чай"))
    page = messages_page(tmp_path)
    assert page.index("второе") < page.index("первое")
    assert "Всё, что магазины демо отправили: 2" in page


async def test_the_page_keeps_what_shops_sent_alone(tmp_path: Path) -> None:
    refusing = KeptMail(fails_with=MailRefused("550"))
    mailer = mailer_of(chosen(shown_messages=str(tmp_path)), otherwise=refusing)
    with pytest.raises(MailRefused):
        await mailer.send(letter(sender="Чай"))
    refusing.fails_with = None
    await mailer.send(letter())
    assert "Пока ничего" in messages_page(tmp_path)


async def test_nothing_that_was_written_is_markup_on_the_page(tmp_path: Path) -> None:
    mailer = mailer_of(chosen(shown_messages=str(tmp_path)), otherwise=KeptMail())
    hostile = '"><script>alert(1)</script>{{count}}'
    await mailer.send(letter(hostile, sender=hostile))
    await mailer.send(letter(hostile, channel=SMS, sender=hostile))
    page = messages_page(tmp_path)
    assert "<script" not in page
    assert '<iframe sandbox loading="lazy"' in page
