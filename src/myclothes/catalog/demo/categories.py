"""The category tree. Garments are sorted by what they are; each is cut for everyone."""

from myclothes.catalog.demo.shape import DemoCategory, Text

CATEGORIES = (
    DemoCategory(
        "tops",
        None,
        Text("Tops", "상의"),
        Text(
            "The layer you reach for first, in cotton, linen and wool.", "매일 가장 먼저 손이 가는 면, 리넨, 울 상의."
        ),
    ),
    DemoCategory(
        "t-shirts",
        "tops",
        Text("T-shirts", "티셔츠"),
        Text(
            "From featherweight to heavy, all in jersey that keeps its shape.",
            "얇은 소재부터 도톰한 소재까지, 늘어짐 걱정을 덜어 주는 저지 티셔츠.",
        ),
    ),
    DemoCategory(
        "shirts",
        "tops",
        Text("Shirts", "셔츠"),
        Text(
            "Poplin, oxford, flannel and linen, with room to move.",
            "포플린, 옥스퍼드, 플란넬, 리넨으로 여유 있게 재단한 셔츠.",
        ),
    ),
)
