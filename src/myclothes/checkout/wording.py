"""What checkout says: why something cannot be ordered like this, how long a delivery takes, what the test cards do."""

from myclothes.checkout.model import Method, Problem, Quote, QuoteLine
from myclothes.kernel.i18n import Message, counted
from myclothes.kernel.money import format_money

BLOCKING = frozenset({"empty", "gone", "sold_out", "fewer"})
"""Only a change of the cart helps."""
FIELDS = {"country": "country", "shipping": "shipping", "voucher": "voucher"}
"""Problems that belong beside a field."""
TEST_CARDS = (
    ("4242 4242 4242 4242", Message("is paid")),
    ("4000 0000 0000 0002", Message("is declined")),
    ("4000 0000 0000 3220", Message("asks at the bank first")),
    ("4000 0000 0000 0119", Message("is paid, but the answer gets lost")),
    ("4000 0000 0000 0341", Message("is paid, and the bank says so twice")),
)
_VOUCHER = {
    "unknown": Message("We do not know this voucher. Is there a slip in it?"),
    "early": Message("This voucher is not valid yet."),
    "late": Message("This voucher is not valid any more."),
    "used_up": Message("This voucher has been used up."),
    "used": Message("You have used this voucher before."),
}


def problem_message(problem: Problem, currency: str, language: str) -> Message:
    def money(amount: int) -> str:
        return format_money(amount, currency, language)

    name = problem.name or problem.sku
    match problem.kind:
        case "gone":
            return Message("%(name)s is not sold any more.", name=name)
        case "sold_out":
            return Message("%(name)s has just sold out in this size.", name=name)
        case "fewer":
            return counted(
                "Of %(name)s only %(count)d is left.", "Of %(name)s only %(count)d are left.", problem.now, name=name
            )
        case "total":
            return Message(
                "The total is now %(now)s instead of %(before)s. Nothing was charged: please look again, then pay.",
                now=money(problem.now),
                before=money(problem.before),
            )
        case "country":
            return Message("We do not deliver there yet.")
        case "shipping":
            return Message("This way of delivery does not exist there. We have chosen another one.")
        case "voucher" if problem.reason == "minimum":
            return Message("This voucher counts from %(amount)s on.", amount=money(problem.now))
        case "voucher":
            return _VOUCHER.get(problem.reason, _VOUCHER["unknown"])
        case _:
            return Message("There is nothing in your cart to order.")


def price_message(line: QuoteLine, currency: str, language: str) -> Message:
    """The price is another than when the shopper last looked at the cart."""
    return Message(
        "%(name)s now costs %(now)s instead of %(before)s.",
        name=line.name,
        now=format_money(line.unit_price, currency, language),
        before=format_money(line.seen_price, currency, language),
    )


def days_message(method: Method) -> Message:
    if method.days_min == method.days_max:
        return counted("%(count)d working day", "%(count)d working days", method.days_max)
    return Message("%(least)d–%(most)d working days", least=method.days_min, most=method.days_max)


def blocked(quote: Quote) -> bool:
    """Whether nothing can be ordered before the cart is changed."""
    return any(problem.kind in BLOCKING for problem in quote.problems)
