"""Size guides: body measurements in centimetres, and how to take them."""

from myclothes.catalog.demo.shape import DemoMeasure, DemoSizeGuide, DemoSizeRow, Text
from myclothes.catalog.demo.sizes import LETTERS, ONE_SIZE, SHOES, WAISTS

CHEST = DemoMeasure(
    Text("Chest", "가슴둘레"),
    Text(
        "Around the fullest part, with the tape level and loose enough to breathe.",
        "가슴에서 가장 넓은 부분을 수평으로, 편하게 숨 쉴 수 있을 만큼 여유를 두고 잽니다.",
    ),
)
WAIST = DemoMeasure(
    Text("Waist", "허리둘레"),
    Text(
        "Around the narrowest part, usually just above the navel.",
        "허리에서 가장 가는 부분, 보통 배꼽 바로 위를 잽니다.",
    ),
)
HIP = DemoMeasure(
    Text("Hip", "엉덩이둘레"),
    Text(
        "Around the fullest part, with your feet together.", "두 발을 모으고 서서 엉덩이에서 가장 넓은 부분을 잽니다."
    ),
)
SLEEVE = DemoMeasure(
    Text("Sleeve", "소매길이(화장)"),
    Text(
        "From the middle of the neck at the back, over the shoulder, to the wrist bone.",
        "목뒤 중심에서 어깨를 지나 손목뼈까지 잽니다.",
    ),
)
LEG = DemoMeasure(
    Text("Inside leg", "다리 안쪽 길이"),
    Text("From the crotch to the floor, without shoes.", "신발을 벗고 가랑이부터 바닥까지 잽니다."),
)
FOOT = DemoMeasure(
    Text("Foot length", "발 길이"),
    Text(
        "Stand on paper with your heel to a wall and mark the longest toe. Measure both feet and take the longer.",
        "벽에 뒤꿈치를 대고 종이 위에 서서 가장 긴 발가락 끝을 표시합니다. 양발을 재어 더 긴 쪽을 따릅니다.",
    ),
    inch_step=0.1,
)
HEAD = DemoMeasure(
    Text("Head", "머리둘레"),
    Text(
        "Around the head, a finger's width above the ears and brows.",
        "귀와 눈썹에서 손가락 한 마디쯤 위를 수평으로 잽니다.",
    ),
)
UK = DemoMeasure(Text("UK", "영국(UK)"), Text("British size.", "영국 사이즈입니다."), unit="")
US_WOMEN = DemoMeasure(
    Text("US women", "미국 여성(US)"), Text("American women's size.", "미국 여성 사이즈입니다."), unit=""
)
US_MEN = DemoMeasure(Text("US men", "미국 남성(US)"), Text("American men's size.", "미국 남성 사이즈입니다."), unit="")
KR = DemoMeasure(
    Text("Korea (mm)", "한국(mm)"), Text("Korean size, in millimetres.", "한국 사이즈(mm)입니다."), unit="mm"
)

_CHESTS = ((76, 80), (81, 85), (86, 91), (92, 97), (98, 103), (104, 110), (111, 118))
_WAISTS = ((60, 64), (65, 69), (70, 75), (76, 81), (82, 87), (88, 94), (95, 102))
_HIPS = ((84, 88), (89, 93), (94, 98), (99, 103), (104, 108), (109, 114), (115, 121))
_SLEEVES = (75, 77, 79.5, 82, 84.5, 87, 89)

_INCH_WAISTS = ((71, 72), (73, 75), (76, 77), (78, 80), (81, 82), (83, 85), (86, 88), (91, 94))
_INCH_HIPS = ((88, 90), (90, 92), (93, 95), (95, 97), (98, 100), (100, 102), (103, 105), (108, 111))
_INCH_LEGS = (78, 79, 80, 80, 81, 81, 82, 82)

_FEET = (23, 23.5, 24, 24.5, 25, 26, 26.5, 27.5, 28, 29, 29.5)
_UK = ("3.5", "4", "5", "6", "6.5", "7.5", "8", "9", "9.5", "10.5", "11")
_US_WOMEN = ("5.5", "6", "7", "8", "8.5", "9.5", "10", "11", "11.5", "12.5", "13")
_US_MEN = ("4", "4.5", "5.5", "6.5", "7", "8", "8.5", "9.5", "10", "11", "11.5")

_BODY = Text(
    "These are measurements of the body, not of the garment. Between two sizes, take the larger for ease.",
    "제품이 아닌 신체 치수 기준입니다. 두 사이즈 사이라면 여유 있는 쪽을 권합니다.",
)


def _rows(sizes: tuple[str, ...], *columns: tuple[float | tuple[float, float] | str, ...]) -> tuple[DemoSizeRow, ...]:
    return tuple(DemoSizeRow(size, values) for size, values in zip(sizes, zip(*columns, strict=True), strict=True))


SIZE_GUIDES = (
    DemoSizeGuide(
        "tops",
        Text("Tops and outerwear", "상의·아우터"),
        _BODY,
        (CHEST, WAIST, SLEEVE),
        _rows(LETTERS, _CHESTS, _WAISTS, _SLEEVES),
    ),
    DemoSizeGuide(
        "bottoms",
        Text("Trousers, shorts and skirts", "팬츠·쇼츠·스커트"),
        _BODY,
        (WAIST, HIP),
        _rows(LETTERS, _WAISTS, _HIPS),
    ),
    DemoSizeGuide(
        "waist",
        Text("Jeans and trousers by waist", "청바지·팬츠 허리 사이즈"),
        Text(
            "The size is the waist in inches. Measure your body, or lay trousers that fit you flat and double the width of the waistband.",
            "사이즈는 인치 단위 허리둘레입니다. 허리를 직접 재거나, 잘 맞는 바지를 펼쳐 놓고 허리 단면을 재어 두 배로 계산하세요.",
        ),
        (WAIST, HIP, LEG),
        _rows(WAISTS, _INCH_WAISTS, _INCH_HIPS, _INCH_LEGS),
    ),
    DemoSizeGuide(
        "dresses",
        Text("Dresses", "원피스"),
        _BODY,
        (CHEST, WAIST, HIP),
        _rows(LETTERS, _CHESTS, _WAISTS, _HIPS),
    ),
    DemoSizeGuide(
        "shoes",
        Text("Shoes", "신발"),
        Text(
            "Sizes are European. Measure in the evening, when feet are largest.",
            "유럽(EU) 사이즈 기준입니다. 발이 가장 커지는 저녁에 재는 것이 좋습니다.",
        ),
        (FOOT, KR, UK, US_WOMEN, US_MEN),
        _rows(SHOES, _FEET, tuple(foot * 10 for foot in _FEET), _UK, _US_WOMEN, _US_MEN),
    ),
    DemoSizeGuide(
        "hats",
        Text("Hats", "모자"),
        Text(
            "One size fits most heads. Beanies stretch, and caps have a strap.",
            "대부분 편하게 쓸 수 있는 원 사이즈입니다. 비니는 늘어나고 볼캡은 스트랩으로 조절됩니다.",
        ),
        (HEAD,),
        _rows((ONE_SIZE,), ((55, 60),)),
    ),
)
