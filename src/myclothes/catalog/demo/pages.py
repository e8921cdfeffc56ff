"""What the shop says about itself: the pages of the footer."""

from myclothes.catalog.demo.shape import DemoPage, DemoParagraph, Text

PAGES = (
    DemoPage(
        "delivery",
        Text("Delivery and returns", "배송 및 반품"),
        (
            DemoParagraph(
                Text(
                    "Orders placed before noon leave our warehouse the same working day, all others on the next. Standard delivery takes three to five working days, express one to two. The cost for your address is shown at the checkout before you pay.",
                    "정오 이전 주문은 당일, 이후 주문은 다음 영업일에 출고됩니다. 일반 배송은 영업일 기준 3~5일, 빠른 배송은 1~2일이 걸립니다. 배송비는 결제 전 주문서에서 확인할 수 있습니다.",
                ),
                Text("Delivery", "배송"),
            ),
            DemoParagraph(
                Text(
                    "You have 30 days from the day your parcel arrives to send anything back, unworn and with its labels. Shoes should come back in their box. We pay you back the way you paid, within five working days of receiving the return.",
                    "상품을 받은 날부터 30일 이내에 반품할 수 있습니다. 착용하지 않고 라벨이 그대로 붙어 있어야 하며, 신발은 상자까지 함께 보내 주세요. 반품 상품이 도착하면 영업일 기준 5일 이내에 결제하신 수단으로 환불해 드립니다.",
                ),
                Text("Returns", "반품"),
            ),
            DemoParagraph(
                Text(
                    "To change a size or a colour, send the first piece back and order the other. That way the one you want is put aside for you at once.",
                    "사이즈나 색상을 바꾸고 싶다면 받은 상품을 반품하고 원하는 상품을 새로 주문해 주세요. 교환을 기다리는 사이 품절될 걱정이 없습니다.",
                ),
                Text("Exchanges", "교환"),
            ),
            DemoParagraph(
                Text(
                    "If a seam opens or a zip fails within two years, send it in and we mend it free of charge. If it cannot be mended, we replace it or pay you back.",
                    "구매 후 2년 안에 봉제선이 터지거나 지퍼가 고장 나면 무상으로 수선해 드립니다. 수선이 어려운 경우 새 상품으로 교환하거나 환불해 드립니다.",
                ),
                Text("Repairs", "수선"),
            ),
        ),
    ),
    DemoPage(
        "about",
        Text("About MyClothes", "MyClothes 소개"),
        (
            DemoParagraph(
                Text(
                    "MyClothes makes plain clothes carefully. We start from the cloth, draw a shape that suits it, and change it as little as we can from year to year.",
                    "MyClothes는 단순한 옷을 공들여 만듭니다. 원단을 먼저 고르고, 그 원단에 맞는 형태를 그린 뒤, 해가 바뀌어도 되도록 바꾸지 않습니다.",
                )
            ),
            DemoParagraph(
                Text(
                    "We do not sort our clothes into women's and men's. Each piece comes in up to seven sizes with body measurements, so you can choose the fit you like.",
                    "여성복과 남성복을 나누지 않습니다. 최대 일곱 가지 사이즈와 신체 치수를 함께 안내하니, 원하는 핏으로 골라 입으세요.",
                ),
                Text("Cut for everyone", "모두를 위한 핏"),
            ),
            DemoParagraph(
                Text(
                    "Every product page names the fibres, the weight and the care. Wool and linen make up much of what we sell because they last, mend well and need little washing.",
                    "모든 상품 페이지에 혼용률과 중량, 세탁 방법을 적어 둡니다. 울과 리넨을 많이 쓰는 이유는 오래 입을 수 있고, 수선하기 쉽고, 자주 빨지 않아도 되기 때문입니다.",
                ),
                Text("What things are made of", "소재를 숨김없이"),
            ),
            DemoParagraph(
                Text(
                    "We make small quantities and restock what sells. When a colour is gone we say so, and we never invent a countdown.",
                    "적은 수량을 만들고 찾는 분이 많은 상품은 다시 만듭니다. 품절된 색상은 품절이라고 알리며, 있지도 않은 마감 시간을 내세우지 않습니다.",
                ),
                Text("No hurry", "서두르지 않게"),
            ),
        ),
    ),
    DemoPage(
        "size-guide",
        Text("Size guide", "사이즈 가이드"),
        (
            DemoParagraph(
                Text(
                    "You need a soft tape and two minutes. Measure over thin clothes, keep the tape level, and do not pull it tight.",
                    "줄자 하나와 2분이면 충분합니다. 얇은 옷을 입고, 줄자를 수평으로 두고, 당기지 않은 상태로 재세요.",
                )
            ),
            DemoParagraph(
                Text(
                    "The tables give measurements of the body in centimetres and inches. How roomy a piece is meant to be stands in its description: a boxy tee in your size is wide on purpose.",
                    "표의 치수는 신체 기준이며 센티미터와 인치로 확인할 수 있습니다. 옷마다 의도한 여유는 상품 설명에 적혀 있습니다. 박시 핏 티셔츠는 정사이즈로 입어도 넉넉한 것이 맞습니다.",
                )
            ),
        ),
    ),
    DemoPage(
        "privacy",
        Text("Privacy", "개인정보 처리방침"),
        (
            DemoParagraph(
                Text(
                    "We keep what we need to sell you clothes, and nothing for anybody else. There is no advertising here, and no tracking by other companies.",
                    "옷을 판매하는 데 꼭 필요한 정보만 보관하며 다른 목적으로 쓰지 않습니다. 광고나 다른 회사의 추적 도구는 사용하지 않습니다.",
                )
            ),
            DemoParagraph(
                Text(
                    "Your cart is kept for {cart_days} days after your last visit, whether or not you have an account. After that it is deleted.",
                    "장바구니는 회원 여부와 관계없이 마지막 방문일부터 {cart_days}일 동안 보관하고, 그 뒤에는 삭제합니다.",
                ),
                Text("How long we keep your cart", "장바구니 보관 기간"),
            ),
            DemoParagraph(
                Text(
                    "We set cookies only when you need them: one when you put something in the cart, one when you sign in, which lasts {session_days} days after your last visit, and one when you choose a language. None of them follows you to other sites.",
                    "쿠키는 필요할 때만 사용합니다. 장바구니에 상품을 담을 때, 로그인할 때, 언어를 선택할 때 각각 하나씩 저장하며, 로그인 쿠키는 마지막 방문일부터 {session_days}일 동안 유지됩니다. 어떤 쿠키도 다른 사이트에서 이용자를 추적하지 않습니다.",
                ),
                Text("Cookies", "쿠키"),
            ),
            DemoParagraph(
                Text(
                    "Our logs record which pages are asked for and how long they take, without names, addresses or search words.",
                    "서버 기록에는 요청된 페이지와 응답 시간만 남기며, 이름이나 주소, 검색어는 남기지 않습니다.",
                ),
                Text("Logs", "서버 기록"),
            ),
        ),
    ),
)


def fill(text: str, *, cart_days: int, session_days: int) -> str:
    """A text of a page with the shop's real periods put in."""
    return text.format(cart_days=cart_days, session_days=session_days)
