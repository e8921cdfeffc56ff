"""Any sequence of changes leaves in every store what a plain dictionary would hold."""

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from myclothes.cart.model import (
    MAX_QUANTITY,
    AcceptPrice,
    Add,
    CartFull,
    Change,
    Clear,
    MoveToCart,
    NotInCart,
    Remove,
    SaveForLater,
    SetQuantity,
)
from myclothes.kernel.errors import Invalid
from tests.cart.stands import Stand, plain

EXAMPLES = {"memory": 40, "cookie": 40, "valkey": 40, "sql": 20, "dynamodb": 3}
STEPS = 20

SKUS = st.sampled_from(["TEE01-INK-M", "KNIT02-MOSS-L", "COAT03-SAND-S", "AA-0"])
QUANTITIES = st.sampled_from([1, 2, 3, 500, MAX_QUANTITY])
PRICES = st.integers(0, 10**6)
KEYS = st.none() | st.sampled_from(["one", "two"])


def machine_for(stand: Stand, runner: asyncio.Runner) -> type[RuleBasedStateMachine]:
    class Machine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.token: str | None = None
            self.lines: dict[str, list[Any]] = {}
            self.keys: dict[str, tuple[str, int]] = {}
            self.turn = 0

        def apply(self, change: Change) -> str:
            """By another instance each time."""
            self.turn += 1
            return runner.run(stand.instance(self.turn).apply(self.token, change))

        def refused(self, change: Change, error: type[Exception]) -> None:
            with pytest.raises(error):
                self.apply(change)

        @rule(sku=SKUS, quantity=QUANTITIES, price=PRICES, key=KEYS)
        def add(self, sku: str, quantity: int, price: int, key: str | None) -> None:
            change = Add(sku, quantity, price, key)
            known = self.keys.get(key) if key else None
            if known and known != (sku, quantity):
                self.refused(change, Invalid)
                return
            line = self.lines.get(sku, [0, price, False])
            if not known and line[0] + quantity > MAX_QUANTITY:
                self.refused(change, CartFull)
                return
            self.token = self.apply(change)
            if not known:
                self.lines[sku] = [line[0] + quantity, line[1], False]
                if key:
                    self.keys[key] = (sku, quantity)

        @rule(sku=SKUS, quantity=QUANTITIES)
        def set_quantity(self, sku: str, quantity: int) -> None:
            self.alter(SetQuantity(sku, quantity), 0, quantity)

        @rule(sku=SKUS)
        def save(self, sku: str) -> None:
            self.alter(SaveForLater(sku), 2, True)

        @rule(sku=SKUS)
        def move(self, sku: str) -> None:
            self.alter(MoveToCart(sku), 2, False)

        @rule(sku=SKUS, price=PRICES)
        def accept_price(self, sku: str, price: int) -> None:
            self.alter(AcceptPrice(sku, price), 1, price)

        def alter(self, change: SetQuantity | SaveForLater | MoveToCart | AcceptPrice, field: int, value: Any) -> None:
            if change.sku not in self.lines:
                self.refused(change, NotInCart)
                return
            self.token = self.apply(change)
            self.lines[change.sku][field] = value

        @rule(sku=SKUS)
        def remove(self, sku: str) -> None:
            self.settle(self.apply(Remove(sku)))
            self.lines.pop(sku, None)

        @rule()
        def clear(self) -> None:
            self.settle(self.apply(Clear()))
            self.lines.clear()

        def settle(self, token: str) -> None:
            """Without a cart there was nothing to do, and what comes back is no cart yet."""
            if self.token is not None:
                self.token = token

        @invariant()
        def the_cart_is_what_it_should_be(self) -> None:
            wanted = [(sku, *line) for sku, line in self.lines.items()]
            assert plain(runner.run(stand.store.read(self.token))) == wanted
            assert runner.run(stand.store.count(self.token)) == sum(
                q for q, _, saved in self.lines.values() if not saved
            )

    return Machine


def test_every_sequence_of_changes(stand: Stand, runner: asyncio.Runner) -> None:
    run_state_machine_as_test(
        machine_for(stand, runner),
        settings=settings(
            max_examples=EXAMPLES[stand.name],
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate] if stand.name == "dynamodb" else [Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )
