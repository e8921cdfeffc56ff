"""Coats."""

from myclothes.catalog.demo.care import RAINWEAR, TAILORED
from myclothes.catalog.demo.shape import DemoProduct, Text
from myclothes.catalog.demo.sizes import LETTERS, S_TO_XL, XS_TO_XL

COATS = (
    DemoProduct(
        slug="long-wool-coat",
        code="COT01",
        kind="coat",
        category="coats",
        name=Text("Long wool coat", "울 롱 코트"),
        summary=Text(
            "One good coat, below the knee.",
            "무릎 아래로 떨어지는 단정한 울 코트",
        ),
        description=Text(
            "A heavy wool that falls in one clean line from the shoulder. Relaxed fit, so a chunky knit goes underneath without a struggle. Fully lined in cupro, which slides over sleeves and lets them breathe.",
            "두께감 있는 울이 어깨에서 한 줄로 곧게 떨어집니다. 여유 있는 핏이라 두꺼운 니트 위에도 무리 없이 입을 수 있습니다. 매끄럽고 통기성 좋은 큐프라로 전체 안감을 댔습니다.",
        ),
        material=Text(
            "80% wool, 20% recycled polyamide, 560 g/m²; lining 100% cupro",
            "겉감 울 80%, 리사이클 나일론 20%, 560g/㎡, 안감 큐프라 100%",
        ),
        care=TAILORED,
        colours=("camel", "oat", "plum", "ink"),
        sizes=LETTERS,
        price=28900,
        stock=13,
        size_guide="tops",
        popularity=93,
        age_days=48,
    ),
    DemoProduct(
        slug="herringbone-overcoat",
        code="COT02",
        kind="coat",
        pattern="herringbone",
        category="coats",
        name=Text("Herringbone overcoat", "헤링본 오버코트"),
        summary=Text(
            "A single-breasted coat in a cloth with grain.",
            "결이 살아 있는 헤링본 싱글 코트",
        ),
        description=Text(
            "Three buttons, a notched lapel and a soft shoulder with no padding. The herringbone reads as plain from afar and as texture up close. Wear it over tailoring or over a hoodie.",
            "노치드 라펠에 스리 버튼, 패드를 뺀 부드러운 어깨로 만든 코트입니다. 헤링본은 멀리서는 단색처럼, 가까이서는 질감으로 보입니다. 재킷 위에도, 후디 위에도 걸쳐 보세요.",
        ),
        material=Text(
            "100% wool herringbone, 480 g/m²; lining 100% cupro", "겉감 울 헤링본 100%, 480g/㎡, 안감 큐프라 100%"
        ),
        care=TAILORED,
        colours=("charcoal", "stone", "cocoa"),
        sizes=XS_TO_XL,
        price=32500,
        stock=9,
        stock_exceptions={"cocoa/L": 1, "stone/S": 2},
        size_guide="tops",
        popularity=79,
        age_days=85,
    ),
    DemoProduct(
        slug="bonded-cotton-raincoat",
        code="COT03",
        kind="mac",
        category="coats",
        name=Text("Bonded cotton raincoat", "본딩 코튼 레인코트"),
        summary=Text(
            "Cotton inside and out, a waterproof film between.",
            "면 두 겹 사이에 방수 필름을 넣은 레인코트",
        ),
        description=Text(
            "It feels like cloth and behaves like a raincoat. The three layers are bonded, so nothing rustles when you walk. Straight cut, with enough ease for a jacket.",
            "촉감은 면 그대로인데 비는 제대로 막아 줍니다. 세 겹을 하나로 접착해 걸을 때 바스락거리는 소리도 나지 않습니다. 안에 재킷을 입을 수 있을 만큼 여유 있는 일자 핏입니다.",
        ),
        material=Text("100% cotton, bonded with a waterproof film, 270 g/m²", "면 100%, 방수 필름 본딩, 270g/㎡"),
        care=RAINWEAR,
        colours=("sand", "pine", "navy"),
        sizes=XS_TO_XL,
        price=24500,
        stock=12,
        size_guide="tops",
        popularity=75,
        age_days=14,
    ),
    DemoProduct(
        slug="brushed-alpaca-coat",
        code="COT04",
        kind="coat",
        pattern="melange",
        category="coats",
        name=Text("Brushed alpaca coat", "브러시드 알파카 코트"),
        summary=Text(
            "Light, long-haired and very warm.",
            "가볍고 결이 고운, 아주 따뜻한 코트",
        ),
        description=Text(
            "Alpaca on a wool base, brushed until the surface lies in one direction. The cut is roomy, and it weighs less than most wool coats. We make it in small runs each winter.",
            "울 바탕에 알파카를 섞어 결이 한 방향으로 눕도록 브러싱했습니다. 품이 여유롭고 일반 울 코트보다 가볍습니다. 해마다 겨울에 소량만 제작합니다.",
        ),
        material=Text(
            "55% alpaca, 45% wool, 430 g/m²; lining 100% cupro", "겉감 알파카 55%, 울 45%, 430g/㎡, 안감 큐프라 100%"
        ),
        care=TAILORED,
        colours=("stone", "heather"),
        sizes=S_TO_XL,
        price=36500,
        stock=0,
        size_guide="tops",
        popularity=67,
        age_days=300,
    ),
    DemoProduct(
        slug="checked-wool-coat",
        code="COT05",
        kind="coat",
        pattern="check",
        category="coats",
        name=Text("Checked wool coat", "체크 울 코트"),
        summary=Text(
            "A large check in close tones.",
            "비슷한 톤으로 엮은 큼직한 체크 코트",
        ),
        description=Text(
            "The check is woven large and low in contrast, so it stays calm. Regular fit to the knee, half-lined. It does most for an outfit that is otherwise plain.",
            "큼직한 체크를 대비가 낮은 톤으로 짜 차분합니다. 무릎까지 오는 레귤러 핏이며 반안감입니다. 무채색의 단순한 차림에 걸치면 가장 돋보입니다.",
        ),
        material=Text("70% wool, 30% recycled polyester, 450 g/m²", "울 70%, 리사이클 폴리에스터 30%, 450g/㎡"),
        care=TAILORED,
        colours=("camel", "charcoal"),
        sizes=S_TO_XL,
        price=29500,
        sale_price=19900,
        stock=4,
        stock_exceptions={"camel/M": 0, "charcoal/XL": 1},
        size_guide="tops",
        popularity=60,
        age_days=400,
    ),
)
