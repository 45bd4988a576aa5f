"""The five queries of the storefront's page: asked once by the demo, so that there is an answer."""

import json
import textwrap
import time
from typing import Any, Final

import httpx

from api.demo_shops import ShopRefused
from api.storefront import EXAMPLES

SHOWN_CHARACTERS: Final = 270
MOST_ATTEMPTS: Final = 5


def ask_queries(address: str, publishable_key: str) -> list[dict[str, Any]]:
    """Ask each as a shop window would: `title`, `query`, `variables`, `answer`, `milliseconds`.

    `answer` is the answer's data. Raises ShopRefused.
    """
    asked = []
    with httpx.Client(
        base_url=address, headers={"Authorization": f"Bearer {publishable_key}"}, timeout=60
    ) as window:
        for example in EXAMPLES:
            body = {"query": example.query, "variables": json.loads(example.variables)}
            answer, seconds = _answer(window, body)
            if answer.get("errors"):
                raise ShopRefused(f"{example.title}: {answer['errors'][0]['message']}")
            asked.append(
                {"title": example.title}
                | body
                | {"answer": answer["data"], "milliseconds": round(seconds * 1000)}
            )
    return asked


def _answer(window: httpx.Client, body: dict[str, Any]) -> tuple[dict[str, Any], float]:
    """The answer and how long it took; asked again while a cold or busy machine is too slow."""
    for attempts_left in range(MOST_ATTEMPTS - 1, -1, -1):
        began = time.monotonic()
        answer: dict[str, Any] = window.post("/storefront/graphql", json=body).json()
        codes = [error["extensions"].get("code") for error in answer.get("errors", ())]
        if "TIMEOUT" not in codes or not attempts_left:
            break
    return answer, time.monotonic() - began


def in_words(asked: dict[str, Any]) -> str:
    """A query as it is pasted, and the beginning of its answer to hold the reader's against."""
    lines = [asked["title"], "", textwrap.indent(asked["query"].strip(), "     ")]
    if asked["variables"]:
        lines.append(f"     variables: {_json(asked['variables'])}")
    answer = _json(asked["answer"])
    begins = answer if len(answer) <= SHOWN_CHARACTERS else answer[:SHOWN_CHARACTERS] + " …"
    shown = textwrap.fill(
        begins, 96, initial_indent="     ", subsequent_indent="       ", break_on_hyphens=False
    )
    return "\n".join([*lines, f"   answered in {asked['milliseconds']} ms:", shown])


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
