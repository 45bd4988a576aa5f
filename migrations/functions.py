"""Functions of earlier revisions, put differently by later ones."""


def changed(function: str, *changes: tuple[str, str]) -> str:
    """The statement that replaces `function` (its CREATE) by one with some lines put differently.

    Raises ValueError when what a change replaces does not stand in exactly one place.
    """
    statement = function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)
    for old, new in changes:
        if statement.count(old) != 1:
            raise ValueError(f"not one place says {old!r}")
        statement = statement.replace(old, new)
    return statement
