"""What an order costs: always a whole number of minor units, and always adding up."""

from hypothesis import given
from hypothesis import strategies as st

from myclothes.checkout.model import Item, Method, Quote, TaxRule, Terms, Voucher
from myclothes.checkout.quote import dealt_out, quote, rounded

STANDARD = Method("standard", "Standard", 500, 3, 5, 10_000)
EXPRESS = Method("express", "Express", 1_500, 1, 2)
NO_TAX = TaxRule(0, True, False)
TEN_INSIDE = TaxRule(100_000, True, True)
TEN_ON_TOP = TaxRule(100_000, False, True)


def item(price: int, quantity: int = 1, left: int | None = 99, sku: str = "TEE01-INK-M") -> Item:
    return Item(sku, quantity, price, price, left)


def quoted(
    *items: Item,
    tax: TaxRule = NO_TAX,
    voucher: Voucher | None = None,
    shipping: str = "standard",
    expected: int | None = None,
) -> Quote:
    terms = Terms([STANDARD, EXPRESS], tax, voucher)
    return quote(items, terms, currency="USD", shipping=shipping, expected=expected)


def kinds(told: Quote) -> list[tuple[str, str]]:
    return [(problem.kind, problem.reason) for problem in told.problems]


def test_goods_and_shipping_make_the_total() -> None:
    told = quoted(item(3_900, 2), item(1_999))
    assert (told.subtotal, told.shipping, told.tax, told.total) == (9_799, 500, 0, 10_299)
    assert not told.problems


def test_shipping_is_free_from_what_the_goods_cost_after_the_voucher() -> None:
    assert quoted(item(10_000)).shipping == 0
    assert quoted(item(9_999)).shipping == 500
    assert quoted(item(10_000), voucher=Voucher("A", "fixed", 1, 0)).shipping == 500
    assert quoted(item(10_000), shipping="express").shipping == 1_500


def test_tax_inside_the_price_changes_nothing_of_the_total() -> None:
    told = quoted(item(10_500), tax=TEN_INSIDE, shipping="express")
    assert (told.tax, told.total) == (1_091, 12_000)  # 12000 / 11


def test_tax_on_top_is_added() -> None:
    told = quoted(item(3_333), tax=TEN_ON_TOP)
    assert (told.tax, told.total) == (383, 3_333 + 500 + 383)
    without = quoted(item(3_333), tax=TaxRule(100_000, False, False))
    assert (without.tax, without.total) == (333, 3_333 + 500 + 333)


def test_what_a_voucher_takes_off_is_not_taxed() -> None:
    told = quoted(item(10_000), tax=TEN_ON_TOP, voucher=Voucher("A", "percentage", 1_000, 0), shipping="express")
    assert (told.discount, told.tax, told.total) == (1_000, 1_050, 11_550)


def test_a_voucher_never_takes_off_more_than_the_goods_cost() -> None:
    told = quoted(item(1_500), voucher=Voucher("A", "fixed", 9_000, 0))
    assert (told.discount, told.total) == (1_500, 500)


def test_free_shipping_is_free_with_every_method() -> None:
    told = quoted(item(1_500), voucher=Voucher("A", "free_shipping", 0, 0), shipping="express")
    assert (told.discount, told.shipping, told.total) == (0, 0, 1_500)
    assert [method.price for method in told.methods] == [0, 0]


def test_a_voucher_that_does_not_hold_is_told_and_takes_nothing_off() -> None:
    told = quoted(item(1_500), voucher=Voucher("A", "fixed", 100, 2_000))
    assert (kinds(told), told.problems[0].now) == ([("voucher", "minimum")], 2_000)
    assert (told.discount, told.voucher) == (0, None)
    for reason in ("unknown", "early", "late", "used_up", "used"):
        told = quoted(item(1_500), voucher=Voucher("A", "fixed", 100, 0, reason))
        assert (kinds(told), told.discount) == ([("voucher", reason)], 0)


def test_what_cannot_be_bought_costs_nothing_and_is_told() -> None:
    told = quoted(item(1_500), item(900, left=0), item(800, 5, left=3), item(700, left=None))
    assert [(problem.kind, problem.before, problem.now) for problem in told.problems] == [
        ("sold_out", 1, 0),
        ("fewer", 5, 3),
        ("gone", 0, 0),
    ]
    assert told.subtotal == 1_500 + 5 * 800


def test_another_total_than_was_shown_is_told() -> None:
    assert not quoted(item(1_500), expected=2_000).problems
    told = quoted(item(1_500), expected=1_999)
    assert [(problem.kind, problem.before, problem.now) for problem in told.problems] == [("total", 1_999, 2_000)]


def test_without_a_choice_the_first_method_is_taken() -> None:
    told = quoted(item(1_500), shipping="")
    assert (told.method, told.total) == (STANDARD, 2_000)


prices = st.integers(0, 100_000_000)
items = st.lists(st.builds(item, prices, st.integers(1, 999), st.integers(0, 2_000) | st.none()), max_size=12)
taxes = st.builds(TaxRule, st.integers(0, 1_000_000), st.booleans(), st.booleans())
vouchers = st.none() | st.one_of(
    st.builds(Voucher, st.just("A"), st.just("percentage"), st.integers(0, 10_000), prices),
    st.builds(Voucher, st.just("A"), st.just("fixed"), st.integers(0, 10**9), prices),
    st.builds(Voucher, st.just("A"), st.just("free_shipping"), st.just(0), prices),
)
methods = st.lists(
    st.builds(Method, st.sampled_from(["standard", "express"]), st.just(""), prices, st.just(1), st.just(2), st.none() | prices),
    max_size=2,
)  # fmt: skip


@given(items, taxes, vouchers, methods, st.sampled_from(["", "standard", "express", "none"]))
def test_it_always_adds_up(
    lines: list[Item], tax: TaxRule, voucher: Voucher | None, ways: list[Method], shipping: str
) -> None:
    told = quote(lines, Terms(ways, tax, voucher), currency="USD", shipping=shipping)
    assert told.subtotal == sum(line.line_total for line in told.lines)
    assert all(line.line_total == line.quantity * line.unit_price for line in told.lines)
    assert told.discount == sum(line.discount for line in told.lines)
    assert all(0 <= line.discount <= line.line_total for line in told.lines)
    assert all(line.tax >= 0 for line in told.lines)
    assert told.total == told.subtotal - told.discount + told.shipping + (0 if tax.included else told.tax)
    assert told.total >= 0
    assert told.tax <= told.total
    on_shipping = told.tax - sum(line.tax for line in told.lines)
    assert on_shipping >= 0
    if not tax.on_shipping or not told.shipping:
        assert on_shipping == 0


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**9), min_size=1, max_size=40))
def test_what_is_dealt_out_adds_up_and_nobody_is_off_by_one(amount: int, weights: list[int]) -> None:
    parts = dealt_out(amount, weights)
    whole = sum(weights)
    if not whole:
        assert parts == [0] * len(weights)
        return
    assert sum(parts) == amount
    assert all(abs(part * whole - amount * weight) < whole for part, weight in zip(parts, weights, strict=True))


@given(st.integers(0, 10**15), st.integers(1, 10**9))
def test_rounding_is_half_up(numerator: int, denominator: int) -> None:
    nearest = rounded(numerator, denominator)
    assert -denominator <= 2 * (numerator - nearest * denominator) < denominator
