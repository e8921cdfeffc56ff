"""The form of checkout as somebody filled it in: kept to show it again, and read into what Pay asks for.

Only the fields named here are ever looked at. Prices, totals and whose order it is come from nobody's form.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from myclothes.accounts.addresses import SavedAddress
from myclothes.accounts.mail_address import parse_mail_address
from myclothes.accounts.postal import Address, validate_address
from myclothes.accounts.postal_rules import canonical_region, is_country
from myclothes.checkout.payments.chosen import Payments
from myclothes.kernel.errors import Invalid
from myclothes.kernel.i18n import Message
from myclothes.orders.model import Order, PostalAddress

ADDRESS = ("name", "line1", "line2", "city", "region", "postal_code", "phone")
ANOTHER = "another"
"""Where saved addresses can be chosen: none of them, but the one in the fields."""
LONGEST = 200
"""Characters of a field that are worth showing again."""
_MOST_MONEY = 2**53


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """`chosen` is the id of a saved address, or `ANOTHER`. `values` are the address fields and the mail address."""

    values: dict[str, str]
    country: str
    chosen: str = ANOTHER
    shipping: str = ""
    voucher: str = ""
    keep: bool = False
    """Whether the address goes into the book."""

    @property
    def region(self) -> str:
        """As tax rules know it."""
        typed = self.values.get("region", "")
        return canonical_region(self.country, typed) or "" if typed else ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form that makes sense asks for."""

    email: str
    address: PostalAddress
    payment: str
    expected_total: int | None


def read_filled(form: Mapping[str, str], saved: Sequence[SavedAddress], likely: str) -> Filled:
    """`likely` is the country for whoever has not chosen one. A saved address stands for its fields."""
    values = {name: form.get(name, "")[:LONGEST] for name in ("email", *ADDRESS)}
    asked = form.get("country", "")
    chosen = _chosen(form.get("address", ""), values, saved)
    country = asked if is_country(asked) else likely
    if chosen is not None:
        values |= _fields(chosen.address)
        country = chosen.address.country
    return Filled(
        values=values,
        country=country,
        chosen=str(chosen.id) if chosen else ANOTHER,
        shipping=form.get("shipping", "")[:LONGEST],
        voucher=form.get("voucher", "").strip()[:40],
        keep="keep" in form,
    )


def filled_again(order: Order, saved: Sequence[SavedAddress]) -> Filled:
    """What an order that was not paid had been asked for with."""
    address = msgspec.convert(order.address, Address, from_attributes=True)
    known = next((one for one in saved if one.address == address), None)
    return Filled(
        values={"email": order.email, **_fields(order.address)},
        country=order.address.country,
        chosen=str(known.id) if known else ANOTHER,
        shipping=order.shipping_method,
        voucher=order.voucher or "",
    )


def read_asked(form: Mapping[str, str], filled: Filled, saved: Sequence[SavedAddress], payments: Payments) -> Asked:
    """Raises `Invalid` with all mistakes at once. Without a mail address an account's own serves: see `read_filled`."""
    wrong: dict[str, str] = {}
    email = method = ""
    address: Address | None = None
    try:
        email = parse_mail_address(filled.values["email"]).shown
    except Invalid as error:
        wrong |= error.fields
    try:
        address = _address(form, filled, saved)
    except Invalid as error:
        wrong |= error.fields
    name = payments.providers[0].name
    if form.get("payment", name) != name:
        wrong["payment"] = Message("We do not take that kind of payment.")
    else:
        try:
            method = payments.read_method(form)
        except Invalid as error:
            wrong |= error.fields
    expected = form.get("expected_total", "")
    if expected and not (expected.isascii() and expected.isdigit() and int(expected[:20]) <= _MOST_MONEY):
        wrong["expected_total"] = Message("A total is a whole number of the smallest coins.")
    if wrong or address is None:
        raise Invalid(fields=wrong)
    postal = msgspec.convert(address, PostalAddress, from_attributes=True)
    return Asked(email, postal, method, int(expected) if expected else None)


def _chosen(asked: str, values: Mapping[str, str], saved: Sequence[SavedAddress]) -> SavedAddress | None:
    """Whoever neither chooses nor types one gets the default address."""
    if asked == ANOTHER or (not asked and any(values[name] for name in ADDRESS)):
        return None
    return next((one for one in saved if str(one.id) == asked), saved[0] if saved and not asked else None)


def _address(form: Mapping[str, str], filled: Filled, saved: Sequence[SavedAddress]) -> Address:
    known = next((one for one in saved if str(one.id) == filled.chosen), None)
    if known is not None:
        return known.address
    if form.get("address", ANOTHER) not in ("", ANOTHER):
        raise Invalid(fields={"address": Message("That address is not in your book (any more).")})
    return validate_address({name: form.get(name, "") for name in ADDRESS}, form.get("country", ""))


def _fields(address: Address | PostalAddress) -> dict[str, str]:
    return {name: getattr(address, name) for name in ADDRESS}
