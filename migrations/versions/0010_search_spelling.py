"""Search: sizes, units and alphabets in one spelling; titles first; statistics of what came."""

from collections.abc import Sequence
from importlib import import_module

from alembic import op

from migrations.functions import changed
from migrations.policies import PLATFORM, platform_function

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

before = import_module("migrations.versions.0004_listing")

# domain.catalog.search_words.fold says the same. A word with a digit is Latin as far as it looks so
# (M8, 4x25); any other with a Cyrillic letter is Cyrillic.
FOLD = r"""
CREATE OR REPLACE FUNCTION search_fold(given text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    folded text := translate(lower(given), 'ё', 'е');
BEGIN
    folded := regexp_replace(folded, '([0-9])\s*[xх×*]\s*(?=[0-9])', '\1x', 'g');
    folded := regexp_replace(folded, '([0-9])\.(?=[0-9])', '\1,', 'g');
    folded := regexp_replace(
        folded, '([0-9])(мм|см|мл|кг|гр|квт|вт|шт|г|л|м)(?![[:alnum:]])', '\1 \2', 'g'
    );
    IF folded !~ '[а-я][a-z0-9]|[a-z0-9][а-я]' THEN
        RETURN folded;
    END IF;
    RETURN (
        SELECT string_agg(
            CASE
                WHEN piece[1] ~ '[0-9]' THEN translate(piece[1], 'авекмнорстух', 'abekmhopctyx')
                WHEN piece[1] ~ '[а-я]' THEN translate(piece[1], 'abekmhopctyx', 'авекмнорстух')
                ELSE piece[1]
            END, '' ORDER BY place
        )
        FROM regexp_matches(folded, '([[:alnum:]]+|[^[:alnum:]]+)', 'g')
            WITH ORDINALITY AS pieces (piece, place)
    );
END $$
"""

# Many goods that came at once are unknown to the planner until autovacuum has been there, and
# searches are ten times slower. The platform may look before that; it waits for nobody.
LEARNED = """
    product, variant, price, stock_level, attribute_value, media, product_category, category,
    listing, listing_shelf, search_document, search_word, facet, facet_bits
"""
LEARN = f"""
CREATE FUNCTION platform.learn_listing() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    ANALYZE (SKIP_LOCKED) {LEARNED};
END $$
"""

SEARCH = changed(
    before.SEARCH,
    # What is said in the title or is the brand comes before what a description mentions.
    (
        "d.title_key = %L AS is_title,'\n",
        "d.title_key = %L AS is_title,'\n            ' d.heading @@ $5 AS is_heading,'\n",
    ),
    (
        "'is_code DESC, is_title DESC, is_available DESC, rank DESC,",
        "'is_code DESC, is_title DESC, is_heading DESC, is_available DESC, rank DESC,",
    ),
    # What has no ordinal yet brings its facets along: an import may be all that there is.
    (
        "l.title_sort, l.ordinal, %1$s AS missed %2$s",
        "l.title_sort, l.ordinal, %1$s AS missed,\n"
        "                           CASE WHEN l.ordinal IS NULL THEN l.facets END AS fresh %2$s",
    ),
    (
        """
                WHERE $8 AND m.counts
                  AND (m.ordinal IS NULL OR (SELECT matched FROM sums) <= %7$s)
                GROUP BY code, m.missed
""",
        """
                WHERE $8 AND m.counts AND m.fresh IS NULL
                  AND (SELECT matched FROM sums) <= %7$s
                GROUP BY code, m.missed
                UNION ALL
                SELECT code, m.missed, count(*)
                FROM matches m CROSS JOIN LATERAL unnest(m.fresh) AS code
                WHERE $8 AND m.counts
                GROUP BY code, m.missed
""",
    ),
)
ALIKE = changed(
    before.ALIKE,
    # "малаток" has few trigrams in common with "молоток"; how near they are is counted in letters.
    ("pg_trgm.similarity_threshold = 0.3", "pg_trgm.similarity_threshold = 0.2"),
    ("w.tenant_id = tenant AND w.word % given", "w.tenant_id = tenant AND w.word % given"
     " AND strpos(given, ' ') = 0"),
    ("w.word LIMIT 20", "w.word LIMIT 50"),
)  # fmt: skip
RELIST = """
INSERT INTO platform.job (id, tenant_id, kind, arguments, dedup_key, run_at, created_at)
SELECT gen_random_uuid(), t.id, 'listing.relist', '{}', 'revision 0010', now(), now()
FROM platform.tenant t
ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    op.execute("SELECT similarity('', '')")  # pg_trgm's settings are known once it has been used
    for function in (FOLD, SEARCH, ALIKE, LEARN):
        op.execute(function)
    op.execute(f"GRANT MAINTAIN ON {LEARNED} TO {PLATFORM}")
    platform_function("platform.learn_listing()")
    # What is there already is spelled as before: the worker writes it anew.
    op.execute(f"SET LOCAL ROLE {PLATFORM}")
    op.execute(RELIST)
    op.execute("RESET ROLE")


def downgrade() -> None:
    op.execute("DROP FUNCTION platform.learn_listing()")
    op.execute(f"REVOKE MAINTAIN ON {LEARNED} FROM {PLATFORM}")
    op.execute("SELECT similarity('', '')")
    for function in (before.FOLD, before.SEARCH, before.ALIKE):
        op.execute(changed(function))
