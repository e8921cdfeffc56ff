"""Shorts."""

from myclothes.catalog.demo.care import COTTON, DENIM, LINEN
from myclothes.catalog.demo.shape import DemoProduct, Text
from myclothes.catalog.demo.sizes import LETTERS, XS_TO_XL

SHORTS = (
    DemoProduct(
        slug="cotton-twill-shorts",
        code="SRT01",
        kind="shorts",
        category="shorts",
        name=Text("Cotton twill shorts", "코튼 트윌 쇼츠"),
        summary=Text(
            "To the knee, and no further.",
            "일자로 반듯하게 떨어지는 기본 쇼츠",
        ),
        description=Text(
            "Washed twill with a straight leg and a drawstring at the waist. They stop just above the knee. Wear them with a boxy tee, or with an oxford shirt and proper shoes.",
            "워싱한 트윌로 만든 일자 핏 쇼츠로, 허리는 끈으로 조절합니다. 무릎 바로 위에서 끝나는 기장입니다. 박시한 티셔츠에도, 옥스퍼드 셔츠와 구두에도 잘 어울립니다.",
        ),
        material=Text("100% cotton twill, 230 g/m²", "면 100% 트윌, 230g/㎡"),
        care=COTTON,
        colours=("sand", "sage", "navy"),
        sizes=LETTERS,
        price=5500,
        stock=20,
        size_guide="bottoms",
        popularity=72,
        age_days=330,
    ),
    DemoProduct(
        slug="linen-pull-on-shorts",
        code="SRT02",
        kind="shorts",
        pattern="linen",
        category="shorts",
        name=Text("Linen pull-on shorts", "리넨 이지 쇼츠"),
        summary=Text(
            "No buttons, no zip, no plans.",
            "단추도 지퍼도 없이 편하게 입는 쇼츠",
        ),
        description=Text(
            "An elastic waist and a wide leg that lets the air in. The linen is pre-washed and dries within the hour in the sun. Equally at home on the beach and in the kitchen.",
            "밴딩 허리에 통이 넓어 바람이 잘 통합니다. 미리 워싱한 리넨이라 햇볕에 널면 한 시간 안에 마릅니다. 바닷가에서도 집에서도 편안합니다.",
        ),
        material=Text("100% European flax linen, 170 g/m²", "유럽산 리넨 100%, 170g/㎡"),
        care=LINEN,
        colours=("chalk", "clay", "dusk-blue"),
        sizes=XS_TO_XL,
        price=4900,
        stock=16,
        stock_exceptions={"clay/M": 3},
        size_guide="bottoms",
        popularity=59,
        age_days=25,
    ),
    DemoProduct(
        slug="washed-denim-shorts",
        code="SRT03",
        kind="shorts",
        pattern="denim",
        category="shorts",
        name=Text("Washed denim shorts", "워시드 데님 쇼츠"),
        summary=Text(
            "Last year's jeans, better hemmed.",
            "오래 입은 청바지처럼 편안한 데님 쇼츠",
        ),
        description=Text(
            "Stone-washed denim with a turned hem and a drawstring waist. The leg is roomy and the rise high enough for a tucked-in tee. They get better with salt water.",
            "스톤 워싱한 데님에 밑단을 접어 박고 허리에 끈을 넣었습니다. 다리통이 여유롭고 밑위가 높아 티셔츠를 넣어 입기 좋습니다. 여름을 날수록 멋이 더해집니다.",
        ),
        material=Text("100% cotton denim, 11 oz", "면 100% 데님, 11온스"),
        care=DENIM,
        colours=("washed-indigo", "charcoal"),
        sizes=XS_TO_XL,
        price=5900,
        stock=6,
        stock_exceptions={"charcoal/S": 0, "charcoal/M": 0},
        size_guide="bottoms",
        popularity=56,
        age_days=350,
    ),
)
