"""T-shirts."""

from myclothes.catalog.demo.shape import DemoProduct, Text
from myclothes.catalog.demo.sizes import LETTERS

TEES = (
    DemoProduct(
        slug="boxy-heavyweight-tee",
        code="TEE01",
        kind="tee",
        category="t-shirts",
        name=Text("Boxy heavyweight tee", "박시 헤비웨이트 티셔츠"),
        summary=Text("Dense cotton jersey that holds its own line.", "형태가 또렷하게 잡히는 두툼한 코튼 저지."),
        description=Text("Cut wide and a little short.", "품은 넉넉하고 기장은 살짝 짧습니다."),
        material=Text("100% cotton, 260 g/m²", "면 100%, 260g/m²"),
        care=("wash30", "no-bleach"),
        colours=("chalk", "ink", "moss"),
        sizes=LETTERS,
        price=3900,
        size_guide="tops",
        popularity=96,
    ),
)
