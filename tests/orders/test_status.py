"""An order takes only the steps that there are, each once, whoever tries at the same time."""

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from myclothes.kernel.db.pools import Database
from myclothes.orders.queries import insert_order, order_by_number, set_status
from myclothes.orders.status import NEXT, STATUSES, OrderMovedOn
from myclothes.orders.timeline import timeline
from tests.conftest import Run
from tests.orders.made import new_order, placed

PAID: dict[str, Any] = {"payment_status": "paid", "payment_ref": "pay-1"}


class OrderMachine(RuleBasedStateMachine):
    """Anybody tries any step at any time; `status` is what must come of it."""

    database: Database
    run: Run[Any]

    def __init__(self) -> None:
        super().__init__()
        self.order = new_order()
        self.status = "pending"
        self.trail = ["pending"]

        async def place() -> None:
            async with self.database.writing() as conn:
                await insert_order(conn, self.order)

        type(self).run(place())

    @rule(before=st.sampled_from(STATUSES), after=st.sampled_from(STATUSES))
    def anybody_tries(self, before: str, after: str) -> None:
        async def step() -> None:
            async with self.database.writing() as conn:
                await set_status(conn, self.order.number, before, after, **(PAID if after == "confirmed" else {}))

        if after not in NEXT[before]:
            with pytest.raises(ValueError, match="does not go"):
                type(self).run(step())
        elif before != self.status:
            with pytest.raises(OrderMovedOn):
                type(self).run(step())
        else:
            type(self).run(step())
            self.status = after
            self.trail.append(after)

    @rule(data=st.data())
    def somebody_takes_the_next_step(self, data: st.DataObject) -> None:
        if following := NEXT[self.status]:
            self.anybody_tries(self.status, data.draw(st.sampled_from(sorted(following))))

    @invariant()
    def the_database_agrees(self) -> None:
        async def read() -> None:
            async with self.database.reading() as conn:
                order = await order_by_number(conn, self.order.number)
            assert order is not None
            assert order.status == self.status
            assert [event.kind for event in order.events] == self.trail
            assert (order.payment_status == "paid") == ("confirmed" in self.trail)
            assert [step.state for step in timeline(order)].count("now") == 1

        type(self).run(read())


@pytest.fixture
def machine(run: Run[Any], database: Database) -> type[OrderMachine]:
    class Machine(OrderMachine):
        pass

    Machine.database = database
    Machine.run = staticmethod(run)
    return Machine


def test_no_sequence_of_tries_gets_an_order_where_it_cannot_be(machine: type[OrderMachine]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_of_two_who_want_different_things_at_once_one_gets_it(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        for _ in range(5):
            order = await placed(database)

            async def take(after: str, number: str = order.number) -> str | None:
                try:
                    async with database.writing() as conn:
                        await set_status(conn, number, "confirmed", after)
                        await asyncio.sleep(0.02)
                except OrderMovedOn:
                    return None
                return after

            outcomes = await asyncio.gather(take("packed"), take("cancelled"), take("packed"), take("cancelled"))
            (winner,) = [outcome for outcome in outcomes if outcome]
            async with database.reading() as conn:
                found = await order_by_number(conn, order.number)
            assert found is not None
            assert found.status == winner
            assert [event.kind for event in found.events].count(winner) == 1

    run(scenario())


def test_every_state_can_be_reached_and_those_that_end_end() -> None:
    reached = {"pending"} | {after for following in NEXT.values() for after in following}
    assert reached == set(STATUSES)
    assert {status for status, following in NEXT.items() if not following} == {"failed", "cancelled", "returned"}
