"""Care instructions by code."""

from myclothes.catalog.demo.shape import Text

CARE = {
    "wash30": Text("Machine wash at 30 °C, inside out", "뒤집어서 30℃ 이하 물에 세탁기 사용"),
    "no-bleach": Text("Do not bleach", "표백제 사용 금지"),
}
