"""The cart in the cookie: sealed, small, and empty rather than wrong when somebody has been at it."""

import base64
import logging
from contextlib import suppress
from typing import Any

import pytest
from prometheus_client import REGISTRY

from myclothes.cart.model import EMPTY, MAX_QUANTITY, Add, Cart, CartFull, Line, SaveForLater, SetQuantity
from myclothes.cart.stores.cookie import MAX_TOKEN, CookieStore
from myclothes.cart.stores.cookie_code import Carried, decode, decode_count, encode
from myclothes.cart.stores.cookie_seal import VERSION, Refused, Seal, sealed_length
from myclothes.cart.stores.packed_cart import PackedCart
from myclothes.kernel.web.cookies import ShopCookies
from tests.cart.stands import LIFE, Clock, plain
from tests.cart.test_store_contract import COAT, TEE, cart_with, full_cart

OLD, NEW = "old secret " * 4, "new secret " * 4


def store_with(*keys: str, clock: Clock | None = None) -> CookieStore:
    return CookieStore(keys, seconds=LIFE, clock=clock or Clock())


def refusals(reason: str) -> float:
    return REGISTRY.get_sample_value("myclothes_cart_cookies_refused_total", {"reason": reason}) or 0.0


def test_any_changed_byte_makes_it_an_empty_cart_and_is_logged_and_counted(run: Any, caplog: Any) -> None:
    async def scenario() -> None:
        store = store_with(NEW)
        token = await cart_with(store, Add(TEE, 2, 4900), Add(COAT, 1, 19900))
        raw = bytearray(base64.b64decode(token[1:]))
        before = refusals("tampered") + refusals("unknown key")
        for place in range(len(raw)):
            raw[place] ^= 1
            changed = token[0] + base64.b64encode(raw).decode()
            assert await store.read(changed) == EMPTY
            raw[place] ^= 1
        assert refusals("tampered") + refusals("unknown key") == before + len(raw)
        assert plain(await store.read(token)) == [(TEE, 2, 4900, False), (COAT, 1, 19900, False)]

    with caplog.at_level(logging.WARNING):
        run(scenario())
    assert "A cart cookie was refused (tampered)" in caplog.text
    assert TEE not in caplog.text


@pytest.mark.parametrize("cut", [slice(0, -1), slice(0, 20), slice(1, None), slice(0, 0)])
def test_a_cut_cookie_is_an_empty_cart(run: Any, cut: slice) -> None:
    async def scenario() -> None:
        token = await cart_with(store_with(NEW), Add(TEE, 2, 4900))
        assert await store_with(NEW).read(token[cut]) == EMPTY

    run(scenario())


def test_another_version_is_not_guessed_at(run: Any) -> None:
    async def scenario() -> None:
        token = await cart_with(store_with(NEW), Add(TEE, 2, 4900))
        before = refusals("other version")
        assert await store_with(NEW).read("1" + token[1:]) == EMPTY
        assert refusals("other version") == before + 1

    run(scenario())


def test_nobody_can_read_what_is_in_it(run: Any) -> None:
    async def scenario() -> None:
        store = store_with(NEW)
        first, second = [await cart_with(store, Add(TEE, 2, 4900)) for _ in range(2)]
        assert first != second, "the same cart never looks the same"
        assert b"TEE" not in base64.b64decode(first[1:])

    run(scenario())


def test_keys_can_be_rotated_without_losing_a_cart(run: Any) -> None:
    async def scenario() -> None:
        before, during, after = store_with(OLD), store_with(NEW, OLD), store_with(NEW)
        token = await cart_with(before, Add(TEE, 2, 4900))
        assert (await during.read(token)).count == 2
        assert await after.read(token) == EMPTY
        token = await during.apply(token, Add(TEE, 1, 4900))
        assert (await after.read(token)).count == 3
        assert await before.read(token) == EMPTY

    run(scenario())


