"""How a change ended inside an engine: the numbers that the Valkey scripts and the SQL functions answer with."""

from enum import IntEnum

from myclothes.cart.changes import too_many_lines, too_many_units
from myclothes.cart.model import NotInCart
from myclothes.cart.store import key_reused


class Outcome(IntEnum):
    DONE = 0
    ABSENT = 1
    """There is no such cart, or it has expired."""
    NOT_IN_CART = 2
    TOO_MANY_LINES = 3
    TOO_MANY_UNITS = 4
    KEY_REUSED = 5
    CONFLICT = 6
    """The cart has changed since it was read; read it again."""


def settled(outcome: Outcome) -> bool:
    """Whether the change is done; False when there was no such cart. Raises what else went wrong."""
    match outcome:
        case Outcome.NOT_IN_CART:
            raise NotInCart
        case Outcome.TOO_MANY_LINES:
            raise too_many_lines()
        case Outcome.TOO_MANY_UNITS:
            raise too_many_units()
        case Outcome.KEY_REUSED:
            raise key_reused()
    return outcome is Outcome.DONE
