"""Documents that mean harm, each with the code that refuses it."""

from typing import Final

INVALID: Final = "GRAPHQL_VALIDATION_FAILED"
SYNTAX: Final = "GRAPHQL_PARSE_FAILED"
COST: Final = "COST_EXCEEDED"
INPUT: Final = "BAD_USER_INPUT"
FORBIDDEN: Final = "FORBIDDEN"


def _doubling(n: int, inner: str = "", end: str = "hello") -> str:
    fragments = "".join(
        f"fragment F{i} on Query {{ {inner} ...F{i + 1} ...F{i + 1} }}" for i in range(n)
    )
    return f"{{ ...F0 }} {fragments} fragment F{n} on Query {{ {end} }}"


def _doubling_below(n: int) -> str:
    both = "a: related { ...F# } b: related { ...F# }"
    fragments = "".join(
        f"fragment F{i} on Product {{ {both.replace('#', str(i + 1))} }}" for i in range(n)
    )
    return f"{fragments} fragment F{n} on Product {{ id }}"


def _nested(n: int, field: str = "related", open_with: str = "") -> str:
    return "{ product(id: 1) {" + f" {field}{open_with} {{" * n + " id" + " }" * n + "} }"


def _many(n: int, what: str) -> str:
    return "{ " + " ".join(what.replace("#", str(i)) for i in range(n)) + " }"


def _in_product(inner: str) -> str:
    return f"{{ product(id: 1) {{ {inner} }} }}"


