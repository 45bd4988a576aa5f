"""The vault: a secret opens in its own place with its own key, and nowhere else."""

import base64
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.ids import new_id
from tenants.vault import (
    BadMasterKeys,
    KeyUse,
    MasterKeys,
    Place,
    SecretUnreadable,
    TenantKey,
    blind_index,
    decrypt,
    encrypt,
    key_id_of,
    new_master_key,
    new_tenant_key,
    parse_master_keys,
    rewrap,
    unwrap,
)

OLD, NEW = new_master_key(), new_master_key()
MASTERS = parse_master_keys(f"k1:{OLD}")
ROTATING = parse_master_keys(f"k2:{NEW}, k1:{OLD}")
PLACE = Place("totp_device", "secret", new_id())
CANARY = b"CANARY-secret"


def a_key(use: KeyUse = "data", tenant_id: UUID | None = None) -> TenantKey:
    return unwrap(MASTERS, new_tenant_key(MASTERS, tenant_id or new_id(), use))


KEY = a_key()


@given(st.binary(max_size=2000))
def test_what_is_sealed_opens_in_its_place(plaintext: bytes) -> None:
    stored = encrypt(KEY, PLACE, plaintext)
    assert decrypt(KEY, PLACE, stored).reveal() == plaintext
    assert key_id_of(stored) == KEY.id
    assert len(stored) == 1 + 16 + 12 + len(plaintext) + 16


def test_equal_secrets_never_look_equal() -> None:
    assert len({encrypt(KEY, PLACE, CANARY) for _ in range(1000)}) == 1000


@pytest.mark.parametrize(
    "place",
    [
        replace(PLACE, table="other_device"),
        replace(PLACE, column="other"),
        replace(PLACE, row_id=new_id()),
        Place("totp_device_secret", "secret", PLACE.row_id),
    ],
)
def test_a_secret_moved_elsewhere_is_unreadable(place: Place) -> None:
    stored = encrypt(KEY, PLACE, CANARY)
    with pytest.raises(SecretUnreadable):
        decrypt(KEY, place, stored)


def test_a_tenants_secret_is_unreadable_to_another() -> None:
    stored = encrypt(KEY, PLACE, CANARY)
    with pytest.raises(SecretUnreadable):
        decrypt(a_key(), PLACE, stored)
    # Not even when the neighbour comes with the right key under his own name.
    with pytest.raises(SecretUnreadable):
        decrypt(replace(KEY, tenant_id=new_id()), PLACE, stored)


def test_every_changed_bit_and_every_cut_is_seen() -> None:
    stored = encrypt(KEY, PLACE, CANARY)
    for at in range(len(stored)):
        for bit in range(8):
            changed = bytearray(stored)
            changed[at] ^= 1 << bit
            with pytest.raises(SecretUnreadable):
                decrypt(KEY, PLACE, bytes(changed))
        for cut in (stored[:at], stored[at + 1 :]):
            with pytest.raises(SecretUnreadable):
                decrypt(KEY, PLACE, cut)
    with pytest.raises(SecretUnreadable):
        decrypt(KEY, PLACE, stored + b"\0")


@given(st.binary(max_size=100))
def test_any_bytes_are_unreadable_not_an_accident(stored: bytes) -> None:
    with pytest.raises(SecretUnreadable):
        decrypt(KEY, PLACE, stored)


@pytest.mark.parametrize("name", ["", "a|b", "a b"])
def test_a_place_has_plain_names(name: str) -> None:
    with pytest.raises(ValueError, match="name of a table"):
        encrypt(KEY, replace(PLACE, column=name), CANARY)


