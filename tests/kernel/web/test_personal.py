import gzip
import subprocess

from hypothesis import given
from hypothesis import strategies as st

from myclothes.kernel.web.personal import MARKER, PersonalPage, Piece


@given(st.lists(st.text(), min_size=1, max_size=4), st.text())
def test_any_badge_in_any_page_makes_one_valid_gzip_member(pieces: list[str], badge: str) -> None:
    page = PersonalPage.split(MARKER.join(pieces))
    filled = badge.join(pieces).encode()
    piece = Piece.of(badge.encode())
    assert page.plain(piece) == filled
    assert gzip.decompress(page.gzipped(piece)) == filled


def test_another_gzip_reads_it_too() -> None:
    page = PersonalPage.split(f"<p>{MARKER}</p>" * 500)
    body = page.gzipped(Piece.of(b"<b>3</b>"))
    assert (
        subprocess.run(["gzip", "-dc"], input=body, capture_output=True, check=True).stdout == b"<p><b>3</b></p>" * 500
    )


def test_compression_is_worth_it() -> None:
    page = PersonalPage.split("<li class=card>linen shirt</li>" * 200 + MARKER + "<li class=card>linen</li>" * 200)
    assert len(page.gzipped(Piece.of(b"<b>3</b>"))) < len(page.plain(Piece.of(b"<b>3</b>"))) / 10


def test_equal_pages_have_equal_digests() -> None:
    assert PersonalPage.split("a" + MARKER).digest == PersonalPage.split("a" + MARKER).digest
    assert PersonalPage.split("a" + MARKER).digest != PersonalPage.split("b" + MARKER).digest
