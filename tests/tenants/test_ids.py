"""Ids: one value has one spelling, and everything else is refused."""

import threading
import uuid
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.ids import WrongId, decode_id, encode_id, new_id, prefix_of

PREFIXES = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=16)
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
AN_ID = "prd_01h455vb4pex5vsknk084sn02q"


# The valid vectors of the TypeID specification.
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("prd_00000000000000000000000000", "00000000-0000-0000-0000-000000000000"),
        ("prd_00000000000000000000000001", "00000000-0000-0000-0000-000000000001"),
        ("prd_0000000000000000000000000g", "00000000-0000-0000-0000-000000000010"),
        ("prd_7zzzzzzzzzzzzzzzzzzzzzzzzz", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
        ("prd_0123456789abcdefghjkmnpqrs", "0110c853-1d09-52d8-d73e-1194e95b5f19"),
        (AN_ID, "01890a5d-ac96-774b-bcce-b302099a8057"),
    ],
)
def test_text_and_value_belong_together(text: str, value: str) -> None:
    assert encode_id("prd", uuid.UUID(value)) == text
    assert decode_id(text, "prd") == uuid.UUID(value)


@given(st.uuids(), PREFIXES)
def test_what_is_encoded_is_decoded(value: uuid.UUID, prefix: str) -> None:
    text = encode_id(prefix, value)
    assert decode_id(text, prefix) == value
    assert prefix_of(text) == prefix


@given(st.uuids(), st.uuids())
def test_texts_sort_as_their_values_do(one: uuid.UUID, other: uuid.UUID) -> None:
    assert (encode_id("prd", one) < encode_id("prd", other)) == (one < other)


@given(st.text(max_size=40) | st.text(ALPHABET + "_8OIlu", min_size=24, max_size=32))
def test_what_is_decoded_is_spelled_the_same_way(letters: str) -> None:
    for text in (letters, "prd_" + letters):
        try:
            value = decode_id(text, "prd")
        except WrongId:
            continue
        assert encode_id("prd", value) == text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ord_01h455vb4pex5vsknk084sn02q", "ord"),
        (AN_ID.upper(), None),
        ("prd_01H455VB4PEX5VSKNK084SN02Q", "prd"),
        ("PRD_01h455vb4pex5vsknk084sn02q", None),
        ("prd_80000000000000000000000000", "prd"),
        ("prd_01h455vb4pex5vsknk084sn02", "prd"),
        ("prd_01h455vb4pex5vsknk084sn02qq", "prd"),
        ("prd_01h455vb4pex5vsknk084sn02u", "prd"),
        ("prd_0_h455vb4pex5vsknk084sn02q", None),
        ("prd_+1h455vb4pex5vsknk084sn02q", "prd"),
        ("prd_٠1h455vb4pex5vsknk084sn02q", "prd"),
        ("prd_01h455vb4pex5vsknk084sn02\n", "prd"),
        ("prd-01h455vb4pex5vsknk084sn02q", None),
        ("01h455vb4pex5vsknk084sn02q", None),
        ("01890a5d-ac96-774b-bcce-b302099a8057", None),
        ("_01h455vb4pex5vsknk084sn02q", None),
        ("prd_", "prd"),
        ("", None),
        ("prd", None),
        ("\ud800_" * 30, None),
    ],
)
def test_a_wrong_id_is_refused_with_its_facts(text: str, found: str | None) -> None:
    with pytest.raises(WrongId) as refusal:
        decode_id(text, "prd")
    assert (refusal.value.wanted, refusal.value.found) == ("prd", found)


@pytest.mark.parametrize("text", ["", "prd", "prd_", "prd_1", "PRD_" + AN_ID[4:], "p" * 17 + AN_ID])
def test_garbage_has_no_prefix(text: str) -> None:
    with pytest.raises(WrongId):
        prefix_of(text)


def test_new_ids_are_version_7_and_rise() -> None:
    made = [new_id() for _ in range(50_000)]
    assert all(isinstance(one, uuid.UUID) for one in made)
    assert {(one.version, one.variant) for one in made} == {(7, uuid.RFC_4122)}
    assert all(one < next_one for one, next_one in pairwise(made))


def test_new_ids_rise_in_every_thread_and_never_meet() -> None:
    made: list[list[uuid.UUID]] = [[] for _ in range(4)]
    start = threading.Barrier(4)

    def make(mine: list[uuid.UUID]) -> None:
        start.wait()
        mine.extend(new_id() for _ in range(10_000))

    threads = [threading.Thread(target=make, args=(mine,)) for mine in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({one for mine in made for one in mine}) == 40_000
    assert all(mine == sorted(mine) for mine in made)
