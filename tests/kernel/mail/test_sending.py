"""Mail through a real SMTP server: away, refusing, slow, without the encryption that we insist on. Sent once."""

import asyncio
import datetime
import ssl
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from myclothes.accounts import pages as account_pages
from myclothes.kernel import outbox
from myclothes.kernel.db.pools import Database
from myclothes.kernel.mail.letters import Letters
from myclothes.kernel.mail.mailer import MAIL, OutboxMailer
from myclothes.kernel.mail.post import InboxTransport, Post, Transport
from myclothes.kernel.mail.smtp import Smtp
from myclothes.kernel.mail.smtp_url import parse_smtp_url
from myclothes.kernel.mail.writing import LetterHandler
from myclothes.kernel.outbox_relay import OutboxRelay
from tests.conftest import Run
from tests.kernel.mail.server import SmtpServer

TO = "ada@example.com"
LETTERS = Letters([account_pages.TEMPLATES / "mail"], base_url="https://shop.example", currency="USD")
LINK = "https://shop.example/en/account/reset?token=a-secret"


@pytest.fixture
def database(outbox_database: Database) -> Database:
    return outbox_database


def relay_to(database: Database, transport: Transport, attempts: int = 14) -> OutboxRelay:
    post = Post(database, transport, "MyClothes <shop@myclothes.example>")
    return OutboxRelay(database, {MAIL: LetterHandler(LETTERS, post)}, attempts=attempts)


def over(server: SmtpServer, database: Database, attempts: int = 14, seconds: float = 10) -> OutboxRelay:
    return relay_to(database, Smtp(parse_smtp_url(server.url), whole_seconds=seconds), attempts)


async def ask(database: Database, key: str = "reset:1", to: str = TO, language: str = "en") -> None:
    async with database.writing() as conn:
        await OutboxMailer().enqueue(conn, "account_reset", to, language, {"url": LINK, "minutes": 30}, key)


async def now(database: Database) -> None:
    async with database.writing() as conn:
        await conn.execute("UPDATE outbox SET due_at = now() WHERE done_at IS NULL")


async def value(database: Database, question: str) -> Any:
    async with database.reading() as conn:
        return await conn.fetchval(question)


def test_a_mail_arrives_in_both_forms_and_in_the_language_of_its_reader(
    run: Run[Any], database: Database, smtp: SmtpServer
) -> None:
    async def scenario() -> None:
        await ask(database, language="ko")
        await over(smtp, database).empty()
        (mail,) = smtp.mails
        assert (mail["To"], mail["From"]) == (TO, "MyClothes <shop@myclothes.example>")
        assert (smtp.envelopes[0].mail_from, smtp.envelopes[0].rcpt_tos) == ("shop@myclothes.example", [TO])
        assert mail["Subject"] == "새 비밀번호 정하기"
        plain, rich = mail.get_body(("plain",)), mail.get_body(("html",))
        assert plain is not None
        assert rich is not None
        assert LINK in plain.get_content()
        assert LINK in rich.get_content()
        assert "30분" in plain.get_content()
        assert await value(database, "SELECT recipient || text || html FROM sent_mail") == "", "nobody else keeps it"

    run(scenario())


def test_a_mail_asked_for_twice_leaves_once_whichever_relay_sends_it(
    run: Run[Any], database: Database, smtp: SmtpServer
) -> None:
    async def scenario() -> None:
        for _ in range(3):
            await ask(database)
        await ask(database, key="reset:2")
        await asyncio.gather(*(over(smtp, database).empty() for _ in range(3)))
        assert len(smtp.mails) == 2
        assert len({mail["Message-ID"] for mail in smtp.mails}) == 2

    run(scenario())


def test_a_relay_that_dies_after_sending_lets_another_send_again_under_the_same_message_id(
    run: Run[Any], database: Database, smtp: SmtpServer
) -> None:
    async def scenario() -> None:
        await ask(database)

        class DiesAfterwards(Smtp):
            async def send(self, message: Any) -> None:
                await super().send(message)
                raise asyncio.CancelledError

        relay = relay_to(database, DiesAfterwards(parse_smtp_url(smtp.url)))
        await relay.step()
        assert await value(database, "SELECT count(*) FROM outbox WHERE done_at IS NULL") == 1
        await now(database)
        await over(smtp, database).empty()
        assert [mail["Message-ID"] for mail in smtp.mails] == [smtp.mails[0]["Message-ID"]] * 2

    run(scenario())


def test_a_mail_that_was_noted_as_sent_is_not_sent_again(run: Run[Any], database: Database, smtp: SmtpServer) -> None:
    async def scenario() -> None:
        await ask(database)
        async with database.writing() as conn:
            (entry,) = await outbox.claim(conn, [MAIL], 1)
        post = Post(database, Smtp(parse_smtp_url(smtp.url)), "MyClothes <shop@myclothes.example>")
        await LetterHandler(LETTERS, post)(entry)  # sent and noted, and then it died
        await now(database)
        await over(smtp, database).empty()
        assert len(smtp.mails) == 1

    run(scenario())


