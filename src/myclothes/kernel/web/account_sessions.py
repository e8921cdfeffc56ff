"""Which sessions an account has: to list them, to end one, to end them all.

    await index.enter(account_id, session, token, "Firefox on Linux")     then sessions.rotate(session, token)

The list is kept beside the sessions, a hash an account: a field a browser. It says when and with what somebody signed
in; no address and nothing that could be used as a token. It is entered before the session begins, so that no session
is missing from it; whatever is in the list and not alive any more is taken out when somebody looks.
"""

import time
from datetime import UTC, date, datetime

import msgspec

from myclothes.kernel.cache.client import Valkey
from myclothes.kernel.web.session_scripts import END
from myclothes.kernel.web.sessions import DAY, Session, Sessions, key_of, names_of

MOST = 50
"""Sessions of one account. The next sign-in ends the oldest."""


class _Entry(msgspec.Struct):
    secret: str
    since: float
    device: str


class ActiveSession(msgspec.Struct, frozen=True):
    handle: str
    """Names it to the account's owner; opens nothing."""
    device: str
    since: datetime
    seen: date
    """The day of its last request."""
    current: bool


class AccountSessions:
    """All methods raise `Unavailable`. `days` and `prefix` are those of `sessions`."""

    def __init__(self, valkey: Valkey, sessions: Sessions, days: int, *, prefix: str = "") -> None:
        self._valkey = valkey
        self._sessions = sessions
        self._seconds = days * DAY
        self._prefix = prefix

    async def enter(self, account_id: int, session: Session, token: str, device: str | None = None) -> None:
        """Note that `session` is to go on under `token`. Without a `device` the rest of its entry stays as it is."""
        family, secret = names_of(token)
        entries = await self._entries(account_id)
        known = entries.get(family)
        if device is None and known is not None:
            entry = _Entry(secret, known.since, known.device)
        else:
            entry = _Entry(secret, time.time(), device or "")
        if known is None and len(entries) >= MOST:
            await self._make_room(account_id, entries)
        key = self._key(account_id)
        await self._valkey.execute("HSET", key, family, msgspec.json.encode(entry), safe=True)
        # Longer than any session lives that slides its own expiry: the index must never go before a session does.
        await self._valkey.execute("EXPIRE", key, 12 * self._seconds, safe=True)

    async def leave(self, account_id: int, session: Session) -> None:
        """Sign-out: the session itself is ended by `Sessions.end`."""
        await self._valkey.execute("HDEL", self._key(account_id), names_of(session.token)[0], safe=True)

    async def active(self, account_id: int, current: Session | None = None) -> list[ActiveSession]:
        """The newest first, the current one before all others."""
        own = names_of(current.token)[0] if current else None
        found = []
        entries = await self._entries(account_id)
        asked = {family: self._valkey.execute("HMGET", self._session_key(family, entry), "seen", "account", safe=True)
                 for family, entry in entries.items()}  # fmt: skip
        for family, entry in entries.items():
            seen, account = await asked[family]
            if seen is None or account is None or int(account.partition(b".")[0]) != account_id:
                await self._valkey.execute("HDEL", self._key(account_id), family, safe=True)
                continue
            since = datetime.fromtimestamp(entry.since, UTC)
            day = datetime.fromtimestamp(int(seen) * DAY, UTC).date()
            found.append(ActiveSession(family, entry.device, since, day, family == own))
        return sorted(found, key=lambda one: (not one.current, -one.since.timestamp()))

    async def end(self, account_id: int, handle: str) -> bool:
        """False if the account has no such session (any more)."""
        entry = (await self._entries(account_id)).get(handle)
        if entry is None:
            return False
        await self._end(account_id, handle, entry)
        return True

    async def end_all(self, account_id: int, *, but: Session | None = None) -> int:
        """How many were ended. `but` stays."""
        own = names_of(but.token)[0] if but else None
        entries = {family: entry for family, entry in (await self._entries(account_id)).items() if family != own}
        for family, entry in entries.items():
            await self._end(account_id, family, entry)
        return len(entries)

    async def _make_room(self, account_id: int, entries: dict[str, _Entry]) -> None:
        alive = {one.handle for one in await self.active(account_id)}
        oldest = sorted(alive, key=lambda family: entries[family].since)
        for family in oldest[: max(0, len(alive) - MOST + 1)]:
            await self._end(account_id, family, entries[family])

    async def _end(self, account_id: int, family: str, entry: _Entry) -> None:
        """The session before its entry: one that is half ended is still in the list."""
        await self._valkey.script(END, [self._session_key(family, entry)], safe=True, durable=True)
        await self._valkey.execute("HDEL", self._key(account_id), family, safe=True)

    async def _entries(self, account_id: int) -> dict[str, _Entry]:
        reply = await self._valkey.execute("HGETALL", self._key(account_id), safe=True)
        pairs = zip(reply[::2], reply[1::2], strict=True)
        return {family.decode(): msgspec.json.decode(entry, type=_Entry) for family, entry in pairs}

    def _session_key(self, family: str, entry: _Entry) -> str:
        return key_of(self._prefix, family, entry.secret)

    def _key(self, account_id: int) -> str:
        return f"{self._prefix}account-sessions:{account_id}"
