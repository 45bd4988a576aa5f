"""Refusals: every reason has its words in both languages, and no refusal shows what was given."""

import re

import pytest

from tenants.values.invalid import InvalidValue, Reason

CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_message_in_both_languages(reason: Reason) -> None:
    refusal = InvalidValue(reason, "given")
    assert not CYRILLIC.search(refusal.message("en"))
    assert CYRILLIC.search(refusal.message("ru"))
    assert refusal.message("kk") == refusal.message("en")


def test_no_two_reasons_say_the_same() -> None:
    for language in ("en", "ru"):
        said = {InvalidValue(reason).message(language) for reason in Reason}
        assert len(said) == len(Reason)


@pytest.mark.parametrize("reason", Reason)
def test_what_was_given_is_never_shown(reason: Reason) -> None:
    refusal = InvalidValue(reason, "CANARY")
    shown = (str(refusal), repr(refusal), refusal.message("en"), refusal.message("ru"))
    assert not any("CANARY" in text for text in shown)
    assert refusal.text == "CANARY"
