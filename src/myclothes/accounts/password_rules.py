"""Which passwords the shop takes: long ones that are not among the first guesses. No rules about kinds of characters."""

import unicodedata

from myclothes.accounts.mail_address import MailAddress
from myclothes.kernel.errors import Invalid
from myclothes.kernel.i18n import Message, counted

SHORTEST, LONGEST = 8, 256
_GUESSES = (
    "password password1 password123 passw0rd 12345678 123456789 1234567890 123123123 11111111 00000000 qwertyui "
    "qwertyuiop qwerty123 qwer1234 1q2w3e4r 1qaz2wsx asdfghjk asdf1234 abcd1234 abc12345 iloveyou sunshine princess "
    "football baseball superman trustno1 whatever letmein1 welcome1 admin123 monkey123 dragon123 changeme myclothes "
    "clothes1 computer internet samsung1 qlalfqjsgh dkssudgktpdy"
)
_FIRST_GUESSES = frozenset(_GUESSES.split())


def normal(password: str) -> str:
    """One spelling of the same text, whichever keyboard it came from. Nothing is trimmed."""
    return unicodedata.normalize("NFKC", password)


def check_new_password(password: str, email: MailAddress | None, field: str = "password") -> str:
    """The password to hash. Raises `Invalid` for one that somebody would guess."""
    text = normal(password)
    if len(text) < SHORTEST:
        raise Invalid(
            fields={
                field: counted(
                    "A password has at least %(count)d character.",
                    "A password has at least %(count)d characters.",
                    SHORTEST,
                )
            }
        )
    if len(text) > LONGEST:
        raise Invalid(fields={field: Message("A password has at most %(most)d characters.", most=LONGEST)})
    plain = text.casefold()
    own = {email.key, email.key.partition("@")[0]} if email else set()
    if plain in _FIRST_GUESSES or plain in own or len(set(plain)) < 3:
        raise Invalid(fields={field: Message("That password is among the first that somebody would try.")})
    return text
