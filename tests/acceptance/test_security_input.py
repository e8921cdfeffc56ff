"""Hostile input into the forms where people buy and sign in: a clear answer, nothing changed by a refusal, nothing run."""

import secrets
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from myclothes.accounts.passwords import Passwords
from myclothes.relay import relay_over
from tests.acceptance.buyers import JSON
from tests.acceptance.safe import Customer, ask, everything, form
from tests.accounts.house import PASSWORD, House, fresh_email
from tests.conftest import Run
from tests.kernel.mail.server import SmtpServer

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
HOSTILE = [
    "a\x00b",
    "\x1b[2J",
    "1e3",
    "-1",
    "NaN",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; DROP TABLE orders; --",
    "{{ 70_001 * 19_001 }}${70001*19001}%(name)s{order}",
    "Ada\r\nBcc: victim@example.com",
    "x" * 3_000,
    "\u202egnp.exe\u2028\ufeff",
    "٣",
    "../../../etc/passwd",
    "😀" * 300,
]
BROKEN = {
    "not UTF-8": (b"email=%ff%fe", FORM),
    "a broken percent sign": (b"email=%zz", FORM),
    "NUL": (b"email=a%00b", FORM),
    "too many fields": (b"&".join(b"f%d=1" % n for n in range(500)), FORM),
    "too much": (b"email=" + b"x" * 100_000, FORM),
    "half a JSON": (b'{"email": ', {"Content-Type": "application/json"}),
    "nested JSON": (b'{"email": {"$ne": ""}}', {"Content-Type": "application/json"}),
    "half a letter in JSON": (b'{"email": "\\ud800"}', {"Content-Type": "application/json"}),
    "XML": (b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", {"Content-Type": "text/xml"}),
    "no kind": (b"email=a", {"Content-Type": "multipart/form-data"}),
}
PATHS = ("/checkout", "/account/register", "/account/login", "/account/reset", "/account/addresses", "/cart/lines")


def is_a_clear_answer(answer: httpx.Response) -> None:
    assert answer.status_code < 500, answer.text
    text = answer.text
    assert "<script>alert(1)" not in text
    assert "<img src=x" not in text
    assert str(70_001 * 19_001) not in text
    assert "Traceback" not in text


@pytest.mark.parametrize("what", BROKEN)
def test_what_cannot_be_read_is_refused_by_every_form(run: Run[None], safe: House, what: str) -> None:
    async def scenario() -> None:
        body, headers = BROKEN[what]
        member = await safe.signed_in()
        before = await everything(safe.database)
        for path in PATHS:
            answer = await member.post(path, content=body, headers=headers)
            is_a_clear_answer(answer)
            assert answer.status_code >= 400, (path, answer.status_code)
        assert await everything(safe.database) == before

    run(scenario())


@pytest.mark.parametrize(
    "field",
    ["email", "name", "line1", "city", "region", "postal_code", "country", "phone", "shipping", "payment",
     "card_number", "card_expiry", "card_cvc", "voucher", "idempotency_key", "expected_total", "address", "line2"],
)  # fmt: skip
def test_hostile_text_in_checkout_is_refused_or_stays_text(run: Run[None], safe: House, field: str) -> None:
    async def scenario() -> None:
        customer = await Customer.ready(safe)
        for text in HOSTILE:
            before = await everything(safe.database)
            fields = form(**{field: text})
            answer = await customer.client.post("/checkout", data=fields)
            is_a_clear_answer(answer)
            if answer.status_code >= 400:
                assert await everything(safe.database) == before, (text, answer.status_code)
                continue
            assert answer.status_code == 303
            where = answer.headers["location"]
            assert where.startswith(("/orders/", "/checkout?again="))
            is_a_clear_answer(await customer.client.get(where))
            is_a_clear_answer(await customer.client.get(f"{where}/invoice"))
            await customer.fill()

    run(scenario())


@pytest.mark.parametrize("path", ["/account/register", "/account/login", "/account/reset"])
def test_hostile_text_in_the_forms_of_accounts_changes_nothing(run: Run[None], safe: House, path: str) -> None:
    async def scenario() -> None:
        for text in HOSTILE:
            for fields in ({"email": text, "password": PASSWORD}, {"email": f"{text}@example.com", "password": text}):
                before = await everything(safe.database)
                answer = await safe.browser().post(path, data=fields)
                is_a_clear_answer(answer)
                if answer.status_code >= 400:
                    assert await everything(safe.database) == before, (text, answer.status_code)

    run(scenario())


def test_hostile_text_in_the_address_book_is_refused_or_stays_text(run: Run[None], safe: House) -> None:
    async def scenario() -> None:
        member = await safe.signed_in()
        good = {name: value for name, value in form().items() if name in ("name", "line1", "city", "country")}
        good |= {"region": "OR", "postal_code": "97205", "phone": "503 555 0100"}
        for field in ("name", "line1", "postal_code", "phone"):
            for text in HOSTILE:
                before = await everything(safe.database)
                answer = await member.post("/account/addresses", data=good | {field: text})
                is_a_clear_answer(answer)
                if answer.status_code >= 400:
                    assert await everything(safe.database) == before, (field, text)
                    continue
                is_a_clear_answer(await member.get("/account/addresses"))
                for saved in (await member.get("/account/addresses", headers=JSON)).json()["addresses"]:
                    await member.post(f"/account/addresses/{saved['id']}/remove")

    run(scenario())


def test_nothing_but_an_account_comes_of_registering(run: Run[None], safe: House) -> None:
    """What else an account has is not asked of whoever opens it."""

    async def scenario() -> None:
        email, plain = fresh_email(), fresh_email()
        extra = {
            "id": "1",
            "verified": "true",
            "verified_at": "2020-01-01",
            "epoch": "99",
            "is_admin": "1",
            "role": "x",
        }
        extra |= {"cart_token": "x", "totp_secret": "x", "created_at": "2000-01-01", "account_id": "1"}
        for address, fields in ((email, extra), (plain, {})):
            data = {"email": address, "password": PASSWORD, **fields}
            assert (await safe.browser().post("/account/register", data=data)).status_code == 303
        kept = "SELECT (to_jsonb(a) - 'id' - 'email' - 'email_key' - 'password' - 'created_at')::text FROM account a"
        asked = [await ask(safe, f"{kept} WHERE a.email = $1", address) for address in (email, plain)]
        assert asked[0] == asked[1].replace(plain, email)

    run(scenario())


# -- open redirects

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    " //evil.example",
    "/en//evil.example",
    "/ko/\\evil.example",
    "/%2f/evil.example",
    "/%5cevil.example",
    "/en/..//evil.example",
    "/.//evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "//shop.test@evil.example",
    "https:evil.example",
    "/?next=//evil.example#@evil.example",
]


