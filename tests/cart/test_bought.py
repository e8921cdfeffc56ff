"""A cart that becomes an order: it lets go of what was bought, once, and is another cart from then on. For all five stores."""

import asyncio
from typing import Any

from myclothes.cart.model import Add, Clear, Remove, SaveForLater, SetQuantity
from myclothes.cart.store import new_token
from tests.cart.stands import Stand, plain
from tests.cart.test_store_contract import COAT, KNIT, TEE, cart_with


def test_a_cart_keeps_its_identity_whatever_is_changed_in_it(stand: Stand, run: Any) -> None:
    async def scenario() -> None:
        token = await cart_with(stand.store, Add(TEE, 3, 4900))
        identity = await stand.store.identity(token)
        assert identity
        for change in (Add(COAT, 1, 1), SetQuantity(TEE, 1), SaveForLater(COAT), Remove(TEE), Clear()):
            token = await stand.store.apply(token, change)
            assert await stand.instance(1).identity(token) == identity

    run(scenario())


def test_no_cart_has_no_identity_and_two_have_two(stand: Stand, run: Any) -> None:
    async def scenario() -> None:
        one, other = [await cart_with(stand.store, Add(TEE, 1, 4900)) for _ in range(2)]
        assert await stand.store.identity(one) != await stand.store.identity(other)
        for token in (None, "", new_token(), "made up"):
            assert await stand.store.identity(token) is None

    run(scenario())


def test_what_was_bought_goes_and_what_came_meanwhile_stays(stand: Stand, run: Any) -> None:
    async def scenario() -> None:
        token = await cart_with(
            stand.store, Add(TEE, 2, 4900), Add(COAT, 1, 19900), Add("SAVED-1", 4, 100), SaveForLater("SAVED-1")
        )
        identity = await stand.store.identity(token)
        assert identity
        token = await cart_with_more(stand, token)
        units = {TEE: 2, COAT: 1, "GONE-1": 7}
        token = await stand.store.bought(identity, units, token) or token
        for instance in stand.instances:
            cart = await instance.read(token)
            assert plain(cart) == [(TEE, 1, 4900, False), ("SAVED-1", 4, 100, True), (KNIT, 5, 8900, False)]
            assert await instance.count(token) == cart.count == 6
        assert await stand.store.identity(token) not in (None, identity)

    run(scenario())


async def cart_with_more(stand: Stand, token: str) -> str:
    token = await stand.store.apply(token, Add(TEE, 1, 4900))
    return await stand.store.apply(token, Add(KNIT, 5, 8900))


def test_a_cart_is_bought_once_however_often_it_is_said(stand: Stand, run: Any) -> None:
    async def scenario() -> None:
        token = await cart_with(stand.store, Add(TEE, 9, 4900))
        identity = await stand.store.identity(token)
        assert identity
        token = await stand.store.bought(identity, {TEE: 2}, token) or token
        answers = await asyncio.gather(
            *(stand.instance(number).bought(identity, {TEE: 2}, token) for number in range(4))
        )
        assert answers == [None] * 4
        assert plain(await stand.store.read(token)) == [(TEE, 7, 4900, False)]

    run(scenario())


def test_all_who_say_it_at_once_take_it_out_once(server_side: Stand, run: Any) -> None:
    async def scenario() -> None:
        token = await cart_with(server_side.store, Add(TEE, 9, 4900))
        identity = await server_side.store.identity(token)
        assert identity
        await asyncio.gather(*(server_side.instance(number).bought(identity, {TEE: 2}) for number in range(8)))
        assert plain(await server_side.store.read(token)) == [(TEE, 7, 4900, False)]

    run(scenario())


def test_it_stays_another_cart_when_it_is_emptied_and_filled_again(server_side: Stand, run: Any) -> None:
    async def scenario() -> None:
        token = await cart_with(server_side.store, Add(TEE, 1, 4900))
        identities = []
        for _ in range(3):
            identity = await server_side.store.identity(token)
            assert identity
            identities.append(identity)
            await server_side.store.bought(identity, {TEE: 1})
            assert await server_side.store.apply(token, Clear()) == token
            assert await server_side.store.apply(token, Add(TEE, 1, 4900)) == token
        assert len(set(identities)) == 3

    run(scenario())


def test_a_cart_that_is_not_there_is_not_bought(stand: Stand, run: Any) -> None:
    async def scenario() -> None:
        token = await cart_with(stand.store, Add(TEE, 1, 4900))
        for identity in ("", "ab.0", "nonsense", "zz.1", "00" * 16 + ".0"):
            assert await stand.store.bought(identity, {TEE: 1}, token) is None
        assert plain(await stand.store.read(token)) == [(TEE, 1, 4900, False)]

    run(scenario())
