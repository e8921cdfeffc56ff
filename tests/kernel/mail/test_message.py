"""Nothing that a shopper can type adds a header to a mail, or a recipient."""

from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myclothes.kernel.mail.message import Letter, message, message_id, one_line, recipient
from myclothes.kernel.outbox_relay import Hopeless

SENDER = "MyClothes <shop@myclothes.example>"
HEADERS = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Content-Language",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
}


def sent(
    subject: str = "Hello", to: str = "ada@example.com", text: str = "Hello.", html: str = "<p>Hello.</p>"
) -> bytes:
    letter = Letter("test", "en", subject, text, html)
    return message(letter, to, SENDER, message_id("key", SENDER)).as_bytes()


@given(st.text(max_size=300))
def test_no_subject_adds_a_header_or_a_line(subject: str) -> None:
    read = message_from_bytes(sent(subject), policy=default)
    assert set(read.keys()) == HEADERS
    assert read["To"] == "ada@example.com"
    assert read["Subject"].splitlines() in ([], [read["Subject"]])


@pytest.mark.parametrize(
    "attack",
    [
        "Hi\r\nBcc: victim@example.com",
        "Hi\nBcc: victim@example.com",
        "Hi\r\n\r\n<script>",
        "Hi\u2028Bcc: victim@example.com",
        "Hi\x85Bcc: victim@example.com",
        "Hi\x0bBcc: victim@example.com",
        "=?utf-8?q?Hi=0D=0ABcc=3A_victim=40example=2Ecom?=",
    ],
)
def test_a_name_in_a_subject_brings_no_bcc(attack: str) -> None:
    raw = sent(f"Order for {attack}")
    read = message_from_bytes(raw, policy=default)
    assert set(read.keys()) == HEADERS
    head = raw.partition(b"\r\n\r\n")[0]
    assert not any(line.lower().startswith(b"bcc") for line in head.splitlines())


@pytest.mark.parametrize(
    "to",
    [
        "ada@example.com, victim@example.com",
        "ada@example.com\r\nBcc: victim@example.com",
        "ada@example.com\nBcc: victim@example.com",
        "Ada <ada@example.com>",
        "ada@example.com;victim@example.com",
        "<ada@example.com>",
        "ada",
        "@example.com",
        "ada@",
        "",
        " ada@example.com",
        "ada @example.com",
    ],
)
def test_a_recipient_is_one_address_and_nothing_else(to: str) -> None:
    with pytest.raises(Hopeless):
        recipient(to)


@given(st.text(max_size=80))
def test_any_text_is_one_recipient_or_none(to: str) -> None:
    try:
        assert recipient(to).addr_spec == to
    except Hopeless:
        return
    assert not set(to) & set("\r\n\t <>,;")


def test_a_body_cannot_end_the_mail_early_or_become_a_header() -> None:
    body = "one\r\n.\r\nRCPT TO:<victim@example.com>\r\n\r\nBcc: victim@example.com\n"
    read = message_from_bytes(sent(text=body), policy=default)
    assert set(read.keys()) == HEADERS
    plain = read.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().splitlines() == body.splitlines()


def test_a_mail_has_both_forms_and_says_that_a_machine_wrote_it() -> None:
    read = message_from_bytes(sent(text="안녕하세요", html="<p>안녕하세요</p>"), policy=default)
    assert read.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in read.iter_parts()] == ["text/plain", "text/html"]
    assert read["Auto-Submitted"] == "auto-generated"


def test_the_message_id_follows_from_the_key() -> None:
    assert message_id("a", SENDER) == message_id("a", SENDER) != message_id("b", SENDER)
    assert message_id("a", SENDER).endswith("@myclothes.example>")


@given(st.text(max_size=400))
def test_one_line_is_one_line(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert len(line) <= 200
