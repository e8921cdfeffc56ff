"""Handing a mail to an SMTP server, within a bounded time."""

import asyncio
from email.message import EmailMessage

import aiosmtplib

from myclothes.kernel.mail.smtp_url import SmtpServer
from myclothes.kernel.outbox_relay import Hopeless

STEP_SECONDS = 10.0
"""For each answer of the server."""
WHOLE_SECONDS = 45.0
_FINAL = range(500, 600)


class Smtp:
    """A connection a mail: a shop sends few, and a server that was away is simply asked again."""

    keeps = False

    def __init__(self, server: SmtpServer, *, whole_seconds: float = WHOLE_SECONDS) -> None:
        self._server = server
        self._whole_seconds = whole_seconds

    async def send(self, message: EmailMessage) -> None:
        """Raises `Hopeless` when the server refuses the address or the content for good, anything else when it may
        do better later.
        """
        server = self._server
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.tls == "implicit",
            start_tls=server.tls == "starttls",
            timeout=min(STEP_SECONDS, self._whole_seconds),
        )
        try:
            async with asyncio.timeout(self._whole_seconds):
                async with client:
                    await client.send_message(message)
        except aiosmtplib.SMTPRecipientsRefused as error:
            refused = error.recipients[0]
            _give_up_if_final(refused.code, refused.message, refused)
        except aiosmtplib.SMTPDataError as error:
            _give_up_if_final(error.code, error.message, error)
        finally:
            client.close()


def _give_up_if_final(code: int, said: str, error: Exception) -> None:
    if code in _FINAL:
        raise Hopeless(f"the mail server refused it: {code} {said}"[:500]) from error
    raise error
