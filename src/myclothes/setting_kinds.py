"""What a setting may be: readers of its text. Each raises `ValueError` with what follows the setting's name in a sentence."""

import re
from collections.abc import Callable
from ipaddress import ip_network
from urllib.parse import urlsplit

from myclothes.kernel.mail.smtp_url import parse_smtp_url


def url(*schemes: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        parts = urlsplit(text)
        if parts.scheme not in schemes or not (parts.netloc or parts.path):
            raise ValueError(f"must be an address that begins with {' or '.join(s + '://' for s in schemes)}")
        return text

    return read


def whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}, not {text!r}")
        return int(text)

    return read


def seconds(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]+)?", text):
        raise ValueError(f"must be a number of seconds, not {text!r}")
    return float(text)


def one_of(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}, not {text!r}")
        return text

    return read


def matching(pattern: str, meaning: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"must be {meaning}, not {text!r}")
        return text

    return read


def matching_secret(pattern: str, meaning: str) -> Callable[[str], str]:
    """Like `matching`, but what is wrong is not repeated."""

    def read(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"must be {meaning}")
        return text

    return read


def secrets(text: str) -> tuple[str, ...]:
    keys = tuple(key.strip() for key in text.split(","))
    if any(len(key) < 32 for key in keys):
        raise ValueError("must hold keys of at least 32 characters each, separated by commas")
    return keys


def replicas(text: str) -> tuple[str, ...]:
    replicas = tuple(one.strip() for one in text.split(","))
    for one in replicas:
        zone, _, dsn = one.partition("=")
        try:
            NAME(zone)
            url("postgresql", "postgres")(dsn)
        except ValueError:
            raise ValueError("must be zone=postgresql://… for each, separated by commas") from None
    return replicas


def networks(text: str) -> tuple[str, ...]:
    networks = tuple(network.strip() for network in text.split(","))
    try:
        for network in networks:
            ip_network(network, strict=False)
    except ValueError:
        raise ValueError("must be addresses or networks such as 10.0.0.0/8, separated by commas") from None
    return networks


def yes_or_no(text: str) -> bool:
    if text.lower() not in {"1", "0", "true", "false", "yes", "no"}:
        raise ValueError(f"must be true or false, not {text!r}")
    return text.lower() in {"1", "true", "yes"}


def mail(text: str) -> str:
    if text != "inbox:":
        parse_smtp_url(text)
    return text


def sender(text: str) -> str:
    if not re.fullmatch(r"[^<>\x00-\x1f\x7f]{1,100} <[^\s<>@,;:]{1,64}@[A-Za-z0-9.-]{1,255}>", text):
        raise ValueError(f"must look like Name <address>, not {text!r}")
    return text


LINE = matching(r"[^\x00-\x1f\x7f]{1,500}", "one line of text")
VALKEY = url("valkey", "valkeys", "unix", "valkey+cluster", "valkeys+cluster")
NAME = matching(r"[A-Za-z0-9._-]{1,64}", "a short name of letters, digits, '.', '_' and '-'")
