"""A stand-in until the keeper is here: the first database alone."""

from collections.abc import Callable

from myclothes.cluster.plan import Node, Plan
from myclothes.cluster.shop_settings import DATABASE
from myclothes.engines.engine import Engine
from myclothes.engines.postgres import TUNED, Postgres


class Databases:
    def __init__(
        self,
        plan: Plan,
        secret: str,
        may_start: Callable[[Node], bool],
        tell: Callable[[str, str], None],
    ) -> None:
        self.nodes = plan.of_kind("database")
        node = self.nodes[0]
        self._first = Postgres(plan.home(node), port=node.port, place=node.place, settings=TUNED)
        self.engines: dict[str, Engine] = {node.name: self._first}
        self.login = "postgres:none"

    def open(self) -> None:
        """Until the primary answers and the shop's database is there."""
        self._first.start()
        self._first.create_database(DATABASE)

    def complete(self, seconds: float = 60) -> None:
        """Until all others stream from it."""

    @property
    def leader(self) -> str | None:
        return self.nodes[0].name

    def roles(self) -> dict[str, tuple[str, int | None]]:
        """What each database is, and how many bytes it is behind."""
        return {self.nodes[0].name: ("primary", 0)}

    def trouble(self) -> str:
        return ""

    def switchover(self, to: str | None) -> str:
        raise NotImplementedError

    def pause_replay(self, name: str) -> None:
        raise NotImplementedError

    def resume_replay(self, name: str) -> None:
        raise NotImplementedError

    def close(self) -> None:
        self._first.stop()
