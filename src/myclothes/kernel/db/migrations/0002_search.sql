-- One row for each product on sale, holding all that lists, filters and search ask about, so that none of them has
-- to join. `refresh_shelf` derives it; nothing else writes it. Stock is not in it: orders must not touch lists.

-- Overlapping pairs of Hangul syllables, with spaces left out, so that Korean is found in the middle of a word and
-- however it is spaced: "울 스웨터" gives "울스 스웨 웨터".
CREATE FUNCTION hangul_pairs(written text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(string_agg(substr(run, place, 2), ' '), '')
    FROM regexp_split_to_table(replace(written, ' ', ''), '[^가-힣]+') AS run,
         generate_series(1, length(run) - 1) AS place
$$;

-- Words as written, English stems of them, and pairs of syllables.
CREATE FUNCTION search_words(written text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_tsvector('pg_catalog.simple', written || ' ' || hangul_pairs(written))
        || to_tsvector('pg_catalog.english', written)
$$;

CREATE TABLE shelf (
    product_id bigint PRIMARY KEY REFERENCES product ON DELETE CASCADE,
    category_id integer NOT NULL,
    price integer NOT NULL,
    was integer,
    -- One number for each colour and size that exists together: colour_id * 256 + size_id.
    options integer[] NOT NULL,
    popularity integer NOT NULL,
    created_at timestamptz NOT NULL,
    name_en text NOT NULL,
    name_ko text NOT NULL,
    words tsvector NOT NULL
);

-- The words that names are made of, to guess what a mistyped word was meant to be. `letters` is the word with its
-- Hangul taken apart, so that one wrong vowel is one wrong letter.
CREATE TABLE search_word (
    word text PRIMARY KEY,
    letters text NOT NULL
);
CREATE INDEX search_word_letters ON search_word USING gin (letters public.gin_trgm_ops);

CREATE FUNCTION refresh_shelf(products bigint[]) RETURNS void LANGUAGE sql AS $$
    DELETE FROM shelf WHERE product_id = ANY (products);
    INSERT INTO shelf (product_id, category_id, price, was, options, popularity, created_at, name_en, name_ko, words)
    SELECT p.id, p.category_id, v.price, v.was, v.options, p.popularity, p.created_at, t.name_en, t.name_ko,
           setweight(search_words(t.names || ' ' || p.code), 'A')
        || setweight(search_words(c.names || ' ' || k.names), 'B')
        || setweight(search_words(t.rest), 'C')
    FROM product p
    CROSS JOIN LATERAL (
        SELECT min(coalesce(sale_price, price)) AS price,
               (array_agg(CASE WHEN sale_price IS NOT NULL THEN price END
                          ORDER BY coalesce(sale_price, price), price))[1] AS was,
               array_agg(colour_id * 256 + size_id ORDER BY colour_id, size_id) AS options,
               array_agg(DISTINCT colour_id) AS colours
        FROM variant WHERE product_id = p.id
    ) v
    CROSS JOIN LATERAL (
        SELECT string_agg(name, ' ') AS names,
               coalesce(min(name) FILTER (WHERE language = 'en'), min(name)) AS name_en,
               coalesce(min(name) FILTER (WHERE language = 'ko'), min(name)) AS name_ko,
               string_agg(summary || ' ' || material, ' ') AS rest
        FROM product_text WHERE product_id = p.id
    ) t
    CROSS JOIN LATERAL (
        WITH RECURSIVE up AS (
            SELECT id, parent_id FROM category WHERE id = p.category_id
            UNION ALL SELECT category.id, category.parent_id FROM category JOIN up ON category.id = up.parent_id
        )
        SELECT coalesce(string_agg(name, ' '), '') AS names FROM up JOIN category_text ON category_id = up.id
    ) c
    CROSS JOIN LATERAL (
        SELECT coalesce(string_agg(name, ' '), '') || ' ' || coalesce(string_agg(DISTINCT family, ' '), '') AS names
        FROM colour JOIN colour_text ON colour_id = id WHERE id = ANY (v.colours)
    ) k
    WHERE p.id = ANY (products) AND p.published AND v.price IS NOT NULL AND t.names IS NOT NULL;
    INSERT INTO search_word (word, letters)
    SELECT DISTINCT word, normalize(word, NFD)
    FROM unnest(products) AS wanted (id)
    JOIN product_text ON product_id = wanted.id,
         regexp_split_to_table(lower(name), '[^[:alnum:]]+') AS word
    WHERE length(word) > 1
    ON CONFLICT DO NOTHING;
$$;
