"""Reading what people send: a bounded body as UTF-8 form fields or as one flat JSON object.

    form = await read_form(request)        dict[str, str]: the last of several fields with one name counts
    pairs = read_pairs(visit.query)        dict[str, list[str]]: for query strings, where a name may repeat

The same addresses take `application/x-www-form-urlencoded` and `application/json` (an object of texts and whole
numbers). Raises BadRequest for what cannot be read (not UTF-8, broken percent signs, control characters),
UnsupportedMedia for other content, Invalid for over 100 fields, TooSlow after 10 seconds; the edge adds TooLarge.
"""

import asyncio
import re
from urllib.parse import parse_qs

import msgspec
from starlette.requests import Request

from myclothes.kernel.errors import BadRequest, Invalid, ShopError, UnsupportedMedia
from myclothes.kernel.i18n import Message

FIELD_LIMIT = 100
BODY_SECONDS = 10.0
_BROKEN_PERCENT = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class TooSlow(ShopError):
    """The body did not arrive in time."""

    status = 408
    title = "That took too long to arrive"


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form or of a flat JSON object."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await read_body(request)
    if kind == "application/json":
        return _json_fields(body)
    if kind == "application/x-www-form-urlencoded" or not body:
        return {name: values[-1] for name, values in read_pairs(body).items()}
    raise UnsupportedMedia(Message("Send a form or JSON here."))


async def read_body(request: Request) -> bytes:
    """The whole body, within `BODY_SECONDS`. Its size is bounded below, by `guard.bounded`."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
    except TimeoutError:
        raise TooSlow from None
    return bytes(body)


def read_pairs(encoded: bytes) -> dict[str, list[str]]:
    """`a=1&b=2&a=3` as `{"a": ["1", "3"], "b": ["2"]}`; empty values are kept."""
    if not encoded:
        return {}
    if _BROKEN_PERCENT.search(encoded):
        raise BadRequest(Message("That request has a broken percent sign."))
    try:
        pairs = parse_qs(encoded.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=FIELD_LIMIT)
    except UnicodeDecodeError:
        raise BadRequest(Message("That request is not valid UTF-8.")) from None
    except ValueError:
        raise Invalid(Message("That form has too many fields.")) from None
    for name, values in pairs.items():
        _refuse_control(name)
        for value in values:
            _refuse_control(value)
    return pairs


def _json_fields(body: bytes) -> dict[str, str]:
    try:
        fields = msgspec.json.decode(body, type=dict[str, str | int])
    except msgspec.ValidationError:
        raise Invalid(Message("Send one JSON object of texts and whole numbers.")) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BadRequest(Message("That is not valid JSON.")) from None
    if len(fields) > FIELD_LIMIT:
        raise Invalid(Message("That form has too many fields."))
    form = {name: str(value) for name, value in fields.items()}
    for name, value in form.items():
        _refuse_control(name)
        _refuse_control(value)
    return form


def _refuse_control(text: str) -> None:
    if _CONTROL.search(text):
        raise BadRequest(Message("That request has characters that no keyboard types."))
