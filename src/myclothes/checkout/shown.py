"""Checkout as its page shows it: everything that the template prints, and the same as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from myclothes.accounts.addresses import SavedAddress
from myclothes.accounts.postal import address_fields
from myclothes.accounts.postal_format import format_address
from myclothes.accounts.postal_rules import countries, regions
from myclothes.catalog.wording import size_label
from myclothes.checkout import wording
from myclothes.checkout.filled import ANOTHER, Filled
from myclothes.checkout.model import Quote
from myclothes.kernel.i18n import Message, translate

_LABELS = {
    "email": Message("Mail address"),
    "country": Message("Country"),
    "address": Message("Delivery address"),
    "shipping": Message("Shipping method"),
    "voucher": Message("Voucher"),
    "card_number": Message("Card number"),
    "card_expiry": Message("Expires"),
    "card_cvc": Message("Security code"),
    "payment": Message("Payment"),
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """A mistake in the list above the form, as the page goes; `field` is where its link leads, "" for none."""

    field: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class ShownMethod:
    code: str
    name: str
    days: str
    price: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class ShownAddress:
    id: str
    name: str
    text: str
    chosen: bool


def context(
    filled: Filled, quote: Quote, saved: Sequence[SavedAddress], errors: Mapping[str, str], language: str
) -> dict[str, Any]:
    """For `checkout_form.html`. `errors` are those of the form; the quote's own come on top."""
    fields = address_fields(filled.country, language)
    labels = {one.name: one.label for one in fields}
    told, beside = _problems(quote, language)
    errors = {**beside, **errors}
    order = ("email", "country", "address", *labels, "shipping", "card_number", "card_expiry", "card_cvc", "payment")
    known = [name for name in (*order, "voucher") if name in errors]
    wrong = [Wrong(name, _label(name, labels, language), translate(errors[name], language)) for name in known]
    wrong += [Wrong("", "", translate(text, language)) for name, text in errors.items() if name not in known]
    return {
        "filled": filled,
        "quote": quote,
        "errors": errors,
        "wrong": wrong,
        "told": told,
        "blocked": wording.blocked(quote),
        "lines": [(line, size_label(line.size, language)) for line in quote.lines],
        "methods": _methods(quote, language),
        "saved": _saved(saved, filled, language),
        "another": ANOTHER,
        "countries": countries(language),
        "fields": fields,
        "tax_follows": not quote.tax_included and not filled.region and bool(regions(filled.country)),
        "test_cards": wording.TEST_CARDS,
    }


def quote_json(quote: Quote, language: str) -> dict[str, Any]:
    """Amounts in minor units."""
    return {
        "currency": quote.currency,
        "lines": [
            {"sku": line.sku, "name": line.name, "quantity": line.quantity, "unit_price": line.unit_price,
             "line_total": line.line_total}
            for line in quote.lines
        ],
        "subtotal": quote.subtotal,
        "discount": quote.discount,
        "shipping": quote.shipping,
        "tax": quote.tax,
        "tax_included": quote.tax_included,
        "total": quote.total,
        "voucher": quote.voucher,
        "methods": [msgspec.to_builtins(method) for method in quote.methods],
        "method": quote.method.code if quote.method else None,
        "problems": problems_json(quote, language),
    }  # fmt: skip


def problems_json(quote: Quote, language: str) -> list[dict[str, Any]]:
    return [
        {
            **msgspec.to_builtins(problem),
            "text": translate(wording.problem_message(problem, quote.currency, language), language),
        }
        for problem in quote.problems
    ]


def told_of_cart(quote: Quote, language: str) -> list[str]:
    """Why the pieces in the cart cannot be ordered; nothing of an empty cart."""
    return [
        translate(wording.problem_message(problem, quote.currency, language), language)
        for problem in quote.problems
        if problem.kind in wording.BLOCKING - {"empty"}
    ]


def _problems(quote: Quote, language: str) -> tuple[list[str], dict[str, str]]:
    """What is told above the form, and what beside its fields."""
    told: list[str] = []
    beside: dict[str, str] = {}
    for problem in quote.problems:
        message = wording.problem_message(problem, quote.currency, language)
        if problem.kind in wording.FIELDS:
            beside[wording.FIELDS[problem.kind]] = message
        elif problem.kind != "empty":
            told.append(translate(message, language))
    told += [
        translate(wording.price_message(line, quote.currency, language), language)
        for line in quote.lines
        if line.seen_price != line.unit_price
    ]
    return told, beside


def _label(name: str, labels: Mapping[str, str], language: str) -> str:
    return labels.get(name) or translate(_LABELS.get(name, ""), language)


def _methods(quote: Quote, language: str) -> list[ShownMethod]:
    chosen = quote.method.code if quote.method else ""
    return [
        ShownMethod(
            method.code,
            method.name,
            translate(wording.days_message(method), language),
            method.price,
            method.code == chosen,
        )
        for method in quote.methods
    ]


def _saved(saved: Sequence[SavedAddress], filled: Filled, language: str) -> list[ShownAddress]:
    return [
        ShownAddress(
            str(one.id),
            one.address.name,
            ", ".join(line for line in format_address(one.address, language) if line != one.address.name),
            str(one.id) == filled.chosen,
        )
        for one in saved
    ]
