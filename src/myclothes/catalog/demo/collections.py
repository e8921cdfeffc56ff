"""The stories of the home page."""

from myclothes.catalog.demo.shape import DemoCollection, Text

COLLECTIONS = (
    DemoCollection(
        "quiet-wardrobe",
        Text("The quiet wardrobe", "조용한 옷장"),
        Text("A few good things, worn often.", "좋은 옷 몇 벌을, 자주."),
        ("boxy-heavyweight-tee",),
    ),
)
