import pytest

from myclothes.kernel.web.accept import best_language, json_wanted, takes_gzip

BROWSER = b"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        (b"", False),
        (b"*/*", False),
        (BROWSER, False),
        (b"application/json", True),
        (b"APPLICATION/JSON", True),
        (b"application/problem+json", True),
        (b"application/json, text/plain, */*", True),
        (b"application/json;q=0.5, text/html", False),
        (b"application/json, text/html;q=0.5", True),
        (b"application/json, text/html", False),
        (b"text/*, application/json;q=0.9", False),
        (b"text/*;q=0.3, application/*;q=0.9", True),
        (b"application/json;q=0", False),
        (b"application/json;q=0, */*", False),
        (b"application/json;q=nan", False),
        (b"application/json;q=-1", False),
        (b"application/json;q=1e9", False),
        (b"image/png", False),
        (b";;;,,,q=1", False),
        (b"\xff\xfe/\x00", False),
        (b"a/b," * 5_000 + b"application/json", False),
    ],
)
def test_json_is_sent_to_those_who_prefer_it(accept: bytes, wanted: bool) -> None:
    assert json_wanted(accept) is wanted


@pytest.mark.parametrize(
    ("accept_language", "language"),
    [
        (b"", None),
        (b"ko", "ko"),
        (b"ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", "ko"),
        (b"en-GB", "en"),
        (b"EN-us", "en"),
        (b"de, ko;q=0.3", "ko"),
        (b"en;q=0.2, ko;q=0.8", "ko"),
        (b"ko;q=0, en;q=0.1", "en"),
        (b"ko;q=0", None),
        (b"fr, de", None),
        (b"*", None),
        (b"korean", None),
        (b"ko;q=abc, en;q=0.1", "en"),
        (b"ko ; q=0.5 , en ; q=0.4", "ko"),
        (b"\xed\x95\x9c", None),
    ],
)
def test_the_language_that_the_reader_likes_best(accept_language: bytes, language: str | None) -> None:
    assert best_language(accept_language) == language


@pytest.mark.parametrize(
    ("accept_encoding", "gzip"),
    [
        (b"", False),
        (b"gzip, deflate, br, zstd", True),
        (b"br", False),
        (b"gzip;q=0", False),
        (b"*;q=0.5", True),
        (b"gzip;q=0, *", False),
        (b"identity", False),
        (b"GZIP", True),
    ],
)
def test_gzip_only_for_those_who_take_it(accept_encoding: bytes, gzip: bool) -> None:
    assert takes_gzip(accept_encoding) is gzip
