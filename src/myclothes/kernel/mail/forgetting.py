"""Forgetting a mailbox: for when its owner wants the shop to."""

from myclothes.kernel.db.pools import Connection
from myclothes.kernel.mail.mailer import MAIL

_WAITING = """
    DELETE FROM outbox WHERE kind = $1 AND done_at IS NULL AND payload ->> 'to' = $2
"""
# The row stays: it is what keeps a mail from leaving twice.
_SENT = "UPDATE sent_mail SET recipient = '', subject = '', text = '', html = '' WHERE recipient = $1"


async def forget_mailbox(conn: Connection, address: str) -> None:
    """Mails that wait do not leave, and nothing is kept of those that did."""
    await conn.execute(_WAITING, MAIL, address)
    await conn.execute(_SENT, address)