async def stays_here(client: httpx.AsyncClient, answer: httpx.Response) -> None:
    """However far it leads: no redirect leaves the shop, as browsers read addresses."""
    for _ in range(5):
        location = answer.headers.get("location")
        if location is None:
            return
        read = location.strip().replace("\\", "/").replace("\t", "")
        assert read.startswith("/"), location
        assert not read.startswith("//"), location
        assert urlsplit(read).netloc == "", location
        answer = await client.get(location)


@pytest.mark.parametrize("where", ELSEWHERE)
def test_no_address_leads_away_from_the_shop(run: Run[None], safe: House, where: str) -> None:
    async def scenario() -> None:
        email = await safe.registered()
        client = safe.browser()
        for lang in ("ko", "en"):
            chosen = await client.post("/language", data={"lang": lang, "next": where})
            assert chosen.status_code in (303, 400)
            await stays_here(client, chosen)
        entered = await client.post("/account/login", data={"email": email, "password": PASSWORD, "next": where})
        assert entered.status_code in (303, 400)
        await stays_here(client, entered)
        signed_in = await safe.signed_in(email)
        await stays_here(signed_in, await signed_in.get("/account/login", params={"next": where}))
        path = (where if where.startswith("/") else f"/{where}").partition("#")[0]
        guest = safe.browser()
        for visited in (path, f"/ko{path}", f"{path}/"):
            target = httpx.URL("http://shop.test").copy_with(raw_path=visited.encode("ascii").replace(b"\t", b"%09"))
            await stays_here(guest, await guest.get(target))

    run(scenario())


# -- what the shop tells about accounts


