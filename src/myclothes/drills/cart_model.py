"""What one shopper's cart may hold, given what the shop acknowledged and what is in doubt.

    model.done(Added("TEE01-INK-M", 1, key))         acknowledged: it is there from now on
    model.doubted(Set("TEE01-INK-M", 3))             no answer: it may have happened, may happen later, or never
    model.may_be(cart)                               whether this can be what the shop shows

The model is every cart that the shop may rightly show, each with the changes in doubt that may still reach it. Without
doubt it is exactly one. A shopper does one thing after another, so this is all there is to know.
"""

from myclothes.drills.effects import EMPTY, Cart, Effect, Set, difference, missing

MOST_DOUBTS = 6
"""Each of them doubles what may be. A shopper with more waits before changing anything else."""

_State = tuple[Cart, frozenset[Effect]]
"""A cart, and the changes that may still come to it."""


class CartModel:
    def __init__(self, cart: Cart = EMPTY) -> None:
        self._states: set[_State] = {(cart, frozenset())}
        self._must: set[Effect] = set()
        self._doubts: set[Effect] = set()

    @property
    def carts(self) -> set[Cart]:
        return {cart for cart, _ in self._states}

    @property
    def certain(self) -> Cart | None:
        """The cart, where there is no doubt."""
        return next(iter(self._states))[0] if not self._doubts else None

    @property
    def doubts(self) -> int:
        return len(self._doubts)

    def done(self, effect: Effect) -> None:
        """The shop has said yes. A change that was in doubt before, under the same key, has happened exactly once."""
        if effect in self._doubts and not isinstance(effect, Set):
            landed = {
                (effect.on(cart), rest - {effect}) if effect in rest else (cart, rest) for cart, rest in self._states
            }
            self._doubts.discard(effect)
            self._must.discard(effect)
            self._states = _reachable(landed)
        else:
            self._states = _reachable({(effect.on(cart), rest) for cart, rest in self._states})

    def doubted(self, effect: Effect, *, must: bool = False) -> None:
        """It may have happened, or happen later; with `must` it has to have, when everything is settled."""
        if effect not in self._doubts:
            self._doubts.add(effect)
            self._states = _reachable({(cart, rest | {effect}) for cart, rest in self._states})
        if must:
            self._must.add(effect)

    def may_be(self, cart: Cart) -> bool:
        return cart in self.carts

    def settled(self, *, all_done: bool = True) -> None:
        """Long enough ago: what has not happened by now never will, and what must have happened has, if `all_done`."""
        must = self._must if all_done else set()
        self._states = {(cart, frozenset()) for cart, rest in self._states if not rest & must}
        self._must.clear()
        # Which of them happened only a look can tell.
        if len(self._states) == 1:
            self._doubts.clear()

    def is_now(self, cart: Cart) -> None:
        """Begin anew from what the shop shows: doubts are settled, or what was wrong has been told."""
        self._states = {(cart, frozenset())}
        self._must.clear()
        self._doubts.clear()

    def lost_in(self, seen: Cart) -> int:
        """Units that are missing, in the reading that is kindest to the shop."""
        return min(missing(seen, cart) for cart in self.carts)

    def wrong_in(self, seen: Cart) -> str:
        return min((difference(seen, cart) for cart in self.carts), key=len)


def _reachable(states: set[_State]) -> set[_State]:
    """With everything in doubt happening now, or not yet. A quantity that was set may be set again later."""
    found, new = set(states), list(states)
    while new:
        cart, rest = new.pop()
        for effect in rest:
            after = (effect.on(cart), rest if isinstance(effect, Set) else rest - {effect})
            if after not in found:
                found.add(after)
                new.append(after)
    return found
