"""Hosts of shops: names only, in one spelling, and nobody else's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.values.hosts import Host, parse_host, platform_host
from tenants.values.invalid import InvalidValue, Reason


@pytest.mark.parametrize(
    ("text", "ascii_name", "shown"),
    [
        ("tea.example.com", "tea.example.com", "tea.example.com"),
        (" Tea.Example.COM. ", "tea.example.com", "tea.example.com"),
        ("чай.рф", "xn--80as4b.xn--p1ai", "чай.рф"),
        ("ЧАЙ.РФ", "xn--80as4b.xn--p1ai", "чай.рф"),
        ("xn--80as4b.xn--p1ai", "xn--80as4b.xn--p1ai", "чай.рф"),
        ("straße.de", "xn--strae-oqa.de", "straße.de"),
        ("tea。ru", "tea.ru", "tea.ru"),
        ("1tea.ru", "1tea.ru", "1tea.ru"),
    ],
)
def test_names_have_one_spelling(text: str, ascii_name: str, shown: str) -> None:
    assert parse_host(text) == Host(ascii_name, shown)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.HOST_NOT_A_NAME),
        (".", Reason.HOST_NOT_A_NAME),
        ("tea", Reason.HOST_NOT_A_NAME),
        ("a..b", Reason.HOST_NOT_A_NAME),
        ("te a.ru", Reason.HOST_NOT_A_NAME),
        ("te_a.ru", Reason.HOST_NOT_A_NAME),
        ("-tea.ru", Reason.HOST_NOT_A_NAME),
        ("tea-.ru", Reason.HOST_NOT_A_NAME),
        ("☕.com", Reason.HOST_NOT_A_NAME),
        ("xn--a.com", Reason.HOST_NOT_A_NAME),
        ("*.tea.ru", Reason.HOST_NOT_A_NAME),
        ("https://tea.ru", Reason.HOST_NOT_A_NAME),
        ("tea.ru/shop", Reason.HOST_NOT_A_NAME),
        ("anna@tea.ru", Reason.HOST_NOT_A_NAME),
        ("tea.ru:x", Reason.HOST_NOT_A_NAME),
        ("a" * 64 + ".ru", Reason.HOST_NOT_A_NAME),
        ("a." * 200 + "ru", Reason.HOST_TOO_LONG),
        ("tea.ru:443", Reason.HOST_HAS_PORT),
        ("tea.ru:", Reason.HOST_HAS_PORT),
        ("127.0.0.1", Reason.HOST_IS_ADDRESS),
        ("127.1", Reason.HOST_IS_ADDRESS),
        ("2130706433", Reason.HOST_IS_ADDRESS),
        ("0x7f.0x1", Reason.HOST_IS_ADDRESS),
        ("tea.127", Reason.HOST_IS_ADDRESS),
        ("１２７.０.０.１", Reason.HOST_IS_ADDRESS),
        ("::1", Reason.HOST_IS_ADDRESS),
        ("[::1]:80", Reason.HOST_IS_ADDRESS),
        ("localhost", Reason.HOST_RESERVED),
        ("tea.localhost", Reason.HOST_RESERVED),
        ("tea.test", Reason.HOST_RESERVED),
        ("printer.local", Reason.HOST_RESERVED),
        ("metadata.google.internal", Reason.HOST_RESERVED),
        ("tea.onion", Reason.HOST_RESERVED),
    ],
)
def test_other_hosts_are_refused(text: str, reason: Reason) -> None:
    with pytest.raises(InvalidValue) as refusal:
        parse_host(text)
    assert refusal.value.reason_code is reason


def test_local_names_pass_where_they_are_let() -> None:
    assert parse_host("tea.localhost", allow_local=True).ascii == "tea.localhost"
    with pytest.raises(InvalidValue):
        parse_host("printer.local", allow_local=True)


@given(st.text(max_size=40) | st.text("aя.-:[]0x1 ", max_size=20))
def test_any_text_is_a_host_or_refused(text: str) -> None:
    try:
        host = parse_host(text)
    except InvalidValue:
        return
    assert parse_host(host.ascii) == host
    assert parse_host(host.shown) == host
    assert host.ascii.isascii()


def test_a_new_shop_gets_a_name_under_the_platform() -> None:
    assert platform_host(" Tea ", "shops.example.com").ascii == "tea.shops.example.com"


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        ("admin", Reason.HOST_RESERVED),
        ("WWW", Reason.HOST_RESERVED),
        ("", Reason.HOST_NOT_A_NAME),
        ("a.b", Reason.HOST_NOT_A_NAME),
        ("xn--80as4b", Reason.HOST_NOT_A_NAME),
        ("чай", Reason.HOST_NOT_A_NAME),
        ("-tea", Reason.HOST_NOT_A_NAME),
        ("a" * 64, Reason.HOST_NOT_A_NAME),
    ],
)
def test_other_labels_are_refused(label: str, reason: Reason) -> None:
    with pytest.raises(InvalidValue) as refusal:
        platform_host(label, "shops.example.com")
    assert refusal.value.reason_code is reason
