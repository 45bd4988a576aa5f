"""Letter: what is written to somebody, laid out from plain words."""

from dataclasses import dataclass
from html import escape
from typing import Final, NamedTuple


@dataclass(frozen=True, slots=True)
class Letter:
    """Subject and body, the body as text and as HTML that says the same.

    `short` is all of it in one line, for a text message; empty where it is never sent as one.
    """

    subject: str
    text: str
    html: str
    short: str = ""


class Footnote(NamedTuple):
    """A small line at the end: what a link is for, and the link."""

    title: str
    link: str


def lay_out(subject: str, *parts: str | tuple[str, str] | Footnote, short: str = "") -> Letter:
    """Paragraphs, and buttons as (title, link); a name with line ends in it stays one line."""
    lines, blocks = [], []
    for part in parts:
        if isinstance(part, Footnote):
            lines.append(f"{part.title}:\n{part.link}")
            href, title = escape(part.link), escape(part.title)
            blocks.append(f'<p style="{_SMALL}"><a href="{href}">{title}</a></p>')
        elif isinstance(part, tuple):
            title, link = part
            lines.append(f"{title}:\n{link}")
            blocks.append(
                f'<p><a href="{escape(link)}" style="{_BUTTON}">{escape(title)}</a></p>'
                f'<p style="{_SMALL}">{escape(link)}</p>'
            )
        else:
            lines.append(" ".join(part.split()))
            blocks.append(f"<p>{escape(' '.join(part.split()))}</p>")
    return Letter(
        " ".join(subject.split()),
        "\n\n".join(lines) + "\n",
        f'<!doctype html><meta charset="utf-8"><body style="{_BODY}">{"".join(blocks)}</body>\n',
        " ".join(short.split()),
    )


_BODY: Final = "max-width:36em;margin:2em auto;padding:0 1em;font:16px/1.5 sans-serif;color:#222"
_BUTTON: Final = (
    "display:inline-block;padding:.6em 1.2em;border-radius:6px;"
    "background:#1c6b4a;color:#fff;text-decoration:none"
)
_SMALL: Final = "font-size:13px;color:#666;word-break:break-all"
