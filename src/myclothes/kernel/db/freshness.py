"""How new what a request reads must be, so that everybody sees what they did themselves, whichever replica lags.

A `Position` is a place in PostgreSQL's log: the timeline, which a promotion raises, and the log sequence number. Where
there are replicas, each request has a `Freshness`: the position that its shopper's session brought along, and whether
the request has written since. Without replicas there is none, and nothing here costs anything.
"""

from collections.abc import Callable
from contextvars import ContextVar
from enum import Enum

Position = tuple[int, int]
"""Timeline and log sequence number. Of another timeline than a node's: see `migrations/0050_timeline.sql`."""
START: Position = (0, 0)


class Need(Enum):
    """Who may answer a read."""

    ANY = "any"
    """Any replica that is not too far behind: for what is the same for everybody."""
    OWN = "own"
    """One that has replayed what this shopper did. In a request that may change something: as LATEST."""
    LATEST = "latest"
    """The primary, for what others may have changed a moment ago and much hangs on; while there is none, the node that
    has come furthest, so that reading goes on."""
    PRIMARY = "primary"
    """The primary and nobody else, even if that means not to answer."""


class Freshness:
    """Of one request. `changing` is a request that may write. `cookie` says which session the browser names."""

    __slots__ = ("_cookie", "_read", "changing", "position", "token", "wrote")

    def __init__(self, cookie: Callable[[], str | None], *, changing: bool) -> None:
        self._cookie = cookie
        self._read = False
        self.changing = changing
        self.wrote = False
        """Whether the session must be told how far the log has come."""
        self.position = START
        self.token: str | None = None
        """The session that the request is about, once it is known."""

    @property
    def known(self) -> bool:
        """Whether what the session knows has been asked, or there is no session to ask."""
        return self._read or self._cookie() is None

    def session_is(self, token: str | None, position: str | None = None) -> None:
        self._read = True
        self.token = token
        if position is not None:
            self.position = max(self.position, read(position))

    @property
    def session(self) -> str | None:
        """Where to keep the position: the session as far as the request knows it, else the one of the cookie."""
        return self.token if self._read else self._cookie()


_of_request: ContextVar[Freshness | None] = ContextVar("freshness", default=None)


def begin(freshness: Freshness) -> None:
    _of_request.set(freshness)


def current() -> Freshness | None:
    return _of_request.get()


def session_is(token: str | None, position: str | None = None) -> None:
    """A session was read, stored or ended (None): the request goes on with this one."""
    freshness = _of_request.get()
    if freshness is not None:
        freshness.session_is(token, position)


def has_written() -> None:
    """Something is being committed: from here on this request reads from the primary, and its session must be told."""
    freshness = _of_request.get()
    if freshness is not None:
        freshness.wrote = True


def written(position: Position) -> str:
    """As a session keeps it: the later one is the greater text.

    Positions of a newer timeline are later than all of an older one.
    """
    timeline, lsn = position
    return f"{timeline:08x}-{lsn:016x}"


def read(text: str) -> Position:
    """What `written` wrote. Raises `ValueError`."""
    timeline, _, lsn = text.partition("-")
    return int(timeline, 16), int(lsn, 16)
