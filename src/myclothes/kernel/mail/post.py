"""Sends letters: each once, as far as anybody can know."""

from email.message import EmailMessage
from typing import Protocol

from myclothes.kernel.db.pools import Connection, Database
from myclothes.kernel.mail.message import Letter, message, message_id

_LEFT = "SELECT EXISTS (SELECT FROM sent_mail WHERE message_id = $1)"
_NOTE = """
    INSERT INTO sent_mail (message_id, kind, language, recipient, subject, text, html)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
"""
_SWEEP = "DELETE FROM sent_mail WHERE sent_at < now() - make_interval(days => $1)"


class Transport(Protocol):
    keeps: bool
    """Whether the shop itself keeps what the mail says, and for whom it was."""

    async def send(self, message: EmailMessage) -> None: ...


class InboxTransport:
    """Goes nowhere: `/inbox` shows it. For trying the shop out."""

    keeps = True

    async def send(self, message: EmailMessage) -> None:
        return None


class Post:
    """`sender` is `Name <address>`."""

    def __init__(self, database: Database, transport: Transport, sender: str) -> None:
        self._database = database
        self._transport = transport
        self._sender = sender

    async def send(self, letter: Letter, to: str, key: str) -> None:
        """Unless the mail called `key` has left before. Should we die right after the server took it, it goes out
        again under the same Message-ID.
        """
        identity = message_id(key, self._sender)
        mail = message(letter, to, self._sender, identity)
        async with self._database.writing() as conn:
            if await conn.fetchval(_LEFT, identity):
                return
        await self._transport.send(mail)
        kept = (to, letter.subject, letter.text, letter.html) if self._transport.keeps else ("", "", "", "")
        async with self._database.writing() as conn:
            await conn.execute(_NOTE, identity, letter.kind, letter.language, *kept)


async def sweep_sent(conn: Connection, days: int) -> None:
    """Forget mails that left that long ago."""
    await conn.execute(_SWEEP, days)
