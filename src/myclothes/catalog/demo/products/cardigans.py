"""Cardigans."""

from myclothes.catalog.demo.care import COTTON_KNIT, MERINO, WOOL_KNIT
from myclothes.catalog.demo.shape import DemoProduct, Text
from myclothes.catalog.demo.sizes import LETTERS, S_TO_XL, XS_TO_XL

CARDIGANS = (
    DemoProduct(
        slug="boxy-lambswool-cardigan",
        code="CRD01",
        kind="cardigan",
        pattern="knit",
        category="knitwear",
        name=Text("Boxy lambswool cardigan", "박시 램스울 카디건"),
        summary=Text(
            "A jacket for indoors, a mid-layer for out.",
            "실내에서는 겉옷, 밖에서는 이너로 입는 카디건",
        ),
        description=Text(
            "Short and square, with horn-coloured buttons and a firm front band. The lambswool is two-ply and keeps its shape on a chair back. Wear it buttoned as a jumper or open over a shirt.",
            "기장이 짧고 품이 넉넉하며, 뿔 무늬 단추와 탄탄한 앞단으로 마무리했습니다. 두 가닥 램스울이라 의자에 걸어 두어도 형태가 쉽게 흐트러지지 않습니다. 단추를 채워 니트처럼, 풀어서 셔츠 위에 걸쳐 입으세요.",
        ),
        material=Text("100% lambswool, 7 gauge, 480 g in size M", "램스울 100%, 7게이지, M 사이즈 기준 480g"),
        care=WOOL_KNIT,
        colours=("camel", "pine", "heather"),
        sizes=XS_TO_XL,
        price=11500,
        stock=14,
        size_guide="tops",
        popularity=82,
        age_days=21,
    ),
    DemoProduct(
        slug="fine-merino-cardigan",
        code="CRD02",
        kind="cardigan",
        category="knitwear",
        name=Text("Fine merino cardigan", "파인 메리노 카디건"),
        summary=Text(
            "Slim, smooth, and small in a bag.",
            "얇고 매끈해 가방에 쏙 넣어 다니기 좋은 카디건",
        ),
        description=Text(
            "The same merino as our fine jumper, opened at the front. It is cut close, with flat buttons that lie quietly under a blazer. Keep it in your bag for cold rooms.",
            "파인 메리노 니트와 같은 실로 짠 카디건입니다. 몸에 가볍게 맞는 핏에 납작한 단추를 달아 재킷 안에서도 들뜨지 않습니다. 냉방이 센 곳에 대비해 가방에 넣어 두세요.",
        ),
        material=Text(
            "100% extra-fine merino wool, 14 gauge, 260 g in size M",
            "엑스트라 파인 메리노 울 100%, 14게이지, M 사이즈 기준 260g",
        ),
        care=MERINO,
        colours=("blush", "dusk-blue", "ink"),
        sizes=LETTERS,
        price=9500,
        stock=18,
        size_guide="tops",
        popularity=74,
        age_days=300,
    ),
    DemoProduct(
        slug="chunky-waffle-cardigan",
        code="CRD03",
        kind="cardigan",
        pattern="knit",
        category="knitwear",
        name=Text("Chunky waffle cardigan", "청키 와플 카디건"),
        summary=Text(
            "Soft ridges that hold warm air.",
            "올록볼록한 와플 조직으로 포근한 카디건",
        ),
        description=Text(
            "A waffle stitch that holds air between its ridges, so it is warmer than its weight. Oversized, with a dropped shoulder. Take one size smaller if you plan to wear a coat over it.",
            "와플 조직 사이에 공기층이 생겨 무게보다 훨씬 따뜻합니다. 어깨선이 내려오는 오버사이즈 핏입니다. 코트 안에 입을 계획이라면 한 사이즈 작게 선택해 주세요.",
        ),
        material=Text(
            "60% wool, 30% cotton, 10% alpaca, 720 g in size M", "울 60%, 면 30%, 알파카 10%, M 사이즈 기준 720g"
        ),
        care=WOOL_KNIT,
        colours=("ochre", "oat", "plum"),
        sizes=S_TO_XL,
        price=13900,
        sale_price=9700,
        stock=6,
        stock_exceptions={"plum/S": 0, "plum/M": 0, "ochre/XL": 1},
        size_guide="tops",
        popularity=68,
        age_days=390,
    ),
    DemoProduct(
        slug="flecked-cotton-cardigan",
        code="CRD04",
        kind="cardigan",
        pattern="melange",
        category="knitwear",
        name=Text("Flecked cotton cardigan", "멜란지 코튼 카디건"),
        summary=Text(
            "A light layer between seasons.",
            "간절기에 가볍게 걸치는 멜란지 카디건",
        ),
        description=Text(
            "Cotton with a little linen, which keeps the knit dry and cool. Regular fit with a shallow V-neck. It washes in the machine and dries flat overnight.",
            "면에 리넨을 조금 섞어 보송하고 시원합니다. 브이넥이 깊지 않은 레귤러 핏입니다. 세탁기로 빨아 뉘어 두면 하룻밤 사이에 마릅니다.",
        ),
        material=Text(
            "85% cotton, 15% linen, 10 gauge, 330 g in size M", "면 85%, 리넨 15%, 10게이지, M 사이즈 기준 330g"
        ),
        care=COTTON_KNIT,
        colours=("ash", "sage"),
        sizes=XS_TO_XL,
        price=8200,
        stock=12,
        size_guide="tops",
        popularity=49,
        age_days=160,
    ),
)
