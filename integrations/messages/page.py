"""The demo's page of what buyers are sent: kept in a folder by the worker, shown by the API."""

import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any, Final

import orjson

from domain.mail.ports import EMAIL, Mailer, Message

MOST_SHOWN: Final = 100
_SKELETON: Final = Path(__file__).with_name("page.html")


@dataclass(frozen=True, slots=True)
class ShownMailer:
    """A Mailer that hands letters on, and keeps those that shops write to buyers."""

    mailer: Mailer
    folder: Path

    async def send(self, message: Message) -> None:
        """Hand it on, and then keep it. Raises as the other one does."""
        await self.mailer.send(message)
        if message.sender is not None:
            self._keep(message)

    def _keep(self, message: Message) -> None:
        """Write it as `<instant>-<random>.json`, all at once: a page may be read meanwhile."""
        self.folder.mkdir(parents=True, exist_ok=True)
        now = datetime.now(UTC)
        name = f"{now:%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
        written = self.folder / f"{name}.part"
        written.write_bytes(orjson.dumps({**asdict(message), "at": now}))
        written.rename(self.folder / f"{name}.json")


def messages_page(folder: Path) -> str:
    """The newest letters of a folder as a page of HTML."""
    files = sorted(folder.glob("*.json"), reverse=True) if folder.is_dir() else []
    letters = [orjson.loads(file.read_bytes()) for file in files[:MOST_SHOWN]]
    cards = "".join(map(_card, letters)) or '<p class="none">Пока ничего не отправлено.</p>'
    page = _SKELETON.read_text(encoding="utf-8")
    return page.replace("{{count}}", str(len(letters))).replace("{{cards}}", cards)


def _card(letter: dict[str, Any]) -> str:
    """One letter. What is not ours in it is text, and its own HTML may do nothing."""
    said = {name: escape(str(letter[name] or "")) for name in ("sender", "to", "subject", "text")}
    at = f"{datetime.fromisoformat(letter['at']):%d.%m.%Y %H:%M:%S} UTC"
    is_email = letter["channel"] == EMAIL
    body = (
        f"<h2>{said['subject']}</h2>"
        f'<iframe sandbox loading="lazy" title="{said["subject"]}" '
        f'srcdoc="{escape(letter["html"])}"></iframe>'
        if is_email
        else f'<p class="bubble">{said["text"]}</p>'
    )
    return (
        f'<article class="{"email" if is_email else "sms"}"><header>'
        f'<span class="channel">{"письмо" if is_email else "SMS"}</span>'
        f"<b>{said['sender']}</b> → <span>{said['to']}</span><time>{at}</time></header>"
        f"{body}</article>"
    )