@pytest.mark.parametrize("path", ["/account/register", "/account/reset", "/account/login"])
def test_a_known_address_costs_as_much_as_an_unknown_one(
    run: Run[None], safe: House, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """The same answer, and the same work: as many hashes, statements and mails. What is left to measure is noise."""
    hashes: list[str] = []
    for name in ("hash", "verify"):
        plain = getattr(Passwords, name)

        async def counted(self: Passwords, *values: Any, _plain: Any = plain, _name: str = name) -> Any:
            hashes.append(_name)
            return await _plain(self, *values)

        monkeypatch.setattr(Passwords, name, counted)

    async def scenario() -> None:
        seen = []
        for email in (await safe.registered(), fresh_email()):
            browser = safe.browser()
            await browser.get(path)
            hashes.clear()
            mails = await ask(safe, "SELECT count(*) FROM outbox")
            with safe.database.counting() as statements:
                answer = await browser.post(path, data={"email": email, "password": "a brown felt hat, brushed"})
            told = answer.text.replace(email, "…")
            mails = await ask(safe, "SELECT count(*) FROM outbox") - mails
            seen.append((answer.status_code, told, list(hashes), len(statements), mails))
        assert seen[0] == seen[1]

    run(scenario())


# -- header injection in mail


@pytest.mark.parametrize(
    "email",
    [
        "ada@example.com\r\nBcc: eve@example.com",
        "ada@example.com\nCc: eve@example.com",
        "ada@example.com%0aBcc:eve@example.com",
        "ada@example.com, eve@example.com",
        "ada@example.com;eve@example.com",
        "Ada <ada@example.com>",
        "<ada@example.com> SIZE=1",
        '"ada\r\n"@example.com',
        "ada@example.com\u2028Bcc: eve@example.com",
        "ada@[127.0.0.1]",
    ],
)
def test_an_address_that_is_more_than_one_gets_no_mail(run: Run[None], safe: House, email: str) -> None:
    async def scenario() -> None:
        customer = await Customer.ready(safe)
        before = await everything(safe.database)
        assert (await customer.pay(email=email)).status_code == 422
        for path in ("/account/register", "/account/reset"):
            answer = await safe.browser().post(path, data={"email": email, "password": PASSWORD})
            assert answer.status_code == 422
        assert await everything(safe.database) == before

    run(scenario())


def test_nothing_that_a_buyer_types_reaches_the_head_of_a_mail(run: Run[None], safe: House) -> None:
    async def scenario() -> None:
        await mark_all_as_sent(safe)
        buyers = []
        evil = "\u2028Bcc: eve@example.com\u0085Subject: won =?utf-8?q?=0d=0aBcc:eve@example.com?="
        for field in ("name", "line1", "line2", "city", "voucher"):
            customer, email = await Customer.ready(safe), fresh_email()
            answer = await customer.pay(**{"email": email, field: f"Ada {evil}"[:90]})
            if answer.status_code == 200:
                buyers.append(email)
        customer, email = await Customer.ready(safe), fresh_email()
        await customer.order(email=email, name="Ada =?utf-8?q?=0d=0aBcc:eve@example.com?=")
        buyers.append(email)
        server = SmtpServer()
        server.start()
        post = safe.again(mail=server.url, real_mail=True)
        try:
            await relay_over(post.shop).once()
        finally:
            server.stop()
            await post.close()
        assert {mail["To"] for mail in server.mails} >= set(buyers)
        for mail, envelope in zip(server.mails, server.envelopes, strict=True):
            assert envelope.rcpt_tos == [mail["To"]]
            assert not {"bcc", "cc", "sender", "reply-to"} & {name.lower() for name in mail}
            assert [len(mail.get_all(name, [])) for name in ("Subject", "To", "From")] == [1, 1, 1]
            assert "eve@" not in "".join(f"{name}{value}" for name, value in mail.items())
            assert mail["From"] == post.settings.mail_from

    run(scenario())


async def mark_all_as_sent(house: House) -> None:
    async with house.database.writing() as conn:
        await conn.execute("UPDATE outbox SET done_at = now() WHERE done_at IS NULL AND parked_reason IS NULL")


# -- nothing changes after a refusal


def test_a_refused_order_leaves_the_cart_the_books_and_the_bank_alone(run: Run[None], safe: House) -> None:
    async def scenario() -> None:
        customer = await Customer.ready(safe, quantity=3)
        bank = await keys_of_the_bank(safe)
        before, cart = await everything(safe.database), await customer.cart()
        refusals: list[tuple[int, dict[str, Any]]] = [
            (422, {"idempotency_key": ""}),
            (422, {"idempotency_key": "k" * 300}),
            (422, {"email": ""}),
            (422, {"payment": "stripe"}),
            (422, {"card_number": "4111111111111111"}),
            (422, {"card_expiry": "01/20"}),
            (422, {"postal_code": "nonsense"}),
            (422, {"country": "XX"}),
            (409, {"shipping": "teleport"}),
            (409, {"voucher": "NO-SUCH-VOUCHER"}),
            (409, {"expected_total": "1"}),
        ]
        for status, changes in refusals:
            assert (await customer.pay(**changes)).status_code == status, changes
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
            answer = await customer.client.post("/checkout", data=form(), headers=headers | JSON)
            assert answer.status_code == 403
        assert (await customer.client.put("/checkout", data=form())).status_code == 405
        assert await everything(safe.database) == before
        assert await customer.cart() == cart
        assert await keys_of_the_bank(safe) == bank

    run(scenario())


async def keys_of_the_bank(house: House) -> set[bytes]:
    return set(await house.shop.durable.execute("KEYS", f"{house.settings.key_prefix}bank:*"))


def test_one_key_is_one_order_whatever_else_the_second_form_says(run: Run[None], safe: House) -> None:
    async def scenario() -> None:
        customer, key = await Customer.ready(safe), secrets.token_hex(8)
        first = await customer.order(idempotency_key=key)
        await customer.fill()
        assert (await customer.pay(idempotency_key=key)).json()["order"] == first
        assert (await customer.pay(idempotency_key=key, email="eve@example.com")).status_code == 422
        assert (await customer.pay(idempotency_key=key, line1="1 Elsewhere")).status_code == 422

    run(scenario())
