"""The stories of the home page, in the order in which it tells them."""

from myclothes.catalog.demo.shape import DemoCollection, Text

COLLECTIONS = (
    DemoCollection(
        "quiet-wardrobe",
        Text("The quiet wardrobe", "조용한 옷장"),
        Text(
            "Twelve pieces that get along with one another. Choose a few, wear them often, and getting dressed takes a minute.",
            "서로 잘 어울리는 열두 가지를 골랐습니다. 몇 가지만 들여 자주 입다 보면, 아침에 옷 고르는 시간이 짧아집니다.",
        ),
        (
            "long-wool-coat",
            "relaxed-poplin-shirt",
            "everyday-chinos",
            "boxy-heavyweight-tee",
            "fine-merino-jumper",
            "straight-selvedge-jeans",
            "cotton-drill-chore-jacket",
            "court-sneaker",
            "linen-day-dress",
            "pleated-wool-trousers",
            "leather-day-bag",
            "lambswool-scarf",
        ),
    ),
    DemoCollection(
        "knit-season",
        Text("Knit season", "니트의 계절"),
        Text(
            "Lambswool, merino, cashmere, Donegal. Mornings are colder now, and a good jumper is the first thing to put on.",
            "램스울, 메리노, 캐시미어, 도네갈. 아침 공기가 차가워지면 좋은 니트부터 꺼내 입습니다.",
        ),
        (
            "fisherman-rib-jumper",
            "boxy-lambswool-cardigan",
            "lambswool-crew-neck",
            "donegal-fleck-jumper",
            "cashmere-crew-neck",
            "ribbed-knit-dress",
            "ribbed-lambswool-beanie",
            "check-blanket-scarf",
            "waffle-knit-hoodie",
        ),
    ),
    DemoCollection(
        "rain-ready",
        Text("Rain-ready", "비 오는 날의 옷"),
        Text(
            "Waxed, bonded, sealed. Clothes that let you leave the umbrella at home and take the long way back.",
            "왁스를 입히고, 방수 필름을 접착하고, 봉제선을 막았습니다. 우산 없이도 먼 길로 돌아오고 싶어지는 옷입니다.",
        ),
        (
            "bonded-cotton-raincoat",
            "packable-rain-jacket",
            "waxed-field-jacket",
            "shearling-lined-boot",
            "leather-chelsea-boot",
            "waxed-shopper",
            "boiled-wool-overshirt",
        ),
    ),
    DemoCollection(
        "first-light",
        Text("First light", "이른 아침의 빛"),
        Text(
            "Linen, poplin and pale colours for days that begin early. Everything here is light enough to forget about.",
            "하루를 일찍 시작하는 날을 위한 리넨과 포플린, 그리고 옅은 색. 입은 것을 잊을 만큼 가벼운 옷만 모았습니다.",
        ),
        (
            "linen-jersey-tee",
            "wide-linen-trousers",
            "airy-linen-shirt",
            "relaxed-poplin-shirt",
            "linen-day-dress",
            "linen-pull-on-shorts",
            "wide-leg-jeans",
            "canvas-sneaker",
            "striped-market-bag",
            "pleated-midi-skirt",
        ),
    ),
    DemoCollection(
        "made-for-work",
        Text("Made for work", "일하는 옷"),
        Text(
            "Chore jackets, chambray, selvedge. Shapes that workshops settled on a century ago and nobody has had to improve since.",
            "초어 재킷과 샴브레이, 셀비지 데님. 백 년 전 작업장에서 다듬어져 지금까지 달라질 필요가 없었던 옷들입니다.",
        ),
        (
            "cotton-drill-chore-jacket",
            "boiled-wool-overshirt",
            "chambray-work-shirt",
            "straight-selvedge-jeans",
            "herringbone-work-jacket",
            "brushed-check-flannel-shirt",
            "canvas-tote",
            "donegal-beanie",
        ),
    ),
)
