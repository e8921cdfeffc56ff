"""Scarves."""

from myclothes.catalog.demo.care import SCARF, WOOL_KNIT
from myclothes.catalog.demo.shape import DemoProduct, Text
from myclothes.catalog.demo.sizes import ONE_SIZE

SCARVES = (
    DemoProduct(
        slug="lambswool-scarf",
        code="SCF01",
        kind="scarf",
        category="scarves",
        name=Text("Lambswool scarf", "램스울 머플러"),
        summary=Text(
            "Long enough to go round twice.",
            "두 번 둘러도 넉넉한 길이의 머플러",
        ),
        description=Text(
            "Woven lambswool, brushed with teasels until it is soft on the neck. It measures 185 by 30 cm. A quiet colour near the face in the grey months.",
            "목에 닿는 촉감이 부드러워질 때까지 결을 브러싱한 램스울 머플러입니다. 크기는 185×30cm입니다. 잿빛 겨울에 얼굴 가까이 두르기 좋은 차분한 색입니다.",
        ),
        material=Text("100% lambswool, 190 g, 185 × 30 cm", "램스울 100%, 190g, 185×30cm"),
        care=SCARF,
        colours=("camel", "dusk-blue", "brick", "heather"),
        sizes=(ONE_SIZE,),
        price=5900,
        stock=22,
        popularity=84,
        age_days=65,
    ),
    DemoProduct(
        slug="check-blanket-scarf",
        code="SCF02",
        kind="scarf",
        pattern="check",
        category="scarves",
        name=Text("Check blanket scarf", "체크 블랭킷 머플러"),
        summary=Text(
            "A scarf outdoors, a blanket on the train.",
            "밖에서는 머플러, 기차에서는 담요",
        ),
        description=Text(
            "Two metres of soft wool check, wide enough to wear as a shawl. The ends are hand-twisted. Fold it lengthwise for a coat, open it out for the evening.",
            "길이 2m의 부드러운 울 체크로, 숄처럼 두를 수 있을 만큼 넓습니다. 끝단 술은 손으로 꼬아 마무리했습니다. 코트에는 길게 접어 두르고, 저녁에는 펼쳐서 어깨에 걸치세요.",
        ),
        material=Text("90% wool, 10% cashmere, 340 g, 200 × 65 cm", "울 90%, 캐시미어 10%, 340g, 200×65cm"),
        care=SCARF,
        colours=("pine", "heather", "ochre"),
        sizes=(ONE_SIZE,),
        price=7900,
        stock=13,
        stock_exceptions={"ochre": 3},
        popularity=75,
        age_days=23,
    ),
    DemoProduct(
        slug="herringbone-wool-scarf",
        code="SCF03",
        kind="scarf",
        pattern="herringbone",
        category="scarves",
        name=Text("Herringbone wool scarf", "헤링본 울 머플러"),
        summary=Text(
            "A plain scarf with something to look at.",
            "단정하면서도 결이 살아 있는 머플러",
        ),
        description=Text(
            "A medium-weight twill in two close shades. It lies flat under a collar and does not bulk at the knot. The easiest one to give to somebody else.",
            "비슷한 두 가지 색으로 짠 적당한 두께의 머플러입니다. 칼라 안에 납작하게 들어가고 매듭도 두꺼워지지 않습니다. 선물하기에도 무난합니다.",
        ),
        material=Text("100% wool, 170 g, 180 × 30 cm", "울 100%, 170g, 180×30cm"),
        care=SCARF,
        colours=("charcoal", "moss", "navy"),
        sizes=(ONE_SIZE,),
        price=5400,
        stock=16,
        popularity=61,
        age_days=190,
    ),
    DemoProduct(
        slug="ribbed-cashmere-scarf",
        code="SCF04",
        kind="scarf",
        pattern="rib",
        category="scarves",
        name=Text("Ribbed cashmere scarf", "캐시미어 립 머플러"),
        summary=Text(
            "Knitted, so it stretches and settles.",
            "니트 조직이라 목에 편안하게 감기는 머플러",
        ),
        description=Text(
            "A soft rib in cashmere that closes gently around the neck. It is narrow and long, with a short fringe. It rolls up as small as a pair of socks.",
            "목을 포근하게 감싸는 캐시미어 립 조직입니다. 좁고 길며 끝단에 짧은 술을 달았습니다. 돌돌 말면 양말 한 켤레만큼 작아집니다.",
        ),
        material=Text("100% cashmere, 150 g, 170 × 25 cm", "캐시미어 100%, 150g, 170×25cm"),
        care=WOOL_KNIT,
        colours=("oat", "blush", "charcoal"),
        sizes=(ONE_SIZE,),
        price=11900,
        stock=5,
        popularity=67,
        age_days=240,
    ),
)
