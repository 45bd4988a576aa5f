"""A mail server that delivers to a folder: what the demo's merchants and buyers are sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from integrations.embedded.process import free_port


class _Folder:
    """Writes each letter as `<number>-<to>.eml`, the newest with the highest number."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.count = len(list(folder.glob("*.eml")))

    async def handle_DATA(  # noqa: N802 (aiosmtpd calls it so)
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.count += 1
        to = envelope.rcpt_tos[0].replace("/", "_")
        content: Any = envelope.content
        (self.folder / f"{self.count:04}-{to}.eml").write_bytes(bytes(content))
        return "250 delivered to a folder"


@contextmanager
def running_mailbox(folder: Path, *, port: int = 0) -> Iterator[str]:
    """An SMTP server on 127.0.0.1 as long as the block lasts; its smtp:// address."""
    controller = Controller(_Folder(folder), hostname="127.0.0.1", port=port or free_port())
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{controller.port}"
    finally:
        controller.stop()