def test_rewrapping_keeps_the_key_under_the_new_master() -> None:
    wrapped = new_tenant_key(MASTERS, new_id(), "data")
    stored = encrypt(unwrap(MASTERS, wrapped), PLACE, CANARY)

    moved = rewrap(ROTATING, wrapped)
    assert (wrapped.kek_id, moved.kek_id) == ("k1", "k2")
    assert (moved.id, moved.tenant_id, moved.use) == (wrapped.id, wrapped.tenant_id, wrapped.use)
    assert rewrap(ROTATING, moved) is moved

    only_new = parse_master_keys(f"k2:{NEW}")
    assert decrypt(unwrap(only_new, moved), PLACE, stored).reveal() == CANARY
    with pytest.raises(SecretUnreadable):
        unwrap(only_new, wrapped)


def test_a_wrapped_key_is_bound_to_its_row() -> None:
    wrapped = new_tenant_key(ROTATING, new_id(), "data")
    for swapped in (
        replace(wrapped, tenant_id=new_id()),
        replace(wrapped, id=new_id()),
        replace(wrapped, use="index"),
        replace(wrapped, kek_id="k1"),
        replace(wrapped, kek_id="k9"),
        replace(wrapped, wrapped=wrapped.wrapped[:-1]),
        replace(wrapped, wrapped=b""),
        replace(wrapped, wrapped=bytes(len(wrapped.wrapped))),
    ):
        with pytest.raises(SecretUnreadable):
            unwrap(ROTATING, swapped)
    unwrap(ROTATING, wrapped)


def test_a_blind_index_finds_equals_of_one_column_and_tenant() -> None:
    key, neighbour = a_key("index"), a_key("index")
    index = blind_index(key, "customer", "phone", b"+79123456789")
    assert len(index) == 32
    assert index == blind_index(key, "customer", "phone", b"+79123456789")
    others = {
        blind_index(key, "customer", "phone", b"+79123456780"),
        blind_index(key, "customer", "email", b"+79123456789"),
        blind_index(key, "supplier", "phone", b"+79123456789"),
        blind_index(neighbour, "customer", "phone", b"+79123456789"),
    }
    assert len(others | {index}) == 5


def test_a_key_is_for_one_use() -> None:
    index_key = a_key("index")
    with pytest.raises(ValueError, match="for index"):
        encrypt(index_key, PLACE, CANARY)
    with pytest.raises(ValueError, match="for data"):
        blind_index(KEY, "customer", "phone", CANARY)


@pytest.mark.parametrize("ids", [["k2"], ["k2", "k1"], ["k3", "k2", "k1"]])
def test_the_first_master_key_is_current(ids: list[str]) -> None:
    masters = parse_master_keys(",".join(f"{kek_id}:{new_master_key()}" for kek_id in ids))
    assert masters.current == ids[0]
    assert masters.ids == tuple(ids)


@pytest.mark.parametrize(
    "setting",
    [
        "",
        OLD,
        ":" + OLD,
        "k1:",
        "k1:" + OLD + ",",
        "k1:" + OLD + ",k1:" + NEW,
        "k 1:" + OLD,
        "k1:" + OLD[:-1],
        "k1:" + OLD[:20] + "!" + OLD[20:],
        "k1:" + base64.b64encode(b"x" * 31).decode(),
        "k1:" + base64.b64encode(b"x" * 33).decode(),
        OLD + ":k1",
    ],
    ids=range(12),  # the keys are random, and each worker must name its tests alike
)
def test_bad_master_keys_are_refused_unseen(setting: str) -> None:
    with pytest.raises(BadMasterKeys) as refusal:
        parse_master_keys(setting)
    assert OLD[:8] not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_nothing_secret_shows_in_a_repr() -> None:
    masters: MasterKeys = parse_master_keys(f"k1:{OLD}")
    wrapped = new_tenant_key(masters, new_id(), "data")
    key = unwrap(masters, wrapped)
    secret = decrypt(key, PLACE, encrypt(key, PLACE, CANARY))
    raw = base64.b64decode(OLD)
    hidden = (CANARY.decode(), OLD, repr(raw), repr(key.key_for("data")), repr(wrapped.wrapped))
    for thing in (masters, wrapped, key, secret, [secret], {"key": key}):
        for shown in (repr(thing), str(thing), f"{thing}"):
            assert not any(text.strip("b'\"") in shown for text in hidden)