DOCUMENTS: Final[dict[str, tuple[str, str]]] = {
    # Fragments that unfold
    **{f"doubling fragments {n}": (_doubling(n), INVALID) for n in (9, 14, 16, 18, 20, 40)},
    "doubling fragments over their number": (_doubling(60), INVALID),
    "doubling fragments of fields": (_doubling(20, "hello"), INVALID),
    "doubling fragments of aliases": (_doubling(14, "a: hello"), INVALID),
    "doubling fragments that end nowhere": (
        _doubling(14).replace("fragment F14", "fragment X"),
        INVALID,
    ),
    "doubling of an empty fragment": (_doubling(14, end=""), INVALID),
    "tripling fragments": (_doubling(14).replace("...F3", "...F3 ...F3"), INVALID),
    "doubling through inline fragments": (
        _doubling(14).replace("...F5", "... on Query { ...F5 }"),
        INVALID,
    ),
    "doubling below a field": ("{ product(id: 1) { ...F0 } }" + _doubling_below(12), INVALID),
    "a fragment of itself": ("{ ...A } fragment A on Query { ...A }", INVALID),
    "a fragment of itself below a field": (
        "{ product(id: 1) { ...A } } fragment A on Product { related { ...A } }",
        INVALID,
    ),
    "fragments in a circle of 2": (
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
        INVALID,
    ),
    "fragments in a circle of 40": (
        "{ ...F0 }"
        + "".join(f"fragment F{i} on Query {{ ...F{(i + 1) % 40} }}" for i in range(40)),
        INVALID,
    ),
    "a circle nobody enters": (
        "{ hello } fragment A on Query { ...B } fragment B on Query { ...A }",
        INVALID,
    ),
    "two fragments of one name": (
        "{ ...A } fragment A on Query { hello } fragment A on Query { hello }",
        INVALID,
    ),
    "fragments by the dozen": (
        "{ hello }" + "".join(f"fragment F{i} on Query {{ hello }}" for i in range(60)),
        INVALID,
    ),
    "an unknown fragment": ("{ ...Nowhere }", INVALID),
    # Width
    "aliases of one field": (_many(200, "a#: hello"), INVALID),
    "aliases in a fragment": (
        f"{{ ...A ...A ...A }} fragment A on Query {_many(9, 'a#: hello')} ",
        INVALID,
    ),
    "aliases of typename": (_in_product("".join(f"a{i}: __typename " for i in range(40))), INVALID),
    "one field 31 times": (_in_product("title " * 40), INVALID),
    "one field 400 times": (_in_product("title " * 400), INVALID),
    "one object 40 times": (_in_product("variants { sku } " * 40), INVALID),
    "equal keys in merged parents": (_in_product("related { id title } " * 30), INVALID),
    "equal keys through fragments": (
        _in_product("".join(f"...F{i} " for i in range(35)))
        + "".join(f"fragment F{i} on Product {{ title }}" for i in range(35)),
        INVALID,
    ),
    "root fields by the dozen": (_many(11, "hello"), INVALID),
    "mutations by the pair": (
        'mutation { a: productRename(id: 1, title: "x") { product { id } }'
        ' b: productRename(id: 1, title: "y") { product { id } } }',
        INVALID,
    ),
    "fields by the thousand": (_many(600, "f#"), INVALID),
    "inline fragments by the hundred": (_many(250, "... { hello }"), INVALID),
    "directives on one field": ("{ hello " + "@skip(if: false) " * 30 + "}", INVALID),
    "unknown directives on one field": ("{ hello " + "@a " * 200 + "}", INVALID),
    "directives on fragments": (_many(25, "... @include(if: true) { hello }"), INVALID),
    "directives on the operation": ("query " + "@a " * 30 + "{ hello }", INVALID),
    "operations by the hundred": (
        " ".join(f"query Q{i} {{ hello }}" for i in range(260)),
        INVALID,
    ),
    "variables by the hundred": (
        "query (" + " ".join(f"$v{i}: Int" for i in range(300)) + ") { hello }",
        INVALID,
    ),
    "arguments by the hundred": (
        "{ hello(" + " ".join(f"a{i}: 1" for i in range(320)) + ") }",
        INVALID,
    ),
    "one argument by the hundred": ("{ hello(" + "name: 1 " * 320 + ") }", INVALID),
    "a list of 300": ("{ add(numbers: [" + "1 " * 300 + "]) }", INVALID),
    "a list of 300 as a default": (
        "query ($n: [Int!]! = [" + "1 " * 300 + "]) { add(numbers: $n) }",
        INVALID,
    ),
    "a list of 3000": ("{ add(numbers: [" + "1 " * 3000 + "]) }", INVALID),
    "an object of 300 fields": (
        "{ hello(name: {" + " ".join(f"a{i}: 1" for i in range(300)) + "}) }",
        INVALID,
    ),
    # Depth
    "nesting of 13": (_nested(13), INVALID),
    "nesting of 150": (_nested(150), INVALID),
    "nesting of 5000": (_nested(5000), INVALID),
    "brackets without end": ("{" * 3000, SYNTAX),
    "lists in lists": ("{ add(numbers: " + "[" * 300 + "]" * 300 + ") }", INVALID),
    "objects in objects": ("{ hello(name: " + "{a: " * 190 + "1" + "}" * 190 + ") }", INVALID),
    "list types in list types": (f"query ($v: {'[' * 190}Int{']' * 190}) {{ hello }}", INVALID),
    "introspection in circles": (
        "{ __schema { types { " + "fields { type { " * 9 + "name" + " } }" * 9 + " } } }",
        INVALID,
    ),
    "introspection of lists of lists": (
        "{ __schema { types { fields { type { fields { type { fields { type { fields { name"
        " } } } } } } } } } }",
        INVALID,
    ),
    # Price
    "pages of pages": (
        "{ products(first: 100) { nodes { related(first: 10) { related(first: 10) { id } } } } }",
        COST,
    ),
    "pages of pages by fragments": (
        "{ products(first: 100) { nodes { ...A } } } fragment A on Product { related(first: 99)"
        " { ...B } } fragment B on Product { variants(first: 99) { sku } }",
        COST,
    ),
    "a dozen of dear pages": (
        _many(10, "a#: products(first: 100) { nodes { variants(first: 10) { stock } } }"),
        COST,
    ),
    "introspection by the dozen": (
        _many(10, "a#: __schema { types { name } }")[:-1]
        + " products(first: 100) { nodes { related(first: 9) { id } } } }",
        INVALID,
    ),
    "a page of a million": ("{ products(first: 1000000) { totalCount } }", INPUT),
    "a page of minus one": ("{ products(first: -1) { totalCount } }", INPUT),
    "a page of a googol": (f"{{ products(first: {10**100}) {{ totalCount }} }}", INVALID),
    "an integer of 60,000 digits": ("{ add(numbers: [" + "9" * 60_000 + "]) }", INVALID),
    "a float of 60,000 digits": ("{ add(numbers: [1." + "9" * 60_000 + "]) }", INVALID),
    "a float without end": ("{ add(numbers: [1e400]) }", INVALID),
    # Text
    "comments by the thousand": ("#\n" * 5000 + "{ hello }", INVALID),
    "one endless comment": ("#" + "x" * 70_000 + "\n{ hello }", "413"),
    "one endless string": ('{ hello(name: "' + "x" * 70_000 + '") }', "413"),
    "one endless name": ("{ " + "x" * 60_000 + " }", INVALID),
    "a string that does not end": ('{ hello(name: "', SYNTAX),
    "a block string that does not end": ('{ hello(name: """', SYNTAX),
    "a lone surrogate": ('{ hello(name: "\\uD800") }', SYNTAX),
    "a code point past the last": ('{ hello(name: "\\u{110000}") }', SYNTAX),
    "a NUL in a string": ('{ hello(name: "a\\u0000b") }', INPUT),
    "a NUL in a block": ('query ($n: String = "\\u{0}") { hello(name: $n) }', INPUT),
    "a raw NUL": ("{ hello\x00 }", INPUT),
    "an empty document": ("", SYNTAX),
    "a document of spaces": (" \n\t,," * 100, SYNTAX),
    "an emoji for a field": ("{ 🫖 }", SYNTAX),
    "letters from the right": ("{ hello\u202e }", SYNTAX),
    # Kinds of documents
    "types": ("type Query { hello: String }", INVALID),
    "an extension beside a query": ("{ hello } extend type Query { x: Int }", INVALID),
    "a schema": ("schema { query: Query }", INVALID),
    "a subscription": ("subscription { hello }", INVALID),
    "fragments alone": ("fragment A on Query { hello }", INVALID),
    "two operations without names": ("{ hello } { hello }", INVALID),
    "operations of one name": ("query A { hello } query A { hello }", INVALID),
    "an operation nobody named": ("query A { hello } query B { hello }", INPUT),
    "a field of nothing": ("{ nothing }", INVALID),
    "a leaf with fields": ("{ hello { length } }", INVALID),
    "an object without fields": ("{ product(id: 1) }", INVALID),
    "what needs a permission": ("{ products { nodes { secret } } }", FORBIDDEN),
    "what needs a permission, far down": (
        "{ products(first: 1) { nodes { ...A } } } fragment A on Product { ... on Named { ...B } }"
        " fragment B on Product { related(first: 1) { secret } }",
        FORBIDDEN,
    ),
}


