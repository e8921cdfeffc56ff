"""Two carts become one: nothing is lost, nothing comes twice, whatever happens on the way."""

import asyncio
from typing import Any

import pytest

from myclothes.cart.merge import MAX_MERGED_LINES, Taken, merged
from myclothes.cart.model import MAX_QUANTITY, Add, Cart, CartFull, Clear, Line, SaveForLater
from myclothes.cart.store import MergedLine, new_token
from myclothes.cart.stores.cookie import MAX_TOKEN
from myclothes.cart.stores.outcome import Outcome
from myclothes.cart.stores.valkey_merge import ValkeyMerge
from myclothes.kernel.cache.client import Valkey
from myclothes.kernel.errors import Unavailable
from tests.cart.stands import Stand, plain
from tests.cart.test_store_contract import COAT, KNIT, TEE, cart_with, full_cart


def test_every_line_is_kept_and_told_about(stand: Stand, run: Any) -> None:
    async def scenario() -> None:
        store = stand.store
        guest = await cart_with(store, Add(TEE, 2, 4900), Add(COAT, 998, 19900), Add(KNIT, 1, 8900), SaveForLater(KNIT))
        account = await cart_with(store, Add(COAT, 3, 18900), Add(TEE, 4, 5100))
        result = await store.merge(guest, account)
        assert plain(await store.read(result.token)) == [
            (COAT, MAX_QUANTITY, 18900, False),
            (TEE, 6, 5100, False),
            (KNIT, 1, 8900, True),
        ]
        assert await store.count(result.token) == MAX_QUANTITY + 6
        assert result.changes == (
            MergedLine(TEE, "summed", 6),
            MergedLine(COAT, "capped", MAX_QUANTITY, left_out=2),
            MergedLine(KNIT, "moved", 1),
        )
        assert await store.read(result.source) == Cart()
        assert await store.count(result.source) == 0
        if stand.name != "cookie":
            assert result.token == account
            assert result.source == guest

    run(scenario())


def test_a_line_is_saved_only_if_both_were(stand: Stand, run: Any) -> None:
    async def scenario() -> None:
        store = stand.store
        guest = await cart_with(
            store, Add(TEE, 2, 1), SaveForLater(TEE), Add(COAT, 1, 1), Add(KNIT, 1, 1), SaveForLater(KNIT)
        )
        account = await cart_with(
            store, Add(TEE, 1, 1), Add(COAT, 1, 1), SaveForLater(COAT), Add(KNIT, 1, 1), SaveForLater(KNIT)
        )
        result = await store.merge(guest, account)
        assert plain(await store.read(result.token)) == [(TEE, 3, 1, False), (COAT, 2, 1, False), (KNIT, 2, 1, True)]
        assert await store.count(result.token) == 5

    run(scenario())


def test_without_a_target_there_is_a_new_cart_under_a_new_token(stand: Stand, run: Any) -> None:
    async def scenario() -> None:
        for nothing in (None, "nonsense", new_token()):
            guest = await cart_with(stand.store, Add(TEE, 2, 4900))
            result = await stand.store.merge(guest, nothing)
            assert result.token not in (guest, nothing)
            assert plain(await stand.store.read(result.token)) == [(TEE, 2, 4900, False)]
            assert await stand.store.count(result.source) == 0

    run(scenario())


def test_without_a_source_the_target_stays_as_it_is(stand: Stand, run: Any) -> None:
    async def scenario() -> None:
        account = await cart_with(stand.store, Add(TEE, 2, 4900))
        emptied = await cart_with(stand.store, Add(TEE, 2, 4900), Clear())
        for nothing in (None, "nonsense", new_token(), emptied, account):
            result = await stand.store.merge(nothing, account)
            assert result.changes == ()
            assert plain(await stand.store.read(result.token)) == [(TEE, 2, 4900, False)]
        assert await stand.store.count((await stand.store.merge(None, None)).token) == 0

    run(scenario())


def test_a_repeated_merge_adds_nothing(stand: Stand, run: Any) -> None:
    async def scenario() -> None:
        guest = await cart_with(stand.store, Add(TEE, 2, 4900))
        account = await cart_with(stand.store, Add(TEE, 1, 4900))
        result = await stand.store.merge(guest, account)
        result = await stand.store.merge(guest, result.token)
        result = await stand.store.merge(result.source, result.token)
        assert plain(await stand.store.read(result.token)) == [(TEE, 3, 4900, False)]

    run(scenario())


