"""What every store promises, held against all five. Where one is excepted, its own facts must say so."""

import asyncio
from typing import Any

import pytest

from myclothes.cart.model import (
    EMPTY,
    MAX_LINES,
    MAX_QUANTITY,
    AcceptPrice,
    Add,
    Cart,
    CartFull,
    Change,
    Clear,
    Line,
    MoveToCart,
    NotInCart,
    Remove,
    SaveForLater,
    SetQuantity,
)
from myclothes.cart.store import CartStore, new_token
from myclothes.cart.stores.dynamodb import DynamoDbStore
from myclothes.kernel.cache.client import Valkey
from myclothes.kernel.errors import Invalid
from tests.cart.stands import DAY, LIFE, Stand, plain

TEE, KNIT, COAT = "TEE01-INK-M", "KNIT02-MOSS-L", "COAT03-SAND-S"


async def cart_with(store: CartStore, *changes: Change) -> str:
    token: str | None = None
    for change in changes:
        token = await store.apply(token, change)
    assert token is not None
    return token


def test_a_cart_tells_what_was_put_into_it_in_that_order(stand: Stand, run: Any) -> None:
    async def scenario() -> None:
        token = await cart_with(
            stand.store, Add(TEE, 3, 4900), Add(COAT, 1, 19900), Add(KNIT, 2, 8900), Add(TEE, 1, 5100)
        )
        for instance in stand.instances:
            cart = await instance.read(token)
            assert plain(cart) == [(TEE, 4, 4900, False), (COAT, 1, 19900, False), (KNIT, 2, 8900, False)]
            assert await instance.count(token) == cart.count == 7
            assert all(1_700_000_000 < line.added_at < 3_000_000_000 for line in cart.lines)

    run(scenario())


def test_quantities_are_set_and_lines_removed(stand: Stand, run: Any) -> None:
    async def scenario() -> None:
        token = await cart_with(
            stand.store, Add(TEE, 3, 4900), Add(COAT, 1, 19900), SetQuantity(TEE, 7), Remove(COAT), Remove(COAT)
        )
        assert plain(await stand.store.read(token)) == [(TEE, 7, 4900, False)]
        assert await stand.store.count(token) == 7

    run(scenario())


def test_a_line_saved_for_later_is_not_counted_until_it_comes_back(stand: Stand, run: Any) -> None:
    async def scenario() -> None:
        token = await cart_with(
            stand.store, Add(TEE, 3, 4900), Add(COAT, 2, 19900), SaveForLater(TEE), SaveForLater(TEE)
        )
        assert plain(await stand.store.read(token)) == [(TEE, 3, 4900, True), (COAT, 2, 19900, False)]
        assert await stand.store.count(token) == 2
        token = await stand.store.apply(token, SetQuantity(TEE, 4))
        assert await stand.store.count(token) == 2
        token = await stand.store.apply(token, MoveToCart(TEE))
        assert await stand.store.count(token) == 6
        token = await stand.store.apply(token, SaveForLater(TEE))
        token = await stand.store.apply(token, Add(TEE, 1, 4900))
        assert plain(await stand.store.read(token)) == [(TEE, 5, 4900, False), (COAT, 2, 19900, False)]
        assert await stand.store.count(token) == 7

    run(scenario())


def test_a_new_price_is_taken_note_of(stand: Stand, run: Any) -> None:
    async def scenario() -> None:
        token = await cart_with(stand.store, Add(TEE, 3, 4900), AcceptPrice(TEE, 5100))
        assert plain(await stand.store.read(token)) == [(TEE, 3, 5100, False)]

    run(scenario())


@pytest.mark.parametrize("change", [SetQuantity(COAT, 2), SaveForLater(COAT), MoveToCart(COAT), AcceptPrice(COAT, 1)])
def test_a_change_of_what_is_not_there_says_so(stand: Stand, run: Any, change: Change) -> None:
    async def scenario() -> None:
        token = await cart_with(stand.store, Add(TEE, 3, 4900))
        for absent in (token, None, new_token()):
            with pytest.raises(NotInCart):
                await stand.store.apply(absent, change)
        assert plain(await stand.store.read(token)) == [(TEE, 3, 4900, False)]

    run(scenario())


