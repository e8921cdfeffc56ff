"""The till over real engines, as browsers reach it: forms, JSON, and hands that should not be in it."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest
from asyncpg.connection import Connection

from myclothes.engines.valkey import Valkey as Engine
from myclothes.kernel.errors import Unavailable
from tests.checkout.counter import (
    DECLINED,
    FIELDS,
    JSON,
    PORTLAND,
    SECURE,
    SILENT,
    Counter,
    Page,
    open_counter,
)
from tests.checkout.shop import COAT, STOCK, TEE
from tests.conftest import Run

OpenCounter = Callable[[], AbstractAsyncContextManager[Counter]]
SEOUL = {
    "name": "김민지",
    "line1": "세종대로 110",
    "city": "중구",
    "region": "서울특별시",
    "postal_code": "04524",
    "country": "KR",
    "phone": "010-1234-5678",
}


@pytest.fixture
def counter(stocked_dsn: str, durable_valkey: Engine, cache_valkey: Engine, prefix: str) -> OpenCounter:
    return lambda: open_counter(stocked_dsn, durable_valkey.url, cache_valkey.url, prefix)


def test_an_empty_cart_helps_and_leaves_no_session(run: Run[None], counter: OpenCounter) -> None:
    async def scenario() -> None:
        async with counter() as shop:
            page = await shop.guest().at()
            assert page.status == 200
            assert "There is nothing in your cart to order." in page.text
            assert "set-cookie" not in page.answer.headers
            asked = (await shop.guest().client.get("/checkout", headers=JSON)).json()
            assert [problem["kind"] for problem in asked["problems"]] == ["empty"]

    run(scenario())


def test_the_page_asks_for_everything_and_is_kept_by_nobody(run: Run[None], counter: OpenCounter) -> None:
    async def scenario() -> None:
        async with counter() as shop:
            ada = shop.guest()
            await ada.puts(TEE, 2)
            page = await ada.at()
            assert page.answer.headers["cache-control"] == "private, no-store"
            assert page.total == 2 * 3_900 + 500
            for name in ("email", "name", "address-line1", "address-level2", "address-level1", "postal-code",
                         "country", "cc-number", "cc-exp", "cc-csc"):  # fmt: skip
                assert f'autocomplete="{name}"' in page.answer.text
            assert "3–5 working days" in page.text
            assert "only these cards work" in page.text
            assert "/account/login?next=/checkout" in page.answer.text
            assert (await ada.at()).key != page.key

    run(scenario())


def test_the_form_leads_to_the_order_which_is_theirs_alone(run: Run[None], counter: OpenCounter) -> None:
    async def scenario() -> None:
        async with counter() as shop:
            ada = shop.guest()
            await ada.puts(TEE, 2)
            paid = await ada.pays()
            assert paid.status == 303
            order = await ada.at(paid.leads_to)
            assert order.status == 200
            assert "Thank you." in order.text
            assert "Ada Byron" in order.text
            assert await ada.units_in_cart() == 0
            assert (await shop.guest().at(paid.leads_to)).status == 404
            assert (await (await shop.customer()).at(paid.leads_to)).status == 404
            assert await shop.stock() == STOCK - 2

    run(scenario())


def test_json_in_the_shape_promised_with_no_page_before(run: Run[None], counter: OpenCounter) -> None:
    async def scenario() -> None:
        async with counter() as shop:
            ada = shop.guest()
            await ada.puts()
            answer = await ada.json(idempotency_key="one")
            assert answer.status_code == 200
            order = answer.json()
            assert order == {"order": order["order"], "status": "confirmed", "total": 4_400, "currency": "USD"}
            assert (await ada.client.get(f"/orders/{order['order']}", headers=JSON)).status_code == 200
            missing = await ada.json(idempotency_key="")
            assert missing.status_code == 422
            assert "idempotency_key" in missing.json()["errors"]

    run(scenario())


def test_the_same_key_gives_the_same_order_again(run: Run[None], counter: OpenCounter) -> None:
    async def scenario() -> None:
        async with counter() as shop:
            ada = shop.guest()
            await ada.puts()
            page = await ada.at()
            paid, again = [await ada.sends(page) for _ in range(2)]
            assert (again.status, again.leads_to) == (303, paid.leads_to)
            assert (await shop.orders(), await shop.stock()) == (1, STOCK - 1)
            other = await ada.json(idempotency_key=page.key, email="someone@example.com")
            assert other.status_code == 422

    run(scenario())


def test_a_key_of_somebody_else_reaches_nothing_of_theirs(run: Run[None], counter: OpenCounter) -> None:
    async def scenario() -> None:
        async with counter() as shop:
            ada, eve = shop.guest(), shop.guest()
            await ada.puts()
            await eve.puts()
            page = await ada.at()
            paid = await ada.sends(page)
            stolen = await eve.sends(page)
            assert stolen.status == 303
            assert stolen.leads_to != paid.leads_to
            assert (await eve.at(paid.leads_to)).status == 404

    run(scenario())


def test_who_lost_the_first_answer_sees_the_order_all_the_same(run: Run[None], counter: OpenCounter) -> None:
    async def scenario() -> None:
        async with counter() as shop:
            ada = shop.guest()
            await ada.puts()
            first = (await ada.json(idempotency_key="one")).json()
            ada.client.cookies.delete("session")  # it came with the answer that never arrived
            again = (await ada.json(idempotency_key="one")).json()
            assert again["order"] == first["order"]
            assert (await ada.at(f"/orders/{first['order']}")).status == 200

    run(scenario())


def test_nobody_names_their_own_price(run: Run[None], counter: OpenCounter) -> None:
    """Whatever else a form brings along is not looked at."""

    async def scenario() -> None:
        async with counter() as shop:
            ada = shop.guest()
            await ada.puts()
            paid = await ada.pays(
                price="1", unit_price="1", total="1", subtotal="1", discount="4000", tax="0", account_id="1", status="delivered",
                payment_status="paid", currency="KRW", quantity="0", sku=COAT, browser="x", number="AAAA-AAAA-AAAA",
            )  # fmt: skip
            order = (await ada.client.get(paid.leads_to, headers=JSON)).json()
            assert (order["total"], order["status"], order["currency"]) == (4_400, "confirmed", "USD")
            assert await shop.ask("SELECT account_id FROM orders") is None

    run(scenario())


@pytest.mark.parametrize("expected", ["1", "4399", "0", "999999999999"])
def test_another_total_than_shown_charges_nothing(run: Run[None], counter: OpenCounter, expected: str) -> None:
    async def scenario() -> None:
        async with counter() as shop:
            ada = shop.guest()
            await ada.puts()
            page = await ada.pays(expected_total=expected)
            assert page.status == 409
            assert "The total is now $44.00 instead of" in page.text
            assert page.total == 4_400
            assert (await shop.orders(), await shop.stock(), await ada.units_in_cart()) == (0, STOCK, 1)

    run(scenario())


@pytest.mark.parametrize("nonsense", ["-1", "1.5", "1e3", "٣", "9" * 200, "NaN"])
def test_a_total_that_is_none_is_refused(run: Run[None], counter: OpenCounter, nonsense: str) -> None:
    async def scenario() -> None:
        async with counter() as shop:
            ada = shop.guest()
            await ada.puts()
            answer = await ada.json(idempotency_key="one", expected_total=nonsense)
            assert answer.status_code == 422
            assert list(answer.json()["errors"]) == ["expected_total"]

    run(scenario())


def test_a_price_that_rose_meanwhile_is_told_and_then_paid(run: Run[None], counter: OpenCounter) -> None:
    async def scenario() -> None:
        async with counter() as shop:
            ada = shop.guest()
            await ada.puts()
            page = await ada.at()
            await shop.do("UPDATE variant SET price = 5000 WHERE sku = $1", TEE)
            told = await ada.sends(page)
            assert told.status == 409
            assert "The total is now $55.00 instead of $44.00. Nothing was charged" in told.text
            assert "Tee01 now costs $50.00 instead of $39.00." in told.text
            assert told.value("email") == "ada@example.com"
            refused = (await ada.json(idempotency_key="x", expected_total="4400")).json()
            assert (refused["status"], refused["total"]) == (409, 5_500)
            assert [problem["kind"] for problem in refused["problems"]] == ["total"]
            assert (await ada.sends(told)).leads_to.startswith("/orders/")

    run(scenario())


def test_stock_that_went_meanwhile_is_told(run: Run[None], counter: OpenCounter) -> None:
    async def scenario() -> None:
        async with counter() as shop:
            ada = shop.guest()
            await ada.puts(TEE, 3)
            page = await ada.at()
            await shop.do("UPDATE stock SET on_hand = 2 WHERE sku = $1", TEE)
            told = await ada.sends(page)
            assert told.status == 409
            assert "Of Tee01 only 2 are left." in told.text
            assert 'id="pay"' not in told.answer.text
            await shop.do("UPDATE stock SET on_hand = 0 WHERE sku = $1", TEE)
            gone = await ada.sends(page)
            assert gone.status == 409
            assert "Tee01 has just sold out in this size." in gone.text
            assert await ada.units_in_cart() == 3
            assert await shop.orders() == 0

    run(scenario())


def test_all_mistakes_are_told_at_once_beside_their_fields(run: Run[None], counter: OpenCounter) -> None:
    async def scenario() -> None:
        async with counter() as shop:
            ada = shop.guest()
            await ada.puts()
            page = await ada.pays(email="ada", name="", postal_code="1", card_number="4242 4242 4242 4241", card_cvc="")
            assert page.status == 422
            assert "Please look at 5 fields again." in page.text
            for name in ("email", "name", "postal_code", "card_number", "card_cvc"):
                assert f'href="#{name}"' in page.answer.text
                assert f'id="{name}-wrong"' in page.answer.text
            assert page.value("line1") == "12 Analytical Row"
            assert "4241" not in page.answer.text
            answer = await ada.json(email="ada", country="XX", idempotency_key="x", card_expiry="01/20", payment="cash")
            assert list(answer.json()["errors"]) == ["email", "country", "payment"]
            assert await shop.orders() == 0

    run(scenario())


def test_only_test_cards_are_taken(run: Run[None], counter: OpenCounter) -> None:
    async def scenario() -> None:
        async with counter() as shop:
            ada = shop.guest()
            await ada.puts()
            page = await ada.pays(card_number="5555 5555 5555 4444")
            assert page.status == 422
            assert "Please never type the number of a real one." in page.text

    run(scenario())


def test_another_country_asks_for_its_own_fields_without_scripts(run: Run[None], counter: OpenCounter) -> None:
    async def scenario() -> None:
        async with counter() as shop:
            minji = shop.guest()
            await minji.puts(COAT)
            page = await minji.at()
            korea = await minji.sends(page, country="KR", region="", step="country", shipping="express")
            assert korea.status == 200
            assert "City, county or district" in korea.text
            assert korea.value("name") == "Ada Byron"
            assert korea.total == 29_000 + 800
            assert "Tax in it $27.09" in korea.text
            assert korea.key == page.key
            assert await shop.orders() == 0
            assert (await minji.sends(korea, **SEOUL, shipping="express")).leads_to.startswith("/orders/")

    run(scenario())


def test_a_script_gets_the_form_alone(run: Run[None], counter: OpenCounter) -> None:
    async def scenario() -> None:
        async with counter() as shop:
            ada = shop.guest()
            await ada.puts()
            answer = await ada.client.post(
                "/checkout?fragment=form", data={**FIELDS, "region": "CA", "step": "region"}, headers=JSON
            )
            assert answer.status_code == 200
            assert "<html" not in answer.text
            piece = Page(answer)
            assert piece.total == 3_900 + 500 + 283
            assert await shop.orders() == 0

    run(scenario())


def test_a_voucher_counts_and_a_wrong_one_says_why(run: Run[None], counter: OpenCounter) -> None:
    async def scenario() -> None:
        async with counter() as shop:
            ada = shop.guest()
            await ada.puts()
            page = await ada.at()
            wrong = await ada.sends(page, voucher="NOPE", step="voucher")
            assert "We do not know this voucher." in wrong.text
            few = await ada.sends(page, voucher="take20", step="voucher")
            assert "This voucher counts from $100.00 on." in few.text
            good = await ada.sends(page, voucher=" welcome10 ", step="voucher")
            assert good.total == 3_900 - 390 + 500
            unseen = await ada.sends(page, voucher="WELCOME10")
            assert unseen.status == 409
            paid = await ada.sends(good, voucher="WELCOME10")
            assert (await ada.client.get(paid.leads_to, headers=JSON)).json()["total"] == 4_010
            await ada.puts()
            used = await ada.pays(voucher="WELCOME10")
            assert used.status == 409
            assert "You have used this voucher before." in used.text

    run(scenario())


def test_a_declined_card_keeps_the_cart_and_what_was_typed(run: Run[None], counter: OpenCounter) -> None:
    async def scenario() -> None:
        async with counter() as shop:
            ada = shop.guest()
            await ada.puts()
            first = await ada.at()
            refused = await ada.sends(first, card_number=DECLINED)
            assert refused.status == 303
            page = await ada.at(refused.leads_to)
            assert "The card was declined. Nothing was charged." in page.text
            assert (page.value("email"), page.value("line1")) == ("ada@example.com", "12 Analytical Row")
            assert (await ada.units_in_cart(), await shop.stock()) == (1, STOCK)
            assert page.key != first.key
            told = await shop.guest().at(refused.leads_to)
            assert "declined" not in told.text
            assert (await ada.sends(page)).leads_to.startswith("/orders/")
            answer = await ada.json(idempotency_key=first.key, expected_total="4400", card_number=DECLINED)
            assert (answer.status_code, answer.json()["status"]) == (200, "failed")

    run(scenario())


@pytest.mark.parametrize("answer", ["approve", "refuse"])
def test_the_way_over_the_bank_and_back(run: Run[None], counter: OpenCounter, answer: str) -> None:
    async def scenario() -> None:
        async with counter() as shop:
            ada = shop.guest()
            await ada.puts()
            asked = await ada.pays(card_number=SECURE)
            assert asked.leads_to.startswith("/test-bank/")
            assert (await ada.at(asked.leads_to)).status == 200
            decided = Page(await ada.client.post(asked.leads_to, data={"answer": answer}))
            assert decided.leads_to.startswith("/checkout/back/")
            assert (await shop.guest().at(decided.leads_to)).status == 404
            back = await ada.at(decided.leads_to)
            page = await ada.at(back.leads_to)
            if answer == "approve":
                assert back.leads_to.startswith("/orders/")
                assert "Thank you." in page.text
                assert (await ada.units_in_cart(), await shop.stock()) == (0, STOCK - 1)
            else:
                assert "The payment was not approved at the bank." in page.text
                assert page.value("email") == "ada@example.com"
                assert (await ada.units_in_cart(), await shop.stock()) == (1, STOCK)

    run(scenario())


def test_who_leaves_the_bank_is_led_back_to_it(run: Run[None], counter: OpenCounter) -> None:
    async def scenario() -> None:
        async with counter() as shop:
            ada = shop.guest()
            await ada.puts()
            page = await ada.at()
            asked = await ada.sends(page, card_number=SECURE)
            assert (await ada.sends(page, card_number=SECURE)).leads_to == asked.leads_to
            told = (await ada.json(idempotency_key=page.key, expected_total=str(page.total), card_number=SECURE)).json()
            assert (told["status"], told["next"]) == ("pending", asked.leads_to)

    run(scenario())


def test_an_order_left_at_the_bank_is_shown_before_it_is_paid(run: Run[None], counter: OpenCounter) -> None:
    async def scenario() -> None:
        async with counter() as shop:
            ada = shop.guest()
            await ada.puts()
            await ada.pays(card_number=SECURE)
            await ada.puts()
            again = await ada.pays()
            assert again.leads_to.startswith("/orders/")
            page = await ada.at(again.leads_to)
            assert "An order of this cart was waiting already" in page.text
            assert "Go on to payment" in page.text
            assert (await shop.orders(), await shop.stock()) == (1, STOCK - 1)

    run(scenario())


def test_an_order_in_doubt_says_that_it_may_be_sent_again(
    run: Run[None], counter: OpenCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with counter() as shop:
            ada = shop.guest()
            await ada.puts()
            page = await ada.at()
            writing = shop.house.database.writing
            monkeypatch.setattr(shop.house.database, "writing", _gone)
            lost = await ada.sends(page)
            assert lost.status == 503
            assert "it is placed and charged once at most" in lost.text
            monkeypatch.setattr(shop.house.database, "writing", writing)
            assert (await ada.sends(page)).leads_to.startswith("/orders/")

    run(scenario())


def test_an_answer_that_never_comes_is_said_to_be_confirmed_still(run: Run[None], counter: OpenCounter) -> None:
    async def scenario() -> None:
        async with counter() as shop:
            ada = shop.guest()
            await ada.puts()
            paid = await ada.pays(card_number=SILENT)
            page = await ada.at(paid.leads_to)
            assert "Confirming your payment." in page.text
            assert "Please do not order again" in page.text
            number = paid.leads_to.removeprefix("/orders/")
            await ada.at(f"/checkout/back/{number}")
            assert "Thank you." in (await ada.at(paid.leads_to)).text

    run(scenario())


def test_an_account_finds_its_address_and_its_order(run: Run[None], counter: OpenCounter) -> None:
    async def scenario() -> None:
        async with counter() as shop:
            email = await shop.house.registered()
            ada = await shop.customer(email)
            await ada.puts()
            page = await ada.at()
            assert page.value("email") == email
            assert "Keep this address in my address book" in page.text
            paid = await ada.sends(page, email=email, keep="1")
            phone = await shop.customer(email)
            assert "Thank you." in (await phone.at(paid.leads_to)).text
            await phone.puts()
            known = await phone.at()
            assert "12 Analytical Row" in known.text
            assert 'id="line1"' not in known.answer.text
            saved = await shop.ask("SELECT id FROM account_address")
            chosen = {"address": str(saved), **dict.fromkeys(PORTLAND, "")}
            assert (await phone.sends(known, **chosen)).leads_to.startswith("/orders/")

    run(scenario())


def test_an_address_of_somebody_else_cannot_be_chosen(run: Run[None], counter: OpenCounter) -> None:
    async def scenario() -> None:
        async with counter() as shop:
            ada, eve = await shop.customer(), await shop.customer()
            await ada.puts()
            assert (await ada.pays(keep="1")).leads_to.startswith("/orders/")
            saved = await shop.ask("SELECT id FROM account_address")
            for thief in (eve, shop.guest()):
                await thief.puts()
                page = await thief.pays(address=str(saved), **dict.fromkeys(PORTLAND, ""))
                assert page.status == 422
                assert "12 Analytical Row" not in page.answer.text
            assert await shop.orders() == 1

    run(scenario())


def test_a_form_of_another_site_is_refused(run: Run[None], counter: OpenCounter) -> None:
    async def scenario() -> None:
        async with counter() as shop:
            ada = shop.guest()
            await ada.puts()
            answer = await ada.client.post("/checkout", data=FIELDS, headers={"Sec-Fetch-Site": "cross-site"})
            assert answer.status_code == 403
            assert await shop.orders() == 0

    run(scenario())


def test_what_a_page_and_an_order_ask_of_postgresql(
    run: Run[None], counter: OpenCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with counter() as shop:
            ada = shop.guest()
            await ada.puts()
            await ada.at("/cart")  # what stands around every page is known from here on
            asked = _count_statements(monkeypatch)
            page = await ada.at()
            assert len(asked) == 2, asked  # terms, items
            asked.clear()
            await ada.sends(page)
            assert len(asked) == 14, asked  # two transactions with their limits, see place_order.py
            await shop.house.shop.stock_changes.settled()  # caches hear of the order a little later, which asks too

            customer = await shop.customer()
            await customer.puts()
            await customer.at("/cart")
            asked.clear()
            await customer.at()
            assert len(asked) == 5, asked  # account, addresses, cart, terms, items

    run(scenario())


def _gone(*_: object, **__: object) -> object:
    raise Unavailable


def _count_statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement from now on, as it is sent."""
    asked: list[str] = []
    for name in ("_execute", "execute"):
        original = getattr(Connection, name)

        def counted(self: object, query: str, *values: object, original: object = original, **named: object) -> object:
            asked.append(" ".join(query.split())[:60])
            return original(self, query, *values, **named)  # type: ignore[operator]

        monkeypatch.setattr(Connection, name, counted)
    return asked
