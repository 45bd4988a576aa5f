"""Everything that a report can say is said in words, in both languages."""

import pytest

from domain.feeds.ports import ProblemCode, RefusalCode, StopCode
from domain.feeds.words import PROBLEMS, REFUSALS, Words
from domain.files import fetching

CODES = [
    *((PROBLEMS, code) for code in ProblemCode),
    *((REFUSALS, code) for code in (*RefusalCode, *StopCode)),
    *((REFUSALS, f"fetch.{reason}") for reason in fetching.Reason.__args__),  # type: ignore[attr-defined]
]


@pytest.mark.parametrize(("told", "code"), CODES)
def test_every_code_has_its_words(told: dict[str, Words], code: str) -> None:
    words = told[code]
    assert {*words} == {"en", "ru"}
    assert all(text.endswith((".", ")")) for text in words.values())
    assert any("а" <= letter <= "я" for letter in words["ru"])