def test_an_emptied_cart_keeps_its_token(server_side: Stand, run: Any) -> None:
    async def scenario() -> None:
        token = await cart_with(server_side.store, Add(TEE, 3, 4900), Add(COAT, 1, 1), SaveForLater(COAT))
        for emptying in ((Clear(),), (Add(TEE, 1, 1), Remove(TEE))):
            for change in emptying:
                assert await server_side.store.apply(token, change) == token
            assert await server_side.store.read(token) == EMPTY
            assert await server_side.store.count(token) == 0
        assert await server_side.store.apply(token, Add(KNIT, 1, 1)) == token

    run(scenario())


def test_a_hundred_adds_at_once_all_count(stand: Stand, run: Any) -> None:
    async def scenario() -> None:
        token = await cart_with(stand.store, Add(COAT, 1, 19900))
        await add_at_once(stand, token, [Add(TEE, 1, 4900)] * 100)

    if stand.store.facts.exact:
        run(scenario())
    else:
        assert stand.name == "cookie"


def test_a_hundred_first_adds_at_once_make_one_line(server_side: Stand, run: Any) -> None:
    async def scenario() -> None:
        token = await cart_with(server_side.store, Add(COAT, 1, 19900), Clear())
        await add_at_once(server_side, token, [Add(TEE, 1, 4900)] * 100)

    run(scenario())


def test_adds_of_many_pieces_at_once_are_all_there(server_side: Stand, run: Any) -> None:
    async def scenario() -> None:
        token = await cart_with(server_side.store, Add(COAT, 1, 19900))
        await add_at_once(server_side, token, [Add(f"TEE{n % 15:02}-INK-M", 1 + n % 3, 4900) for n in range(60)])

    run(scenario())


async def add_at_once(stand: Stand, token: str, adds: list[Add]) -> None:
    """All `adds` by all instances at the same time, and then the check that each of them counts exactly once."""
    before = {line.sku: line.quantity for line in (await stand.store.read(token)).lines}
    answers = await asyncio.gather(*(stand.instance(n).apply(token, add) for n, add in enumerate(adds)))
    assert set(answers) == {token}
    for add in adds:
        before[add.sku] = before.get(add.sku, 0) + add.quantity
    cart = await stand.store.read(token)
    assert {line.sku: line.quantity for line in cart.lines} == before
    assert len(cart.lines) == len(before)
    assert await stand.store.count(token) == sum(before.values())


class ReadsAndWritesBack:
    """The mistake that stores are not to make, to show that the checks above would find it."""

    facts: Any = None

    def __init__(self, valkey: Valkey, key: str) -> None:
        self._valkey = valkey
        self._key = key

    async def apply(self, token: str, change: Add) -> str:
        count = int(await self._valkey.execute("GET", self._key) or 0)
        await self._valkey.execute("SET", self._key, count + change.quantity)
        return token

    async def read(self, token: str) -> int:
        return int(await self._valkey.execute("GET", self._key) or 0)


def test_a_store_that_reads_a_cart_to_write_it_back_would_not_pass(durable_valkey: Any, prefix: str, run: Any) -> None:
    async def scenario() -> None:
        valkey = Valkey(durable_valkey.url)
        naive = ReadsAndWritesBack(valkey, prefix + "naive")
        await asyncio.gather(*(naive.apply("t", Add(TEE, 1, 4900)) for _ in range(100)))
        assert await naive.read("t") < 100
        await valkey.close()

    run(scenario())


def test_two_cookies_changed_at_once_each_hold_their_own_change(cookie_stand: Stand, run: Any) -> None:
    """The declared exception: both answers start from the same cookie, and the browser keeps one of them."""

    async def scenario() -> None:
        token = await cart_with(cookie_stand.store, Add(COAT, 1, 19900))
        answers = await asyncio.gather(*(cookie_stand.instance(n).apply(token, Add(TEE, 1, 4900)) for n in range(100)))
        assert not cookie_stand.store.facts.exact
        for answer in answers:
            assert await cookie_stand.store.count(answer) == 2

    run(scenario())


