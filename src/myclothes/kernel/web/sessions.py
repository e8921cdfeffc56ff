"""Sessions, kept on the server and only for those who need one: sign-in, messages for the next page, read position.

    session = await sessions.read(visit) or sessions.begin()
    session.data.notices.append("Your address was saved.")
    await sessions.save(session)                      # then set the cookie to session.token

The cookie carries an unguessable token; Valkey knows only its hash, so who reads Valkey cannot become a shopper.
Requests of one shopper run side by side: each writes only what it changed, by a script, and never a whole session.
"""

import asyncio
import hashlib
import re
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Protocol

import msgspec
from msgspec.structs import replace

from myclothes.kernel.cache.client import Packed, Script, Valkey
from myclothes.kernel.db import freshness
from myclothes.kernel.errors import Unavailable
from myclothes.kernel.web.session_scripts import BEGIN, END, MOVE_ON, ROTATE, SAVE

DAY = 86_400
FAMILY_BYTES, SECRET_BYTES = 7, 32

TOKEN_LENGTH = 52
_TOKEN = re.compile(r"[A-Za-z0-9_-]{52}", re.ASCII)
_POSITION = re.compile(r"[0-9a-f]{8}-[0-9a-f]{16}", re.ASCII)


class SessionData(msgspec.Struct):
    """`notices` are shown once, on the next page; the same text twice is one. `read_position`: see `db/freshness.py`."""

    account_id: int | None = None
    """Who signed in. Pages that show or change what is theirs ask `accounts.current`, which also looks at the epoch."""
    account_epoch: int = 0
    """The account's epoch at that time: an older one than the account has now means that the session is over."""
    read_position: str | None = None
    notices: list[str] = []
    browser: str = ""
    """Unguessable, and the same for as long as this browser keeps a session, whoever signs in: what a guest orders is
    the browser's. Never leaves the server, and cannot be changed."""


class Session:
    """Change `data`, then save. `fresh` tells that it is not stored yet and its cookie not set."""

    __slots__ = ("as_read", "data", "fresh", "token")

    def __init__(self, token: str, data: SessionData, *, fresh: bool) -> None:
        self.token = token
        self.data = data
        self.fresh = fresh
        self.as_read = _copy(data)


class HasCookies(Protocol):
    @property
    def cookies(self) -> Mapping[str, str]: ...


