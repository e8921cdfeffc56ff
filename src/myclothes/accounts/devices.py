"""What a browser calls itself, in the few words that its owner recognises it by."""

import re

# The first that is found counts: all of them also call themselves something else.
_BROWSERS = (
    ("SamsungBrowser/", "Samsung Internet"),
    ("KAKAOTALK", "KakaoTalk"),
    ("NAVER(", "Naver"),
    ("Whale/", "Whale"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 ._-]{0,30}", re.ASCII)


def device(user_agent: str) -> str:
    """ "Firefox, Windows"; the program's own name for what is no browser; "" for what says nothing."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    if browser or system:
        return ", ".join(part for part in (browser, system) if part)
    plain = _PLAIN.match(user_agent.partition("/")[0])
    return plain[0].strip() if plain else ""
