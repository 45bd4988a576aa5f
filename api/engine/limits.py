"""The caps on a document, measured in one pass before it is validated.

Validation itself is quadratic in equal response keys, and fragments let a document of 500 bytes
unfold to billions of fields. So each definition is walked once, without a schema and without
recursion; fragments are then added up in the order of their dependencies. Counters saturate.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import (
    DefinitionNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    StringValueNode,
)

from api.engine.errors import PublicError

CEILING: Final = 1_000_000_000  # counters stop here: more is just "too many"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may ask for. Bytes and tokens are capped before the parser runs."""

    body_bytes: int = 65_536
    document_bytes: int = 65_536
    """Of the document alone: a few tokens of megabytes are half a second to the parser."""
    stranger_bytes: int = 65_536
    """Of a body without credentials; what comes with them may be as long as `body_bytes`."""
    variables_bytes: int = 16_384
    json_depth: int = 32
    tokens: int = 1_000
    depth: int = 12
    introspection_depth: int = 16
    """Depth below `__schema` and `__type`: the usual tools ask for that much."""
    aliases: int = 30
    fields: int = 500
    """Fields, fragment spreads and inline fragments, with fragments unfolded."""
    root_fields: int = 10
    mutations: int = 1
    directives: int = 20
    fragments: int = 50
    equal_key_pairs: int = 500
    """Pairs of fields with one response key, which validation compares with each other."""
    list_size: int = 250
    """Items of one list, in the document or in the variables."""
    page_size: int = 100
    default_page_size: int = 20
    cost: int = 1_000


class LimitExceeded(PublicError):
    """The request is over a hard cap; `extensions` name it with its limit."""

    code = "GRAPHQL_VALIDATION_FAILED"

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(f"The request has too many {what}: {limit} is the most.", limit=limit)


@dataclass(slots=True)
class Measured:
    """The size of a document (or of one definition), fragments unfolded."""

    depth: int = 0
    introspection_depth: int = 0
    introspects: bool = False
    aliases: int = 0
    fields: int = 0
    root_fields: int = 0
    meta_fields: int = 0
    """Root fields about the schema: `__schema`, `__type`, `__typename`."""
    mutations: int = 0
    directives: int = 0
    fragments: int = 0
    equal_key_pairs: int = 0
    longest_list: int = 0
    visited: int = 0
    """Nodes looked at: the work of measuring, linear in the document's size."""


@dataclass(slots=True)
class _Definition:
    """One operation or fragment: its own size, and where it spreads which fragments."""

    node: OperationDefinitionNode | FragmentDefinitionNode
    size: Measured = field(default_factory=Measured)
    spreads: list[tuple[str, int, bool]] = field(default_factory=list)
    """Name, depth, and whether it stands below an introspection field."""


def measure(document: DocumentNode, limits: Limits) -> Measured:
    """The size of `document`, valid or not. Raises LimitExceeded, or PublicError on a cycle."""
    total = Measured()
    operations, fragments = _definitions(document.definitions, total)
    total.fragments = len(fragments)
    _check("fragments", total.fragments, limits.fragments)
    for definition in (*operations, *fragments.values()):
        _walk(definition, total)
    _check("directives", total.directives, limits.directives)
    _check("items in a list", total.longest_list, limits.list_size)

    spread = {name for d in (*operations, *fragments.values()) for name, _, _ in d.spreads}
    _unfold_fragments(fragments)
    # A fragment that nothing spreads is validated too, so it counts like an operation.
    unused = [fragment for name, fragment in fragments.items() if name not in spread]
    roots = [*operations, *unused]
    for root in roots:
        _add_spreads(root, fragments)
        _add_root(total, root)
    _check("levels of nesting", total.depth, limits.depth)
    _check("levels of introspection", total.introspection_depth, limits.introspection_depth)
    _check("aliases", total.aliases, limits.aliases)
    _check("fields", total.fields, limits.fields)
    _check("root fields", total.root_fields, limits.root_fields)
    _check("mutations", total.mutations, limits.mutations)

    # Only now is the document known to be small when unfolded, so that it may be unfolded.
    for root in roots:
        _count_pairs(root.node.selection_set, fragments, total, limits.equal_key_pairs)
    return total


