import pytest

from myclothes.kernel.mail.smtp_url import SmtpServer, parse_smtp_url


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", SmtpServer("mail.example", 587, "starttls")),
        ("smtp://mail.example:465", SmtpServer("mail.example", 465, "implicit")),
        ("smtp://mail.example?tls=implicit", SmtpServer("mail.example", 465, "implicit")),
        ("smtp://127.0.0.1:25?tls=none", SmtpServer("127.0.0.1", 25, "none")),
        ("smtp://shop:p%40ss%2Fword@mail.example", SmtpServer("mail.example", 587, "starttls", "shop", "p@ss/word")),
    ],
)
def test_an_address_says_where_and_how(url: str, server: SmtpServer) -> None:
    assert parse_smtp_url(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://h?tls=maybe",
        "smtp://h:99999",
        "smtp://h?tsl=none",
        "smtp://h/path",
    ],
)
def test_anything_else_is_refused_with_what_it_should_be(url: str) -> None:
    with pytest.raises(ValueError, match="must be inbox: or smtp://"):
        parse_smtp_url(url)


def test_a_password_does_not_show() -> None:
    assert "hunter2" not in repr(parse_smtp_url("smtp://a:hunter2@mail.example"))
