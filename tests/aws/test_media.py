"""What goes into the bucket behind CloudFront: what the release's instances would answer themselves, byte for byte."""

import zipfile
from pathlib import Path

import pytest

from myclothes.aws.errors import AwsError
from myclothes.aws.media import STATIC, media
from myclothes.aws.wheel import build_wheel
from myclothes.catalog.demo import SHOP
from myclothes.catalog.pages_pictures import _drawing
from myclothes.catalog.pictures import drawings
from myclothes.kernel.web.static import Static


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheel"))


def test_every_static_file_of_the_release_is_among_them(wheel: Path) -> None:
    found = {medium.address: (medium.body(), medium.kind) for medium in media(wheel) if "/static/" in medium.address}
    assert found == {address: (asset.plain, asset.kind.decode()) for address, asset in Static().files().items()}


def test_they_are_those_of_the_wheel_and_not_of_the_code_that_deploys_it(wheel: Path, tmp_path: Path) -> None:
    other = tmp_path / wheel.name
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name) + (b"/* newer */" if name == f"{STATIC}css/base.css" else b""))
    addresses, others = ({medium.address for medium in media(one)} for one in (wheel, other))
    assert {address for address in others - addresses if "/static/" not in address} == set()
    assert len(others - addresses) == len(Static().files())


def test_every_drawing_of_the_demo_shop_is_among_them_as_an_instance_draws_it(wheel: Path) -> None:
    found = {medium.address: medium for medium in media(wheel)}
    colours = {colour.slug: colour.hex for colour in SHOP.colours}
    wanted = {
        picture.address
        for product in SHOP.products
        for colour in product.colours
        for picture in drawings(product.kind, product.pattern, colour, colours[colour], ("", "", "en"))
    }
    assert wanted == {address for address in found if address.startswith("/pictures/drawn/")}
    for address in sorted(wanted)[::40]:
        garment, colour, view = address.removeprefix("/pictures/drawn/").split(".")[0].rsplit("-", 2)
        assert found[address].body() == _drawing(garment, colour, view).plain
        assert found[address].kind == "image/svg+xml"


def test_what_is_no_wheel_of_ours_is_named(tmp_path: Path) -> None:
    damaged, other = tmp_path / "myclothes-0.1.0-py3-none-any.whl", tmp_path / "other-1-py3-none-any.whl"
    damaged.write_bytes(b"a wheel")
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("other/__init__.py", "")
    for wheel in (damaged, other):
        with pytest.raises(AwsError, match="is not a wheel of MyClothes") as error:
            media(wheel)
        assert "--wheel" in error.value.advice