def test_carts_never_mix(stand: Stand, run: Any) -> None:
    async def scenario() -> None:
        skus = [f"TEE{n:02}-INK-M" for n in range(12)]
        tokens = await asyncio.gather(*(stand.instance(n).apply(None, Add(s, n + 1, 100)) for n, s in enumerate(skus)))
        assert len(set(tokens)) == len(tokens)
        for n, (token, sku) in enumerate(zip(tokens, skus, strict=True)):
            assert plain(await stand.instance(n + 1).read(token)) == [(sku, n + 1, 100, False)]

    run(scenario())


def test_limits_refuse_and_change_nothing(stand: Stand, run: Any) -> None:
    async def scenario() -> None:
        token = await cart_with(stand.store, Add(TEE, MAX_QUANTITY - 1, 4900))
        with pytest.raises(CartFull):
            await stand.store.apply(token, Add(TEE, 2, 4900))
        token = await stand.store.apply(token, Add(TEE, 1, 4900))
        with pytest.raises(CartFull):
            await stand.store.apply(token, Add(TEE, 1, 4900))
        assert plain(await stand.store.read(token)) == [(TEE, MAX_QUANTITY, 4900, False)]

        token, lines = await full_cart(stand.store)
        with pytest.raises(CartFull):
            await stand.store.apply(token, Add(COAT, 1, 4900))
        assert len((await stand.store.read(token)).lines) == lines
        token = await stand.store.apply(token, Add("SHIRT000-WHITE-XL", 1, 4900))
        assert await stand.store.count(token) == lines + 1
        token = await stand.store.apply(token, Remove("SHIRT001-WHITE-XL"))
        assert await stand.store.apply(token, Add("SHIRT999-WHITE-XL", 1, 4900))

    run(scenario())


async def full_cart(store: CartStore, stem: str = "SHIRT") -> tuple[str, int]:
    """As many lines as go in: MAX_LINES, or what a cookie can hold."""
    adds = [Add(f"{stem}{n:03}-WHITE-XL", 1, 4900) for n in range(MAX_LINES)]
    if isinstance(store, DynamoDbStore):  # the stand-in is slow, so all but the last in one go
        lines = tuple(Line(add.sku, add.quantity, add.seen_price, 1_800_000_000) for add in adds[:-1])
        return await store.apply(await store._create(Cart(lines)), adds[-1]), len(adds)
    token = await store.apply(None, adds[0])
    if store.facts.exact:
        await asyncio.gather(*(store.apply(token, add) for add in adds[1:]))
        return token, len(adds)
    for count, add in enumerate(adds[1:], start=1):
        try:
            token = await store.apply(token, add)
        except CartFull:
            assert count > 100
            return token, count
    return token, len(adds)


@pytest.mark.parametrize(
    "token", ["", "x", "..", "a" * 42, "a" * 43, "é" * 43, "a" * 42 + "\n", "\0" * 43, "2" + "a" * 80, "b" * 5000]
)
def test_what_is_no_token_of_ours_is_an_empty_cart_and_never_becomes_one(stand: Stand, run: Any, token: str) -> None:
    async def scenario() -> None:
        assert await stand.store.read(token) == EMPTY
        assert await stand.store.count(token) == 0
        for change in (Remove(TEE), Clear()):
            assert await stand.store.apply(token, change) != token
        new = await stand.store.apply(token, Add(TEE, 1, 4900))
        assert new != token
        assert await stand.store.read(token) == EMPTY
        assert plain(await stand.store.read(new)) == [(TEE, 1, 4900, False)]

    run(scenario())


def test_a_cart_that_nobody_touches_is_gone_after_its_time_and_not_before(stand: Stand, run: Any) -> None:
    async def scenario() -> None:
        token = await cart_with(stand.store, Add(TEE, 1, 4900))
        await stand.age(LIFE - 60)
        assert await stand.store.count(token) == 1
        stale = await cart_with(stand.store, Add(TEE, 1, 4900))
        await stand.age(LIFE * 1.03)
        assert await stand.store.count(stale) == 0
        assert await stand.store.read(stale) == EMPTY
        with pytest.raises(NotInCart):
            await stand.store.apply(stale, SetQuantity(TEE, 3))
        fresh = await stand.store.apply(stale, Add(TEE, 2, 4900))
        assert fresh != stale
        assert await stand.store.count(fresh) == 2
        assert await stand.store.read(stale) == EMPTY

    run(scenario())


