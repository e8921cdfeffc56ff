import asyncio
from typing import Any

import pytest

from myclothes.kernel.web import forms
from tests.conftest import Run
from tests.kernel.web.site import Site

FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json", "accept": "application/json"}


def send(site: Site, run: Run, body: Any, headers: dict[str, str]) -> Any:
    async def scenario() -> Any:
        async with site.client() as client:
            return await client.post("/form", content=body, headers=headers)

    return run(scenario())


@pytest.mark.parametrize(
    ("body", "headers", "fields"),
    [
        (b"sku=TEE01-INK-M&quantity=2", FORM, {"sku": "TEE01-INK-M", "quantity": "2"}),
        (
            b"name=%EC%98%B7+a%2Bb&empty=",
            {"content-type": "application/x-www-form-urlencoded; charset=UTF-8"},
            {"name": "옷 a+b", "empty": ""},
        ),
        (b"a=1&a=2", FORM, {"a": "2"}),
        (b"", {}, {}),
        (b'{"sku": "TEE01-INK-M", "quantity": 2}', JSON, {"sku": "TEE01-INK-M", "quantity": "2"}),
        (b"note=line%0D%0Aline", FORM, {"note": "line\r\nline"}),
    ],
)
def test_a_form_is_read(site: Site, run: Run, body: bytes, headers: dict[str, str], fields: dict[str, str]) -> None:
    assert send(site, run, body, headers).status_code in (200, 303)
    assert site.changes == [fields]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"a=%ff", FORM, 400),
        (b"a=\xff", FORM, 400),
        (b"a=%zz", FORM, 400),
        (b"a=%00", FORM, 400),
        (b"a%1b=1", FORM, 400),
        (b"&".join(b"f%d=1" % number for number in range(101)), FORM, 422),
        (b"a=" + b"x" * 70_000, FORM, 413),
        (b"a=1", {}, 415),
        (b"a=1", {"content-type": "text/plain"}, 415),
        (b"--x", {"content-type": "multipart/form-data; boundary=x"}, 415),
        (b"{", JSON, 400),
        (b"\xff", JSON, 400),
        (b'{"a": "\\u0000"}', JSON, 400),
        (b'["a"]', JSON, 422),
        (b'{"a": 1.5}', JSON, 422),
        (b'{"a": true}', JSON, 422),
        (b'{"a": {"b": 1}}', JSON, 422),
        (b"[" * 60_000, JSON, 422),
        (b'{"a": NaN}', JSON, 400),
    ],
)
def test_what_cannot_be_read_changes_nothing(
    site: Site, run: Run, body: bytes, headers: dict[str, str], status: int
) -> None:
    assert send(site, run, body, headers).status_code == status
    assert site.changes == []


def test_a_body_without_a_length_is_bounded_too(site: Site, run: Run) -> None:
    async def chunks() -> Any:
        for _ in range(1_000):
            yield b"x" * 1_000

    assert send(site, run, chunks(), FORM).status_code == 413
    assert site.changes == []


def test_a_body_that_says_it_is_too_large_is_not_even_read(site: Site, run: Run) -> None:
    async def never_asked_for() -> Any:
        raise AssertionError("somebody reads")
        yield b""

    assert send(site, run, never_asked_for(), {**FORM, "content-length": "70000"}).status_code == 413


def test_a_false_length_is_refused(site: Site, run: Run) -> None:
    for length in ("-1", "1e3", "99999999999999999999", "٣"):
        headers = [(b"content-type", b"application/x-www-form-urlencoded"), (b"content-length", length.encode())]

        async def scenario(headers: Any = headers) -> int:
            async with site.client() as client:
                return (await client.post("/form", content=b"a=1", headers=headers)).status_code

        assert run(scenario()) in (400, 413)
    assert site.changes == []


def test_a_body_that_never_comes_is_not_waited_for(site: Site, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "BODY_SECONDS", 0.05)

    async def drip() -> Any:
        yield b"a="
        await asyncio.sleep(30)
        yield b"1"

    assert send(site, run, drip(), FORM).status_code == 408
    assert site.changes == []
