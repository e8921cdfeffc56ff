"""Care instructions by code, and the sets of them that a cloth needs."""

from myclothes.catalog.demo.shape import Text

CARE = {
    "wash30": Text("Machine wash at 30 °C", "30℃ 이하 물로 세탁기 세탁"),
    "wash30-gentle": Text(
        "Machine wash at 30 °C on a gentle cycle, in a laundry bag", "세탁망에 넣어 30℃ 이하 울 코스로 세탁"
    ),
    "wash40": Text("Machine wash at 40 °C", "40℃ 이하 물로 세탁기 세탁"),
    "inside-out": Text("Wash inside out, with similar colours", "뒤집어서 비슷한 색상끼리 세탁"),
    "hand": Text("Hand wash in cool water with a wool detergent", "울 전용 세제를 풀어 찬물에 손세탁"),
    "dry-clean": Text("Dry clean only", "드라이클리닝만 가능"),
    "no-bleach": Text("Do not bleach", "표백제 사용 금지"),
    "no-tumble": Text("Do not tumble dry", "건조기 사용 금지"),
    "tumble-low": Text("Tumble dry low, or hang to dry", "건조기 저온 또는 자연 건조"),
    "line-dry": Text("Hang to dry in the shade", "그늘에 걸어서 건조"),
    "dry-flat": Text("Reshape while damp and dry flat", "물기가 있을 때 모양을 잡아 뉘어서 건조"),
    "iron-low": Text("Cool iron, with a cloth between", "천을 덧대고 저온 다림질"),
    "iron-medium": Text("Warm iron", "중온 다림질"),
    "iron-damp": Text(
        "Iron hot while still damp, or leave it creased", "덜 말랐을 때 고온 다림질, 자연스러운 구김을 살려 입어도 좋음"
    ),
    "no-iron": Text("Do not iron", "다림질 금지"),
    "steam": Text(
        "Steam and brush between wears, then rest it on a hanger", "착용 후 스팀과 브러싱으로 관리해 옷걸이에 걸어 보관"
    ),
    "fold": Text("Store folded, never on a hanger", "옷걸이 대신 접어서 보관"),
    "colour-rubs": Text(
        "The dye may rub off on pale cloth and seats at first", "착용 초기 밝은색 옷이나 시트에 이염될 수 있음"
    ),
    "no-wash": Text("Do not wash: sponge with cold water", "세탁 금지, 찬물을 적신 스펀지로 닦아 관리"),
    "rewax": Text("Rewax once a year", "연 1회 왁스 재도포 권장"),
    "reproof": Text("Reproof after every five washes", "5회 세탁 후 발수 처리 권장"),
    "wipe": Text("Wipe with a soft damp cloth", "부드러운 젖은 천으로 닦아 관리"),
    "leather-cream": Text("Feed with a colourless leather cream twice a season", "한 시즌에 두 번 무색 가죽 크림 도포"),
    "suede-brush": Text("Brush with a suede brush once dry", "완전히 말린 뒤 스웨이드 브러시로 손질"),
    "air-dry": Text("Dry at room temperature, away from heaters", "난방 기구를 피해 실온에서 건조"),
}

JERSEY = ("wash30", "inside-out", "no-bleach", "tumble-low", "iron-medium")
COTTON = ("wash40", "no-bleach", "tumble-low", "iron-medium")
LINEN = ("wash30", "no-bleach", "no-tumble", "line-dry", "iron-damp")
DENIM = ("wash30", "inside-out", "no-bleach", "line-dry", "colour-rubs")
FLUID = ("wash30-gentle", "no-bleach", "no-tumble", "line-dry", "iron-low")
WOOL_KNIT = ("hand", "no-bleach", "no-tumble", "dry-flat", "fold")
MERINO = ("wash30-gentle", "no-bleach", "no-tumble", "dry-flat", "fold")
COTTON_KNIT = ("wash30-gentle", "no-bleach", "no-tumble", "dry-flat", "iron-low")
TAILORED = ("dry-clean", "no-bleach", "no-tumble", "iron-low", "steam")
SCARF = ("dry-clean", "no-bleach", "no-tumble", "iron-low")
WAXED = ("no-wash", "no-bleach", "no-tumble", "no-iron", "rewax")
RAINWEAR = ("wash30-gentle", "no-bleach", "no-tumble", "line-dry", "reproof")
LEATHER = ("wipe", "air-dry", "leather-cream")
SUEDE = ("suede-brush", "air-dry", "no-bleach")
CANVAS = ("wipe", "air-dry", "no-bleach")