def test_a_source_that_is_used_again_can_be_merged_again(server_side: Stand, run: Any) -> None:
    async def scenario() -> None:
        store = server_side.store
        guest = await cart_with(store, Add(TEE, 2, 4900))
        account = await cart_with(store, Add(TEE, 1, 4900))
        await store.merge(guest, account)
        assert await store.apply(guest, Add(TEE, 2, 4900)) == guest
        await store.merge(guest, account)
        assert await store.count(account) == 5
        assert await store.count(guest) == 0

    run(scenario())


def test_merges_at_the_same_time_add_once(server_side: Stand, run: Any) -> None:
    async def scenario() -> None:
        guest = await cart_with(server_side.store, Add(TEE, 2, 4900), Add(COAT, 1, 19900))
        account = await cart_with(server_side.store, Add(TEE, 1, 4900))
        await asyncio.gather(*(server_side.instance(n).merge(guest, account) for n in range(6)))
        assert plain(await server_side.store.read(account)) == [(TEE, 3, 4900, False), (COAT, 1, 19900, False)]
        assert await server_side.store.count(guest) == 0

    run(scenario())


def test_a_merge_that_another_overtakes_adds_nothing(valkey_stand: Stand, run: Any, monkeypatch: Any) -> None:
    """The late one has read both carts between the other's two steps, and asks for its notes when these are cleared."""
    release, execute = ValkeyMerge._release, Valkey.execute
    late: list[asyncio.Task[Any]] = []
    waiting, overtaken = asyncio.Event(), asyncio.Event()

    async def begin_the_late_one_first(merge: ValkeyMerge, *arguments: Any) -> Outcome:
        if not late:
            late.append(asyncio.create_task(valkey_stand.instance(1).merge(*carts)))
            await waiting.wait()
        return await release(merge, *arguments)

    async def wait_before_the_notes(valkey: Valkey, *words: Any, **how: Any) -> Any:
        if asyncio.current_task() in late and words[0] == "HGETALL" and "}:" in words[1]:
            waiting.set()
            await overtaken.wait()
        return await execute(valkey, *words, **how)

    carts: list[str] = []

    async def scenario() -> None:
        store = valkey_stand.store
        carts.extend([await cart_with(store, Add(TEE, 2, 4900)), await cart_with(store, Add(TEE, 1, 4900))])
        monkeypatch.setattr(ValkeyMerge, "_release", begin_the_late_one_first)
        monkeypatch.setattr(Valkey, "execute", wait_before_the_notes)
        await store.merge(*carts)
        overtaken.set()
        await late[0]
        assert [await store.count(token) for token in carts] == [0, 3]

    run(scenario())


def test_adds_during_a_merge_are_in_one_of_the_two_carts(server_side: Stand, run: Any) -> None:
    async def scenario() -> None:
        store = server_side.store
        guest = await cart_with(store, Add(TEE, 2, 4900), Add(COAT, 1, 19900))
        account = await cart_with(store, Add(TEE, 1, 4900))
        adds = [Add((TEE, COAT, KNIT)[n % 3], 1, 4900) for n in range(12)]
        merging = asyncio.ensure_future(server_side.instance(1).merge(guest, account))
        await asyncio.gather(*(server_side.instance(n).apply((guest, account)[n % 2], a) for n, a in enumerate(adds)))
        await merging
        assert await store.count(guest) + await store.count(account) == 4 + 12
        await store.merge(guest, account)
        assert await store.count(account) == 4 + 12
        assert {line.sku: line.quantity for line in (await store.read(account)).lines} == {TEE: 7, COAT: 5, KNIT: 4}

    run(scenario())


