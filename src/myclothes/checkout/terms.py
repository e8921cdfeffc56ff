"""What holds for a delivery: ways to ship, tax and voucher, in one statement. Vouchers themselves: `vouchers.py`."""

from collections.abc import Sequence

import msgspec

from myclothes.checkout.model import Method, TaxRule, Terms, Voucher
from myclothes.kernel.db.pools import Connection

# A country's own row comes before that of all others ('*'), a region's before its country's.
_TERMS = """
    SELECT json_build_object(
        'methods', (
            SELECT coalesce(json_agg(json_build_object(
                'code', m.code, 'name', coalesce(t.name, m.code), 'price', r.price, 'free_from', r.free_from,
                'days_min', r.days_min, 'days_max', r.days_max) ORDER BY m.position, m.code), '[]')
            FROM shipping_method m
            CROSS JOIN LATERAL (
                SELECT * FROM shipping_rate WHERE method = m.code AND country IN ($1, '*') ORDER BY country = '*' LIMIT 1
            ) r
            LEFT JOIN LATERAL (
                SELECT name FROM shipping_method_text WHERE method = m.code
                ORDER BY language = $3 DESC, language = 'en' DESC LIMIT 1
            ) t ON true
        ),
        'tax', (
            SELECT json_build_object('rate', rate, 'included', included, 'on_shipping', on_shipping) FROM tax_rule
            WHERE (country = $1 AND region IN (upper($2), '')) OR (country = '*' AND region = '')
            ORDER BY country = '*', region = '' LIMIT 1
        ),
        'voucher', (
            SELECT json_build_object('code', code, 'kind', kind, 'value', value, 'minimum', minimum, 'refusal', CASE
                WHEN starts_at > now() THEN 'early'
                WHEN ends_at <= now() THEN 'late'
                WHEN uses_left = 0 THEN 'used_up'
                WHEN EXISTS (SELECT FROM voucher_customer c
                             WHERE c.code = voucher.code AND customer = ANY ($5) AND used >= per_customer) THEN 'used'
                ELSE '' END)
            FROM voucher WHERE code = $4
        )
    )::text
"""
NO_TAX = TaxRule(0, True, False)


class _Found(msgspec.Struct):
    methods: list[Method]
    tax: TaxRule | None
    voucher: Voucher | None


_found = msgspec.json.Decoder(_Found)


async def terms(
    conn: Connection, country: str, region: str, language: str, voucher: str, customers: Sequence[bytes]
) -> Terms:
    """For a delivery to `country` (ISO 3166). `voucher` is as it was typed, "" for none. Nothing is locked."""
    code = voucher.strip().upper()
    found = _found.decode(await conn.fetchval(_TERMS, country, region, language, code, list(customers)))
    known = found.voucher or (Voucher(code[:40], "", 0, 0, "unknown") if code else None)
    return Terms(found.methods, found.tax or NO_TAX, known)
