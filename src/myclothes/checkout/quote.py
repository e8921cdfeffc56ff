"""What an order costs: whole numbers in, whole numbers out, and the sums always right.

    discount = sum of the lines' discounts              line_total - discount is never below 0
    tax      = sum of the lines' taxes + shipping's      (inside the prices, or on top of them)
    total    = subtotal - discount + shipping + (tax, where it comes on top)

An amount for the whole order is rounded once, half up, and then dealt out by the largest remainder, so that the
parts add up to it to the last cent.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from myclothes.checkout.model import Item, Method, Problem, Quote, QuoteLine, TaxRule, Terms, Voucher

MILLION = 1_000_000
HUNDRED_PERCENT = 10_000


def quote(
    items: Sequence[Item], terms: Terms, *, currency: str, shipping: str = "", expected: int | None = None
) -> Quote:
    """`shipping` is the code of a method, "" for the first there is. `expected`: the total that the shopper has seen."""
    buyable = [item for item in items if item.left]
    problems = [problem for item in items for problem in _problems(item)]
    totals = [item.price * item.quantity for item in buyable]
    subtotal = sum(totals)
    voucher, refusal = _usable(terms.voucher, subtotal)
    if refusal:
        problems.append(refusal)
    discount = _discount(voucher, subtotal)
    methods = [replace(method, price=_shipping(method, voucher, subtotal - discount)) for method in terms.methods]
    method = next((method for method in methods if method.code == shipping), None)
    if not items:
        problems.append(Problem("empty"))
    if not methods:
        problems.append(Problem("country"))
    elif shipping and method is None:
        problems.append(Problem("shipping"))
    if not shipping and methods:
        method = methods[0]
    shipping_price = method.price if method else 0
    discounts = dealt_out(discount, totals)
    taxable = [total - part for total, part in zip(totals, discounts, strict=True)]
    tax, taxes = _tax(terms.tax, [*taxable, shipping_price if terms.tax.on_shipping else 0])
    total = subtotal - discount + shipping_price + (0 if terms.tax.included else tax)
    if expected is not None and expected != total:
        problems.append(Problem("total", before=expected, now=total))
    return Quote(
        lines=[
            QuoteLine(
                item.sku, item.slug, item.name, item.size, item.colour, item.picture, item.quantity, item.price,
                line_total, part, line_tax, item.seen_price,
            )
            for item, line_total, part, line_tax in zip(buyable, totals, discounts, taxes, strict=False)
        ],
        currency=currency,
        subtotal=subtotal,
        discount=discount,
        shipping=shipping_price,
        tax=tax,
        tax_included=terms.tax.included,
        tax_rate=terms.tax.rate,
        total=total,
        methods=methods,
        method=method,
        voucher=voucher.code if voucher else None,
        problems=problems,
    )  # fmt: skip


def _problems(item: Item) -> list[Problem]:
    if item.left is None:
        return [Problem("gone", item.sku, item.name)]
    if item.left <= 0:
        return [Problem("sold_out", item.sku, item.name, before=item.quantity)]
    if item.left < item.quantity:
        return [Problem("fewer", item.sku, item.name, before=item.quantity, now=item.left)]
    return []


def _usable(voucher: Voucher | None, subtotal: int) -> tuple[Voucher | None, Problem | None]:
    if voucher is None:
        return None, None
    if voucher.refusal:
        return None, Problem("voucher", name=voucher.code, reason=voucher.refusal)
    if subtotal < voucher.minimum:
        return None, Problem("voucher", name=voucher.code, reason="minimum", now=voucher.minimum)
    return voucher, None


def _discount(voucher: Voucher | None, subtotal: int) -> int:
    """Never more than the goods cost."""
    if voucher is None:
        return 0
    if voucher.kind == "percentage":
        return rounded(subtotal * voucher.value, HUNDRED_PERCENT)
    return min(voucher.value, subtotal) if voucher.kind == "fixed" else 0


def _shipping(method: Method, voucher: Voucher | None, goods: int) -> int:
    free = method.free_from is not None and goods >= method.free_from
    return 0 if free or (voucher is not None and voucher.kind == "free_shipping") else method.price


def _tax(rule: TaxRule, amounts: list[int]) -> tuple[int, list[int]]:
    """The tax of all `amounts` together, and each one's part of it."""
    whole = sum(amounts)
    tax = rounded(whole * rule.rate, MILLION + rule.rate if rule.included else MILLION)
    return tax, dealt_out(tax, amounts)


def rounded(numerator: int, denominator: int) -> int:
    """The quotient of two numbers that are not negative, half up."""
    return (2 * numerator + denominator) // (2 * denominator)


def dealt_out(amount: int, weights: Sequence[int]) -> list[int]:
    """`amount` in parts by `weights`, by the largest remainder: they add up, and a part is less than 1 off its share.

    0 for all when there is nothing to go by: only then may `amount` not be dealt out, and it must be 0.
    """
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    parts = [amount * weight // whole for weight in weights]
    remainders = sorted(range(len(weights)), key=lambda at: (-(amount * weights[at] % whole), at))
    for at in remainders[: amount - sum(parts)]:
        parts[at] += 1
    return parts
