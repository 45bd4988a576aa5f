"""Passwords: which are refused, and that hashing is slow for a guesser but not for the loop."""

import asyncio
import time
from collections.abc import Iterator

import pytest

from tenants.passwords import Cost, Passwords, TooManyWaiting, check_new_password
from tenants.values.invalid import InvalidValue, Reason

CHEAP = Cost(memory_kib=64, passes=1)
EMAIL = "ivan.petrov77@example.com"


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    passwords = Passwords(CHEAP)
    yield passwords
    passwords.close()


@pytest.mark.parametrize(
    "password",
    [
        "gruzdi-v-smetane",
        "груздь и рыжик",
        "correct horse battery staple",
        "8462917305x4",
        "Tr0ub4dor&3xyz",
        "test-driven-tea",
        "Москва слезам не верит",
        "\U0001f375\U0001f36f\U0001f33f\U0001fad6\u2615 five cups",
        "x7" * 3 + "kdmw" * 48,
    ],
)
def test_good_passwords_pass(password: str) -> None:
    check_new_password(password, email=EMAIL)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", Reason.PASSWORD_TOO_SHORT),
        ("chai-2026", Reason.PASSWORD_TOO_SHORT),
        ("груздочек", Reason.PASSWORD_TOO_SHORT),
        ("kdmwx" * 41, Reason.PASSWORD_TOO_LONG),
        ("k" * 1_000_000, Reason.PASSWORD_TOO_LONG),
        ("aaaaaaaaaa", Reason.PASSWORD_TOO_COMMON),
        ("abababababab", Reason.PASSWORD_TOO_COMMON),
        ("1234567890", Reason.PASSWORD_TOO_COMMON),
        ("0987654321", Reason.PASSWORD_TOO_COMMON),
        ("123456789a", Reason.PASSWORD_TOO_COMMON),
        ("qwertyuiop", Reason.PASSWORD_TOO_COMMON),
        ("QWERTY123456", Reason.PASSWORD_TOO_COMMON),
        ("qwerty2024!", Reason.PASSWORD_TOO_COMMON),
        ("qweasdzxc123", Reason.PASSWORD_TOO_COMMON),
        ("1qaz2wsx3edc", Reason.PASSWORD_TOO_COMMON),
        ("1q2w3e4r5t6y", Reason.PASSWORD_TOO_COMMON),
        ("йцукенгшщз", Reason.PASSWORD_TOO_COMMON),
        ("йцукен12345", Reason.PASSWORD_TOO_COMMON),
        ("фывапролдж", Reason.PASSWORD_TOO_COMMON),
        ("абвгдеёжзий", Reason.PASSWORD_TOO_COMMON),
        ("Password123!", Reason.PASSWORD_TOO_COMMON),
        ("passwordpassword", Reason.PASSWORD_TOO_COMMON),
        ("зфыыцщкв12", Reason.PASSWORD_TOO_COMMON),
        ("парольпароль", Reason.PASSWORD_TOO_COMMON),
        ("Пароль2026!", Reason.PASSWORD_TOO_COMMON),
        ("gfhjkm123456", Reason.PASSWORD_TOO_COMMON),
        ("parol_12345", Reason.PASSWORD_TOO_COMMON),
        ("любовь-2000", Reason.PASSWORD_TOO_COMMON),
        ("admin@12345", Reason.PASSWORD_TOO_COMMON),
        ("my-Petrov-cat", Reason.PASSWORD_HOLDS_EMAIL),
        ("IVAN.PETROV77", Reason.PASSWORD_HOLDS_EMAIL),
    ],
)
def test_bad_passwords_are_refused(password: str, reason: Reason) -> None:
    with pytest.raises(InvalidValue) as refusal:
        check_new_password(password, email=EMAIL)
    assert refusal.value.reason_code is reason
    assert refusal.value.text == ""


def test_a_name_of_three_letters_may_be_in_a_password() -> None:
    check_new_password("chance-of-rain", email="anc@example.com")


async def test_only_the_right_password_is_verified(passwords: Passwords) -> None:
    stored = await passwords.hash("gruzdi-v-smetane")
    assert stored.startswith("$argon2id$v=19$m=64,t=1,p=1$")
    assert await passwords.verify(stored, "gruzdi-v-smetane")
    for wrong in ("gruzdi-v-smetan", "Gruzdi-v-smetane", "", "\ud800", "x" * 1_000_000):
        assert not await passwords.verify(stored, wrong)


async def test_equal_passwords_have_different_hashes(passwords: Passwords) -> None:
    assert await passwords.hash("gruzdi-v-smetane") != await passwords.hash("gruzdi-v-smetane")


async def test_a_letter_is_the_same_in_one_piece_or_two(passwords: Passwords) -> None:
    stored = await passwords.hash("чайный гриб")
    assert await passwords.verify(stored, "чаи\u0306ныи\u0306 гриб")


async def test_half_a_surrogate_pair_does_no_harm(passwords: Passwords) -> None:
    stored = await passwords.hash("gruzdi \ud800")
    assert await passwords.verify(stored, "gruzdi \ud800")


async def test_nobody_has_no_password(passwords: Passwords) -> None:
    assert not await passwords.verify(None, "a password that nobody has")
    assert not await passwords.verify("", "a password that nobody has")
    assert not await passwords.verify("no hash", "gruzdi-v-smetane")


async def test_nobody_is_as_much_work_as_somebody() -> None:
    passwords = Passwords()
    stored = await passwords.hash("gruzdi-v-smetane")

    async def least_work(stored_hash: str | None) -> float:
        times = []
        for _ in range(5):
            begin = time.process_time()
            await passwords.verify(stored_hash, "wrong-password")
            times.append(time.process_time() - begin)
        return min(times)

    somebody, nobody = await least_work(stored), await least_work(None)
    passwords.close()
    assert nobody > somebody / 2


async def test_a_hash_of_another_cost_is_to_be_made_again(passwords: Passwords) -> None:
    stored = await passwords.hash("gruzdi-v-smetane")
    dearer = Passwords(Cost(memory_kib=128, passes=1))
    assert not passwords.needs_rehash(stored)
    assert dearer.needs_rehash(stored)
    assert await dearer.verify(stored, "gruzdi-v-smetane")
    dearer.close()


async def test_a_flood_is_turned_away_and_then_forgotten(passwords: Passwords) -> None:
    answers = await asyncio.gather(
        *(passwords.verify(None, "guess") for _ in range(150)), return_exceptions=True
    )
    refused = [answer for answer in answers if isinstance(answer, TooManyWaiting)]
    assert len(refused) == 50
    assert await passwords.verify(await passwords.hash("gruzdi"), "gruzdi")
