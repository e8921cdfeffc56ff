"""Find products by words: PostgreSQL's full text, pairs of syllables for Korean, and trigrams for mistyped words."""

import unicodedata
from typing import TYPE_CHECKING

from msgspec import Struct

from myclothes.catalog.bitmaps import of_members
from myclothes.catalog.words import Term, code_in, swapped, words_in

if TYPE_CHECKING:
    from myclothes.kernel.db.pools import Connection

_RANKED = 1_000
"""Up to so many matches are ranked one by one. Beyond, those with all words in their name come first."""


class Found(Struct, frozen=True):
    """Sets of products, as bitmaps in bytes; `ranked` has all of them in order when they are few."""

    products: bytes = b""
    titled: bytes = b""
    ranked: list[int] = []
    meant: str | None = None


async def find(connection: "Connection", typed: str) -> Found:
    """Products that have all words of `typed`; where there are none, those that have the words most like them."""
    code = code_in(typed)
    if code is not None:
        ids: list[int] = await connection.fetchval(_BY_CODE, code, code + "~")
        if ids:
            return _found(ids, ids, ids)
    words = words_in(typed)
    if not words:
        return Found()
    found = await _match(connection, [Term((word,)) for word in words])
    if found.products:
        return found
    terms = await _corrected(connection, words)
    if terms is None:
        return found
    return await _match(connection, terms, meant=" ".join(term.choices[0] for term in terms))


async def _match(connection: "Connection", terms: list[Term], meant: str | None = None) -> Found:
    # For each word: as it was typed or begun to be typed, or any English form of it.
    query = " && ".join(
        f"(to_tsquery('pg_catalog.simple', ${n}) || to_tsquery('pg_catalog.english', ${n}))"
        for n in range(1, len(terms) + 1)
    )
    row = await connection.fetchrow(_MATCH.format(query=query), *(term.tsquery() for term in terms))
    assert row is not None  # noqa: S101  (a SELECT without FROM has one row)
    return _found(row["products"], row["titled"], row["ranked"] or [], meant)


def _found(products: list[int], titled: list[int], ranked: list[int], meant: str | None = None) -> Found:
    return Found(_bytes(products), _bytes(titled), ranked, meant if products else None)


def _bytes(ids: list[int]) -> bytes:
    bits = of_members(ids)
    return bits.to_bytes((bits.bit_length() + 7) // 8, "little")


async def _corrected(connection: "Connection", words: list[str]) -> list[Term] | None:
    """Known words stay; an unknown one becomes the known words most like it. None if that changes nothing."""
    letters = [unicodedata.normalize("NFD", word) for word in words]
    rows = await connection.fetch(_CORRECT, words, letters, [" ".join(swapped(word)) for word in letters])
    terms = [
        Term((word,) if row["known"] or not row["alike"] else tuple(row["alike"]))
        for word, row in zip(words, rows, strict=True)
    ]
    return None if all(term.choices == (word,) for term, word in zip(terms, words, strict=True)) else terms


_BY_CODE = """
    SELECT array(SELECT DISTINCT product_id FROM variant WHERE sku >= $1 AND sku < $2 ORDER BY product_id LIMIT 1000)
"""
_MATCH = f"""
    WITH asked AS (SELECT {{query}} AS query),
    hit AS MATERIALIZED (SELECT product_id FROM search, asked WHERE words @@ query)
    SELECT array(SELECT product_id FROM hit) AS products,
           array(SELECT product_id FROM search, asked WHERE title @@ query) AS titled,
           CASE WHEN (SELECT count(*) FROM hit) <= {_RANKED} THEN array(
               SELECT product_id FROM hit JOIN search USING (product_id) JOIN shelf USING (product_id), asked
               ORDER BY ts_rank(words, query) DESC, popularity DESC, product_id
           ) END AS ranked
"""
_CORRECT = """
    SELECT EXISTS (
               SELECT FROM search_word WHERE word LIKE CASE WHEN typed ~ '[가-힣]' THEN '%' ELSE '' END || typed || '%'
           ) AS known,
           array(
               SELECT word FROM (
                   SELECT word, likeness, max(likeness) OVER () AS most
                   FROM (
                       SELECT word, similarity(letters, asked.letters) AS likeness
                       FROM search_word WHERE letters % asked.letters
                       UNION ALL
                       SELECT word, 1 FROM search_word WHERE letters = ANY (string_to_array(asked.swapped, ' '))
                   ) AS near
               ) AS near
               WHERE likeness > 0.9 * most ORDER BY likeness DESC, word LIMIT 3
           ) AS alike
    FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS asked (typed, letters, swapped, place)
    ORDER BY place
"""
