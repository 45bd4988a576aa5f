"""E-mail addresses: what is taken, under which key it is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.values.emails import Email, parse_email
from tenants.values.invalid import InvalidValue, Reason


@pytest.mark.parametrize(
    ("text", "address", "key"),
    [
        ("anna@example.com", "anna@example.com", "anna@example.com"),
        (" Anna@Example.COM ", "Anna@example.com", "anna@example.com"),
        ("anna+shop@example.com", "anna+shop@example.com", "anna+shop@example.com"),
        ("a.n.n.a@example.com", "a.n.n.a@example.com", "a.n.n.a@example.com"),
        ("anna@чай.рф", "anna@чай.рф", "anna@xn--80as4b.xn--p1ai"),
        ("anna@xn--80as4b.xn--p1ai", "anna@чай.рф", "anna@xn--80as4b.xn--p1ai"),
        ("o'neil@shop.test", "o'neil@shop.test", "o'neil@shop.test"),
    ],
)
def test_addresses_keep_their_form_and_get_a_key(text: str, address: str, key: str) -> None:
    assert parse_email(text) == Email(address, key)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.EMAIL_NO_AT),
        ("anna", Reason.EMAIL_NO_AT),
        ("@example.com", Reason.EMAIL_NO_AT),
        ("anna@", Reason.EMAIL_NO_AT),
        ("anna@localhost", Reason.EMAIL_DOMAIN),
        ("anna@example", Reason.EMAIL_DOMAIN),
        ("anna@exa mple.com", Reason.EMAIL_DOMAIN),
        ("anna@-example.com", Reason.EMAIL_DOMAIN),
        ("anna@[127.0.0.1]", Reason.EMAIL_DOMAIN),
        ("anna@example.com\nBcc: all@example.com", Reason.EMAIL_NAME),
        ("Anna <anna@example.com>", Reason.EMAIL_DOMAIN),
        ("an na@example.com", Reason.EMAIL_NAME),
        ("anna..b@example.com", Reason.EMAIL_NAME),
        (".anna@example.com", Reason.EMAIL_NAME),
        ("анна@example.com", Reason.EMAIL_NAME),
        ('"anna"@example.com', Reason.EMAIL_NAME),
        ("a@b@example.com", Reason.EMAIL_NAME),
        ("=?utf-8?q?anna?=@example.com", Reason.EMAIL_NAME),
        ("a" * 65 + "@example.com", Reason.EMAIL_NAME),
        ("a@" + "b." * 200 + "com", Reason.EMAIL_TOO_LONG),
        ("a" * 1_000_000, Reason.EMAIL_TOO_LONG),
    ],
)
def test_other_addresses_are_refused(text: str, reason: Reason) -> None:
    with pytest.raises(InvalidValue) as refusal:
        parse_email(text)
    assert refusal.value.reason_code is reason


@given(st.emails() | st.text(max_size=60) | st.text('aA@.-+ \n"<', max_size=20))
def test_a_key_leads_to_itself(text: str) -> None:
    try:
        email = parse_email(text)
    except InvalidValue:
        return
    assert parse_email(email.key).key == email.key
    assert parse_email(email.address) == email
    assert not set(email.address) & set('\r\n \t<>"')