def test_its_end_is_inside_and_cannot_be_put_off(run: Any) -> None:
    async def scenario() -> None:
        clock = Clock()
        store = store_with(NEW, clock=clock)
        token = await cart_with(store, Add(TEE, 2, 4900))
        clock.now += LIFE - 1
        assert await store.count(token) == 2
        clock.now += 2
        assert await store.count(token) == 0
        assert await store.read(token) == EMPTY
        assert store.renewed(token) is None

    run(scenario())


def test_a_view_renews_it_only_now_and_then(run: Any) -> None:
    async def scenario() -> None:
        clock = Clock()
        store = store_with(NEW, clock=clock)
        token = await cart_with(store, Add(TEE, 2, 4900))
        clock.now += LIFE / 100
        assert store.renewed(token) is None
        clock.now += LIFE / 100
        renewed = store.renewed(token)
        clock.now += LIFE * 0.99
        assert await store.count(token) == 0
        assert await store.count(renewed) == 2

    run(scenario())


def test_the_fullest_cookie_stays_below_4096_bytes_in_all(run: Any) -> None:
    async def scenario() -> None:
        store = store_with(NEW)
        token, lines = await full_cart(store, "LONGERSTEM01-INDIGO-")
        for key in range(12):
            with suppress(CartFull):
                token = await store.apply(token, Add("LONGERSTEM01-INDIGO-000-WHITE-XL", 1, 4900, key=f"key {key}"))
        for sku in ("LONGERSTEM01-INDIGO-001-WHITE-XL", "LONGERSTEM01-INDIGO-002-WHITE-XL"):
            with suppress(CartFull):
                token = await store.apply(token, SetQuantity(sku, MAX_QUANTITY))
            token = await store.apply(token, SaveForLater(sku))
        with pytest.raises(CartFull, match="cookie"):
            await store.apply(token, Add("LONGERSTEM01-INDIGO-MORE-WHITE-XL", 1, 4900))
        cookie = ShopCookies.over(secure=True, cart_days=365, session_days=1).cart
        assert len(token) <= MAX_TOKEN
        assert (
            len(cookie.name) + 1 + len(token) + len("; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax; Secure") < 4096
        )
        assert len((await store.read(token)).lines) == lines

    run(scenario())


def test_what_is_packed_comes_out_the_same(run: Any) -> None:
    async def scenario() -> None:
        store = store_with(NEW)
        token = await cart_with(
            store, Add("AA-0", 1, 0), Add("Z9-Z-Z-Z-Z", MAX_QUANTITY, 10**12, key="k"), SaveForLater("AA-0")
        )
        content = Seal([NEW]).open(token)
        carried = decode(content)
        assert encode(carried) == content
        assert decode_count(content) == (carried.expires, MAX_QUANTITY)
        assert plain(carried.cart.unpacked()) == [("AA-0", 1, 0, True), ("Z9-Z-Z-Z-Z", MAX_QUANTITY, 10**12, False)]

    run(scenario())


def test_the_length_of_a_seal_is_known_beforehand() -> None:
    seal = Seal([NEW])
    for length in range(50):
        assert len(seal.seal(b"x" * length)) == sealed_length(length)
    with pytest.raises(Refused):
        seal.open(VERSION + "A" * 10)


def test_an_honest_seal_around_no_cart_is_an_empty_cart(run: Any) -> None:
    """As a version of ours that was withdrawn might have left it."""

    async def scenario() -> None:
        store = store_with(NEW)
        whole = encode(Carried(b"8 bytes.", 2_000_000_000, PackedCart.of(Cart((Line(TEE, 2, 4900, 1_800_000_000),)))))
        assert (await store.read(Seal([NEW]).seal(whole))).count == 2
        for content in (whole[:-1], whole[:4], whole[:9], b"\xff" * 30, whole + b"\x01\x02\x02\x03"):
            before = refusals("unreadable")
            assert await store.read(Seal([NEW]).seal(content)) == EMPTY
            assert refusals("unreadable") == before + 1
            assert await store.count(Seal([NEW]).seal(content[:8])) == 0

    run(scenario())
