"""Leaves: a whole column of scalars or enum values as JSON has them."""

from types import NoneType
from typing import Any

from graphql import GraphQLLeafType
from graphql.execution import Executor

from api.engine.columns import FAILED, Column, Fault, is_regular, scatter, sift
from api.engine.inlining import AS_THEY_ARE


def leaves(kind: GraphQLLeafType, values: list[Any]) -> Column:
    """Complete a column of leaves of one type; a value that has no spelling is a fault."""
    found = set(map(type, values))
    usual = AS_THEY_ARE.get(kind)
    if found <= {usual}:
        return Column(values)
    if found <= {usual, NoneType}:
        return Column(values, whole=False)
    sifted = sift(values)
    return scatter(_spelled(kind, sifted.values), sifted, len(values))


def _spelled(kind: GraphQLLeafType, values: list[Any]) -> Column:
    """All at once; and where that fails, each by itself."""
    try:
        spell = kind.coerce_output_value
        cells = [spell(value) for value in values]  # a map would take StopIteration for its end
        if is_regular(cells):
            return Column(cells)
    except Exception:  # whose it was is found out below
        pass
    cells, faults = [], []
    for at, value in enumerate(values):
        try:
            cells.append(Executor.complete_leaf_value(kind, value))
        except Exception as error:
            cells.append(FAILED)
            faults.append(Fault(at, error))
    return Column(cells, faults, whole=not faults)
