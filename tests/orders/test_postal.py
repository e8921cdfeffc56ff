import msgspec

from myclothes.orders.model import PostalAddress
from myclothes.orders.postal import address_lines
from tests.orders.made import ADDRESS


def test_an_address_is_written_as_its_country_does() -> None:
    assert address_lines(ADDRESS, "en") == ["Ada Byron", "12 Analytical Row", "Portland, OR 97205", "United States"]
    seoul = PostalAddress(
        name="김하나",
        line1="테헤란로 1",
        line2="2층",
        city="강남구",
        region="서울특별시",
        postal_code="06000",
        country="KR",
    )
    lines = address_lines(seoul, "ko")
    assert set(lines) >= {"2층", "김하나", "대한민국"}
    assert any("강남구" in line for line in lines)


def test_an_address_of_a_country_that_is_none_is_still_all_there() -> None:
    nowhere = msgspec.structs.replace(ADDRESS, country="XX")
    assert address_lines(nowhere, "en") == ["Ada Byron", "12 Analytical Row", "97205 Portland", "OR", "XX"]
