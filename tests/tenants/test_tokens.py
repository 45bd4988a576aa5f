"""Keys, tokens and signed links: what was issued is known again, and nothing else."""

import hashlib
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.ids import new_id
from tenants.tokens import (
    KeyKind,
    KeyMode,
    LinkRefused,
    MalformedKey,
    TokenKind,
    check_link,
    issue_key,
    issue_token,
    parse_key,
    sign_link,
    token_digest,
)

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
TENANT = new_id()
KEYS = [b"k" * 32]
PATH = "/files/exports/products.jsonl"


@pytest.mark.parametrize(
    ("kind", "mode", "start"),
    [
        ("publishable", "live", "pk_live_"),
        ("publishable", "test", "pk_test_"),
        ("secret", "live", "sk_live_"),
        ("secret", "test", "sk_test_"),
    ],
)
def test_a_key_tells_its_kind_and_mode(kind: KeyKind, mode: KeyMode, start: str) -> None:
    issued = issue_key(kind, mode)
    assert re.fullmatch(start + "[0-9A-Za-z]{33}", issued.text)
    parsed = parse_key(issued.text)
    assert parsed == issued.parsed
    assert (parsed.kind, parsed.mode) == (kind, mode)
    assert (parsed.prefix, parsed.last_four) == (issued.text[:12], issued.text[-4:])
    assert parsed.digest == hashlib.sha256(issued.text.encode()).digest()


def test_the_checksum_is_that_of_the_letters_before_it() -> None:
    # Written out, so that scanners elsewhere can rely on it: base62 of the CRC32.
    text = "sk_live_" + "0" * 26 + "1"
    assert parse_key(text + "3LWtV3").kind == "secret"


def test_no_two_keys_are_the_same() -> None:
    assert len({issue_key("secret", "live").text for _ in range(5000)}) == 5000


@given(st.integers(0, 40), st.sampled_from("0aZ_-é"))
def test_one_wrong_letter_is_seen_without_a_look_up(at: int, letter: str) -> None:
    text = issue_key("secret", "live").text
    wrong = text[:at] + letter + text[at + 1 :]
    if wrong == text:
        return
    with pytest.raises(MalformedKey):
        parse_key(wrong)


@pytest.mark.parametrize("start", ["pk_live_", "sk_test_", "rk_live_", "SK_LIVE_", "sk-live-", ""])
def test_a_key_cannot_be_renamed(start: str) -> None:
    with pytest.raises(MalformedKey):
        parse_key(start + issue_key("secret", "live").text[8:])


@given(st.text(max_size=60))
def test_any_other_text_is_no_key(text: str) -> None:
    for garbage in (text, "sk_live_" + text):
        with pytest.raises(MalformedKey):
            parse_key(garbage)


@pytest.mark.parametrize("kind", TokenKind)
def test_a_token_is_found_by_its_digest(kind: TokenKind) -> None:
    issued = issue_token(kind)
    assert re.fullmatch(f"{kind.value}_[0-9A-Za-z]{{43}}", issued.text)
    assert token_digest(kind, issued.text) == issued.digest
    assert issued.digest == hashlib.sha256(issued.text.encode()).digest()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "st_",
        issue_token(TokenKind.ONE_TIME).text,
        issue_token(TokenKind.SESSION).text + "0",
        issue_token(TokenKind.SESSION).text[:-1],
        issue_token(TokenKind.SESSION).text.replace("st_", "st-"),
        issue_token(TokenKind.SESSION).text[:-1] + "\n",
        issue_token(TokenKind.SESSION).text[:-1] + "é",
        issue_key("secret", "live").text,
    ],
    ids=range(9),  # the texts are random, and each worker must name its tests alike
)
def test_other_texts_are_no_session_tokens(text: str) -> None:
    with pytest.raises(MalformedKey):
        token_digest(TokenKind.SESSION, text)


def test_issued_things_do_not_show_themselves() -> None:
    key, token = issue_key("secret", "live"), issue_token(TokenKind.SESSION)
    assert key.text[12:-4] not in repr(key)
    assert token.text not in repr(token)


def check(link: str, *, keys: list[bytes] | None = None, **changed: object) -> None:
    path, expires, signature = re.split(r"\?expires=|&signature=", link)
    given = {"tenant_id": TENANT, "path": path, "expires": expires, "signature": signature}
    given |= {"now": NOW} | changed
    check_link(keys or KEYS, given.pop("tenant_id"), given.pop("path"), **given)  # type: ignore[arg-type]


def test_a_signed_link_is_good_until_it_expires() -> None:
    link = sign_link(KEYS, TENANT, PATH, expires_at=NOW + timedelta(minutes=10))
    check(link)
    check(link, now=NOW + timedelta(minutes=10, seconds=-1))
    with pytest.raises(LinkRefused) as refusal:
        check(link, now=NOW + timedelta(minutes=10))
    assert refusal.value.expired


@pytest.mark.parametrize(
    "changed",
    [
        {"tenant_id": new_id()},
        {"path": PATH + "2"},
        {"path": "/files/exports/../secrets"},
        {"expires": "99999999999"},
        {"expires": ""},
        {"expires": "soon"},
        {"signature": ""},
        {"signature": "A" * 43},
        {"signature": "é\ud800"},
        {"keys": [b"x" * 32]},
    ],
)
def test_a_changed_link_is_refused(changed: dict[str, object]) -> None:
    link = sign_link(KEYS, TENANT, PATH, expires_at=NOW + timedelta(minutes=10))
    with pytest.raises(LinkRefused) as refusal:
        check(link, **changed)  # type: ignore[arg-type]
    assert not refusal.value.expired


def test_links_outlive_a_change_of_keys() -> None:
    link = sign_link(KEYS, TENANT, PATH, expires_at=NOW + timedelta(minutes=10))
    check(link, keys=[b"n" * 32, *KEYS])


@pytest.mark.parametrize("path", ["/files/a?b=c", "/files/a#b"])
def test_only_plain_paths_are_signed(path: str) -> None:
    with pytest.raises(ValueError, match="plain path"):
        sign_link(KEYS, TENANT, path, expires_at=NOW)