def test_while_the_server_is_away_mail_waits_and_then_it_leaves(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        server = SmtpServer()
        await ask(database)
        for _ in range(2):
            await over(server, database).empty()
            await now(database)
        assert await value(database, "SELECT attempts FROM outbox") == 2
        assert await value(database, "SELECT parked_reason FROM outbox") is None
        server.start()
        try:
            await over(server, database).empty()
            assert len(server.mails) == 1
        finally:
            server.stop()

    run(scenario())


def test_a_server_that_stays_away_gets_the_mail_parked_with_the_reason_and_later_unparked(
    run: Run[Any], database: Database
) -> None:
    async def scenario() -> None:
        server = SmtpServer()
        await ask(database)
        for _ in range(3):
            await over(server, database, attempts=3).empty()
            await now(database)
        assert "3 attempts, the last: SMTPConnectError" in await value(database, "SELECT parked_reason FROM outbox")
        server.start()
        try:
            await over(server, database).empty()
            assert server.mails == []
            async with database.writing() as conn:
                assert await outbox.unpark(conn) == 1
            await over(server, database).empty()
            assert len(server.mails) == 1
        finally:
            server.stop()

    run(scenario())


def test_an_address_that_is_refused_for_good_is_parked_at_once(
    run: Run[Any], database: Database, smtp: SmtpServer
) -> None:
    async def scenario() -> None:
        smtp.refuse_recipient = "550 5.1.1 No such mailbox"
        await ask(database)
        await over(smtp, database).empty()
        reason = await value(database, "SELECT parked_reason FROM outbox")
        assert reason.startswith("the mail server refused it: 550")
        assert "No such mailbox" in reason

    run(scenario())


def test_content_that_is_refused_for_good_is_parked_at_once(
    run: Run[Any], database: Database, smtp: SmtpServer
) -> None:
    async def scenario() -> None:
        smtp.refuse_content = "554 5.7.1 We do not like it"
        await ask(database)
        await over(smtp, database).empty()
        assert "554" in await value(database, "SELECT parked_reason FROM outbox")

    run(scenario())


@pytest.mark.parametrize("what", ["refuse_recipient", "refuse_content"])
def test_what_is_refused_for_now_is_tried_again(run: Run[Any], database: Database, smtp: SmtpServer, what: str) -> None:
    async def scenario() -> None:
        setattr(smtp, what, "451 4.7.1 Come back later")
        await ask(database)
        await over(smtp, database).empty()
        assert await value(database, "SELECT parked_reason FROM outbox") is None
        setattr(smtp, what, "")
        await now(database)
        await over(smtp, database).empty()
        assert len(smtp.mails) == 1

    run(scenario())


def test_a_slow_server_holds_nobody_up_for_long(run: Run[Any], database: Database, smtp: SmtpServer) -> None:
    async def scenario() -> None:
        smtp.pause = 30
        await ask(database)
        await asyncio.wait_for(over(smtp, database, seconds=0.3).step(), 10)
        assert "Timeout" in await value(database, "SELECT last_error FROM outbox")
        smtp.pause = 0

    run(scenario())


@pytest.mark.parametrize("to", ["ada@example.com\r\nBcc: victim@example.com", "ada@example.com, victim@example.com"])
def test_an_address_with_a_second_one_in_it_reaches_nobody(
    run: Run[Any], database: Database, smtp: SmtpServer, to: str
) -> None:
    async def scenario() -> None:
        await ask(database, to=to)
        await over(smtp, database).empty()
        assert smtp.envelopes == []
        assert await value(database, "SELECT parked_reason FROM outbox") == "that is not one mail address"

    run(scenario())


def test_a_kind_of_letter_that_there_is_not_is_parked(run: Run[Any], database: Database, smtp: SmtpServer) -> None:
    async def scenario() -> None:
        async with database.writing() as conn:
            await OutboxMailer().enqueue(conn, "../../secrets", TO, "en", {}, "odd")
        await over(smtp, database).empty()
        assert "there is no letter" in await value(database, "SELECT parked_reason FROM outbox")

    run(scenario())


def test_the_inbox_keeps_what_it_says_and_for_whom(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        await ask(database)
        await relay_to(database, InboxTransport()).empty()
        async with database.reading() as conn:
            row = await conn.fetchrow("SELECT recipient, subject, text, html FROM sent_mail")
        assert row is not None
        assert (row["recipient"], row["subject"]) == (TO, "Choose a new password")
        assert LINK in row["text"]
        assert LINK in row["html"]

    run(scenario())


def test_a_server_without_encryption_gets_no_mail_and_no_password(
    run: Run[Any], database: Database, smtp: SmtpServer
) -> None:
    async def scenario() -> None:
        await ask(database)
        server = parse_smtp_url(f"smtp://shop:hunter2@127.0.0.1:{smtp.port}")  # STARTTLS is what that means
        await relay_to(database, Smtp(server, whole_seconds=10)).empty()
        assert smtp.mails == []
        error = await value(database, "SELECT last_error FROM outbox")
        assert "STARTTLS" in error
        assert "hunter2" not in error

    run(scenario())


@pytest.mark.parametrize("how", ["starttls", "implicit"])
def test_a_server_that_cannot_show_who_it_is_gets_no_mail(
    run: Run[Any], database: Database, tmp_path: Path, how: str
) -> None:
    async def scenario() -> None:
        server = SmtpServer(self_signed(tmp_path), implicit=how == "implicit")
        server.start()
        try:
            await ask(database)
            url = f"smtp://localhost:{server.port}?tls={how}"
            await relay_to(database, Smtp(parse_smtp_url(url), whole_seconds=10)).empty()
            assert server.mails == []
            assert "certificate" in (await value(database, "SELECT last_error FROM outbox")).lower()
        finally:
            server.stop()

    run(scenario())


def self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    no_password = serialization.NoEncryption()
    pem = certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, no_password
    )
    file = folder / "self-signed.pem"
    file.write_bytes(pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
