"""Where a process runs: the address it listens on and, where zones are kept apart, the network it is put into."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """`within` goes before the command that is to run there, such as `nsenter --net=…`."""

    address: str = "127.0.0.1"
    within: tuple[str, ...] = ()


HERE = Place()
