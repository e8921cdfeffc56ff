"""Days as people write them."""

from datetime import date, datetime

from babel.dates import format_date, format_datetime


def format_day(day: datetime | date, language: str) -> str:
    """`November 22, 2026`, `2026년 11월 22일`."""
    return format_date(day, "long", locale=language)


def format_moment(moment: datetime, language: str) -> str:
    """`Nov 22, 2026, 6:15 PM`, in the time zone of `moment`."""
    return format_datetime(moment, "medium", locale=language)
