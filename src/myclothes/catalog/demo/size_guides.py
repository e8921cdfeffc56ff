"""Size guides."""

from myclothes.catalog.demo.shape import DemoMeasure, DemoSizeGuide, DemoSizeRow, Text

CHEST = DemoMeasure(
    Text("Chest", "가슴둘레"),
    Text(
        "Around the fullest part, the tape level and loose enough to breathe.",
        "가슴의 가장 넓은 부분을 숨을 편히 쉴 수 있을 만큼 여유를 두고 수평으로 잽니다.",
    ),
)
SIZE_GUIDES = (
    DemoSizeGuide(
        "tops",
        Text("Tops and outerwear", "상의·아우터"),
        Text("These are body measurements.", "신체 치수 기준입니다."),
        (CHEST,),
        (DemoSizeRow("S", ((86, 91),)), DemoSizeRow("M", ((92, 97),))),
    ),
)