def check_json(value: Any, limits: Limits) -> None:
    """Raise LimitExceeded when a parsed JSON value is nested too deep or holds too long a list."""
    level, depth = [value], 0
    holders = (dict, list)  # not `dict | list`, which would be made anew for each item
    while level := [item for item in level if isinstance(item, holders)]:
        depth += 1
        _check("levels of JSON", depth, limits.json_depth)
        below: list[Any] = []
        for item in level:
            if isinstance(item, list):
                _check("items in a list", len(item), limits.list_size)
                below += item
            else:
                below += item.values()
        level = below


def _check(what: str, count: int, limit: int) -> None:
    if count > limit:
        raise LimitExceeded(what, limit)


def _definitions(
    nodes: Iterable[DefinitionNode], total: Measured
) -> tuple[list[_Definition], dict[str, _Definition]]:
    operations: list[_Definition] = []
    fragments: dict[str, _Definition] = {}
    for node in nodes:
        total.visited += 1
        if isinstance(node, OperationDefinitionNode):
            operations.append(_Definition(node))
        elif isinstance(node, FragmentDefinitionNode):
            # Of two with one name, validation might unfold the one that was not measured.
            if node.name.value in fragments:
                raise _refusal(f"There is more than one fragment {node.name.value!r}.")
            fragments[node.name.value] = _Definition(node)
    return operations, fragments


def _walk(definition: _Definition, total: Measured) -> None:
    """Count what stands in the definition itself; directives and lists go to the total."""
    size = definition.size
    _look_at(definition.node, total)
    for variable in definition.node.variable_definitions or ():
        _look_at(variable, total)
        _look_at_values([variable.default_value], total)
    stack = [(definition.node.selection_set, 0, False)]
    while stack:
        selection_set, depth, below_introspection = stack.pop()
        for node in selection_set.selections:
            _look_at(node, total)
            size.fields += 1
            if isinstance(node, FragmentSpreadNode):
                definition.spreads.append((node.name.value, depth, below_introspection))
                continue
            inner_depth, introspects = depth, below_introspection
            if isinstance(node, FieldNode):
                size.aliases += node.alias is not None
                if depth == 0 and not below_introspection:
                    size.root_fields += 1
                    size.meta_fields += node.name.value.startswith("__")
                inner_depth = depth + 1
                if below_introspection:
                    size.introspection_depth = max(size.introspection_depth, inner_depth)
                else:
                    size.depth = max(size.depth, inner_depth)
                if node.name.value in {"__schema", "__type"}:
                    size.introspects = introspects = True
                    inner_depth = inner_depth if below_introspection else 0
            below: SelectionSetNode | None = getattr(node, "selection_set", None)
            if below is not None:
                stack.append((below, inner_depth, introspects))


def _look_at(node: Any, total: Measured) -> None:
    """Count a node, its directives, and the lists among its arguments."""
    total.visited += 1
    for directive in node.directives or ():
        total.directives += 1
        total.visited += 1
        _look_at_values([argument.value for argument in directive.arguments or ()], total)
    if isinstance(node, FieldNode | FragmentSpreadNode):
        arguments = getattr(node, "arguments", None) or ()
        _look_at_values([argument.value for argument in arguments], total)


def _look_at_values(values: list[Any], total: Measured) -> None:
    while values:
        value = values.pop()
        total.visited += 1
        if isinstance(value, ListValueNode):
            total.longest_list = max(total.longest_list, len(value.values))
            values += value.values
        elif isinstance(value, ObjectValueNode):
            values += [entry.value for entry in value.fields]
        elif isinstance(value, StringValueNode) and "\0" in value.value:
            raise PublicError("A string must not hold the character U+0000.")


