"""Bodies as they come in: in pieces, too slowly, cut short; and JSON written in several ways."""

import asyncio
import json
from collections.abc import Iterable

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from api import bodies
from api.bodies import HttpRefusal, read_post, receive_body
from api.engine.limits import Limits

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=9)
PLAIN = (
    st.none() | st.booleans() | TEXTS | st.floats(allow_nan=False, allow_infinity=False)
) | st.integers(-(2**63), 2**63 - 1)
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=9
)


@given(st.dictionaries(TEXTS, VALUES))
def test_json_reads_the_same_however_it_is_written(variables: dict[str, object]) -> None:
    body = {"query": "{ hello }", "variables": variables}
    for written in (
        orjson.dumps(body),
        json.dumps(body).encode(),
        json.dumps(body, ensure_ascii=False, indent=1).encode(),
    ):
        found = read_post(written, Limits()).variables
        assert found == variables
        assert repr(found) == repr(variables)  # 1 is no 1.0, and no True


def posted(pieces: Iterable[bytes | None], **headers: str) -> Request:
    """A request whose body comes in these pieces; None is a client that hangs up."""
    messages: list[dict[str, object]] = [
        {"type": "http.disconnect"}
        if piece is None
        else {"type": "http.request", "body": piece, "more_body": True}
        for piece in pieces
    ]

    async def receive() -> dict[str, object]:
        if not messages:
            await asyncio.sleep(60)
        if len(messages) == 1 and messages[0].get("body") == b"":
            return {"type": "http.request"}
        return messages.pop(0)

    given = {"content-type": "application/json", "authorization": "Bearer x", **headers}
    raw = [(name.replace("_", "-").encode(), text.encode()) for name, text in given.items()]
    return Request({"type": "http", "method": "POST", "headers": raw}, receive)


async def refused(request: Request) -> int:
    with pytest.raises(HttpRefusal) as refusal:
        await receive_body(request, Limits(body_bytes=10))
    return refusal.value.status


@pytest.mark.anyio
async def test_a_body_is_put_together_and_bounded_in_whatever_pieces_it_comes() -> None:
    limits = Limits(body_bytes=10)
    assert await receive_body(posted([b"12345", b"67890", b""]), limits) == b"1234567890"
    assert await receive_body(posted([b""]), limits) == b""
    assert await refused(posted([b"12345", b"67890", b"1", b""])) == 413
    assert await refused(posted([b""], content_length="11")) == 413


@pytest.mark.anyio
async def test_a_body_that_is_cut_short_or_never_ends_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert await refused(posted([b"12345", None])) == 400
    monkeypatch.setattr(bodies, "BODY_SECONDS", 0.05)
    assert await refused(posted([b"12345"])) == 408
