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
            "Light, medium and heavy jersey that keeps its shape.",
            "얇은 것부터 도톰한 것까지, 형태가 오래가는 저지 티셔츠.",
        ),
    ),
    DemoCategory(
        "shirts",
        "tops",
        Text("Shirts", "셔츠"),
        Text(
            "Poplin, oxford, flannel and linen, with room to move.",
            "포플린, 옥스퍼드, 플란넬, 리넨으로 여유 있게 만든 셔츠.",
        ),
    ),
    DemoCategory(
        "knitwear",
        "tops",
        Text("Knitwear", "니트"),
        Text(
            "Jumpers and cardigans in lambswool, merino, cashmere and cotton.",
            "램스울, 메리노, 캐시미어, 면으로 짠 니트와 카디건.",
        ),
    ),
    DemoCategory(
        "sweatshirts",
        "tops",
        Text("Sweatshirts", "스웨트셔츠"),
        Text("Hoodies for the hours that need no dressing up.", "꾸미지 않아도 좋은 시간에 입는 후디."),
    ),
    DemoCategory(
        "outerwear",
        None,
        Text("Outerwear", "아우터"),
        Text("Jackets and coats for wind, rain and cold.", "바람과 비, 추위를 막아 주는 재킷과 코트."),
    ),
    DemoCategory(
        "jackets",
        "outerwear",
        Text("Jackets", "재킷"),
        Text("Short layers to work, walk and travel in.", "일할 때, 걸을 때, 떠날 때 걸치는 짧은 기장의 아우터."),
    ),
    DemoCategory(
        "coats",
        "outerwear",
        Text("Coats", "코트"),
        Text("Long coats with room for a jumper underneath.", "안에 니트를 입어도 여유로운 긴 기장의 코트."),
    ),
    DemoCategory(
        "bottoms",
        None,
        Text("Bottoms", "하의"),
        Text("Jeans, trousers, shorts and skirts in clean lines.", "선이 깔끔한 청바지, 팬츠, 쇼츠, 스커트."),
    ),
    DemoCategory(
        "jeans",
        "bottoms",
        Text("Jeans", "청바지"),
        Text(
            "Four fits in cotton denim, from selvedge to well washed.",
            "셀비지부터 부드러운 워싱까지, 네 가지 핏의 데님.",
        ),
    ),
    DemoCategory(
        "trousers",
        "bottoms",
        Text("Trousers", "팬츠"),
        Text("Chinos, wool, linen and corduroy.", "치노, 울, 리넨, 코듀로이 팬츠."),
    ),
    DemoCategory(
        "shorts",
        "bottoms",
        Text("Shorts", "쇼츠"),
        Text("To the knee, in twill, linen and denim.", "트윌, 리넨, 데님으로 만든 무릎 기장의 쇼츠."),
    ),
    DemoCategory(
        "skirts",
        "bottoms",
        Text("Skirts", "스커트"),
        Text("Midi lengths that move when you do.", "걸음을 따라 움직이는 미디 기장의 스커트."),
    ),
    DemoCategory(
        "dresses",
        None,
        Text("Dresses", "원피스"),
        Text("One piece, nothing to match.", "다른 옷과 맞출 필요 없이 한 벌이면 충분한 원피스."),
    ),
    DemoCategory(
        "shoes",
        None,
        Text("Shoes", "신발"),
        Text("Low sneakers and solid boots.", "가벼운 스니커즈와 든든한 부츠."),
    ),
    DemoCategory(
        "sneakers",
        "shoes",
        Text("Sneakers", "스니커즈"),
        Text("Leather, canvas and suede, without logos.", "로고 없이 담백한 가죽, 캔버스, 스웨이드 스니커즈."),
    ),
    DemoCategory(
        "boots",
        "shoes",
        Text("Boots", "부츠"),
        Text("For wet leaves, cold platforms and long walks.", "젖은 낙엽길과 추운 승강장, 긴 산책을 위한 부츠."),
    ),
    DemoCategory(
        "accessories",
        None,
        Text("Accessories", "액세서리"),
        Text("Hats, scarves and bags to finish with.", "차림을 완성하는 모자, 머플러, 가방."),
    ),
    DemoCategory(
        "hats",
        "accessories",
        Text("Hats", "모자"),
        Text("Beanies for the cold, caps for the sun.", "추운 날의 비니, 햇볕 좋은 날의 볼캡."),
    ),
    DemoCategory(
        "scarves",
        "accessories",
        Text("Scarves", "머플러"),
        Text("Wool and cashmere, woven or knitted.", "울과 캐시미어로 짠 머플러."),
    ),
    DemoCategory(
        "bags",
        "accessories",
        Text("Bags", "가방"),
        Text("Canvas and leather to carry the day in.", "하루의 짐을 담는 캔버스와 가죽 가방."),
    ),
)
