"""The explorer page: where a person tries the API in a browser, without any file from elsewhere."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson
from starlette.responses import HTMLResponse

_PARTS: Final = Path(__file__).with_name("explorer_page")


def _put_together() -> str:
    """One page of the parts: a browser fetches nothing besides."""
    page = (_PARTS / "page.html").read_text(encoding="utf-8")
    for part in ("page.css", "editors.js", "docs.js", "page.js"):
        page = page.replace(f"{{{{{part}}}}}", (_PARTS / part).read_text(encoding="utf-8"))
    return page


_PAGE: Final = _put_together()


@dataclass(frozen=True, slots=True)
class Example:
    """A query that the page offers; `variables` is JSON text, as a person would type it."""

    title: str
    query: str
    variables: str = "{}"


@dataclass(frozen=True, slots=True)
class Explorer:
    """The page of one door. `key` fills the key field: for the demo, never in production."""

    title: str
    examples: Sequence[Example] = ()
    key: str = ""

    def page(self) -> HTMLResponse:
        """The page, under a policy that lets it run its own script and talk to its own door."""
        nonce = secrets.token_urlsafe(16)
        facts = {
            "title": self.title,
            "key": self.key,
            "examples": [
                {"title": e.title, "query": e.query, "variables": e.variables}
                for e in self.examples
            ],
        }
        # Inside a script element only "<" could end it early.
        script_facts = orjson.dumps(facts).decode().replace("<", "\\u003c")
        page = _PAGE.replace("{{nonce}}", nonce).replace("{{facts}}", script_facts)
        policy = (
            f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; "
            "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
            "frame-ancestors 'none'"
        )
        return HTMLResponse(
            page,
            headers={
                "Content-Security-Policy": policy,
                "Cache-Control": "no-store",
                "Referrer-Policy": "no-referrer",
            },
        )
