import pytest

from myclothes.kernel.web.addresses import safe_next


@pytest.mark.parametrize("path", ["/", "/cart", "/ko/p/tee?colour=ink#sizes", "/search?q=%EC%98%B7&size=S,M"])
def test_an_address_of_ours_stays_as_it_is(path: str) -> None:
    assert safe_next(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "cart",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/a\r\nSet-Cookie: cart=x",
        " /cart",
        "/ca rt",
        "/옷",
        "/a\\b",
        "/\x00",
        "/" + "a" * 3_000,
    ],
)
def test_an_address_that_leads_elsewhere_becomes_the_front_page(path: str) -> None:
    assert safe_next(path) == "/"