def _unfold_fragments(fragments: dict[str, _Definition]) -> None:
    """Add up each fragment after those that it spreads; raises PublicError on a circle."""
    users: dict[str, list[str]] = {name: [] for name in fragments}
    waiting = dict.fromkeys(fragments, 0)
    for name, fragment in fragments.items():
        for used in {spread[0] for spread in fragment.spreads} & fragments.keys():
            users[used].append(name)
            waiting[name] += 1
    ready = [name for name, count in waiting.items() if count == 0]
    done = 0
    while ready:
        name = ready.pop()
        done += 1
        _add_spreads(fragments[name], fragments)
        for user in users[name]:
            waiting[user] -= 1
            if waiting[user] == 0:
                ready.append(user)
    if done < len(fragments):
        looped = min(name for name, count in waiting.items() if count)
        raise _refusal(f"The fragment {looped!r} spreads itself, or one that does.")


def _add_spreads(definition: _Definition, fragments: dict[str, _Definition]) -> None:
    size = definition.size
    spreads, definition.spreads = definition.spreads, []
    for name, depth, below_introspection in spreads:
        if (fragment := fragments.get(name)) is None:
            continue  # validation will say that it is unknown
        inner = fragment.size
        size.fields = min(size.fields + inner.fields, CEILING)
        size.aliases = min(size.aliases + inner.aliases, CEILING)
        size.introspects = size.introspects or inner.introspects
        if depth == 0 and not below_introspection:
            size.root_fields = min(size.root_fields + inner.root_fields, CEILING)
            size.meta_fields = min(size.meta_fields + inner.meta_fields, CEILING)
        if below_introspection:
            deepest = depth + max(inner.depth, inner.introspection_depth)
            size.introspection_depth = max(size.introspection_depth, deepest)
        else:
            size.depth = max(size.depth, depth + inner.depth)
            size.introspection_depth = max(size.introspection_depth, inner.introspection_depth)


def _add_root(total: Measured, root: _Definition) -> None:
    size, node = root.size, root.node
    total.depth = max(total.depth, size.depth)
    total.introspection_depth = max(total.introspection_depth, size.introspection_depth)
    total.introspects = total.introspects or size.introspects
    total.aliases = min(total.aliases + size.aliases, CEILING)
    total.fields = min(total.fields + size.fields, CEILING)
    if isinstance(node, OperationDefinitionNode):
        if size.introspects and size.meta_fields < size.root_fields:
            raise _refusal("Ask about the schema in an operation of its own.")
        total.root_fields = max(total.root_fields, size.root_fields)
        if node.operation is OperationType.MUTATION:
            total.mutations = max(total.mutations, size.root_fields)


def _count_pairs(
    selection_set: SelectionSetNode,
    fragments: dict[str, _Definition],
    total: Measured,
    limit: int,
) -> None:
    """Count fields that share a response key, at each level of the merged selection."""
    levels = [[selection_set]]
    while levels:
        by_key: dict[str, list[FieldNode]] = {}
        for node in _fields_of(levels.pop(), fragments):
            total.visited += 1
            key = node.alias.value if node.alias else node.name.value
            by_key.setdefault(key, []).append(node)
        for nodes in by_key.values():
            total.equal_key_pairs += len(nodes) * (len(nodes) - 1) // 2
            _check("fields with equal names", total.equal_key_pairs, limit)
            if below := [node.selection_set for node in nodes if node.selection_set]:
                levels.append(below)


def _fields_of(
    selection_sets: list[SelectionSetNode], fragments: dict[str, _Definition]
) -> Iterator[FieldNode]:
    stack: list[SelectionSetNode] = list(selection_sets)
    while stack:
        node: SelectionNode
        for node in stack.pop().selections:
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, FragmentSpreadNode):
                if fragment := fragments.get(node.name.value):
                    stack.append(fragment.node.selection_set)
            else:
                stack.append(node.selection_set)  # type: ignore[attr-defined]


def _refusal(message: str) -> PublicError:
    return PublicError(message, code="GRAPHQL_VALIDATION_FAILED")
