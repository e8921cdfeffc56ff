"""Shipping, taxes and vouchers of the demo shop. Written once; a merchant's changes are left alone after that.

Prices are in cents. In the United States tax comes on top, in Korea and everywhere else prices contain it.
"""

from myclothes.catalog.seed import connect

_METHODS = {
    "standard": ("Standard", "일반 배송"),
    "express": ("Express", "특급 배송"),
}
# Country: price, free from, working days at least and at most.
_RATES: dict[str, dict[str, tuple[int, int | None, int, int]]] = {
    "standard": {"US": (500, 10_000, 3, 5), "KR": (300, 5_000, 1, 3), "*": (1_200, 20_000, 5, 10)},
    "express": {"US": (1_500, None, 1, 2), "KR": (800, None, 1, 1), "*": (3_500, None, 2, 4)},
}
# Country, region, rate in millionths, inside the price, on shipping too. States: their own rate, without counties'.
_TAXES = [
    ("KR", "", 100_000, True, True),
    ("US", "", 0, False, False),
    ("US", "CA", 72_500, False, False),
    ("US", "NY", 40_000, False, True),
    ("US", "TX", 62_500, False, True),
    ("US", "WA", 65_000, False, True),
    ("GB", "", 200_000, True, True),
    ("DE", "", 190_000, True, True),
    ("FR", "", 200_000, True, True),
    ("JP", "", 100_000, True, True),
    ("*", "", 0, True, False),
]
# Code, kind, value, minimum, uses left, uses a customer.
_VOUCHERS = [
    ("WELCOME10", "percentage", 1_000, 0, None, 1),
    ("FREESHIP", "free_shipping", 0, 5_000, None, None),
    ("TAKE20", "fixed", 2_000, 10_000, None, None),
    ("FIRST100", "percentage", 2_500, 0, 100, 1),
]


async def seed_checkout(dsn: str, schema: str = "public") -> bool:
    """Whether there was nothing yet, and it was written."""
    connection = await connect(dsn, schema)
    try:
        async with connection.transaction():
            await connection.execute("LOCK TABLE shipping_method IN SHARE ROW EXCLUSIVE MODE")
            if await connection.fetchval("SELECT EXISTS (SELECT FROM shipping_method)"):
                return False
            for position, (code, (english, korean)) in enumerate(_METHODS.items()):
                await connection.execute("INSERT INTO shipping_method (code, position) VALUES ($1, $2)", code, position)
                await connection.executemany(
                    "INSERT INTO shipping_method_text (method, language, name) VALUES ($1, $2, $3)",
                    [(code, "en", english), (code, "ko", korean)],
                )
                await connection.executemany(
                    "INSERT INTO shipping_rate (method, country, price, free_from, days_min, days_max)"
                    " VALUES ($1, $2, $3, $4, $5, $6)",
                    [(code, country, *rate) for country, rate in _RATES[code].items()],
                )
            await connection.executemany(
                "INSERT INTO tax_rule (country, region, rate, included, on_shipping) VALUES ($1, $2, $3, $4, $5)",
                _TAXES,
            )
            await connection.executemany(
                "INSERT INTO voucher (code, kind, value, minimum, uses_left, per_customer)"
                " VALUES ($1, $2, $3, $4, $5, $6)",
                _VOUCHERS,
            )
    finally:
        await connection.close(timeout=5)
    return True
