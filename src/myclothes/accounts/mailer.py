"""How accounts ask for a mail. It leaves after the transaction has been committed, and not if it is not.

    await mailer.enqueue(conn, "account_reset", to="a@b.c", language="ko", params={"url": …}, key="reset:…")

`key` names the mail: asked for twice, it is sent once.

| kind | params |
|---|---|
| account_verify | url, days: confirm that the mailbox is yours |
| account_known | sign_in_url, reset_url: somebody registered this address, which has an account already |
| account_reset | url, minutes: choose a new password |
| account_no_such | register_url: somebody asked for a new password, and there is no account |
| account_password_changed | reset_url |
| account_email_confirm | url, hours: this is to be the new address |
| account_email_taken | sign_in_url, reset_url: the same, but that address has an account already |
| account_email_changed | new: notice to the address before |
| account_two_step_on | reset_url |
| account_two_step_off | reset_url |
| account_passkey_added | name, reset_url |
| account_deleted | |
"""

from collections.abc import Mapping
from typing import Protocol

from myclothes.kernel.db.pools import Connection


class Mailer(Protocol):
    async def enqueue(
        self, conn: Connection, kind: str, to: str, language: str, params: Mapping[str, object], key: str
    ) -> None:
        """Write the mail into the outbox, in the transaction of `conn`."""


class Links:
    """Addresses for mails: whole ones, in the language of the reader."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url.rstrip("/")

    def to(self, path: str, language: str) -> str:
        return f"{self._base_url}/{language}{path}"