class Sessions:
    """`cookie` is the name of the cookie; `days` without a visit end a session. All methods raise `Unavailable`."""

    def __init__(self, valkey: Valkey, cookie: str, days: int, *, prefix: str = "") -> None:
        self.cookie = cookie
        self._valkey = valkey
        self._seconds = days * DAY
        self._prefix = prefix
        self._glance_at = lru_cache(maxsize=8_192)(self._pack_glance)

    def begin(self) -> Session:
        """A new session, stored by `save` or `rotate`."""
        data = SessionData(browser=secrets.token_urlsafe(SECRET_BYTES))
        return Session(_token(secrets.token_bytes(FAMILY_BYTES)), data, fresh=True)

    async def read(self, source: HasCookies | str | None) -> Session | None:
        """The session that a request or a cookie's value belongs to; None for none, an ended or a made-up one."""
        token = source if source is None or isinstance(source, str) else source.cookies.get(self.cookie)
        if token is None or not _TOKEN.fullmatch(token):
            freshness.session_is(None)
            return None
        reply = await self._valkey.execute("HGETALL", self._key(token), safe=True)
        fields = dict(zip(reply[::2], reply[1::2], strict=True))
        if b"seen" not in fields:
            freshness.session_is(None)
            return None
        session = Session(token, _data(fields), fresh=False)
        freshness.session_is(token, session.data.read_position)
        if fields[b"seen"] != _today():
            with suppress(Unavailable):  # the next read will slide the expiry
                await self._write(SAVE, [self._key(token)], session, durable=False)
        return session

    def glance(self, token: str | None) -> "asyncio.Future[list[bytes | None]] | None":
        """Ask, in this tick and without waiting, what `is_signed_in` reads. For the header of every page."""
        packed = self.glance_command(token)
        return None if packed is None else self._valkey.send(packed, safe=True)

    def glance_command(self, token: str | None) -> Packed | None:
        """What `glance` sends, for who asks for something else at the same time; None if there is nothing to ask."""
        return None if token is None or len(token) != TOKEN_LENGTH else self._glance_at(token)

    def _pack_glance(self, token: str) -> Packed | None:
        if not _TOKEN.fullmatch(token):
            return None
        return self._valkey.pack("HMGET", self._key(token), "seen", "account")

    async def signed_in(self, token: str) -> bool:
        """Whether `token` is the session of somebody who signed in. It slides."""
        session = await self.read(token)
        return session is not None and session.data.account_id is not None

    async def save(self, session: Session) -> bool:
        """Store what changed. False if the session has ended meanwhile: a late request does not bring it back."""
        script = BEGIN if session.fresh else SAVE
        stored = await self._write(script, [self._key(session.token)], session)
        freshness.session_is(session.token if stored else None)
        return stored

    async def move_on(self, token: str, position: str) -> bool:
        """From now on reads for this session must have come as far as `position`. False if it has ended meanwhile."""
        if not _TOKEN.fullmatch(token):
            return False
        return bool(await self._valkey.script(MOVE_ON, [self._key(token)], [position], safe=True, durable=True))

    def next_token(self, session: Session) -> str:
        """A token for `rotate`, for who must know it before: the family stays."""
        return _token(_bytes(session.token)[:FAMILY_BYTES])

    async def rotate(self, session: Session, token: str | None = None) -> None:
        """Store what changed under a new token and end the old one, in one step: at each change of privilege.

        Who comes in like this may have been here before with another session, and is to see all that it did.
        """
        token = token or self.next_token(session)
        await self._write(ROTATE, [self._key(session.token), self._key(token)], session)
        session.token = token
        freshness.session_is(token)
        freshness.has_written()

    async def end(self, session: Session) -> None:
        """Sign-out: nobody can use the token again."""
        await self._valkey.script(END, [self._key(session.token)], safe=True, durable=True)
        freshness.session_is(None)

    async def _write(self, script: Script, keys: list[str], session: Session, *, durable: bool = True) -> bool:
        was, now = session.as_read, session.data
        if now.read_position is not None and not _POSITION.fullmatch(now.read_position):
            raise ValueError(f"not a read position: {now.read_position!r}")
        arguments = (
            self._seconds,
            _today(),
            "=" if _account(now) == _account(was) else _account(now),
            now.read_position or "",
            msgspec.json.encode([text for text in was.notices if text not in now.notices]),
            msgspec.json.encode([text for text in now.notices if text not in was.notices]),
            now.browser,
        )
        stored = await self._valkey.script(script, keys, arguments, safe=True, durable=durable)
        session.as_read, session.fresh = _copy(now), session.fresh and not stored
        return bool(stored)

    def _key(self, token: str) -> str:
        return key_of(self._prefix, *names_of(token))


def is_signed_in(reply: "list[bytes | None]") -> bool | None:
    """What the reply to `glance` says; None for a session not seen today: it should slide, which `read` sees to."""
    seen, account = reply
    if seen is None:
        return False
    return None if (int(seen) + 1) * DAY <= time.time() else account is not None


def names_of(token: str) -> tuple[str, str]:
    """The family and the hashed secret of a token, as Valkey knows them. ValueError for no token of ours."""
    raw = _bytes(token)
    return raw[:FAMILY_BYTES].hex(), hashlib.blake2b(raw[FAMILY_BYTES:], digest_size=20).hexdigest()


def key_of(prefix: str, family: str, secret: str) -> str:
    """The family stays when a token is rotated: in a cluster both keys must be on one node for that."""
    return f"{prefix}session:{{{family}}}:{secret}"


def _data(fields: dict[bytes, bytes]) -> SessionData:
    account, position = fields.get(b"account"), fields.get(b"position")
    account_id, _, epoch = (account or b"").partition(b".")
    return SessionData(
        account_id=int(account_id) if account_id else None,
        account_epoch=int(epoch or 0),
        read_position=None if position is None else position.decode(),
        notices=msgspec.json.decode(fields.get(b"notices", b"[]"), type=list[str]),
        browser=fields.get(b"browser", b"").decode(),
    )


def _account(data: SessionData) -> str:
    return "" if data.account_id is None else f"{data.account_id}.{data.account_epoch}"


def _copy(data: SessionData) -> SessionData:
    return replace(data, notices=list(data.notices))


def _token(family: bytes) -> str:
    return urlsafe_b64encode(family + secrets.token_bytes(SECRET_BYTES)).decode()


def _bytes(token: str) -> bytes:
    return urlsafe_b64decode(token)


def _today() -> bytes:
    return b"%d" % (time.time() // DAY)
