"""What the cart says, as messages that the pages translate: one sentence for each kind of notice."""

from myclothes.cart.notices import Notice
from myclothes.kernel.i18n import Message, counted, translate
from myclothes.kernel.money import format_money


def sentence(notice: Notice, currency: str, language: str) -> str:
    """The notice in plain words of `language`."""
    return translate(_message(notice, currency, language), language)


def _message(notice: Notice, currency: str, language: str) -> Message:
    def money(amount: int | None) -> str:
        return format_money(amount or 0, currency, language)

    match notice.kind:
        case "price_rose":
            return Message(
                "%(name)s costs more than when you added it: %(now)s instead of %(before)s.",
                name=notice.name,
                now=money(notice.now),
                before=money(notice.before),
            )
        case "price_fell":
            return Message(
                "Good news: %(name)s now costs %(now)s instead of %(before)s.",
                name=notice.name,
                now=money(notice.now),
                before=money(notice.before),
            )
        case "fewer_left":
            left = notice.left or 0
            return counted(
                "Of %(name)s only %(count)d is left. Please take fewer.",
                "Of %(name)s only %(count)d are left. Please take fewer.",
                left,
                name=notice.name,
            )
        case "sold_out":
            return Message("%(name)s has sold out in this size. It is not part of the subtotal.", name=notice.name)
        case "gone":
            return Message("One piece (%(sku)s) is not sold any more. You can remove it.", sku=notice.sku)
