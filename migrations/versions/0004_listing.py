"""The listing, and the functions that search it past the policies."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import PLATFORM, platform_function, protect

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


TABLES = (
    "facet",
    "facet_numbering",
    "facet_bits",
    "search_word",
    "listing",
    "search_document",
    "listing_shelf",
)

# The one spelling of texts for search: small letters, no ё, and 4х25 (Cyrillic) is 4x25 (Latin).
FOLD = r"""
CREATE FUNCTION search_fold(given text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN regexp_replace(
    translate(lower(given), 'ё', 'е'), '(\d)\s*[xх×*]\s*(?=\d)', '\1x', 'g'
)
"""
# The one spelling of articles and barcodes: small letters, no spaces, nothing that could be syntax.
CODE = """
CREATE FUNCTION search_code(given text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN regexp_replace(lower(given), '[^[:alnum:]./_+#-]', '', 'g')
"""
# Half of an MD5: by chance alike once in some 10^9 shops of a hundred thousand values each.
FACET_CODE = """
CREATE FUNCTION facet_code(facet text, key text) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ('x' || left(md5(facet || ':' || key), 16))::bit(64)::bigint
"""

# A phrase as a query. Whole: every word in some form of it. Begun: the last word may go on.
# What the shop calls synonyms stand for each other, also where they are several words. Or the whole
# is an article or a barcode.
QUERY = """
CREATE FUNCTION platform.search_query(tenant uuid, phrase text, begun boolean) RETURNS tsquery
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp
AS $$
DECLARE
    words text[] := (regexp_split_to_array(btrim(translate(phrase, '''\\', '  ')), '\\s+'))[1:12];
    word text;
    one tsquery;
    alike record;
    asked tsquery;
    code text := '''=' || search_code(phrase) || '''';
BEGIN
    FOREACH word IN ARRAY words LOOP
        one := plainto_tsquery('russian', word);
        IF begun AND word = words[cardinality(words)] AND word <> '' THEN
            one := one || to_tsquery('simple', '''' || word || ''':*');
        END IF;
        IF numnode(one) > 0 THEN
            asked := coalesce(asked && one, one);
        END IF;
    END LOOP;
    FOR alike IN
        SELECT plainto_tsquery('russian', search_fold(said.word)) AS said, meant.query AS meant
        FROM synonym s
        CROSS JOIN LATERAL jsonb_array_elements_text(s.words) AS said (word)
        CROSS JOIN LATERAL (
            SELECT string_agg(
                '(' || plainto_tsquery('russian', search_fold(other))::text || ')', ' | '
            )::tsquery AS query
            FROM jsonb_array_elements_text(s.words) AS other
            WHERE numnode(plainto_tsquery('russian', search_fold(other))) > 0
        ) AS meant
        WHERE s.tenant_id = tenant
          AND strpos(' ' || phrase, ' ' || left(search_fold(said.word), 3)) > 0
        LIMIT 50
    LOOP
        IF numnode(alike.said) > 0 AND asked @> alike.said THEN
            asked := ts_rewrite(asked, alike.said, alike.meant);
        END IF;
    END LOOP;
    IF length(code) > 4 THEN
        code := code || CASE WHEN begun AND length(code) > 6 THEN ':*' ELSE '' END;
        asked := coalesce(asked || code::tsquery, code::tsquery);
    END IF;
    RETURN asked;
END $$
"""

# Everything of a search in one pass over what matches. `chosen` is a list of facets with the keys
# (or the range of numbers) that were chosen; what a listing misses is a bit for each, for the price
# and for the stock. A facet's counts ignore its own bit, and so does the range of prices.
# Few matches are counted one by one. Many become bits themselves, 64 in a word and 128 words in a
# segment, for each way to miss at most one of the filters.
SEARCH = """
CREATE FUNCTION platform.search_listing(
    asked_channel uuid, asked_at timestamptz, hidden_too boolean, phrase text, shelf uuid,
    chosen jsonb, price_from bigint, price_to bigint, available_only boolean,
    sorted_by text, skipped bigint, most bigint, with_facets boolean
)
RETURNS TABLE (
    ids uuid[], matched bigint, total bigint, price_min bigint, price_max bigint,
    available bigint, unavailable bigint, facets jsonb
)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET work_mem = '32MB' SET random_page_cost = 1.1
SET client_min_messages = 'warning'
AS $$
DECLARE
    tenant CONSTANT uuid := nullif(current_setting('app.tenant_id', true), '')::uuid;
    code CONSTANT text := search_code(phrase);
    no_price CONSTANT bigint := 9223372036854775807;
    few CONSTANT bigint := 300;
    price_bit CONSTANT bigint := 1;
    stock_bit CONSTANT bigint := 2;
    next_bit bigint := 4;
    bits jsonb := '{}';
    missed text := '0::bigint';
    source text := 'listing l';
    condition text := 'l.tenant_id = $1 AND l.channel_id = $2';
    scored text := '';
    sorted text := CASE sorted_by
        WHEN 'newest' THEN 'newest_at DESC, product_id DESC'
        WHEN 'title' THEN 'title_sort, product_id'
        WHEN 'price' THEN 'price_sort, product_id'
        WHEN 'price_falling' THEN 'price_sort DESC, product_id DESC'
        WHEN 'popularity' THEN 'popularity DESC, product_id DESC'
        ELSE 'is_available DESC, popularity DESC, newest_at DESC, product_id DESC'
    END;
    choice jsonb;
    codes bigint[];
    query tsquery;
    begun boolean;
BEGIN
    IF tenant IS NULL OR most > 100 OR skipped + most > 1000 OR jsonb_array_length(chosen) > 30 THEN
        RETURN;
    END IF;
    IF asked_channel IS NULL THEN
        SELECT c.id INTO asked_channel FROM channel c WHERE c.tenant_id = tenant AND c.is_default;
    END IF;
    FOR choice IN SELECT * FROM jsonb_array_elements(chosen) LOOP
        IF choice ? 'keys' THEN
            SELECT array_agg(facet_code(choice->>'facet', key)) INTO codes
            FROM jsonb_array_elements_text(choice->'keys') AS key;
        ELSE
            SELECT array_agg(f.code) INTO codes FROM facet f
            WHERE f.tenant_id = tenant AND f.facet = choice->>'facet'
              AND f.number BETWEEN (choice->>'from')::bigint AND (choice->>'to')::bigint;
        END IF;
        missed := missed || format(
            ' + CASE WHEN l.facets && %L::bigint[] THEN 0 ELSE %s END',
            coalesce(codes, '{}'), next_bit
        );
        bits := bits || jsonb_build_object(choice->>'facet', next_bit);
        next_bit := next_bit * 2;
    END LOOP;
    IF price_from IS NOT NULL OR price_to IS NOT NULL THEN
        missed := missed || format(
            ' + CASE WHEN l.price_sort BETWEEN %s AND %s THEN 0 ELSE %s END',
            coalesce(price_from, 0), coalesce(price_to, no_price - 1), price_bit
        );
    END IF;
    IF available_only THEN
        missed := missed || format(' + CASE WHEN l.is_available THEN 0 ELSE %s END', stock_bit);
    END IF;
    IF NOT hidden_too THEN
        condition := condition || ' AND l.shown_from <= $3 AND l.shown_until > $3';
    END IF;
    IF shelf IS NOT NULL AND hidden_too THEN
        condition := condition || $hidden$ AND (
            l.facets && ARRAY[facet_code('category', $4::text), facet_code('brand', $4::text)]
            OR EXISTS (SELECT FROM collection_product p WHERE p.tenant_id = $1
                       AND p.collection_id = $4 AND p.product_id = l.product_id)) $hidden$;
    ELSIF shelf IS NOT NULL THEN
        source := source || ' JOIN listing_shelf s ON s.tenant_id = l.tenant_id'
            ' AND s.product_id = l.product_id AND s.channel_id = l.channel_id';
        condition := condition || ' AND s.tenant_id = $1 AND s.channel_id = $2 AND s.shelf_id = $4';
    END IF;
    IF phrase <> '' THEN
        source := source || ' JOIN search_document d ON d.tenant_id = l.tenant_id'
            ' AND d.product_id = l.product_id';
        condition := condition || ' AND d.tenant_id = $1 AND d.document @@ $5';
    END IF;
    IF phrase <> '' AND sorted_by = 'relevance' THEN
        scored := format(', d.heading @@ %L::tsquery AS is_code, d.title_key = %L AS is_title,'
            ' ts_rank(d.heading, $5, 1) AS rank', '''=' || code || '''', phrase);
        sorted := 'is_code DESC, is_title DESC, is_available DESC, rank DESC, popularity DESC,'
            ' newest_at DESC, product_id DESC';
    END IF;
    FOREACH begun IN ARRAY ARRAY[false, true] LOOP
        query := platform.search_query(tenant, phrase, begun);
        EXECUTE format($search$
            WITH matches AS MATERIALIZED (
                SELECT *, missed & (missed - 1) = 0 AS counts
                FROM (
                    SELECT l.product_id, l.price_sort, l.is_available, l.popularity, l.newest_at,
                           l.title_sort, l.ordinal, %1$s AS missed %2$s
                    FROM %3$s WHERE %4$s OFFSET 0
                ) found
            ), sums AS MATERIALIZED (
                SELECT count(*) AS matched,
                       count(*) FILTER (WHERE missed = 0) AS total,
                       min(price_sort) FILTER (WHERE missed & ~1 = 0 AND price_sort < %6$s)
                           AS price_min,
                       max(price_sort) FILTER (WHERE missed & ~1 = 0 AND price_sort < %6$s)
                           AS price_max,
                       count(*) FILTER (WHERE missed & ~2 = 0 AND is_available) AS available,
                       count(*) FILTER (WHERE missed & ~2 = 0 AND NOT is_available) AS unavailable
                FROM matches
            ), words AS (
                SELECT m.missed, m.ordinal >> 6 AS word,
                       bit_or(1::bigint << (63 - (m.ordinal & 63)::int)) AS bits
                FROM matches m
                WHERE $8 AND (SELECT matched FROM sums) > %7$s
                  AND m.counts AND m.ordinal IS NOT NULL
                GROUP BY m.missed, m.ordinal >> 6
            ), segments AS (
                SELECT missed, word >> 7 AS segment,
                       bit_or(bits::bit(64)::bit(8192) >> ((word & 127)::int * 64)) AS bits
                FROM words GROUP BY missed, word >> 7
            ), counted AS (
                SELECT b.code, s.missed, bit_count(b.bits & s.bits) AS products
                FROM segments s JOIN facet_bits b
                    ON b.tenant_id = $1 AND b.channel_id = $2 AND b.segment = s.segment
                UNION ALL
                SELECT code, m.missed, count(*)
                FROM matches m JOIN listing l ON l.tenant_id = $1 AND l.product_id = m.product_id
                    AND l.channel_id = $2
                CROSS JOIN LATERAL unnest(l.facets) AS code
                WHERE $8 AND m.counts
                  AND (m.ordinal IS NULL OR (SELECT matched FROM sums) <= %7$s)
                GROUP BY code, m.missed
            ), valued AS (
                SELECT f.facet, f.key, f.label, f.number, sum(c.products) AS products,
                       row_number() OVER (
                           PARTITION BY f.facet ORDER BY sum(c.products) DESC, f.key
                       ) AS place
                FROM counted c JOIN facet f ON f.tenant_id = $1 AND f.code = c.code
                LEFT JOIN category hidden ON hidden.tenant_id = $1 AND NOT hidden.is_visible
                    AND hidden.id = CASE WHEN f.facet = 'category' THEN f.key::uuid END
                WHERE hidden.id IS NULL AND c.products > 0
                  AND c.missed IN (0, ($9->>f.facet)::bigint)
                GROUP BY f.facet, f.key, f.label, f.number
            )
            SELECT ARRAY(SELECT product_id FROM matches WHERE missed = 0
                         ORDER BY %5$s OFFSET $6 LIMIT $7),
                   sums.*,
                   (SELECT jsonb_agg(jsonb_build_array(
                        v.facet, v.key, v.label, v.number, v.products) ORDER BY v.facet, v.place)
                    FROM valued v WHERE v.place <= 100)
            FROM sums
        $search$, missed, scored, source, condition, sorted, no_price, few)
        INTO ids, matched, total, price_min, price_max, available, unavailable, facets
        USING tenant, asked_channel, asked_at, shelf, query, skipped, most, with_facets, bits;
        -- Only what finds nothing as whole words is taken for the beginning of some.
        EXIT WHEN matched > 0 OR phrase = '';
    END LOOP;
    RETURN NEXT;
END $$
"""

# Of each word: whether what is shown knows it (then it comes back itself), else words like it.
ALIKE = """
CREATE FUNCTION platform.search_alike(
    asked_channel uuid, asked_at timestamptz, hidden_too boolean, asked text[]
)
RETURNS TABLE (given text, word text, count bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET pg_trgm.similarity_threshold = 0.3
SET client_min_messages = 'warning'
AS $$
DECLARE
    tenant CONSTANT uuid := nullif(current_setting('app.tenant_id', true), '')::uuid;
    query tsquery;
BEGIN
    IF tenant IS NULL OR cardinality(asked) > 24 THEN
        RETURN;
    END IF;
    FOREACH given IN ARRAY asked LOOP
        query := platform.search_query(tenant, given, true);
        IF platform.search_finds(tenant, asked_channel, asked_at, hidden_too, query) THEN
            word := given;
            count := NULL;
            RETURN NEXT;
        ELSE
            RETURN QUERY
            SELECT given, w.word, w.count FROM search_word w
            WHERE w.tenant_id = tenant AND w.word % given
            ORDER BY similarity(w.word, given) DESC, w.count DESC, w.word LIMIT 20;
            -- Short words have too few trigrams to be alike.
            RETURN QUERY
            SELECT given, w.word, w.count FROM search_word w
            WHERE length(given) BETWEEN 3 AND 5
              AND w.tenant_id = tenant AND w.word >= left(given, 1)
              AND w.word < left(given, 1) || chr(1114111)
              AND length(w.word) BETWEEN length(given) - 1 AND length(given) + 1
            ORDER BY w.count DESC, w.word LIMIT 100;
        END IF;
    END LOOP;
END $$
"""

FINDS = """
CREATE FUNCTION platform.search_finds(
    tenant uuid, asked_channel uuid, asked_at timestamptz, hidden_too boolean, query tsquery
)
RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM search_document d
        JOIN listing l ON l.tenant_id = d.tenant_id AND l.product_id = d.product_id
        WHERE d.tenant_id = tenant AND l.tenant_id = tenant AND d.document @@ query
          AND l.channel_id = coalesce(asked_channel, (
              SELECT c.id FROM channel c WHERE c.tenant_id = tenant AND c.is_default))
          AND (hidden_too OR (l.shown_from <= asked_at AND l.shown_until > asked_at))
    )
$$
"""

# While typing: whole phrases to go on with, and the products, categories and brands that the phrase
# begins. One or two letters begin titles only, in the order of an index (without statistics a sort
# may look cheaper); of many products that a longer phrase finds, the best of 400 are shown.
SUGGEST = """
CREATE FUNCTION platform.search_suggest(
    asked_channel uuid, asked_at timestamptz, phrase text, most bigint
)
RETURNS TABLE (kind text, id uuid, title text, price_minor bigint, currency text, image_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET random_page_cost = 1.1 SET enable_sort = off
SET client_min_messages = 'warning'
AS $$
DECLARE
    tenant CONSTANT uuid := nullif(current_setting('app.tenant_id', true), '')::uuid;
    query CONSTANT tsquery := platform.search_query(tenant, phrase, true);
    before CONSTANT text := coalesce(substring(phrase FROM '^(.*\\s)'), '');
    last CONSTANT text := substr(phrase, length(before) + 1);
BEGIN
    IF tenant IS NULL OR phrase = '' OR most > 20 THEN
        RETURN;
    END IF;
    IF asked_channel IS NULL THEN
        SELECT c.id INTO asked_channel FROM channel c WHERE c.tenant_id = tenant AND c.is_default;
    END IF;
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
    RETURN QUERY
    SELECT 'category', c.id, c.title, NULL::bigint, NULL::text, NULL::uuid FROM category c
    WHERE c.tenant_id = tenant AND c.is_visible
      AND strpos(' ' || c.title_sort, ' ' || phrase) > 0
      AND (SELECT true FROM listing_shelf s
           WHERE s.tenant_id = tenant AND s.channel_id = asked_channel AND s.shelf_id = c.id
             AND s.shown_from <= asked_at AND s.shown_until > asked_at LIMIT 1)
    ORDER BY c.depth, c.title_sort, c.id LIMIT most;
    RETURN QUERY
    SELECT 'brand', b.id, b.title, NULL::bigint, NULL::text, NULL::uuid FROM brand b
    WHERE b.tenant_id = tenant AND strpos(' ' || b.title_sort, ' ' || phrase) > 0
      AND (SELECT true FROM listing_shelf s
           WHERE s.tenant_id = tenant AND s.channel_id = asked_channel AND s.shelf_id = b.id
             AND s.shown_from <= asked_at AND s.shown_until > asked_at LIMIT 1)
    ORDER BY b.title_sort, b.id LIMIT most;
    IF length(phrase) < 3 THEN
        RETURN QUERY
        SELECT 'product', p.id, p.title, l.price_min_minor, l.currency, l.image_id
        FROM (
            SELECT s.product_id, s.title_sort FROM listing_shelf s
            WHERE s.tenant_id = tenant AND s.channel_id = asked_channel
              AND s.shelf_id = asked_channel
              AND s.title_sort >= phrase AND s.title_sort < phrase || chr(1114111)
              AND s.shown_from <= asked_at AND s.shown_until > asked_at
            ORDER BY s.title_sort, s.product_id LIMIT most
        ) first
        JOIN listing l ON l.tenant_id = tenant AND l.product_id = first.product_id
            AND l.channel_id = asked_channel
        JOIN product p ON p.tenant_id = tenant AND p.id = first.product_id
        ORDER BY first.title_sort, first.product_id;
        RETURN;
    END IF;
    RETURN QUERY
    SELECT 'product', p.id, p.title, best.price_min_minor, best.currency, best.image_id
    FROM (
        SELECT near.*, row_number() OVER (
            ORDER BY near.is_available DESC, ts_rank(near.heading, query, 1) DESC,
                     near.title_sort, near.product_id) AS place
        FROM (
            SELECT l.product_id, l.is_available, l.title_sort, l.price_min_minor, l.currency,
                   l.image_id, d.heading
            FROM search_document d
            JOIN listing l ON l.tenant_id = d.tenant_id AND l.product_id = d.product_id
            WHERE d.tenant_id = tenant AND l.tenant_id = tenant AND l.channel_id = asked_channel
              AND d.document @@ query
              AND l.shown_from <= asked_at AND l.shown_until > asked_at
            LIMIT 400
        ) near
        ORDER BY place LIMIT most
    ) best
    JOIN product p ON p.tenant_id = tenant AND p.id = best.product_id
    ORDER BY best.place;
END $$
"""

PRIVATE = (
    "platform.search_query(uuid, text, boolean)",
    "platform.search_finds(uuid, uuid, timestamptz, boolean, tsquery)",
)
PUBLIC = (
    "platform.search_listing(uuid, timestamptz, boolean, text, uuid, jsonb, bigint, bigint,"
    " boolean, text, bigint, bigint, boolean)",
    "platform.search_alike(uuid, timestamptz, boolean, text[])",
    "platform.search_suggest(uuid, timestamptz, text, bigint)",
)


def upgrade() -> None:
    for extension in ("pg_trgm", "btree_gin"):
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    for function in (FOLD, CODE, FACET_CODE):
        op.execute(function)
    op.create_table(
        "facet",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("facet", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "code", name="pk_facet"),
    )
    op.create_index(
        "ix_facet_facet_number",
        "facet",
        ["tenant_id", "facet", "number"],
        unique=False,
    )
    op.create_table(
        "facet_numbering",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("given", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "channel_id"],
            ["channel.tenant_id", "channel.id"],
            name="fk_facet_numbering_tenant_id_channel_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "channel_id", name="pk_facet_numbering"),
    )
    op.create_table(
        "facet_bits",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("segment", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("bits", postgresql.BIT(length=8192), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "channel_id"],
            ["channel.tenant_id", "channel.id"],
            name="fk_facet_bits_tenant_id_channel_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "channel_id", "segment", "code", name="pk_facet_bits"),
    )
    op.create_table(
        "search_word",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "word", name="pk_search_word"),
    )
    op.create_index(
        "ix_search_word_word",
        "search_word",
        ["tenant_id", "word"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"word": "gin_trgm_ops"},
    )
    op.create_table(
        "listing",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("price_min_minor", sa.BigInteger(), nullable=True),
        sa.Column("price_max_minor", sa.BigInteger(), nullable=True),
        sa.Column("compare_at_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("is_discounted", sa.Boolean(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=True),
        sa.Column("image_id", sa.Uuid(), nullable=True),
        sa.Column("facets", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("ordinal", sa.BigInteger(), nullable=True),
        sa.Column("product_version", sa.BigInteger(), nullable=False),
        sa.Column("title_sort", sa.Text(), nullable=False),
        sa.Column("price_sort", sa.BigInteger(), nullable=False),
        sa.Column("newest_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("popularity", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("is_available", sa.Boolean(), nullable=False),
        sa.Column("shown_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown_until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('draft', 'active', 'archived')", name="ck_listing_status"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "channel_id"],
            ["channel.tenant_id", "channel.id"],
            name="fk_listing_tenant_id_channel_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "product_id"],
            ["product.tenant_id", "product.id"],
            name="fk_listing_tenant_id_product_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "product_id", "channel_id", name="pk_listing"),
    )
    op.create_table(
        "search_document",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("title_key", sa.Text(), nullable=False),
        sa.Column("heading", postgresql.TSVECTOR(), nullable=False),
        sa.Column("document", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "product_id"],
            ["product.tenant_id", "product.id"],
            name="fk_search_document_tenant_id_product_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "product_id", name="pk_search_document"),
    )
    op.create_index(
        "ix_search_document_document",
        "search_document",
        ["tenant_id", "document"],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"gin_pending_list_limit": 256},
    )
    op.create_table(
        "listing_shelf",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("shelf_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("title_sort", sa.Text(), nullable=False),
        sa.Column("price_sort", sa.BigInteger(), nullable=False),
        sa.Column("newest_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("popularity", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("is_available", sa.Boolean(), nullable=False),
        sa.Column("shown_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "product_id", "channel_id"],
            ["listing.tenant_id", "listing.product_id", "listing.channel_id"],
            name="fk_listing_shelf_listing",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "product_id", "channel_id", "shelf_id", name="pk_listing_shelf"
        ),
    )
    op.create_index(
        "ix_listing_shelf_channel_id_shelf_id_newest_at_product_id",
        "listing_shelf",
        ["tenant_id", "channel_id", "shelf_id", "newest_at", "product_id"],
        unique=False,
    )
    op.create_index(
        "ix_listing_shelf_channel_id_shelf_id_popularity_product_id",
        "listing_shelf",
        ["tenant_id", "channel_id", "shelf_id", "popularity", "product_id"],
        unique=False,
    )
    op.create_index(
        "ix_listing_shelf_channel_id_shelf_id_position_product_id",
        "listing_shelf",
        ["tenant_id", "channel_id", "shelf_id", "position", "product_id"],
        unique=False,
    )
    op.create_index(
        "ix_listing_shelf_channel_id_shelf_id_price_sort_product_id",
        "listing_shelf",
        ["tenant_id", "channel_id", "shelf_id", "price_sort", "product_id"],
        unique=False,
    )
    op.create_index(
        "ix_listing_shelf_channel_id_shelf_id_title_sort_product_id",
        "listing_shelf",
        ["tenant_id", "channel_id", "shelf_id", "title_sort", "product_id"],
        unique=False,
    )
    for table in TABLES:
        protect(table)
    for function in (QUERY, FINDS, SEARCH, ALIKE, SUGGEST):
        op.execute(function)
    for signature in PRIVATE:
        platform_function(signature, callers=PLATFORM)
    for signature in PUBLIC:
        platform_function(signature)


def downgrade() -> None:
    for signature in (*PUBLIC, *PRIVATE):
        op.execute(f"DROP FUNCTION {signature}")
    for table in reversed(TABLES):
        op.drop_table(table)
    for signature in ("facet_code(text, text)", "search_code(text)", "search_fold(text)"):
        op.execute(f"DROP FUNCTION {signature}")
    for extension in ("btree_gin", "pg_trgm"):
        op.execute(f"DROP EXTENSION IF EXISTS {extension}")
