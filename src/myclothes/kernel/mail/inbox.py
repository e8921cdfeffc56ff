"""What the inbox of `myclothes run` keeps: every mail that would have been sent, for everybody to read."""

from datetime import datetime

import msgspec

from myclothes.kernel.db.pools import Connection

_LATEST = """
    SELECT message_id, kind, sent_at, language, recipient, subject FROM sent_mail
    WHERE recipient <> '' ORDER BY sent_at DESC LIMIT $1
"""
_ONE = """
    SELECT message_id, kind, sent_at, language, recipient, subject, text, html FROM sent_mail
    WHERE message_id = $1 AND recipient <> ''
"""


class KeptMail(msgspec.Struct, frozen=True):
    message_id: str
    kind: str
    sent_at: datetime
    language: str
    recipient: str
    subject: str
    text: str = ""
    html: str = ""

    @property
    def name(self) -> str:
        """In addresses: what stands before the @ of the message id."""
        return self.message_id.strip("<>").partition("@")[0]


async def latest_mails(conn: Connection, most: int) -> list[KeptMail]:
    """Without what they say, latest first."""
    return [KeptMail(*row) for row in await conn.fetch(_LATEST, most)]


async def mail_by_id(conn: Connection, message_id: str) -> KeptMail | None:
    row = await conn.fetchrow(_ONE, message_id)
    return KeptMail(*row) if row else None