def test_using_a_cart_prolongs_its_life(stand: Stand, run: Any) -> None:
    async def scenario() -> None:
        changed = viewed = await cart_with(stand.store, Add(TEE, 1, 4900))
        counted = await cart_with(stand.store, Add(TEE, 1, 4900))
        for _ in range(3):
            await stand.age(LIFE * 0.6)
            changed = await stand.store.apply(changed, SetQuantity(TEE, 2))
            assert await stand.store.count(changed) == 2
        viewed = changed
        for _ in range(3):
            await stand.age(LIFE * 0.6)
            assert (await stand.store.read(viewed)).count == 2
            viewed = stand.store.renewed(viewed) or viewed
        if "count" in stand.store.facts.expiry:
            counted = await cart_with(stand.store, Add(TEE, 1, 4900))
            for _ in range(3):
                await stand.age(LIFE * 0.6)
                assert await stand.store.count(counted) == 1

    run(scenario())


def test_the_same_key_adds_once(stand: Stand, run: Any) -> None:
    async def scenario() -> None:
        token = await cart_with(stand.store, Add(COAT, 1, 19900))
        token = await stand.store.apply(token, Add(TEE, 2, 4900, key="k 1"))
        for instance in stand.instances:
            assert await instance.apply(token, Add(TEE, 2, 5100, key="k 1")) == token
        token = await stand.store.apply(token, Add(TEE, 2, 4900, key="k 2"))
        assert plain(await stand.store.read(token)) == [(COAT, 1, 19900, False), (TEE, 4, 4900, False)]
        other = await stand.store.apply(None, Add(TEE, 2, 4900, key="k 1"))
        assert await stand.store.count(other) == 2

    run(scenario())


def test_the_first_add_of_a_cart_can_carry_a_key(stand: Stand, run: Any) -> None:
    async def scenario() -> None:
        token = await stand.store.apply(None, Add(TEE, 2, 4900, key="first"))
        assert await stand.store.apply(token, Add(TEE, 2, 4900, key="first")) == token
        assert await stand.store.count(token) == 2

    run(scenario())


def test_the_same_key_at_once_adds_once(server_side: Stand, run: Any) -> None:
    async def scenario() -> None:
        token = await cart_with(server_side.store, Add(COAT, 1, 19900))
        add = Add(TEE, 2, 4900, key="pressed twice")
        await asyncio.gather(*(server_side.instance(n).apply(token, add) for n in range(20)))
        assert await server_side.store.count(token) == 3

    run(scenario())


def test_the_same_key_for_something_else_is_refused(stand: Stand, run: Any) -> None:
    async def scenario() -> None:
        token = await cart_with(stand.store, Add(TEE, 2, 4900, key="k"))
        for other in (Add(TEE, 3, 4900, key="k"), Add(COAT, 2, 4900, key="k")):
            with pytest.raises(Invalid) as refused:
                await stand.store.apply(token, other)
            assert "Idempotency-Key" in refused.value.fields
        assert plain(await stand.store.read(token)) == [(TEE, 2, 4900, False)]

    run(scenario())


def test_a_refused_add_does_not_use_up_its_key(stand: Stand, run: Any) -> None:
    async def scenario() -> None:
        token = await cart_with(stand.store, Add(TEE, MAX_QUANTITY, 4900))
        with pytest.raises(CartFull):
            await stand.store.apply(token, Add(TEE, 2, 4900, key="k"))
        token = await stand.store.apply(token, SetQuantity(TEE, 1))
        token = await stand.store.apply(token, Add(TEE, 2, 4900, key="k"))
        assert await stand.store.count(token) == 3

    run(scenario())


def test_a_key_is_good_for_a_day_and_then_free_again(stand: Stand, run: Any) -> None:
    async def scenario() -> None:
        add = Add(TEE, 2, 4900, key="daily")
        token = await cart_with(stand.store, add)
        await stand.age(DAY - 60)
        token = await stand.store.apply(token, add)
        assert await stand.store.count(token) == 2
        await stand.age(2 * DAY + 60)
        token = await stand.store.apply(token, add)
        assert await stand.store.count(token) == 4
        token = await stand.store.apply(token, add)
        assert await stand.store.count(token) == 4

    run(scenario())
