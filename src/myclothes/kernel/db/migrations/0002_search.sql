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

-- What lists show and filter by, one row a product, so that none of them has to join. `refresh_shelf` derives it; nothing
-- else writes it. Stock is not in it: orders must not touch lists. A row's version is the catalogue's at the time.
CREATE TABLE shelf (
    product_id integer PRIMARY KEY REFERENCES product ON DELETE CASCADE,
    version bigint NOT NULL,
    on_sale boolean NOT NULL,
    category_id integer NOT NULL,
    price integer NOT NULL,
    -- One number for each colour and size that exists together: colour_id * 256 + size_id.
    options integer[] NOT NULL,
    popularity integer NOT NULL,
    created_at timestamptz NOT NULL,
    name_en text NOT NULL,
    name_ko text NOT NULL
);
CREATE INDEX shelf_version ON shelf (version);
CREATE INDEX shelf_name_en ON shelf (name_en, product_id);
CREATE INDEX shelf_name_ko ON shelf (name_ko, product_id);

-- The words of a product: `title` its name and code, `words` all that it can be found by, weighted.
CREATE TABLE search (
    product_id integer PRIMARY KEY REFERENCES product ON DELETE CASCADE,
    title tsvector NOT NULL,
    words tsvector NOT NULL
) WITH (toast_tuple_target = 128);
-- Apart from the row: a search that matches much of the catalogue then reads few pages, since only ranking opens it.
ALTER TABLE search ALTER COLUMN words SET STORAGE EXTERNAL, ALTER COLUMN title SET STORAGE PLAIN;
CREATE INDEX search_title ON search USING gin (title);
CREATE INDEX search_words ON search USING gin (words);

-- The words that names and materials are made of, to guess what a mistyped word was meant to be. `letters` is the word with its
-- Hangul taken apart, so that one wrong vowel is one wrong letter.
CREATE TABLE search_word (
    word text PRIMARY KEY,
    letters text NOT NULL
);
CREATE INDEX search_word_letters ON search_word (letters);
CREATE INDEX search_word_likeness ON search_word USING gin (letters public.gin_trgm_ops);

-- Derive everything above for these products, and give the catalogue its next version, which is returned.
-- Call it last in a transaction: it takes the catalogue's row, behind which all other changes wait.
CREATE FUNCTION refresh_shelf(products integer[]) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    now_at bigint;
BEGIN
    UPDATE catalogue SET version = version RETURNING version INTO now_at;

    INSERT INTO shelf AS s
        (product_id, version, on_sale, category_id, price, options, popularity, created_at, name_en, name_ko)
    SELECT p.id, now_at, p.published AND v.price IS NOT NULL, p.category_id, coalesce(v.price, 0),
           coalesce(v.options, '{}'), p.popularity, p.created_at, coalesce(t.en, t.ko, ''), coalesce(t.ko, t.en, '')
    FROM product p
    CROSS JOIN LATERAL (
        SELECT min(coalesce(sale_price, price)) AS price,
               array_agg(colour_id * 256 + size_id ORDER BY colour_id, size_id) AS options
        FROM variant WHERE product_id = p.id
    ) v
    CROSS JOIN LATERAL (
        SELECT min(name) FILTER (WHERE language = 'en') AS en, min(name) FILTER (WHERE language = 'ko') AS ko
        FROM product_text WHERE product_id = p.id
    ) t
    WHERE p.id = ANY (products)
    ON CONFLICT (product_id) DO UPDATE SET
        version = excluded.version, on_sale = excluded.on_sale, category_id = excluded.category_id,
        price = excluded.price, options = excluded.options, popularity = excluded.popularity,
        created_at = excluded.created_at, name_en = excluded.name_en, name_ko = excluded.name_ko;
    RETURN now_at;
END $$;

-- Derive the words of these products; needed when texts, colours or the category changed.
CREATE FUNCTION refresh_search(products integer[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO search (product_id, title, words)
    WITH RECURSIVE up AS (
        SELECT id AS leaf, id, parent_id FROM category
        UNION ALL SELECT leaf, category.id, category.parent_id FROM category JOIN up ON category.id = up.parent_id
    ), category_words AS MATERIALIZED (
        SELECT leaf, setweight(search_words(string_agg(name, ' . ')), 'B') AS words
        FROM up JOIN category_text ON category_id = up.id GROUP BY leaf
    ), colour_words AS MATERIALIZED (
        SELECT id, string_agg(name, ' . ') || ' . ' || family AS names
        FROM colour JOIN colour_text ON colour_id = id GROUP BY id
    ), titled AS MATERIALIZED (
        SELECT p.id, p.category_id, setweight(search_words(string_agg(t.name, ' . ') || ' ' || p.code), 'A') AS title,
               string_agg(t.summary || ' . ' || t.material, ' . ') AS rest
        FROM product p JOIN product_text t ON t.product_id = p.id WHERE p.id = ANY (products) GROUP BY p.id
    )
    SELECT titled.id, titled.title,
           titled.title || coalesce(category_words.words, '')
           || setweight(search_words(coalesce(worn.names, '')), 'B') || setweight(search_words(titled.rest), 'C')
    FROM titled
    LEFT JOIN category_words ON category_words.leaf = titled.category_id
    CROSS JOIN LATERAL (
        SELECT string_agg(names, ' . ') AS names FROM colour_words
        WHERE id IN (SELECT colour_id FROM variant WHERE product_id = titled.id)
    ) worn
    ON CONFLICT (product_id) DO UPDATE SET title = excluded.title, words = excluded.words;

    INSERT INTO search_word (word, letters)
    SELECT DISTINCT word, normalize(word, NFD)
    FROM (
        SELECT name FROM product_text WHERE product_id = ANY (products)
        UNION ALL SELECT material FROM product_text WHERE product_id = ANY (products)
        UNION ALL SELECT name FROM category_text
        UNION ALL SELECT name FROM colour_text
        UNION ALL SELECT family FROM colour
    ) named, regexp_split_to_table(lower(name), '[^[:alnum:]]+') AS word
    WHERE length(word) > 1 AND word !~ '[0-9]'
    ON CONFLICT DO NOTHING;
END $$;
