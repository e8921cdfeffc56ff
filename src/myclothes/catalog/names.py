"""Words for the names of generated products: the place a piece is named after, and how it is cut or finished."""

from myclothes.catalog.demo import Text

_PLACES = """
Seongsu 성수 · Hannam 한남 · Mapo 마포 · Gangneung 강릉 · Jeju 제주 · Busan 부산 · Andong 안동 · Tongyeong 통영 · Namhae 남해
Aarhus 오르후스 · Bergen 베르겐 · Porto 포르투 · Lisbon 리스본 · Ghent 겐트 · Utrecht 위트레흐트 · Basel 바젤 · Trieste 트리에스테
Turin 토리노 · Siena 시에나 · Cadiz 카디스 · Bilbao 빌바오 · Nantes 낭트 · Brest 브레스트 · Leith 리스 · Whitby 휘트비
Galway 골웨이 · Malmo 말뫼 · Uppsala 웁살라 · Turku 투르쿠 · Tartu 타르투 · Kyoto 교토 · Kobe 고베 · Otaru 오타루 · Nara 나라
Tainan 타이난 · Hobart 호바트 · Halifax 핼리팩스 · Savannah 서배너 · Portland 포틀랜드 · Marfa 마파
"""
_MOODS = """
boxy 박시 · relaxed 릴랙스 · slim 슬림 · cropped 크롭 · oversized 오버사이즈 · straight 스트레이트 · tapered 테이퍼드 · everyday 데일리
weekend 위크엔드 · washed 워시드 · brushed 기모 · textured 텍스처 · lightweight 경량 · heavyweight 헤비웨이트 · classic 클래식
soft 소프트 · crisp 크리스프 · quilted 퀼팅 · ribbed 골지 · checked 체크 · striped 스트라이프 · plain 무지 · reversible 양면 · packable 패커블
"""


def _pairs(written: str) -> list[Text]:
    entries = [entry.split() for line in written.strip().splitlines() for entry in line.split("·")]
    return [Text(en, ko) for en, ko in entries]


PLACES = _pairs(_PLACES)
MOODS = _pairs(_MOODS)
