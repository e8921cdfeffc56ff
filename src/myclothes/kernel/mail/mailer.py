"""Asking for a mail. It leaves after the transaction has been committed, and not if it is not.

    await OutboxMailer().enqueue(conn, "account_reset", to="a@b.c", language="ko", params={…}, key="reset:…")

`key` names the mail: asked for twice, it is sent once.
"""

from collections.abc import Mapping

from myclothes.kernel import outbox
from myclothes.kernel.db.pools import Connection

MAIL = "mail"


class OutboxMailer:
    async def enqueue(
        self, conn: Connection, kind: str, to: str, language: str, params: Mapping[str, object], key: str
    ) -> None:
        """Write the mail into the outbox, in the transaction of `conn`. `kind` is one of `letters.KINDS`."""
        payload = {"kind": kind, "to": to, "language": language, "params": dict(params)}
        await outbox.add(conn, MAIL, payload, f"{MAIL}:{key}")
