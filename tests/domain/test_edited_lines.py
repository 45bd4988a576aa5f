"""Lines of which an edit leaves less, exact to the kopeck however they were sold."""

import random
from typing import Any

from domain.orders.edits.lines import cut, is_inexact, rest_at, split_off
from domain.orders.named_lines import taken
from domain.orders.orders.lines import positions_of_line
from domain.pricing.positions import positions_of
from domain.pricing.refunds import refund_of
from domain.pricing.vat import VatRate, vat_in

RATE = VatRate(22, 11, 12)
LINES = 3_000


def sold(chance: random.Random) -> dict[str, Any]:
    """A line of pieces or of weight, with something taken off."""
    pieces = chance.random() < 0.6
    quantity = chance.randint(1, 12) * 1_000 if pieces else chance.randint(1, 5_000)
    price = chance.randint(1, 100_000)
    full = (price * quantity + 500) // 1_000
    total = full - chance.randint(0, full) if chance.random() < 0.7 else full
    positions = positions_of(quantity, total, price)
    steps = [{"kind": "price", "sum_minor": full}, {"kind": "promotion", "sum_minor": total}]
    return {
        "quantity": quantity,
        "picked": 0,
        "price_minor": price,
        "total_minor": total,
        "discount_minor": full - total,
        "vat_minor": sum(vat_in(one.sum_minor, RATE) for one in positions),
        "vat_percent": RATE.percent,
        "vat_code": RATE.fiscal_code,
        "vat_prepaid_code": RATE.calculated_code,
        "positions": [one._asdict() for one in positions],
        "trace": steps,
        "takes": {"a": quantity, "b": (quantity * 7 + 2) // 3},
    }


def costs(line: dict[str, Any], part: int) -> int:
    """What the first so much of a line was handed over at."""
    if not part:
        return 0
    positions = refund_of(positions_of_line(line), line["quantity"], returned=0, now=part)
    return sum(one.sum_minor for one in positions)


def check(line: dict[str, Any]) -> None:
    positions = positions_of_line(line)
    assert line["total_minor"] == sum(one.sum_minor for one in positions)
    assert line["vat_minor"] == sum(vat_in(one.sum_minor, RATE) for one in positions)
    assert line["trace"][-1]["sum_minor"] == line["total_minor"]
    assert line["discount_minor"] >= 0 <= line["total_minor"]
    if not positions[0].is_lot:
        assert sum(one.quantity for one in positions) == line["quantity"]


def test_what_is_left_costs_what_it_was_sold_for_and_so_does_what_has_gone() -> None:
    chance = random.Random(22)
    for _ in range(LINES):
        line = sold(chance)
        left = chance.randint(1, line["quantity"])
        gone = chance.randint(0, left)
        less = cut(line, left)
        check(less)
        assert 0 <= less["total_minor"] <= line["total_minor"]
        if not is_inexact({**line, "picked": gone}):
            assert costs(less, gone) == costs(line, gone), (line, left, gone)
        again = cut(less, max(gone, 1))
        check(again)
        for variant, had in taken(line, gone, before=0).items():
            assert again["takes"][variant] >= had


def test_the_rest_at_a_named_price_and_what_stays_take_what_the_line_took() -> None:
    chance = random.Random(2026)
    for _ in range(LINES):
        line = sold(chance)
        kept = chance.randint(0, line["quantity"] - 1)
        price = chance.randint(0, 100_000)
        rest = rest_at(line, line["quantity"] - kept, price)
        check(rest)
        assert rest["discount_minor"] == 0
        stays = cut(line, kept)["takes"]
        for variant, all_of_it in line["takes"].items():
            assert stays.get(variant, 0) + rest["takes"].get(variant, 0) == all_of_it


def test_what_is_split_off_and_what_stays_are_what_the_line_was() -> None:
    chance = random.Random(60)
    for _ in range(LINES):
        line = sold(chance)
        part = chance.randint(1, line["quantity"])
        off = split_off(line, part)
        check(off)
        stays = cut(line, line["quantity"] - part)
        for name in ("quantity", "total_minor"):
            assert stays[name] + off[name] == line[name], (line, part)
        for variant, all_of_it in line["takes"].items():
            assert stays["takes"].get(variant, 0) + off["takes"].get(variant, 0) == all_of_it
        sums = [step["sum_minor"] for step in off["trace"]]
        assert sums == sorted(sums, reverse=True)
        rest = part  # what is split off is split once more
        parts = 0
        while rest:
            piece = chance.randint(1, rest)
            last = split_off(off, piece)
            check(last)
            parts += last["total_minor"]
            off, rest = cut(off, rest - piece), rest - piece
        assert parts + stays["total_minor"] == line["total_minor"]
