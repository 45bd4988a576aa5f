"""Suggestions and mistakes where the rows are on other nodes, too."""

from collections.abc import Sequence
from importlib import import_module

from alembic import op

from migrations.functions import changed

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

listing = import_module("migrations.versions.0004_listing")
spelling = import_module("migrations.versions.0010_search_spelling")

# A statement that goes to a node cannot call what asks others: a loop asks about word after word.
SUGGEST = changed(
    listing.SUGGEST,
    (
        "substr(phrase, length(before) + 1);\n",
        "substr(phrase, length(before) + 1);\n    shown bigint := 0;\n",
    ),
    (
        """
    RETURN QUERY
    SELECT 'query', NULL::uuid, before || w.word, NULL::bigint, NULL::text, NULL::uuid
    FROM (
        SELECT s.word, s.count FROM search_word s
        WHERE s.tenant_id = tenant AND last <> '' AND s.word >= last
          AND s.word < last || chr(1114111)
        ORDER BY s.count DESC, s.word LIMIT 3 * most
    ) w
    WHERE before = '' OR platform.search_finds(
        tenant, asked_channel, asked_at, false,
        platform.search_query(tenant, before || w.word, false)
    )
    ORDER BY w.count DESC, w.word LIMIT most;
""",
        """
    kind := 'query';
    FOR title IN
        SELECT before || s.word FROM search_word s
        WHERE s.tenant_id = tenant AND last <> '' AND s.word >= last
          AND s.word < last || chr(1114111)
        ORDER BY s.count DESC, s.word LIMIT 3 * most
    LOOP
        IF before = '' OR platform.search_finds(
            tenant, asked_channel, asked_at, false, platform.search_query(tenant, title, false)
        ) THEN
            RETURN NEXT;
            shown := shown + 1;
            EXIT WHEN shown = most;
        END IF;
    END LOOP;
""",
    ),
)
# What a function's head sets never reaches the nodes; SET LOCAL does, but only a volatile function
# may say it. With the head beside it, it ends with the function and not with the transaction.
ALIKE = changed(
    spelling.ALIKE,
    ("LANGUAGE plpgsql STABLE SECURITY", "LANGUAGE plpgsql SECURITY"),
    (
        "    FOREACH given",
        "    SET LOCAL pg_trgm.similarity_threshold = 0.2;\n    FOREACH given",
    ),
)


def upgrade() -> None:
    _replace(SUGGEST, ALIKE)


def downgrade() -> None:
    _replace(changed(listing.SUGGEST), spelling.ALIKE)


def _replace(*functions: str) -> None:
    op.execute("SELECT similarity('', '')")  # pg_trgm's settings are known once it has been used
    for function in functions:
        op.execute(function)
