"""A real SMTP server to send to: it keeps what it gets, and can refuse, take its time, or be away."""

import asyncio
import ssl
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from myclothes.engines.address import free_port


class SmtpServer:
    """`refuse_recipient`, `refuse_content`: what it says instead of OK. `pause`: seconds between having the mail and
    saying so."""

    def __init__(self, tls: ssl.SSLContext | None = None, *, implicit: bool = False) -> None:
        self.mails: list[EmailMessage] = []
        self.envelopes: list[Envelope] = []
        self.sessions = 0
        self.refuse_recipient = ""
        self.refuse_content = ""
        self.pause = 0.0
        self.port = free_port()
        self._tls = tls
        self._implicit = implicit
        self._controller: Controller | None = None

    def start(self) -> None:
        options: dict[str, Any] = {}
        if self._tls is not None:
            options = {"ssl_context": self._tls} if self._implicit else {"tls_context": self._tls}
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, ready_timeout=20, **options)
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}?tls=none"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.sessions += 1
        if self.refuse_recipient:
            return self.refuse_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.refuse_content:
            return self.refuse_content
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.envelopes.append(envelope)
        await asyncio.sleep(self.pause)
        return "250 OK"