_NAMES: Final = (
    ("{ hello }", "{ __typename }"),
    (" hello ", " __typename "),
    (": hello", ": __typename"),
    ("product(id: 1)", 'product(id: "prd_00000000000000000000000000")'),
    ("related {", "related(kind: RELATED) {"),
    ("related(first: 10)", "related(kind: RELATED)"),
)
"""What the toy's words are called at the real doors."""


def at_real_doors() -> dict[str, tuple[str, str]]:
    """The documents that mean the same harm at the storefront's and the admin's door."""
    found = {}
    for name, (text, code) in DOCUMENTS.items():
        for toy, real in _NAMES:
            text = text.replace(toy, real)
        if code in {INVALID, SYNTAX, INPUT, "413"} and "page of" not in name:
            found[name] = (text, "413" if len(text) > 65_536 else code)
    return found


def megabytes_of(size: int) -> dict[str, str]:
    """Documents of few tokens and many bytes: what a cap on tokens alone lets through."""
    return {
        "a comment of megabytes": "#" + "x" * size + "\n{ __typename }",
        "comments of megabytes": "#\n" * (size // 2) + "{ __typename }",
        "spaces of megabytes": " ," * (size // 2) + "{ __typename }",
        "a string of megabytes": '{ __type(name: "' + "x" * size + '") { name } }',
        "a string of escapes": '{ __type(name: "' + "\\u0041" * (size // 6) + '") { name } }',
        "a block of megabytes": '{ __type(name: """' + "x\n" * (size // 2) + '""") { name } }',
        "a name of megabytes": "{ " + "x" * size + " }",
        "a number of megabytes": "{ __type(name: " + "9" * size + ") { name } }",
    }
