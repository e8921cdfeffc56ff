"""Hooded sweatshirts."""

from myclothes.catalog.demo.care import COTTON_KNIT, JERSEY
from myclothes.catalog.demo.shape import DemoProduct, Text
from myclothes.catalog.demo.sizes import LETTERS, XS_TO_XL

SWEATSHIRTS = (
    DemoProduct(
        slug="loopback-hoodie",
        code="HOD01",
        kind="hoodie",
        category="sweatshirts",
        name=Text("Loopback hoodie", "루프백 후디"),
        summary=Text(
            "Looped on the inside, for three seasons.",
            "쭈리 원단으로 봄, 가을, 겨울 두루 입는 후디",
        ),
        description=Text(
            "Unbrushed loopback cotton that breathes better than fleece. The hood is double-layered and sits up by itself. Relaxed fit; your usual size leaves room for a tee.",
            "기모 없는 루프백 코튼이라 통기성이 좋습니다. 두 겹으로 만든 후드는 모양이 반듯하게 섭니다. 여유 있는 핏으로, 정사이즈를 고르면 안에 티셔츠를 받쳐 입기 좋습니다.",
        ),
        material=Text("100% cotton loopback, 380 g/m²", "면 100% 쭈리, 380g/㎡"),
        care=JERSEY,
        colours=("stone", "butter", "moss", "ink"),
        sizes=LETTERS,
        price=7900,
        stock=24,
        size_guide="tops",
        popularity=92,
        age_days=260,
    ),
    DemoProduct(
        slug="brushed-fleece-hoodie",
        code="HOD02",
        kind="hoodie",
        pattern="melange",
        category="sweatshirts",
        name=Text("Brushed fleece hoodie", "멜란지 기모 후디"),
        summary=Text(
            "Soft inside, quiet outside.",
            "안쪽은 보송하고 겉은 담백한 기모 후디",
        ),
        description=Text(
            "The inside is brushed, the outside a flecked jersey that hides a day's wear. Regular fit with a deep front pocket. For the walk to the shop, and the sofa after.",
            "안쪽은 보드라운 기모, 겉은 생활 오염이 덜 눈에 띄는 멜란지입니다. 앞주머니가 깊은 레귤러 핏입니다. 동네 산책부터 집에서 쉬는 시간까지 편하게 입으세요.",
        ),
        material=Text(
            "80% cotton, 20% recycled polyester fleece, 400 g/m²", "면 80%, 리사이클 폴리에스터 20% 기모, 400g/㎡"
        ),
        care=JERSEY,
        colours=("ash", "heather", "charcoal"),
        sizes=XS_TO_XL,
        price=8500,
        stock=18,
        stock_exceptions={"ash/M": 2, "ash/L": 3},
        size_guide="tops",
        popularity=86,
        age_days=66,
    ),
    DemoProduct(
        slug="garment-washed-hoodie",
        code="HOD03",
        kind="hoodie",
        category="sweatshirts",
        name=Text("Garment-washed hoodie", "가먼트 워시 후디"),
        summary=Text(
            "Pre-faded, pre-shrunk, ready.",
            "미리 워싱해 색도 사이즈도 자리 잡은 후디",
        ),
        description=Text(
            "Washed with enzymes after sewing, so the cotton is soft and the colour chalky. The fit is boxy and ends at the hip. It will not shrink again.",
            "봉제 후 효소 워싱을 거쳐 촉감은 부드럽고 색감은 은은합니다. 골반에서 끝나는 박시 핏입니다. 이미 수축을 거쳐 세탁 후 사이즈 변화가 거의 없습니다.",
        ),
        material=Text("100% cotton, 360 g/m²", "면 100%, 360g/㎡"),
        care=JERSEY,
        colours=("clay", "sage", "washed-indigo"),
        sizes=XS_TO_XL,
        price=8200,
        stock=8,
        stock_exceptions={"clay/S": 0, "sage/XL": 0},
        size_guide="tops",
        popularity=70,
        age_days=310,
    ),
    DemoProduct(
        slug="waffle-knit-hoodie",
        code="HOD04",
        kind="hoodie",
        pattern="knit",
        category="sweatshirts",
        name=Text("Waffle-knit hoodie", "와플 니트 후디"),
        summary=Text(
            "Half jumper, half sweatshirt.",
            "니트와 스웨트셔츠 사이의 편안한 후디",
        ),
        description=Text(
            "Knitted like a jumper and cut like a hoodie, with ribbed cuffs that turn back. It is lighter than it looks. Good under a long wool coat.",
            "니트처럼 짜서 후디처럼 재단했고, 소매 립은 접어 입을 수 있습니다. 보기보다 가볍습니다. 긴 울 코트 안에 입기 좋습니다.",
        ),
        material=Text("70% cotton, 30% wool, 7 gauge, 560 g in size M", "면 70%, 울 30%, 7게이지, M 사이즈 기준 560g"),
        care=COTTON_KNIT,
        colours=("oat", "pine", "plum"),
        sizes=XS_TO_XL,
        price=9900,
        stock=10,
        size_guide="tops",
        popularity=55,
        age_days=12,
    ),
)
