"""Addresses as countries write them: which fields, which order, what a postal code is."""

import pytest

from myclothes.accounts.postal import LONGEST, Address, address_fields, validate_address
from myclothes.accounts.postal_format import format_address
from myclothes.accounts.postal_rules import countries, regions, rules_of
from myclothes.kernel.errors import Invalid
from myclothes.kernel.i18n import LANGUAGES

SEOUL = {
    "name": "홍길동",
    "postal_code": "06236",
    "region": "서울특별시",
    "city": "강남구",
    "line1": "테헤란로 123",
    "line2": "4층",
    "phone": "010-1234-5678",
}
OREGON = {
    "name": "Ann Lee",
    "line1": "1 Main St",
    "line2": "Apt 2",
    "city": "Portland",
    "region": "OR",
    "postal_code": "97201",
}


def wrong(fields: dict[str, str], country: str) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        validate_address(fields, country)
    return caught.value.fields


def names(country: str) -> list[str]:
    return [field.name for field in address_fields(country, "en")]


def test_korea_is_asked_from_the_code_to_the_door() -> None:
    assert names("KR") == ["name", "postal_code", "region", "city", "line1", "line2", "phone"]
    labels = {field.name: field.label for field in address_fields("KR", "ko")}
    assert labels["postal_code"] == "우편번호"
    assert labels["region"] == "시/도"
    assert labels["city"] == "시/군/구"
    region = next(field for field in address_fields("KR", "ko") if field.name == "region")
    assert len(region.options) == 17
    assert "강원특별자치도" in {option.label for option in region.options}, "as it is called since 2023"


def test_the_united_states_are_asked_from_the_door_to_the_code() -> None:
    assert names("US") == ["name", "line1", "line2", "city", "region", "postal_code", "phone"]
    fields = {field.name: field for field in address_fields("US", "en")}
    assert (fields["region"].label, fields["postal_code"].label) == ("State", "ZIP code")
    assert {"CA", "NY", "DC"} <= {option.value for option in fields["region"].options}
    assert fields["postal_code"].autocomplete == "postal-code"


def test_only_where_couriers_call_is_a_telephone_needed() -> None:
    assert wrong({**SEOUL, "phone": ""}, "KR").keys() == {"phone"}
    assert validate_address(OREGON, "US").phone == ""


def test_a_good_address_is_tidied_up() -> None:
    address = validate_address(
        {**SEOUL, "region": " 서울 ", "postal_code": "０６２３６", "line1": "테헤란로\u3000 123 "}, "KR"
    )
    assert address == Address(country="KR", **SEOUL)
    assert validate_address({**OREGON, "region": "oregon"}, "US").region == "OR"
    assert validate_address({**OREGON, "postal_code": "97201-1234"}, "US").postal_code == "97201-1234"


def test_fields_of_another_country_are_left_out() -> None:
    address = validate_address({**OREGON, "country": "KR", "is_admin": "1", "id": "7"}, "US")
    assert address == Address(country="US", phone="", **OREGON)
    singapore = validate_address({"name": "Li", "line1": "1 Raffles Pl", "city": "x", "postal_code": "048616"}, "SG")
    assert (singapore.city, singapore.region) == ("", "")


@pytest.mark.parametrize("code", ["0623", "062361", "123-456", "ABCDE", "0６23六", "06236\n", "06236 OR 1=1"])
def test_korean_codes_have_five_digits(code: str) -> None:
    assert "postal_code" in wrong({**SEOUL, "postal_code": code}, "KR") or code == "06236\n"


@pytest.mark.parametrize("code", ["9720", "972011", "97201-12", "SW1A 1AA", "٩٧٢٠١"])
def test_american_codes_have_five_digits_or_nine(code: str) -> None:
    assert wrong({**OREGON, "postal_code": code}, "US").keys() == {"postal_code"}


def test_a_code_of_another_region_is_noticed() -> None:
    assert wrong({**OREGON, "postal_code": "10001"}, "US").keys() == {"postal_code"}
    assert wrong({**SEOUL, "postal_code": "48058"}, "KR").keys() == {"postal_code"}
    assert validate_address({**SEOUL, "region": "강원도", "city": "춘천시", "postal_code": "24266"}, "KR").region == (
        "강원특별자치도"
    )


def test_sejong_has_no_districts() -> None:
    sejong = {**SEOUL, "region": "세종특별자치시", "city": "", "postal_code": "30151"}
    assert validate_address(sejong, "KR").city == ""
    assert wrong({**SEOUL, "city": ""}, "KR").keys() == {"city"}


def test_every_mistake_is_told_at_once_beside_its_field() -> None:
    found = wrong({"name": "123", "line1": "", "region": "Nowhere", "postal_code": "x", "phone": "call me"}, "US")
    assert found.keys() == {"name", "line1", "city", "region", "postal_code", "phone"}


@pytest.mark.parametrize("bad", ["a\x00b", "a\nb", "a\rBcc: x@y.z", "a\x1b[31m", "a\u202eb", "a\u2028b", "a\u0085b"])
@pytest.mark.parametrize("name", ["name", "line1", "city"])
def test_control_characters_are_refused(name: str, bad: str) -> None:
    assert wrong({**OREGON, name: bad}, "US").keys() == {name}


@pytest.mark.parametrize("name", ["name", "line1", "line2", "city", "phone"])
def test_everything_has_a_length(name: str) -> None:
    assert name in wrong({**OREGON, name: "9" * (LONGEST[name] + 1)}, "US")
    assert name in wrong({**OREGON, name: "9" * 60_000}, "US")


@pytest.mark.parametrize("country", ["", "XX", "kr", "ZZ", "../../etc/passwd", "KR\n", "USA", "ＫＲ"])
def test_what_is_no_country_is_refused(country: str) -> None:
    assert wrong(SEOUL, country).keys() == {"country"}
    with pytest.raises(Invalid):
        address_fields(country, "en")


def test_every_country_can_be_asked_about_in_every_language() -> None:
    for option in countries("en"):
        for language in LANGUAGES:
            asked = {field.name for field in address_fields(option.value, language)}
            assert {"name", "line1", "phone"} <= asked
        assert all(rules_of(option.value, region.value) for region in regions(option.value)), option
    assert [option.value for option in countries("ko")][:2] == ["KR", "US"]
    assert len(countries("en")) > 200


def test_an_address_is_written_as_its_country_writes_it() -> None:
    korean = validate_address(SEOUL, "KR")
    assert format_address(korean, "ko") == ["서울특별시 강남구", "테헤란로 123", "4층", "홍길동", "06236", "대한민국"]
    latin = {**SEOUL, "name": "Gildong Hong", "city": "Gangnam-gu", "line1": "123 Teheran-ro", "line2": ""}
    assert format_address(validate_address(latin, "KR"), "en") == [
        "Gildong Hong",
        "123 Teheran-ro",
        "Gangnam-gu",
        "Seoul",
        "06236",
        "South Korea",
    ]
    american = validate_address(OREGON, "US")
    assert format_address(american, "en") == ["Ann Lee", "1 Main St", "Apt 2", "Portland, OR 97201", "United States"]
    assert format_address(american, "ko")[-1] == "미국"


def test_what_is_missing_leaves_no_comma_behind() -> None:
    assert format_address(Address("Ann", "1 Main St", "", "US", region="OR"), "en") == [
        "Ann",
        "1 Main St",
        "OR",
        "United States",
    ]
