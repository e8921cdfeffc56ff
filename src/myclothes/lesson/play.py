"""The whole lesson: every store on the stage, one after the other, under the same shoppers."""

from collections.abc import Sequence
from dataclasses import dataclass

from myclothes.asking import ask
from myclothes.lesson.act import PIECES, SHOPPERS, Act, play
from myclothes.lesson.goods import skus_of
from myclothes.lesson.stage import Stage, Theatre
from myclothes.lesson.wall import Wall, climb

PROGRAMME: Sequence[tuple[str, bool]] = (
    ("memory", False),
    ("memory", True),
    ("cookie", False),
    ("valkey", False),
    ("dynamodb", False),
    ("sql", False),
)
"""Which store, and whether the balancer sends a shopper to the same instance again."""
MOST_SKUS = 260


@dataclass(frozen=True, slots=True)
class Lesson:
    acts: Sequence[Act]
    wall: Wall

    def of(self, name: str) -> Act:
        return next(act for act in self.acts if act.name == name)


class Performance:
    """Over an open theatre. `seed` chooses which pieces the shoppers take."""

    def __init__(self, theatre: Theatre, *, shoppers: int = SHOPPERS, pieces: int = PIECES, seed: int = 1) -> None:
        self._theatre = theatre
        self._shoppers = shoppers
        self._pieces = pieces
        self._seed = seed
        self._skus: list[str] = []
        self._acts: list[Act] = []
        self._wall: Wall | None = None

    def act(self, carts: str, *, sticky: bool) -> Act:
        """One store's turn. Raises `EngineError`."""
        with self._theatre.stage(carts, sticky=sticky) as stage:
            self._skus = self._skus or ask(_skus(stage))
            if carts == "cookie":
                self._wall = ask(climb(stage, self._skus))
            act = ask(play(stage, self._skus, shoppers=self._shoppers, pieces=self._pieces, seed=self._seed))
        self._acts.append(act)
        return act

    def lesson(self) -> Lesson:
        """After all acts of the programme."""
        assert self._wall is not None  # noqa: S101  (the programme has the cookie in it)
        return Lesson(self._acts, self._wall)


async def _skus(stage: Stage) -> list[str]:
    browser = stage.browser()
    try:
        return await skus_of(browser, MOST_SKUS)
    finally:
        await browser.close()
