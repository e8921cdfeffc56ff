"""Sneakers and boots."""

from myclothes.catalog.demo.care import CANVAS, LEATHER, SUEDE
from myclothes.catalog.demo.shape import DemoProduct, Text
from myclothes.catalog.demo.sizes import SHOES as SIZES

SHOES = (
    DemoProduct(
        slug="court-sneaker",
        code="SNK01",
        kind="sneaker",
        category="sneakers",
        name=Text("Court sneaker", "코트 스니커즈"),
        summary=Text(
            "Plain leather, low sole, no logo.",
            "로고 없이 담백한 로우탑 가죽 스니커즈",
        ),
        description=Text(
            "Smooth leather on a stitched rubber sole, lined in leather so that it can be worn without socks. The last is a medium width. Between sizes, take the smaller.",
            "매끄러운 가죽에 고무 밑창을 박음질했고, 안쪽도 가죽이라 맨발로 신기 좋습니다. 발볼은 보통입니다. 두 사이즈 사이라면 작은 쪽을 권합니다.",
        ),
        material=Text(
            "Upper and lining 100% calf leather, sole 100% natural rubber", "갑피·안감 소가죽 100%, 밑창 천연고무 100%"
        ),
        care=LEATHER,
        colours=("chalk", "oat", "sage"),
        sizes=SIZES,
        price=13500,
        stock=13,
        size_guide="shoes",
        popularity=91,
        age_days=360,
    ),
    DemoProduct(
        slug="canvas-sneaker",
        code="SNK02",
        kind="sneaker",
        category="sneakers",
        name=Text("Canvas sneaker", "캔버스 스니커즈"),
        summary=Text(
            "The summer shoe that gets better dirty.",
            "때가 타도 멋스러운 여름 스니커즈",
        ),
        description=Text(
            "Tightly woven cotton canvas on a vulcanised sole. Light, flat and a little roomy at the toe. Let it dry after rain, brush it, carry on.",
            "촘촘하게 짠 코튼 캔버스에 벌커나이즈드 밑창을 더했습니다. 가볍고 납작하며 앞코가 살짝 여유롭습니다. 비에 젖으면 말린 뒤 솔로 털어 신으세요.",
        ),
        material=Text(
            "Upper 100% cotton canvas, sole 100% vulcanised rubber", "갑피 면 캔버스 100%, 밑창 가황 고무 100%"
        ),
        care=CANVAS,
        colours=("navy", "butter", "brick", "chalk"),
        sizes=SIZES,
        price=7500,
        stock=17,
        stock_exceptions={"butter/38": 0, "butter/39": 1},
        size_guide="shoes",
        popularity=82,
        age_days=19,
    ),
    DemoProduct(
        slug="suede-sneaker",
        code="SNK03",
        kind="sneaker",
        category="sneakers",
        name=Text("Suede sneaker", "스웨이드 스니커즈"),
        summary=Text(
            "Soft colour, soft step.",
            "부드러운 색감, 부드러운 착화감",
        ),
        description=Text(
            "Water-repellent suede with a cushioned insole you can take out. It feels broken in after an hour. Pair it with wool trousers rather than gym clothes.",
            "생활 발수 가공한 스웨이드에 분리되는 쿠션 깔창을 넣었습니다. 한 시간만 신어도 길든 듯 편안합니다. 운동복보다 울 슬랙스와 잘 어울립니다.",
        ),
        material=Text(
            "Upper 100% cow suede, lining 100% cotton, sole 100% rubber",
            "갑피 소가죽 스웨이드 100%, 안감 면 100%, 밑창 고무 100%",
        ),
        care=SUEDE,
        colours=("stone", "moss", "dusk-blue"),
        sizes=SIZES,
        price=12500,
        sale_price=8900,
        stock=5,
        stock_exceptions={"moss/36": 0, "moss/37": 0, "stone/46": 0, "dusk-blue/41": 1},
        size_guide="shoes",
        popularity=68,
        age_days=280,
    ),
    DemoProduct(
        slug="leather-chelsea-boot",
        code="BOT01",
        kind="boot",
        category="boots",
        name=Text("Leather Chelsea boot", "레더 첼시 부츠"),
        summary=Text(
            "Made to be resoled.",
            "밑창을 갈아 오래 신는 가죽 첼시 부츠",
        ),
        description=Text(
            "Full-grain leather on a welted sole that a cobbler can replace. Elastic at the sides and a loop at the heel make it quick to pull on. Expect a firm first week.",
            "풀그레인 가죽에 웰트 제법으로 밑창을 달아 수선집에서 교체할 수 있습니다. 옆면은 밴드로, 뒤축에는 고리를 달아 신고 벗기 편합니다. 처음 일주일은 조금 단단하게 느껴질 수 있습니다.",
        ),
        material=Text(
            "Upper 100% full-grain calf leather, sole 100% rubber", "갑피 풀그레인 소가죽 100%, 밑창 고무 100%"
        ),
        care=LEATHER,
        colours=("cocoa", "ink"),
        sizes=SIZES,
        price=22500,
        stock=9,
        size_guide="shoes",
        popularity=86,
        age_days=115,
    ),
    DemoProduct(
        slug="suede-chelsea-boot",
        code="BOT02",
        kind="boot",
        category="boots",
        name=Text("Suede Chelsea boot", "스웨이드 첼시 부츠"),
        summary=Text(
            "For dry days in cold months.",
            "맑고 추운 날에 신는 스웨이드 부츠",
        ),
        description=Text(
            "Unlined suede that shapes itself to the foot within days. The sole is crêpe rubber, quiet on wooden floors. Spray it once before the first wear.",
            "안감을 생략한 스웨이드라 며칠이면 발 모양에 맞게 길듭니다. 밑창은 발소리가 조용한 크레이프 고무입니다. 처음 신기 전에 방수 스프레이를 한 번 뿌려 주세요.",
        ),
        material=Text(
            "Upper 100% cow suede, sole 100% natural crêpe rubber",
            "갑피 소가죽 스웨이드 100%, 밑창 천연 크레이프 고무 100%",
        ),
        care=SUEDE,
        colours=("sand", "clay", "charcoal"),
        sizes=SIZES,
        price=19500,
        stock=7,
        stock_exceptions={"clay/40": 0, "sand/39": 2},
        size_guide="shoes",
        popularity=70,
        age_days=80,
    ),
    DemoProduct(
        slug="shearling-lined-boot",
        code="BOT03",
        kind="boot",
        category="boots",
        name=Text("Shearling-lined boot", "시어링 레더 부츠"),
        summary=Text(
            "Warm to the last tram stop.",
            "발끝까지 따뜻한 양털 안감 부츠",
        ),
        description=Text(
            "Oiled leather outside, real shearling inside, and a rubber sole that grips on slush. Take your usual size and a thin sock. It is the boot for waiting outdoors.",
            "겉은 오일드 레더, 안은 천연 양털이며 눈길에도 덜 미끄러운 고무 밑창을 달았습니다. 얇은 양말과 함께 정사이즈로 신어 주세요. 추운 날 밖에서 오래 기다려도 든든합니다.",
        ),
        material=Text(
            "Upper 100% oiled cow leather, lining 100% shearling, sole 100% rubber",
            "갑피 오일드 소가죽 100%, 안감 천연 양털 100%, 밑창 고무 100%",
        ),
        care=LEATHER,
        colours=("camel", "pine"),
        sizes=SIZES,
        price=24900,
        stock=5,
        size_guide="shoes",
        popularity=64,
        age_days=28,
    ),
)
