"""Bags."""

from myclothes.catalog.demo.care import CANVAS, LEATHER, WAXED
from myclothes.catalog.demo.shape import DemoProduct, Text
from myclothes.catalog.demo.sizes import ONE_SIZE

BAGS = (
    DemoProduct(
        slug="canvas-tote",
        code="BAG01",
        kind="bag",
        category="bags",
        name=Text("Canvas tote", "캔버스 토트백"),
        summary=Text(
            "Holds the week's vegetables, or a laptop.",
            "장바구니로도 노트북 가방으로도 드는 토트백",
        ),
        description=Text(
            "Heavy canvas with handles long enough for the shoulder over a coat. The base is doubled and it stands up when you put it down. It measures 38 by 36 by 14 cm.",
            "도톰한 캔버스에 손잡이를 길게 달아 코트를 입고도 어깨에 멜 수 있습니다. 바닥을 두 겹으로 덧대 내려놓아도 반듯하게 섭니다. 크기는 38×36×14cm입니다.",
        ),
        material=Text("100% cotton canvas, 540 g/m²", "면 100% 캔버스, 540g/㎡"),
        care=CANVAS,
        colours=("oat", "moss", "navy", "clay"),
        sizes=(ONE_SIZE,),
        price=4500,
        stock=30,
        popularity=89,
        age_days=430,
    ),
    DemoProduct(
        slug="leather-day-bag",
        code="BAG02",
        kind="satchel",
        category="bags",
        name=Text("Leather day bag", "레더 데이백"),
        summary=Text(
            "One compartment, one good hide.",
            "좋은 가죽 한 장으로 단순하게 만든 가방",
        ),
        description=Text(
            "Vegetable-tanned leather, cut in large pieces so there is little to come apart. Inside are one open space and one pocket. The colour deepens with handling.",
            "식물성 무두질 가죽을 큼직하게 재단해 이음매를 줄였습니다. 안은 넓은 공간 하나와 주머니 하나로 단순합니다. 손이 닿을수록 색이 깊어집니다.",
        ),
        material=Text("100% vegetable-tanned cow leather, 34 × 32 × 12 cm", "베지터블 소가죽 100%, 34×32×12cm"),
        care=LEATHER,
        colours=("camel", "cocoa", "ink"),
        sizes=(ONE_SIZE,),
        price=24500,
        stock=8,
        popularity=81,
        age_days=135,
    ),
    DemoProduct(
        slug="waxed-shopper",
        code="BAG03",
        kind="bag",
        category="bags",
        name=Text("Waxed shopper", "왁스드 쇼퍼백"),
        summary=Text(
            "A large bag that does not mind the weather.",
            "날씨 걱정 없이 드는 큼직한 가방",
        ),
        description=Text(
            "The waxed cotton of our field jacket, with handles that stand up. It takes a day's shopping, or a change of clothes for one night away. Rain runs off it.",
            "왁스드 필드 재킷과 같은 원단에 반듯하게 서는 손잡이를 달았습니다. 장을 보거나 하룻밤 갈아입을 옷을 담기에 넉넉합니다. 빗물은 그대로 흘러내립니다.",
        ),
        material=Text("100% waxed cotton, 40 × 38 × 16 cm", "왁스드 코튼 100%, 40×38×16cm"),
        care=WAXED,
        colours=("moss", "navy"),
        sizes=(ONE_SIZE,),
        price=14800,
        stock=7,
        stock_exceptions={"navy": 2},
        popularity=63,
        age_days=200,
    ),
    DemoProduct(
        slug="striped-market-bag",
        code="BAG04",
        kind="bag",
        pattern="stripe",
        category="bags",
        name=Text("Striped market bag", "스트라이프 마켓백"),
        summary=Text(
            "Deckchair stripes for errands.",
            "가볍게 들고 나서기 좋은 스트라이프 백",
        ),
        description=Text(
            "A light canvas with a woven stripe that folds flat. The seams are bound, so it can be washed and overfilled. Keep one in the bicycle basket.",
            "스트라이프를 짜 넣은 얇은 캔버스로, 납작하게 접힙니다. 봉제선을 감싸 마무리해 자주 빨고 가득 담아도 튼튼합니다. 자전거 바구니에 하나 넣어 두세요.",
        ),
        material=Text("100% cotton canvas, 280 g/m², 36 × 38 cm", "면 100% 캔버스, 280g/㎡, 36×38cm"),
        care=("wash30", "no-bleach", "no-tumble", "line-dry", "iron-medium"),
        colours=("dusk-blue", "ochre", "brick"),
        sizes=(ONE_SIZE,),
        price=3200,
        stock=20,
        popularity=70,
        age_days=11,
    ),
)
