"""The errors of the shop, each with the one HTTP status that it becomes.

Domain code raises these and knows nothing of HTTP; `kernel/web` turns them into a page or into problem details
(RFC 9457). Anything that is not a `ShopError` is a defect of ours and becomes a 500 without its text.
"""

from collections.abc import Mapping
from typing import ClassVar


class ShopError(Exception):
    """The root. `message` is shown to the shopper: it says what happened and what to do next."""

    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong"

    def __init__(self, message: str = "") -> None:
        super().__init__(message or self.title)
        self.message = message or self.title


class BadRequest(ShopError):
    status = 400
    title = "We could not read that request"


class Forbidden(ShopError):
    status = 403
    title = "That is not allowed"


class NotFound(ShopError):
    status = 404
    title = "We could not find that page"


class MethodNotAllowed(ShopError):
    """`allowed` lists the methods that the address does take."""

    status = 405
    title = "That address does not work that way"

    def __init__(self, message: str = "", *, allowed: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.allowed = allowed


class Conflict(ShopError):
    status = 409
    title = "That has changed in the meantime"


class TooLarge(ShopError):
    status = 413
    title = "That is too large"


class AddressTooLong(ShopError):
    status = 414
    title = "That address is too long"


class UnsupportedMedia(ShopError):
    status = 415
    title = "That kind of content is not understood here"


class Invalid(ShopError):
    """Input that was read but makes no sense. `fields` maps a form field to what is wrong with it."""

    status = 422
    title = "Please check what you entered"

    def __init__(self, message: str = "", *, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message or (next(iter(fields.values())) if fields else ""))
        self.fields = dict(fields or {})


class TooManyRequests(ShopError):
    """`retry_after` is in seconds."""

    status = 429
    title = "That was a bit fast"

    def __init__(self, message: str = "", *, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class HeadersTooLarge(ShopError):
    status = 431
    title = "Your browser sent too many or too large headers"


class Unavailable(ShopError):
    """A part that this request needs is gone or too slow.

    `in_doubt` tells whether a write may have happened all the same: only then must a caller that is not safe to
    repeat look before it tries again. `retry_after` is in seconds.
    """

    status = 503
    title = "The shop is catching its breath"

    def __init__(self, message: str = "", *, in_doubt: bool = False, retry_after: int = 2) -> None:
        super().__init__(message)
        self.in_doubt = in_doubt
        self.retry_after = retry_after