@pytest.mark.parametrize("name", ["memory", "valkey", "sql"])
def test_two_full_carts_fit_into_one_and_what_does_not_fit_stays(name: str, request: Any, run: Any) -> None:
    stand: Stand = request.getfixturevalue(f"{name}_stand")

    async def scenario() -> None:
        store = stand.store
        account, _ = await full_cart(store, "SHIRT")
        guest, _ = await full_cart(store, "COAT")
        await store.merge(guest, account)
        assert len((await store.read(account)).lines) == await store.count(account) == MAX_MERGED_LINES
        with pytest.raises(CartFull):
            await store.apply(account, Add("HAT01-INK-M", 1, 1))
        assert await store.apply(account, Add("COAT001-WHITE-XL", 1, 1)) == account

        more = await cart_with(store, Add("HAT01-INK-M", 1, 1), Add("COAT002-WHITE-XL", 4, 1))
        result = await store.merge(more, account)
        assert {change.kind for change in result.changes} == {"stayed", "summed"}
        assert plain(await store.read(more)) == [("HAT01-INK-M", 1, 1, False)]
        assert await store.count(account) == MAX_MERGED_LINES + 1 + 4

    run(scenario())


def test_what_does_not_fit_into_a_cookie_stays_in_the_other(cookie_stand: Stand, run: Any) -> None:
    async def scenario() -> None:
        store = cookie_stand.store
        account, account_lines = await full_cart(store, "SHIRT")
        guest, guest_lines = await full_cart(store, "COAT")
        result = await store.merge(guest, account)
        kept, left = await store.read(result.token), await store.read(result.source)
        assert len(kept.lines) + len(left.lines) == account_lines + guest_lines
        assert {change.sku for change in result.changes if change.kind == "stayed"} == {line.sku for line in left.lines}
        assert max(len(result.token), len(result.source or "")) <= MAX_TOKEN
        again = await store.merge(guest, result.token)
        assert await store.count(again.token) == kept.count

    run(scenario())


@pytest.mark.parametrize("at", ["before the target has it", "after the target has it", "after the source has let go"])
def test_a_merge_that_is_cut_short_is_carried_on(valkey_stand: Stand, run: Any, monkeypatch: Any, at: str) -> None:
    """Valkey takes three steps; a crash between any two, and a repeat, must come to the same as a merge in one go."""
    step = "_receive" if at == "before the target has it" else "_release"
    real = getattr(ValkeyMerge, step)
    crashes = [Unavailable(in_doubt=True)]

    async def crash(merge: ValkeyMerge, *arguments: Any) -> Outcome:
        if not crashes:
            return await real(merge, *arguments)  # type: ignore[no-any-return]
        if at == "after the source has let go":
            await real(merge, *arguments)
        raise crashes.pop()

    async def scenario() -> None:
        store = valkey_stand.store
        guest = await cart_with(store, Add(TEE, 2, 4900), Add(KNIT, 3, 8900), Add(COAT, 998, 1))
        account = await cart_with(store, Add(TEE, 1, 4900), Add(COAT, 2, 1))
        monkeypatch.setattr(ValkeyMerge, step, crash)
        with pytest.raises(Unavailable):
            await store.merge(guest, account)
        holds = [await store.count(token) for token in (guest, account)]
        assert (
            holds
            == {
                "before the target has it": [1003, 3],
                "after the target has it": [1003, 1005],
                "after the source has let go": [0, 1005],
            }[at]
        ), "no unit may be in neither cart"
        if holds[0]:
            await store.apply(guest, Add(KNIT, 1, 8900))  # the shopper goes on with what they see
        result = await store.merge(guest, account)
        knits = 4 if holds[0] else 3
        assert plain(await store.read(account)) == [
            (TEE, 3, 4900, False),
            (COAT, 999, 1, False),
            (KNIT, knits, 8900, False),
        ]
        assert await store.count(guest) == 0
        if holds[0]:
            assert {c.sku: (c.kind, c.quantity, c.left_out) for c in result.changes} == {
                TEE: ("summed", 3, 0),
                KNIT: ("moved", 4, 0),
                COAT: ("capped", 999, 1),
            }

    run(scenario())


def test_without_the_notes_of_the_target_a_repeat_would_add_twice() -> None:
    """What the notes are for."""
    source, target = Cart((Line(TEE, 2, 1, 1),)), Cart((Line(TEE, 1, 1, 1),))
    first = merged(source, target)
    assert merged(source, first.target).target.count == 5
    assert merged(source, first.target, taken=first.taken).target.count == 3
    assert merged(source, Cart(), taken={TEE: Taken(2, 0)}).target == Cart(), "taken out again since: it stays out"
